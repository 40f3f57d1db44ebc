//===- weak/locations.cpp - what the protocol keeps where -----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "locations.h"

#include "machine.h"

#include "gc/young.h"
#include "tx/exclusive.h"
#include "tx/registry.h"
#include "version/read_guards.h"

#include <algorithm>
#include <cstring>
#include <vector>

namespace stm::weak {

namespace {

constinit const check::Memory *Cells = nullptr;
/// Variables that only their own file knows.
constinit uintptr_t Token = 0, Epoch = 0, Sleepers = 0, Periods = 0;

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

/// Whether \p F(descriptor) holds for one.
template <class F> bool anyDescriptor(F Holds) {
  Machine::Off Simulation;
  bool Any = false;
  rt::forEachDescriptor([&](const rt::Tx &T) { Any |= Holds(T); });
  return Any;
}

bool isIn(uintptr_t Where, uintptr_t Begin, uintptr_t End) {
  return Where >= Begin && Where < End;
}

extern "C" char __executable_start, _end;

/// In what the runtime has allocated, but for descriptors.
bool isAllocated(uintptr_t Where) {
  return !isIn(Where, at(__executable_start), at(_end)) && !isData(Where) &&
         !anyDescriptor([=](const rt::Tx &T) {
           return isIn(Where, at(T), at(T) + sizeof(T));
         });
}

/// A status is marked as such, or a small number; a link has an address or the
/// place of a status.
bool looksLikeStatus(uint64_t Value) {
  return Value >> 62 || Value < uint64_t{1} << 44;
}

} // namespace

void findLocations(const check::Memory &Memory, Machine &M) {
  Cells = &Memory;
  Token = M.accessesOf([] { rt::isTokenTaken(); }).back();
  Periods = M.accessesOf([] { rt::exclusivePeriods(); }).back();
  rt::Tx &Self = *rt::CurrentTx;
  rt::takeToken(Self);
  auto Dropped =
      M.accessesOf([&] { rt::dropExclusivity(Self, /*HasChanged=*/false); });
  Sleepers = Dropped.back();
  Epoch = Dropped[Dropped.size() - 2];
}

bool isData(uintptr_t Where) {
  for (uint32_t C = 0; C != check::CellCount; ++C)
    if (reinterpret_cast<uintptr_t>(Cells->at(C)) / rt::StripeBytes ==
        Where / rt::StripeBytes)
      return true;
  return false;
}
bool isOrecWord(uintptr_t Where) { return offsetInOrec(Where) == 0; }
bool isChainHead(uintptr_t Where) { return offsetInOrec(Where) == 16; }
bool isClock(uintptr_t Where) { return Where == at(rt::Clock); }
bool isSlot(uintptr_t Where) {
  return anyDescriptor([=](const rt::Tx &T) { return Where == at(T.Slot); });
}
bool isBusySlot(uintptr_t Where) {
  return isSlot(Where) && wordAt(Where) != rt::Idle;
}
bool isKeepsReads(uintptr_t Where) {
  return anyDescriptor(
      [=](const rt::Tx &T) { return Where == at(T.KeepsReads); });
}
bool isReadSet(uintptr_t Where) {
  return anyDescriptor([=](const rt::Tx &T) {
    return isIn(Where, at(T.Reads), at(T.Reads) + sizeof(T.Reads));
  });
}
bool isReaderSlot(uintptr_t Where) {
  // It has a cache line of its own, the last one.
  return anyDescriptor([=](const rt::Tx &T) {
    return Where == at(T.Reader) + sizeof(T.Reader) - rt::CacheLine;
  });
}
bool isVersioning(uintptr_t Where) { return Where == at(rt::Versioning); }
bool isUncheckedSince(uintptr_t Where) {
  return Where == at(rt::UncheckedSince);
}
bool isExclusiveFlag(uintptr_t Where) { return Where == at(rt::ExclusiveFlag); }
bool isToken(uintptr_t Where) { return Where == Token; }
bool isEpoch(uintptr_t Where) { return Where == Epoch; }
bool isSleepers(uintptr_t Where) { return Where == Sleepers; }
bool isPeriods(uintptr_t Where) { return Where == Periods; }
bool isWaitersState(uintptr_t Where) {
  return anyDescriptor(
      [=](const rt::Tx &T) { return Where == at(T.Room.State); });
}
bool isGuardsFlag(uintptr_t Where) { return Where == at(rt::Guards); }
bool isGuard(uintptr_t Where) {
  return isIn(Where, at(rt::Guards) + rt::CacheLine,
              at(rt::Guards) + sizeof(rt::Guards));
}
bool isWriterNote(uintptr_t Where) { return offsetInOrec(Where) == 8; }
bool isQuietTime(uintptr_t Where) { return Where == at(rt::Quiet); }
bool isListHead(uintptr_t Where) {
  return Where == at(rt::Descriptors) || Where == at(rt::Readers) ||
         Where == at(rt::AllRetired);
}
bool isSeveralThreads(uintptr_t Where) {
  return Where == at(rt::SeveralThreads);
}
bool isLoneFlag(uintptr_t Where) {
  return anyDescriptor([=](const rt::Tx &T) { return Where == at(T.IsLone); });
}
bool isInLoneStep(uintptr_t Where) {
  return anyDescriptor(
      [=](const rt::Tx &T) { return Where == at(T.InLoneStep); });
}
bool isInPlainBlock(uintptr_t Where) {
  return anyDescriptor(
      [=](const rt::Tx &T) { return Where == at(T.InPlainBlock); });
}
bool isWalks(uintptr_t Where) {
  return Where % rt::CacheLine == 8 && isReaderSlot(Where - 8);
}
bool isStatus(uintptr_t Where) {
  return isAllocated(Where) && looksLikeStatus(wordAt(Where));
}
bool isLink(uintptr_t Where) {
  return isAllocated(Where) && !looksLikeStatus(wordAt(Where));
}
bool isAnything(uintptr_t) { return true; }

} // namespace stm::weak
