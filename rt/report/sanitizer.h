//===- report/sanitizer.h - what is used of sanitizer_common ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_SANITIZER_H
#define STM_RT_REPORT_SANITIZER_H

// Else its headers make names of the standard library unusable (std::atomic,
// std::string) and redirect memcpy.
#define SANITIZER_COMMON_NO_REDEFINE_BUILTINS

#include "sanitizer_common/sanitizer_allocator_internal.h"
#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_file.h"
#include "sanitizer_common/sanitizer_flags.h"
#include "sanitizer_common/sanitizer_libc.h"
#include "sanitizer_common/sanitizer_stacktrace.h"
#include "sanitizer_common/sanitizer_suppressions.h"
#include "sanitizer_common/sanitizer_symbolizer.h"

#endif // STM_RT_REPORT_SANITIZER_H
