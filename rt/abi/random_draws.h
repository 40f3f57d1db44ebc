//===- abi/random_draws.h - numbers that were drawn in vain -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// rand() and random() draw from one sequence that all threads share, under a
// lock of libc's. A transaction draws at once; what a rolled back attempt has
// drawn its thread draws first, in the same order, before it takes new ones:
// the next attempt sees the same numbers, and a program with one thread the
// sequence that it would have seen without rollbacks. (Of an inner block that
// is cancelled they come back at the end of the outermost one.)
//
// What was drawn before somebody has seeded isn't drawn again.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_ABI_RANDOM_DRAWS_H
#define STM_RT_ABI_RANDOM_DRAWS_H

#include "base/port.h"

#include <optional>

namespace stm::rt {

/// The number that this thread has drawn in vain and has to draw next, if any.
STM_HIDDEN std::optional<int> drawnBefore();

/// The sequence is another one from now on.
STM_HIDDEN void forgetDraws();

} // namespace stm::rt

#endif // STM_RT_ABI_RANDOM_DRAWS_H
