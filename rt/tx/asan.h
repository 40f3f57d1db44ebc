//===- tx/asan.h - AddressSanitizer's stacks --------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_ASAN_H
#define STM_RT_TX_ASAN_H

#include "base/port.h"

// Present in programs built with AddressSanitizer.
extern "C" {
__attribute__((weak)) void __asan_handle_no_return();
__attribute__((weak)) void *__asan_get_current_fake_stack();
__attribute__((weak)) void *__asan_addr_is_in_fake_stack(void *Stack,
                                                         void *Address,
                                                         void **Begin,
                                                         void **End);
}

namespace stm::rt {

/// The frames that a rollback is about to leave behind are no longer poisoned.
inline void tellAsanOfLeaving() {
  if (STM_UNLIKELY(__asan_handle_no_return != nullptr))
    __asan_handle_no_return();
}

/// Where on the thread's stack the frame is that \p Address is a local of, if
/// AddressSanitizer keeps its locals elsewhere (detect_stack_use_after_return).
/// \p Address if not.
inline const void *placeOnStack(const void *Address) {
  if (STM_LIKELY(!__asan_get_current_fake_stack))
    return Address;
  void *Stack = __asan_get_current_fake_stack(), *Begin, *End;
  const void *Place =
      Stack ? __asan_addr_is_in_fake_stack(Stack, const_cast<void *>(Address),
                                           &Begin, &End)
            : nullptr;
  return Place ? Place : Address;
}

} // namespace stm::rt

#endif // STM_RT_TX_ASAN_H
