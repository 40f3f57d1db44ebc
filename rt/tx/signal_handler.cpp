//===- tx/signal_handler.cpp - code that has interrupted another ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/signal_handler.h"

#include "base/check.h"

#include <unwind.h>

namespace stm::rt {

namespace {

/// Looks for the frame of a signal handler on this stack, down to the
/// transaction's begin.
struct SignalSearch {
  uintptr_t End; ///< Of the transaction's frames.
  bool Found = false;
};

_Unwind_Reason_Code visitFrame(_Unwind_Context *Context, void *Arg) {
  auto *Search = static_cast<SignalSearch *>(Arg);
  int IsBeforeCall = 0;
  _Unwind_GetIPInfo(Context, &IsBeforeCall);
  if (IsBeforeCall) {
    Search->Found = true;
    return _URC_END_OF_STACK;
  }
  return _Unwind_GetCFA(Context) > Search->End ? _URC_END_OF_STACK
                                               : _URC_NO_REASON;
}

/// Where blocks of transactions begin, by some bits of the address. A handler
/// runs the code of the program, a transaction other versions of it.
constinit std::atomic<uintptr_t> KnownPlaces[256] = {};

} // namespace

bool isInSignalHandler(const Tx &Self) {
  auto Here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  // On a stack of its own.
  if (!Self.isTransactionsFrame(reinterpret_cast<void *>(Here)))
    return true;
  SignalSearch Search = {Self.Resume.Sp};
  _Unwind_Backtrace(visitFrame, &Search);
  return Search.Found;
}

void refuseSignalHandler(const Tx &Self, const stm_site *Site, uintptr_t Pc) {
  std::atomic<uintptr_t> &Known = KnownPlaces[Pc % 256];
  if (STM_LIKELY(Known.load(std::memory_order_relaxed) == Pc))
    return;
  if (isInSignalHandler(Self))
    reportUsageErrorInSignalHandler(Site, Self.Site);
  Known.store(Pc, std::memory_order_relaxed);
}

} // namespace stm::rt
