//===- rt/sanitizers.h - what a test is compiled for ------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For tests of something that a sanitizer has its own of, or that it can't
// stand.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_RT_SANITIZERS_H
#define STM_TEST_RT_SANITIZERS_H

namespace stm::rt {

#if __has_feature(address_sanitizer)
constexpr bool HasAsan = true;
#else
constexpr bool HasAsan = false;
#endif

#if __has_feature(thread_sanitizer)
constexpr bool HasTsan = true;
#else
constexpr bool HasTsan = false;
#endif

} // namespace stm::rt

#endif // STM_TEST_RT_SANITIZERS_H
