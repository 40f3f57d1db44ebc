//===- base/wait.h - bounded spinning, then yielding ------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_BASE_WAIT_H
#define STM_RT_BASE_WAIT_H

#include "base/port.h"
#include "base/test_point.h"

#include <atomic>
#include <sched.h>

namespace stm::rt {

/// Paces a loop that waits for another thread. It spins first, and yields after
/// that: with more threads than cores the other one may not be running.
class Waiter {
public:
  static constexpr unsigned SpinRounds = 64;
  explicit Waiter(unsigned Spins = SpinRounds) : Spins(Spins) {}

  void pause() {
    STM_TEST_POINT(Waits);
    if (++Rounds < Spins)
      arch::pause();
    else if (!STM_WAITS_AT_TEST_POINTS)
      sched_yield();
  }
  unsigned rounds() const { return Rounds; }

private:
  unsigned Spins, Rounds = 0;
};

/// Sleeps while \p Word is \p Value.
template <class T>
void sleepWhile(const std::atomic<T> &Word, T Value, std::memory_order Order) {
  while (STM_WAITS_AT_TEST_POINTS && Word.load(Order) == Value)
    STM_TEST_POINT(Waits);
  Word.wait(Value, Order);
}

} // namespace stm::rt

#endif // STM_RT_BASE_WAIT_H
