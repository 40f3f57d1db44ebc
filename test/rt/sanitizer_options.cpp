//===- rt/sanitizer_options.cpp - how unit tests run under sanitizers -----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tests of what the runtime does with frames need variables that are in them;
// the program's malloc may fail. ThreadSanitizer's search for deadlocks knows
// 64 locks, of which a fork takes more, jemalloc's. In the child these are made
// anew, which it doesn't take for an unlock. What comes after is tested too.
//
//===----------------------------------------------------------------------===//

extern "C" const char *__asan_default_options() {
  return "detect_stack_use_after_return=0:allocator_may_return_null=1";
}

extern "C" const char *__tsan_default_options() {
  return "detect_deadlocks=0:report_mutex_bugs=0:die_after_fork=0:"
         "allocator_may_return_null=1";
}
