//===- tx/uninstrumented.h - a body that has no version ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The body of a file compiled without the plugin runs alone, and nothing of it
// can be undone. It can wait all the same where it has written nothing yet: an
// exception takes it out of the body, it lets others run, sleeps until somebody
// has committed, and runs again from the start.
//
// That it has written nothing nobody can see. So somebody has to say so: the
// headers of their own blocks (channel.hpp, future.hpp), the user of the
// program's (STM_OPTIONS=retry_unwritten).
//
// Owner only.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_UNINSTRUMENTED_H
#define STM_RT_TX_UNINSTRUMENTED_H

#include "tx/run.h"

namespace stm::rt {

/// Runs \p Original(\p Arg) alone until it has committed.
Outcome runUninstrumented(Tx &Self, Body Original, void *Arg,
                          const stm_site *Site, uintptr_t Pc);

/// Runs a block inside of what can't be undone.
void runInnerDirectly(Tx &Self, Body Original, void *Arg);

/// The same; true if it retried, which is caught.
bool runAlternativeDirectly(Tx &Self, Body Original, void *Arg);

} // namespace stm::rt

#endif // STM_RT_TX_UNINSTRUMENTED_H
