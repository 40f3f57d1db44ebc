//===- abi/plain_join.cpp - waiting for a thread's end --------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Who waits for threads has often given them references to its variables
// (lambdas that capture by reference): reports can say then whose those are.
//
// Weak: as in plain_free.cpp.
//
//===----------------------------------------------------------------------===//

#include "abi/next_function.h"
#include "report/frames.h"

#include <cerrno>
#include <pthread.h>

namespace stm::rt {

namespace {

constinit std::atomic<int (*)(pthread_t, void **)> NextJoin{nullptr};

} // namespace

extern "C" {

STM_EXPORT __attribute__((weak)) int pthread_join(pthread_t Thread,
                                                  void **Result) {
  auto *Next = nextFunction(NextJoin, "pthread_join");
  if (!Next)
    return ENOSYS;
  WaitingFrames Known; // A cancelled thread unwinds it.
  return Next(Thread, Result);
}

} // extern "C"

} // namespace stm::rt
