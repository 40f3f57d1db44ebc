//===- fuzz/dying.h - errors that would end the program ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_FUZZ_DYING_H
#define STM_TEST_FUZZ_DYING_H

#include "fuzz.h"

#define SANITIZER_COMMON_NO_REDEFINE_BUILTINS
#include "sanitizer_common/sanitizer_common.h"

namespace stm::fuzz {

inline jmp_buf Survivor;

/// Calls \p Parse; comes back also if that reports an error, after which
/// sanitizer_common would end the program.
template <class F> void survive(F Parse) {
  static bool Once = [] {
    __sanitizer::AddDieCallback([] { longjmp(Survivor, 1); });
    return true;
  }();
  (void)Once;
  if (setjmp(Survivor) == 0)
    Parse();
}

} // namespace stm::fuzz

#endif // STM_TEST_FUZZ_DYING_H
