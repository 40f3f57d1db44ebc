//===- abi/control.cpp - cancel, retry and hooks for users ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "abi/rtl.h"
#include "base/check.h"
#include "stm/stm.h"
#include "tx/barriers.h"
#include "tx/registry.h"

using namespace stm::rt;

namespace {

enum class HookKind { Commit, Abort };

/// With hooks the commit has more to do than what is inlined.
void addHook(Tx &Self, HookKind Kind, Hooks::Function Call, void *Arg,
             bool Copy, uintptr_t Pc) {
  bool Added = Kind == HookKind::Commit ? Self.Hooks.onCommit(Call, Arg, Copy)
                                        : Self.Hooks.onAbort(Call, Arg, Copy);
  if (Added) {
    Self.HasWork = true;
    return;
  }
  if (Copy)
    freeLogMemory(Arg);
  if (!Self.isRevocable())
    reportOutOfMemory("a hook", sizeof(void *));
  Self.outOfLogMemory(Pc);
}

void addHookWithCopy(Tx &Self, HookKind Kind, Hooks::Function Call,
                     const void *Data, size_t Bytes, uintptr_t Pc) {
  char Buffer[STM_HOOK_BYTES_];
  STM_CHECK(Bytes <= sizeof(Buffer));
  // May roll back: before there is a copy that nobody would own.
  readRange(Buffer, Data, Bytes, Pc);
  void *Copy = allocateLogMemory(Bytes);
  if (!Copy) {
    if (!Self.isRevocable())
      reportOutOfMemory("a hook", Bytes);
    Self.outOfLogMemory(Pc);
  }
  memcpy(Copy, Buffer, Bytes);
  addHook(Self, Kind, Call, Copy, /*Copy=*/true, Pc);
}

} // namespace

extern "C" {

STM_EXPORT void stm_cancel(void) { CurrentTx->cancel(STM_CALLER_PC); }

STM_EXPORT void stm_cancel_outer(void) {
  CurrentTx->cancelOutermost(STM_CALLER_PC);
}

STM_EXPORT void stm_retry(void) { CurrentTx->retry(STM_CALLER_PC); }

STM_EXPORT void __stm_retry_before_writing(void) {
  Tx &Self = *CurrentTx;
  if (Self.Plain.Runs && Self.Plain.Depth == 0)
    Self.leaveToWait(/*HasNotWritten=*/true, STM_CALLER_PC);
  Self.retry(STM_CALLER_PC);
}

STM_EXPORT int __stm_leaves_to_wait(void) { return CurrentTx->Plain.Leaves; }

STM_EXPORT void stm_on_commit(void (*Call)(void *), void *Arg) {
  Tx &Self = *CurrentTx;
  if (!Self.InTransaction)
    return Call(Arg);
  addHook(Self, HookKind::Commit, Call, Arg, /*Copy=*/false, STM_CALLER_PC);
}

STM_EXPORT void stm_on_abort(void (*Call)(void *), void *Arg) {
  Tx &Self = *CurrentTx;
  if (Self.isRevocable())
    addHook(Self, HookKind::Abort, Call, Arg, /*Copy=*/false, STM_CALLER_PC);
}

STM_EXPORT void __stm_on_commit_copy(void (*Call)(void *), const void *Data,
                                     size_t Bytes) {
  Tx &Self = *CurrentTx;
  if (!Self.InTransaction)
    return Call(const_cast<void *>(Data));
  addHookWithCopy(Self, HookKind::Commit, Call, Data, Bytes, STM_CALLER_PC);
}

STM_EXPORT void __stm_on_abort_copy(void (*Call)(void *), const void *Data,
                                    size_t Bytes) {
  Tx &Self = *CurrentTx;
  if (Self.isRevocable())
    addHookWithCopy(Self, HookKind::Abort, Call, Data, Bytes, STM_CALLER_PC);
}

} // extern "C"
