//===- base/no_signals.h - a while without signal handlers ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_BASE_NO_SIGNALS_H
#define STM_RT_BASE_NO_SIGNALS_H

#include <csignal>
#include <pthread.h>

namespace stm::rt {

/// None of the program's handlers runs on this thread meanwhile. Threads that
/// it starts have theirs blocked for good.
class NoSignals {
public:
  NoSignals() {
    sigset_t All;
    sigfillset(&All);
    pthread_sigmask(SIG_SETMASK, &All, &Before);
  }
  ~NoSignals() { pthread_sigmask(SIG_SETMASK, &Before, nullptr); }
  NoSignals(const NoSignals &) = delete;
  NoSignals &operator=(const NoSignals &) = delete;

private:
  sigset_t Before;
};

} // namespace stm::rt

#endif // STM_RT_BASE_NO_SIGNALS_H
