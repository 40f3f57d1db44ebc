//===- e2e/Inputs/no_stm.cpp - a runtime that does nothing ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Linked instead of the runtime it shows that a test can fail: bodies simply
// run.
//
//===----------------------------------------------------------------------===//

#include <stm/stm.h>

extern "C" {
int __stm_atomic(void (*Body)(void *), void *Arg, const stm_site *) {
  Body(Arg);
  return STM_BLOCK_DONE;
}
int __stm_snapshot(void (*Body)(void *), void *Arg, const stm_site *) {
  Body(Arg);
  return STM_BLOCK_DONE;
}
void stm_get_stats(stm_stats *Stats) { *Stats = {}; }
int stm_last_abort_info(stm_abort_info *Info) {
  *Info = {};
  return -1;
}
int stm_in_transaction(void) { return 0; }
int stm_is_inevitable(void) { return 1; }
void stm_become_inevitable(const char *) {}
void stm_quiesce(void) {}
void stm_collect(int) {}
void __stm_uninstrumented(const void *) {}
void __stm_cancelled_without_value(const char *, const char *, uint32_t) {
  __builtin_trap();
}
}
