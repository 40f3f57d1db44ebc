//===- pass/RedirectCalls.h - calls of versions, and of atomic blocks -----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_REDIRECTCALLS_H
#define STM_PASS_REDIRECTCALLS_H

#include "Cancels.h"
#include "GuessedCallees.h"
#include "VersionMap.h"

namespace stm {

/// Makes \p Version call versions. What has none, or may have none, is called
/// as it is by an inevitable attempt.
void redirectCalls(llvm::Function &Version, VersionMap &Versions,
                   const GuessedCallees &Guesses, Cancels &Cancelled);

/// Tells the runtime the versions of the bodies in ordinary code: __stm_atomic
/// becomes __stm_atomic_tx, __stm_snapshot becomes __stm_snapshot_tx. (The
/// latter in versions too; what is atomic is called there.)
void redirectAtomicBlocks(llvm::Module &M, VersionMap &Versions);

} // namespace stm

#endif // STM_PASS_REDIRECTCALLS_H
