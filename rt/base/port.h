//===- base/port.h - compiler and platform ----------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_BASE_PORT_H
#define STM_RT_BASE_PORT_H

#include <cstddef>
#include <cstdint>

#define STM_LIKELY(Condition) __builtin_expect(!!(Condition), 1)
#define STM_UNLIKELY(Condition) __builtin_expect(!!(Condition), 0)

/// Runs at every access or transaction: inlined, a leaf, no spills.
#define STM_FAST_PATH inline __attribute__((always_inline))
/// Runs rarely: kept out of line, its registers don't burden the fast path.
#define STM_SLOW_PATH __attribute__((noinline, cold))
/// Tail call of a slow path, so that the fast path stays a leaf and the slow
/// one sees the user's code as its return address.
#define STM_TAIL [[clang::musttail]]

/// Called from inlined code, on paths that are rarely taken: the callee saves
/// what registers it needs (all but the result's, and r11 or x9 to x15), so
/// that the caller need not keep clear of any.
#define STM_SPARING __attribute__((preserve_most))

#define STM_EXPORT __attribute__((visibility("default")))
/// On variables of the runtime in headers: addressed directly, not through the
/// table of what other libraries may replace.
#define STM_HIDDEN __attribute__((visibility("hidden")))

/// On variables that programs know of as well: addressed directly in here, and
/// never directly there (inlined/barriers.cpp): they aren't to be copied into
/// an executable.
#ifdef STM_INLINED
#define STM_PROTECTED STM_EXPORT
#else
#define STM_PROTECTED __attribute__((visibility("protected")))
#endif

/// Where this function returns to, in the code that called the runtime.
#define STM_CALLER_PC reinterpret_cast<uintptr_t>(__builtin_return_address(0))

namespace stm::rt {
inline constexpr size_t CacheLine = 64;

#if STM_WITHOUT_REPORTS // A benchmark's other side: what reports cost.
inline constexpr bool HasReports = false;
#else
inline constexpr bool HasReports = true;
#endif
} // namespace stm::rt

#if defined(__x86_64__)
#include "base/arch_x86_64.h"
#elif defined(__aarch64__)
#include "base/arch_aarch64.h"
#else
#error "llvm-stm runs on x86-64 and aarch64"
#endif

#endif // STM_RT_BASE_PORT_H
