//===- weak/locations.cpp - what the protocol keeps where -----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "locations.h"

#include "machine.h"

#include "tx/exclusive.h"
#include "tx/registry.h"
#include "version/read_guards.h"

#include <algorithm>
#include <cstring>

namespace stm::weak {

namespace {

constinit const check::Memory *Cells = nullptr;
std::vector<const rt::Tx *> *Descriptors;
std::vector<uintptr_t> *Chunks;
uintptr_t Token;

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

bool isInChunk(uintptr_t Where) {
  return std::find(Chunks->begin(), Chunks->end(),
                   Where & ~(rt::UndoChunk::Bytes - 1)) != Chunks->end();
}

/// A reader's slot has a cache line of its own, with the count of walks.
bool isInReader(uintptr_t Where, size_t OffsetInLine) {
  for (const rt::Tx *T : *Descriptors) {
    uintptr_t Line = at(T->Reader) + sizeof(T->Reader) - rt::CacheLine;
    if (Where == Line + OffsetInLine)
      return true;
  }
  return false;
}

} // namespace

void findLocations(const check::Memory &Memory) {
  Cells = &Memory;
  Descriptors = new std::vector<const rt::Tx *>;
  rt::forEachDescriptor([](const rt::Tx &T) { Descriptors->push_back(&T); });
  // It is nobody's business where it is; but a look at it tells.
  Token = addressRead([] { rt::isTokenTaken(); });
}

void noteChunk(uintptr_t Begin) {
  if (!Chunks)
    Chunks = new std::vector<uintptr_t>;
  Chunks->push_back(Begin);
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
bool isReaderSlot(uintptr_t Where) { return isInReader(Where, 0); }
bool isWalks(uintptr_t Where) { return isInReader(Where, 8); }
bool isVersioning(uintptr_t Where) { return Where == at(rt::Versioning); }
bool isExclusiveFlag(uintptr_t Where) { return Where == at(rt::ExclusiveFlag); }
bool isToken(uintptr_t Where) { return Where == Token; }
bool isGuardsFlag(uintptr_t Where) { return Where == at(rt::Guards); }
bool isGuard(uintptr_t Where) {
  return Where - at(rt::Guards) - rt::CacheLine <
         sizeof(rt::Guards) - rt::CacheLine;
}
bool isQuietTime(uintptr_t Where) { return Where == at(rt::Quiet); }
// A link's upper bits are the status cell's place in the chunk, which is behind
// the chunk's header; a status has one of the two uppermost bits, or is a time.
bool isStatus(uintptr_t Where) {
  return isInChunk(Where) && (wordAt(Where) >> 61 || !(wordAt(Where) >> 48));
}
bool isLink(uintptr_t Where) { return isInChunk(Where) && !isStatus(Where); }

} // namespace stm::weak
