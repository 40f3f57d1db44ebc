//===- tx/run.h - running a body as a transaction ---------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_RUN_H
#define STM_RT_TX_RUN_H

#include "tx/tx.h"

namespace stm::rt {

using Body = void (*)(void *);

/// Runs \p Clone(\p Arg), or \p Original(\p Arg) while nothing else runs, until
/// an attempt commits or is cancelled. A null \p Clone: inevitable from the
/// start.
Outcome runTransaction(Body Original, Body Clone, void *Arg,
                       const stm_site *Site);

/// The same for a body that is proven to write nothing that others can see.
Outcome runReadOnly(Body Original, Body Clone, void *Arg, const stm_site *Site);

/// The same for one that is declared to: it reads as of one moment, and no
/// conflict ends it.
Outcome runSnapshot(Body Original, Body Clone, void *Arg, const stm_site *Site);

} // namespace stm::rt

#endif // STM_RT_TX_RUN_H
