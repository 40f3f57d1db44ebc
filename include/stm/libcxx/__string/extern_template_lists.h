//===- __string/extern_template_lists.h - libc++'s, and empty ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// stm-clang++ puts this folder before libc++'s own. There the lists name what
// of std::string is instantiated inside the library, and at -O0 clang emits no
// copy of such code: there would be no body to instrument, and each string in a
// transaction would make it inevitable.
//
//===----------------------------------------------------------------------===//

#ifndef _LIBCPP___STRING_EXTERN_TEMPLATE_LISTS_H
#define _LIBCPP___STRING_EXTERN_TEMPLATE_LISTS_H

#define _LIBCPP_STRING_V1_EXTERN_TEMPLATE_LIST(Function, Character)
#define _LIBCPP_STRING_UNSTABLE_EXTERN_TEMPLATE_LIST(Function, Character)

#endif // _LIBCPP___STRING_EXTERN_TEMPLATE_LISTS_H
