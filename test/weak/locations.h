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

/// Once, when the descriptors are there.
void findLocations(const check::Memory &Cells);

bool isData(uintptr_t Where);
bool isOrecWord(uintptr_t Where);
bool isChainHead(uintptr_t Where);
bool isClock(uintptr_t Where);
bool isSlot(uintptr_t Where);
/// That of an attempt which runs.
bool isBusySlot(uintptr_t Where);
bool isReaderSlot(uintptr_t Where);
bool isVersioning(uintptr_t Where);
bool isExclusiveFlag(uintptr_t Where);

} // namespace stm::weak

#endif // STM_TEST_WEAK_LOCATIONS_H
