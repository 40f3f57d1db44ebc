//===- e2e/Inputs/c_rival.cpp - e2e.h's Rival for C -------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "c_rival.h"
#include "e2e.h"

#include <optional>

static std::optional<Rival> Current;

void failedInC(const char *What, const char *File, int Line) {
  failed(What, File, Line);
}

void newRival() { Current.emplace(); }

void strike() { Current->strike(); }
