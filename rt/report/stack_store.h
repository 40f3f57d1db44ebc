//===- report/stack_store.h - call stacks, each kept once -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Not sanitizer_common's stack depot: that ends the program when a mapping
// fails, here in the middle of a transaction that was only rolled back, and
// takes 8 MB of address space for its first stack. This one holds at most
// MaxBytes and then drops stacks.
//
// Thread safety: any thread. Stacks are immutable and never freed.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_STACK_STORE_H
#define STM_RT_REPORT_STACK_STORE_H

#include <cstddef>
#include <cstdint>

namespace stm::rt {

struct StoredStack {
  const uintptr_t *Pcs; ///< Innermost first; return addresses.
  uint32_t Size;
};

inline constexpr uint32_t MaxStackDepth = 64;

/// An id that is equal for equal stacks, never 0; 0 if the store is full, or
/// locked by a thread that this one has interrupted.
uint32_t putStack(const uintptr_t *Pcs, uint32_t Size);

/// Empty for 0.
StoredStack getStack(uint32_t Id);

void lockStackStore();
void unlockStackStore();

} // namespace stm::rt

#endif // STM_RT_REPORT_STACK_STORE_H
