//===- tx/culprit.h - what another attempt has written ----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For reports, on the victim's side, while the culprit goes on: its undo log is
// copied by the kernel, which says where there is no memory (any more), and
// then looked through with suspicion.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_CULPRIT_H
#define STM_RT_TX_CULPRIT_H

#include "report/facts.h"
#include "version/orec.h"

namespace stm::rt {

class Tx;

/// Whose lock \p Word is; null: nobody's whom reports know.
Tx *ownerOf(OrecWord Word);

/// Copies memory that may be gone. False: it is, or the kernel doesn't say.
bool copyIfMapped(void *To, uintptr_t From, size_t Bytes);

struct CulpritView {
  Sharing Shares = Sharing::Unknown;
  StoreEffect Effect = StoreEffect::Unknown;
};

/// How \p Note, the first write to the orec's stripe, relates to an access.
Sharing sharingOf(WriterNote Note, uintptr_t Address, size_t Bytes);

/// What \p Owner, which holds the lock of \p O, has written so far of the bytes
/// that were accessed. Some microseconds.
CulpritView lookAtCulprit(const Tx &Owner, const Orec &O, uintptr_t Address,
                          size_t Bytes);

} // namespace stm::rt

#endif // STM_RT_TX_CULPRIT_H
