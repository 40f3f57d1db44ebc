//===- micro/nothing.h - what elements of a set are -------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_BENCH_MICRO_NOTHING_H
#define STM_BENCH_MICRO_NOTHING_H

/// What a set's elements have beside their keys.
struct Nothing {};

#endif // STM_BENCH_MICRO_NOTHING_H
