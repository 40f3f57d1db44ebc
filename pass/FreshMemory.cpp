//===- pass/FreshMemory.cpp - allocations nobody knows of yet -------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FreshMemory.h"
#include "LLVMCompat.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Analysis/ValueTracking.h"

using namespace llvm;

namespace stm {

/// Of the rows STM_WRAP. Not realloc: it may return a block that was known.
static bool allocates(const Value *V) {
  const auto *Call = dyn_cast<CallBase>(V);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  if (!Callee)
    return false;
  StringRef Name = Callee->getName();
  return Name.consume_front("__stm_wrap_") &&
         (Name.starts_with("_Znw") || Name.starts_with("_Zna") ||
          Name == "malloc" || Name == "calloc" || Name == "aligned_alloc");
}

bool FreshMemory::isFreshAt(const Value *Pointer, const Instruction &At) {
  if (!Pointer->getType()->isPointerTy())
    return false;
  SmallVector<const Value *, 4> Objects;
  getUnderlyingObjects(Pointer, Objects);
  return !Objects.empty() && all_of(Objects, [&](const Value *O) {
    return allocates(O) && !addressMayBeCapturedBefore(O, At, Dominators);
  });
}

} // namespace stm
