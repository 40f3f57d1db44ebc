//===- e2e/Inputs/c_rival.h - e2e.h's Rival for C -----------------*- C -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// And EXPECT. Link c_rival.cpp.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_C_RIVAL_H
#define STM_TEST_C_RIVAL_H

#include <stm/stm.h>

#ifdef __cplusplus
extern "C" {
#endif

STM_PURE __attribute__((noreturn)) void failedInC(const char *What,
                                                  const char *File, int Line);

/// newRival() before a block, strike() in it: the first attempt fails, for
/// sure. The rival is gone at the next newRival().
void newRival(void);
STM_SAFE void strike(void);

#ifdef __cplusplus
}
#else
#define EXPECT(Condition)                                                      \
  do {                                                                         \
    if (!(Condition))                                                          \
      failedInC(#Condition, __FILE__, __LINE__);                               \
  } while (0)
#endif

#endif // STM_TEST_C_RIVAL_H
