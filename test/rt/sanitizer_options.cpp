//===- rt/sanitizer_options.cpp - how unit tests run under ASan -----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Tests of what the runtime does with frames need variables that are in them;
// the program's malloc may fail.
//
//===----------------------------------------------------------------------===//

extern "C" const char *__asan_default_options() {
  return "detect_stack_use_after_return=0:allocator_may_return_null=1";
}
