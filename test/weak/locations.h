//===- weak/locations.h - what the protocol keeps where ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Kinds of locations, for weakenings (machine.h).
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_WEAK_LOCATIONS_H
#define STM_TEST_WEAK_LOCATIONS_H

#include "../check/cells.h"

#include <cstdint>

namespace stm::weak {

class Machine;

/// Once, when the threads' descriptors are there.
void findLocations(const check::Memory &Cells, Machine &M);

bool isData(uintptr_t Where);
bool isOrecWord(uintptr_t Where);
bool isChainHead(uintptr_t Where);
bool isClock(uintptr_t Where);
bool isSlot(uintptr_t Where);
/// That of an attempt which runs.
bool isBusySlot(uintptr_t Where);
bool isKeepsReads(uintptr_t Where);
bool isReadSet(uintptr_t Where);
bool isReaderSlot(uintptr_t Where);
bool isVersioning(uintptr_t Where);
bool isUncheckedSince(uintptr_t Where);
bool isExclusiveFlag(uintptr_t Where);
bool isToken(uintptr_t Where);
/// How often the token was given back, and who sleeps until then.
bool isEpoch(uintptr_t Where);
bool isSleepers(uintptr_t Where);
/// How often somebody has run alone.
bool isPeriods(uintptr_t Where);
bool isWaitersState(uintptr_t Where);
bool isGuardsFlag(uintptr_t Where);
bool isGuard(uintptr_t Where);
/// Who has locked an orec: the last thing that is stored when one is locked.
bool isWriterNote(uintptr_t Where);
bool isQuietTime(uintptr_t Where);
bool isListHead(uintptr_t Where);
bool isSeveralThreads(uintptr_t Where);
bool isLoneFlag(uintptr_t Where);
bool isInLoneStep(uintptr_t Where);
bool isInPlainBlock(uintptr_t Where);
bool isWalks(uintptr_t Where);
/// Of an attempt with versions, and of a version to the next older one.
bool isStatus(uintptr_t Where);
bool isLink(uintptr_t Where);
bool isAnything(uintptr_t Where);

} // namespace stm::weak

#endif // STM_TEST_WEAK_LOCATIONS_H
