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

#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/Analysis/CaptureTracking.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/IR/Constants.h"
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

/// What may make an object's address known to others, one by one. That it isn't
/// null they may know.
class EscapeSearch : public llvm::CaptureTracker {
public:
  using Predicate = llvm::function_ref<bool(const llvm::Instruction &)>;

  /// Whether \p Matters is true of any, or not all could be seen.
  static bool any(const llvm::Value *Object, Predicate Matters) {
    EscapeSearch Search(Matters);
    llvm::PointerMayBeCaptured(Object, &Search);
    return Search.Found;
  }

  void tooManyUses() override { Found = true; }

#if LLVM_VERSION_MAJOR >= 21
  Action captured(const llvm::Use *U, llvm::UseCaptureInfo) override {
    return look(*U) ? Stop : Continue;
  }
#else
  bool captured(const llvm::Use *U) override { return look(*U); }
#endif

private:
  explicit EscapeSearch(Predicate Matters) : Matters(Matters) {}

  bool look(const llvm::Use &U) {
    const auto *User = llvm::cast<llvm::Instruction>(U.getUser());
    Found |= !isNullTest(*User) && Matters(*User);
    return Found;
  }

  static bool isNullTest(const llvm::Instruction &I) {
    return llvm::isa<llvm::ICmpInst>(I) &&
           llvm::any_of(I.operands(), [](const llvm::Use &U) {
             return llvm::isa<llvm::ConstantPointerNull>(U);
           });
  }

  Predicate Matters;
  bool Found = false;
};

/// Says that \p A's function keeps no copy of it after it returns.
inline void addNoCapture(llvm::Argument &A) {
#if LLVM_VERSION_MAJOR >= 21
  A.removeAttr(llvm::Attribute::Captures);
  A.addAttr(llvm::Attribute::getWithCaptureInfo(A.getContext(),
                                                llvm::CaptureInfo::none()));
#else
  A.addAttr(llvm::Attribute::NoCapture);
#endif
}

/// And takes that back.
inline void removeNoCapture(llvm::Argument &A) {
#if LLVM_VERSION_MAJOR >= 21
  A.removeAttr(llvm::Attribute::Captures);
#else
  A.removeAttr(llvm::Attribute::NoCapture);
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
