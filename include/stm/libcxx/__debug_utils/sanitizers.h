//===- __debug_utils/sanitizers.h - libc++'s, and one change ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// vector and deque tell AddressSanitizer which part of their memory is in use.
// A rollback restores the container, but not what has been told, and then plain
// code that uses it rightly would be reported. So nothing is told.
//
//===----------------------------------------------------------------------===//

#pragma push_macro("_LIBCPP_HAS_NO_ASAN")
#pragma push_macro("_LIBCPP_HAS_ASAN")
#undef _LIBCPP_HAS_NO_ASAN
#undef _LIBCPP_HAS_ASAN
#define _LIBCPP_HAS_NO_ASAN // libc++ 19
#define _LIBCPP_HAS_ASAN 0  // and later
#include_next <__debug_utils/sanitizers.h>
#pragma pop_macro("_LIBCPP_HAS_ASAN")
#pragma pop_macro("_LIBCPP_HAS_NO_ASAN")
