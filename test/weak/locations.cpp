//===- weak/locations.cpp - what the protocol keeps where -----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "locations.h"

#include "tx/exclusive.h"
#include "tx/registry.h"
#include "version/orec.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace stm::weak {

namespace {

constinit const check::Memory *Cells = nullptr;
std::vector<const rt::Tx *> *Descriptors;

template <class T> uintptr_t at(const T &Of) {
  return reinterpret_cast<uintptr_t>(&Of);
}

uint64_t wordAt(uintptr_t Where) {
  uint64_t Word;
  memcpy(&Word, reinterpret_cast<const void *>(Where & ~uintptr_t{7}), 8);
  return Word;
}

/// Where in an orec; no orec: ~0.
size_t offsetInOrec(uintptr_t Where) {
  uintptr_t Offset = Where - at(rt::OrecTable[0]);
  return Offset < sizeof(rt::OrecTable) ? Offset % sizeof(rt::Orec)
                                        : ~size_t{0};
}

} // namespace

void findLocations(const check::Memory &Memory) {
  Cells = &Memory;
  Descriptors = new std::vector<const rt::Tx *>;
  rt::forEachDescriptor([](const rt::Tx &T) { Descriptors->push_back(&T); });
}

bool isData(uintptr_t Where) {
  for (uint32_t C = 0; C != check::CellCount; ++C)
    if (reinterpret_cast<uintptr_t>(Cells->at(C)) / rt::StripeBytes ==
        Where / rt::StripeBytes)
      return true;
  return false;
}
bool isOrecWord(uintptr_t Where) { return offsetInOrec(Where) == 0; }
bool isChainHead(uintptr_t Where) { return offsetInOrec(Where) == 8; }
bool isClock(uintptr_t Where) { return Where == at(rt::Clock); }
bool isSlot(uintptr_t Where) {
  return std::any_of(Descriptors->begin(), Descriptors->end(),
                     [&](const rt::Tx *T) { return Where == at(T->Slot); });
}
bool isBusySlot(uintptr_t Where) {
  return isSlot(Where) && wordAt(Where) != rt::Idle;
}
bool isReaderSlot(uintptr_t Where) {
  // It has a cache line of its own, the last one.
  return std::any_of(
      Descriptors->begin(), Descriptors->end(), [&](const rt::Tx *T) {
        return Where == at(T->Reader) + sizeof(T->Reader) - rt::CacheLine;
      });
}
bool isVersioning(uintptr_t Where) { return Where == at(rt::Versioning); }
bool isExclusiveFlag(uintptr_t Where) { return Where == at(rt::ExclusiveFlag); }

} // namespace stm::weak
