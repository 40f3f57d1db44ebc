// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Stands for a runtime of another ABI version: all that this one exports, but
// for the symbol that names the version.
#define STM_RTL(Name, ...)                                                     \
  void Name(void) {}
#define STM_WRAP(Original, ...)                                                \
  void __stm_wrap_##Original(void) {}
#define STM_SLOW(Name, ...)                                                    \
  void Name(void) {}
#define STM_FIRST(Name, ...)                                                   \
  void Name(void) {}
#define STM_DATA(Name) __thread int Name;
#define STM_API(Name)                                                          \
  void Name(void) {}
#define STM_ABI_VERSION 999
#define STM_ABI_SYMBOL __stm_abi_v999
#include "stm/runtime_abi.def"
int STM_ABI_SYMBOL;
