//===- pass/LLVMCompat.h - what differs between LLVM 19 and 22 --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The only file that asks for the LLVM version.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_LLVMCOMPAT_H
#define STM_PASS_LLVMCOMPAT_H

#include "llvm/Analysis/CaptureTracking.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"

#if __has_include("llvm/Plugins/PassPlugin.h")
#include "llvm/Plugins/PassPlugin.h"
#else
#include "llvm/Passes/PassPlugin.h"
#endif

namespace stm {

/// Whether the address of \p Object (an alloca or an argument) may be known to
/// anybody else, at any time while the function runs or after it.
inline bool addressMayBeCaptured(const llvm::Value *Object) {
#if LLVM_VERSION_MAJOR >= 21
  return llvm::PointerMayBeCaptured(Object, /*ReturnCaptures=*/true);
#else
  return llvm::PointerMayBeCaptured(Object, /*ReturnCaptures=*/true,
                                    /*StoreCaptures=*/true);
#endif
}

/// The same while the function runs, before \p At.
inline bool addressMayBeCapturedBefore(const llvm::Value *Object,
                                       const llvm::Instruction &At,
                                       const llvm::DominatorTree &Dominators) {
#if LLVM_VERSION_MAJOR >= 21
  return llvm::PointerMayBeCapturedBefore(Object, /*ReturnCaptures=*/true, &At,
                                          &Dominators);
#else
  return llvm::PointerMayBeCapturedBefore(Object, /*ReturnCaptures=*/true,
                                          /*StoreCaptures=*/true, &At,
                                          &Dominators);
#endif
}

/// Says that \p Call keeps no copy of its argument \p ArgNo after it returns.
inline void addNoCapture(llvm::CallBase &Call, unsigned ArgNo) {
#if LLVM_VERSION_MAJOR >= 21
  Call.addParamAttr(ArgNo, llvm::Attribute::getWithCaptureInfo(
                               Call.getContext(), llvm::CaptureInfo::none()));
#else
  Call.addParamAttr(ArgNo, llvm::Attribute::NoCapture);
#endif
}

inline void startLifetime(llvm::IRBuilder<> &B, llvm::AllocaInst *Slot) {
  B.CreateLifetimeStart(Slot);
}

inline void endLifetime(llvm::IRBuilder<> &B, llvm::AllocaInst *Slot) {
  B.CreateLifetimeEnd(Slot);
}

} // namespace stm

#endif // STM_PASS_LLVMCOMPAT_H
