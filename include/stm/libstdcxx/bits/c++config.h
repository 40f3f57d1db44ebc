//===- bits/c++config.h - libstdc++'s, and two changes ----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// stm-clang++ puts this folder before libstdc++'s own. Before C++20 std::string
// is declared as instantiated inside the library (and at -O0 clang emits no
// copy of such code): there would be no body to instrument, and each string in
// a transaction would make it inevitable. -1 is libstdc++'s own way to say "not
// for strings", which its debug mode uses; 1 is what the header sets, whatever
// was defined before.
//
// And std::vector tells AddressSanitizer nothing of its unused room
// (_GLIBCXX_SANITIZE_VECTOR), as in libc++'s headers here: a rollback restores
// the vector, but not what has been told.
//
//===----------------------------------------------------------------------===//

#include_next <bits/c++config.h>

#if defined(_GLIBCXX_EXTERN_TEMPLATE) && _GLIBCXX_EXTERN_TEMPLATE == 1
#undef _GLIBCXX_EXTERN_TEMPLATE
#define _GLIBCXX_EXTERN_TEMPLATE -1
#endif

#undef _GLIBCXX_SANITIZE_VECTOR
