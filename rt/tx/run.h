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

// Each is an entry point of runtime_abi.def: a jump from there would be a tenth
// of what the jumps of an empty transaction cost.

/// Runs \p Clone(\p Arg), or \p Original(\p Arg) while nothing else runs, until
/// an attempt commits or is cancelled. A null \p Clone: inevitable from the
/// start.
STM_EXPORT Outcome
runTransaction(Body Original, Body Clone, void *Arg,
               const stm_site *Site) __asm__("__stm_atomic_tx");

/// The same for a body that is proven to write nothing that others can see.
STM_EXPORT Outcome
runReadOnly(Body Original, Body Clone, void *Arg,
            const stm_site *Site) __asm__("__stm_atomic_ro_tx");

/// The same, of both, where the code that follows touches nothing that other
/// transactions may touch before it calls Tx::awaitQuiescence: a commit that
/// needs nothing else leaves the wait for older attempts to that.
STM_EXPORT Outcome
runLazily(Body Original, Body Clone, void *Arg,
          const stm_site *Site) __asm__("__stm_atomic_lazy_tx");
STM_EXPORT Outcome
runReadOnlyLazily(Body Original, Body Clone, void *Arg,
                  const stm_site *Site) __asm__("__stm_atomic_ro_lazy_tx");

/// The same for a body whose first access is a write: begin makes no fence,
/// since the lock is one.
STM_EXPORT Outcome
runWritingFirst(Body Original, Body Clone, void *Arg,
                const stm_site *Site) __asm__("__stm_atomic_wf_tx");
STM_EXPORT Outcome
runWritingFirstLazily(Body Original, Body Clone, void *Arg,
                      const stm_site *Site) __asm__("__stm_atomic_wf_lazy_tx");

/// The same for one that is declared to: it reads as of one moment, and no
/// conflict ends it.
STM_EXPORT Outcome
runSnapshot(Body Original, Body Clone, void *Arg,
            const stm_site *Site) __asm__("__stm_snapshot_tx");

} // namespace stm::rt

#endif // STM_RT_TX_RUN_H
