//===- e2e/Inputs/isoc23.c - what glibc has from 2.38 on ------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For an older one, so that there are such functions at all.
//
//===----------------------------------------------------------------------===//

#include <features.h>

#if !__GLIBC_PREREQ(2, 38)
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#define STM_NEWER(Type, Name)                                                  \
  Type __isoc23_##Name(const char *Text, char **End, int Base) {               \
    return Name(Text, End, Base);                                              \
  }
STM_NEWER(long, strtol)
STM_NEWER(long long, strtoll)
STM_NEWER(unsigned long, strtoul)
STM_NEWER(unsigned long long, strtoull)

int __isoc23_vsscanf(const char *Text, const char *Format, va_list List) {
  return vsscanf(Text, Format, List);
}

int __isoc23_sscanf(const char *Text, const char *Format, ...) {
  va_list List;
  va_start(List, Format);
  int Result = vsscanf(Text, Format, List);
  va_end(List);
  return Result;
}
#endif
