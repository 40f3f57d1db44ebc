//===- base/arch_x86_64.h - what x86-64 does in its own way -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_BASE_ARCH_X86_64_H
#define STM_RT_BASE_ARCH_X86_64_H

#include <atomic>
#include <cstdint>

namespace stm::rt::arch {

/// A cheap clock of the machine; report/ converts it to nanoseconds.
inline uint64_t ticks() { return __builtin_ia32_rdtsc(); }

/// The number in unwind tables.
inline constexpr int FramePointer = 6;

inline void pause() { __builtin_ia32_pause(); }

/// Orders all loads and stores before it with all after it. A locked
/// instruction: measured 6 ns where mfence took 11 ns.
inline void fullFence() {
#if STM_SIMULATED_MEMORY // See test/weak: no asm, and another machine's needs.
  std::atomic_thread_fence(std::memory_order_seq_cst);
#else
  asm volatile("lock; addl $0, -64(%%rsp)" ::: "memory", "cc");
#endif
}

/// No frame of this thread has bytes below it: the stack pointer less the red
/// zone.
STM_FAST_PATH uintptr_t stackLimit() {
  uintptr_t Sp;
  asm volatile("movq %%rsp, %0" : "=r"(Sp));
  return Sp - 128;
}

/// Orders the locked instruction before it with the loads after it: any locked
/// instruction does so itself here.
inline void fenceAfterRmw() {
#if STM_SIMULATED_MEMORY
  std::atomic_thread_fence(std::memory_order_seq_cst);
#else
  std::atomic_signal_fence(std::memory_order_seq_cst);
#endif
}

/// Asks for the cache line, to be written to. Harmless whatever the address.
/// (The builtin would ask for a copy to read: prefetchw isn't in the baseline,
/// but does nothing where there is none.)
STM_FAST_PATH void prefetchForWrite([[maybe_unused]] const void *Address) {
#if !STM_SIMULATED_MEMORY
  asm volatile("prefetchw (%0)" ::"r"(Address));
#endif
}

/// The same for what is loaded first: through the pointer that is returned. A
/// load that the processor begins together with the prefetch, or before it,
/// gets the line from another processor to be read, and the store asks for it
/// once more; so the pointer is there a step later.
template <class T> STM_FAST_PATH T *fetchedForWrite(T *Pointer) {
#if !STM_SIMULATED_MEMORY
  asm volatile("prefetchw (%0)\n\t"
               "lea (%0), %0"
               : "+r"(Pointer));
#endif
  return Pointer;
}

} // namespace stm::rt::arch

#endif // STM_RT_BASE_ARCH_X86_64_H
