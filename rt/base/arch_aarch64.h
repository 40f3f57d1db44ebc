//===- base/arch_aarch64.h - what aarch64 does in its own way ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_BASE_ARCH_AARCH64_H
#define STM_RT_BASE_ARCH_AARCH64_H

#include <atomic>
#include <cstdint>

namespace stm::rt::arch {

/// A cheap clock of the machine; report/ converts it to nanoseconds.
inline uint64_t ticks() {
  uint64_t Now;
  asm volatile("mrs %0, cntvct_el0" : "=r"(Now));
  return Now;
}

/// The number in unwind tables.
inline constexpr int FramePointer = 29;

inline void pause() { asm volatile("isb" ::: "memory"); }

/// Orders all loads and stores before it with all after it.
inline void fullFence() { std::atomic_thread_fence(std::memory_order_seq_cst); }

/// No frame of this thread has bytes below it.
STM_FAST_PATH uintptr_t stackLimit() {
  uintptr_t Sp;
  asm volatile("mov %0, sp" : "=r"(Sp));
  return Sp;
}

/// Orders the read-modify-write before it with the loads after it.
inline void fenceAfterRmw() {
  std::atomic_thread_fence(std::memory_order_seq_cst);
}

/// Asks for the cache line, to be written to. Harmless whatever the address.
STM_FAST_PATH void prefetchForWrite(const void *Address) {
  __builtin_prefetch(Address, 1);
}
/// The same for what is loaded first, through the pointer that is returned.
template <class T> STM_FAST_PATH T *fetchedForWrite(T *Pointer) {
  prefetchForWrite(Pointer);
  return Pointer;
}

} // namespace stm::rt::arch

#endif // STM_RT_BASE_ARCH_AARCH64_H
