//===- base/spin_lock.h - a lock for slow paths -----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_BASE_SPIN_LOCK_H
#define STM_RT_BASE_SPIN_LOCK_H

#include "base/wait.h"

#include <atomic>

namespace stm::rt {

/// Held for a few list operations. All zero is its free state.
class SpinLock {
public:
  constexpr SpinLock() = default;
  void lock() {
    Waiter Wait;
    while (Held.exchange(true, std::memory_order_acquire))
      Wait.pause();
  }
  bool try_lock() { return !Held.exchange(true, std::memory_order_acquire); }
  void unlock() { Held.store(false, std::memory_order_release); }

private:
  std::atomic<bool> Held{false};
};

} // namespace stm::rt

#endif // STM_RT_BASE_SPIN_LOCK_H
