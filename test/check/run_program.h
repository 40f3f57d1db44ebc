//===- check/run_program.h - a random program on several threads -*- C++ -*-==//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_CHECK_RUN_PROGRAM_H
#define STM_TEST_CHECK_RUN_PROGRAM_H

#include "history.h"
#include "random_program.h"

#include <array>
#include <functional>
#include <optional>

namespace stm::check {

/// How often each step of the protocol was reached.
using Reached = std::array<uint64_t, static_cast<size_t>(rt::TestPoint::Count)>;

/// Runs one program after the other, on the same threads, and hands each
/// history over while the next one runs. \p Next says which program, if any is
/// left. The last attempt of a history is what memory held when all had ended.
Reached
runPrograms(const std::function<std::optional<Program>()> &Next,
            const std::function<void(const Program &, const History &)> &Take);

} // namespace stm::check

#endif // STM_TEST_CHECK_RUN_PROGRAM_H
