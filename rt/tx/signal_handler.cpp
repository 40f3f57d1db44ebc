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

/// Looks for the frame of a signal handler on this stack.
struct SignalSearch {
  uintptr_t End; ///< Of the frames that count.
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

bool hasSignalFrame(uintptr_t End) {
  SignalSearch Search = {End};
  _Unwind_Backtrace(visitFrame, &Search);
  return Search.Found;
}

/// Where blocks of transactions begin. A handler runs the code of the program,
/// a transaction other versions of it. Relaxed: a place that isn't seen yet is
/// only looked at once more.
constinit std::atomic<uintptr_t> KnownPlaces[1024] = {};
/// So many, from the one that an address says on, may hold it: two that are
/// used by turns must not drive each other out, at microseconds each time.
constexpr unsigned PlacesTried = 8;

std::atomic<uintptr_t> &knownPlace(uintptr_t Pc, unsigned Try) {
  return KnownPlaces[(Pc + Try) % (sizeof(KnownPlaces) / sizeof(*KnownPlaces))];
}

} // namespace

bool isSignalHandlerRunning() { return hasSignalFrame(/*End=*/UINTPTR_MAX); }

bool isInSignalHandler(const Tx &Self) {
  auto Here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  // On a stack of its own.
  if (!Self.isTransactionsFrame(reinterpret_cast<void *>(Here)))
    return true;
  return hasSignalFrame(/*End=*/Self.Resume.Sp); // The transaction's begin.
}

void refuseSignalHandler(const Tx &Self, const stm_site *Site, uintptr_t Pc) {
  std::atomic<uintptr_t> *Free = &knownPlace(Pc, 0);
  for (unsigned Try = 0; Try != PlacesTried; ++Try) {
    std::atomic<uintptr_t> &Known = knownPlace(Pc, Try);
    uintptr_t Place = Known.load(std::memory_order_relaxed);
    if (STM_LIKELY(Place == Pc))
      return;
    if (!Place) {
      Free = &Known;
      break;
    }
  }
  if (isInSignalHandler(Self))
    reportUsageErrorInSignalHandler(Site, Self.Site);
  Free->store(Pc, std::memory_order_relaxed);
}

void refuseInWait(Tx &Self, const stm_site *Site) {
  if (isSignalHandlerRunning())
    reportUsageErrorInSignalHandler(Site, Self.Site);
  Self.Waits = false;
}

} // namespace stm::rt
