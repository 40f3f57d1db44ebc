//===- abi/clone_table.cpp - transactional versions by address --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The writers' side. Thread safety, invariants and memory: clone_table.h.
//
// Memory orders, and with whom each pairs:
//  (C1) acquire  with (C6): who sees a generation also sees the table that was
//                published before it, so isn't sent into the one that the new
//                generation clears.
//  (C2) acquire  with (C7): the slots as they were when it was published.
//  (C3) acquire  with (C9): a key's version; and with (C10), as (C4).
//  (C4) acquire  with (C8): what the module that offers it did before. With
//                (C10), which is after (C6): who sees any store into a spare
//                sees at (C5) that the generation has changed.
//  (C5) relaxed  (C3) and (C4) keep it behind them.
//  (C6) release  with (C1), and orders the new generation after the publication
//                (C7) of the table that replaced the spare.
//  (C7) release  with (C2).
//  (C8) release  with (C4).
//  (C9) release  with (C3): the version is stored before its key.
//  (C10) release with (C3) and (C4): clearing the spare. Filling it again is
//                (C8) and (C9).
//
//===----------------------------------------------------------------------===//

#include "abi/clone_table.h"

#include "abi/rtl.h"
#include "base/check.h"

#include <bit>
#include <new>
#include <sys/mman.h>

namespace stm::rt {

namespace {

/// Room for the versions of the runtime's own and those of a small program.
constexpr size_t FirstCapacity = 256;
constexpr size_t OfferBlockBytes = 16384;

} // namespace

size_t CloneTable::Table::slotFor(const void *Key) {
  size_t I = home(Key);
  for (;; I = (I + 1) & (Capacity - 1)) {
    const void *Here = slots()[I].Key.load(std::memory_order_relaxed);
    if (!Here || Here == Key)
      return I;
  }
}

void CloneTable::Table::clear() {
  for (size_t I = 0; I < Capacity; ++I) {
    slots()[I].Key.store(nullptr, std::memory_order_release);     // (C10)
    slots()[I].Version.store(Found(), std::memory_order_release); // (C10)
    offers(I) = nullptr;
  }
  Keys = Live = 0;
}

/// The program's malloc may be what is being looked up, or be replaced by code
/// that runs transactions: pages from the system.
void *CloneTable::map(size_t Bytes) {
  void *Pages = mmap(nullptr, Bytes, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (Pages == MAP_FAILED)
    reportOutOfMemory("the table of transactional versions", Bytes);
  MappedBytes += Bytes;
  return Pages;
}

CloneTable::Table *CloneTable::newTable(size_t Capacity) {
  // Zero pages are free slots.
  void *Pages =
      map(sizeof(Table) + Capacity * (sizeof(Slot) + sizeof(Offer *)));
  unsigned Shift = 64 - static_cast<unsigned>(std::countr_zero(Capacity));
  return new (Pages) Table{Capacity, Shift};
}

CloneTable::Offer *CloneTable::newOffer(void *Version) {
  if (!FreeOffers) {
    auto *Block = static_cast<Offer *>(map(OfferBlockBytes));
    for (size_t I = 0; I < OfferBlockBytes / sizeof(Offer); ++I)
      FreeOffers = new (&Block[I]) Offer{nullptr, 0, FreeOffers};
  }
  Offer *Taken = FreeOffers;
  FreeOffers = Taken->Next;
  *Taken = {Version, 1, nullptr};
  return Taken;
}

/// Makes a table in which there is a free slot for one key more.
void CloneTable::makeRoom() {
  Table *Old = Newest;
  if ((Old->Keys + 1) * 2 <= Old->Capacity)
    return;

  // At least a quarter of the slots must fill up before the next time.
  Table *New;
  if ((Old->Live + 1) * 4 <= Old->Capacity) {
    if (Spare) {
      Generation.store(Generation.load(std::memory_order_relaxed) + 1,
                       std::memory_order_release); // (C6)
      New = Spare;
      New->clear();
    } else {
      New = newTable(Old->Capacity);
    }
    Spare = Old;
  } else {
    New = newTable(Old->Capacity * 2);
    Spare = nullptr;
  }

  for (size_t I = 0; I < Old->Capacity; ++I) {
    Offer *Offers = Old->offers(I);
    if (!Offers)
      continue;
    const void *Key = Old->slots()[I].Key.load(std::memory_order_relaxed);
    size_t To = New->slotFor(Key);
    New->offers(To) = Offers;
    New->slots()[To].Version.store(
        Old->slots()[I].Version.load(std::memory_order_relaxed),
        std::memory_order_release);                             // (C8)
    New->slots()[To].Key.store(Key, std::memory_order_release); // (C9)
  }
  New->Keys = New->Live = Old->Live;
  Newest = New;
  if (Current.load(std::memory_order_relaxed))
    Current.store(New, std::memory_order_release); // (C7)
}

bool CloneTable::isItsOwn(const void *Version) const {
  return Newest->find(Version).version() == Version;
}

CloneTable::Found CloneTable::marked(const void *Key, void *Version) const {
  return {Version, Version == Key || isItsOwn(Version)};
}

/// A function has become its own version: marks those that have it as theirs.
void CloneTable::markWrappers() {
  for (size_t I = 0; I < Newest->Capacity; ++I) {
    std::atomic<Found> &Here = Newest->slots()[I].Version;
    Found V = Here.load(std::memory_order_relaxed);
    if (V.version() && !V.mayRunAsItStands() && isItsOwn(V.version()))
      Here.store({V.version(), true}, std::memory_order_release); // (C8)
  }
}

void CloneTable::addRow(const stm_clone &Row) {
  if (!Row.original || !Row.clone)
    return;
  Table *Tab = Newest;
  size_t I = Tab->slotFor(Row.original);
  bool IsNewKey = !Tab->slots()[I].Key.load(std::memory_order_relaxed);
  if (IsNewKey) {
    makeRoom();
    Tab = Newest;
    I = Tab->slotFor(Row.original);
  }

  Offer **End = &Tab->offers(I);
  for (; *End; End = &(*End)->Next) {
    if ((*End)->Version == Row.clone) {
      ++(*End)->Times;
      return;
    }
  }
  *End = newOffer(Row.clone);
  if (*End != Tab->offers(I))
    return; // Not the first.
  ++Tab->Live;
  Tab->slots()[I].Version.store(marked(Row.original, Row.clone),
                                std::memory_order_release); // (C8)
  if (IsNewKey) {
    ++Tab->Keys;
    Tab->slots()[I].Key.store(Row.original, std::memory_order_release); // (C9)
  }
}

void CloneTable::removeRow(const stm_clone &Row) {
  if (!Row.original || !Row.clone)
    return;
  Table *Tab = Newest;
  size_t I = Tab->slotFor(Row.original);
  Offer **Link = &Tab->offers(I);
  while (*Link && (*Link)->Version != Row.clone)
    Link = &(*Link)->Next;
  Offer *Gone = *Link;
  if (!Gone || --Gone->Times)
    return;
  *Link = Gone->Next;
  Gone->Next = FreeOffers;
  FreeOffers = Gone;

  Offer *First = Tab->offers(I);
  if (!First)
    --Tab->Live;
  Tab->slots()[I].Version.store(First ? marked(Row.original, First->Version)
                                      : Found(),
                                std::memory_order_release); // (C8)
  if (First && First->Version == Row.original)
    markWrappers();
}

/// The first use, under the mutex. Other threads' first lookups wait for it
/// there, so they find all of the first rows.
void CloneTable::beginLocked() {
  if (Newest)
    return;
  Newest = newTable(FirstCapacity);
  for (size_t I = 0; I < FirstCount; ++I)
    addRow(FirstRows[I]);
  Current.store(Newest, std::memory_order_release); // (C7)
}

bool CloneTable::begin() {
  std::lock_guard<std::mutex> Guard(Writers);
  beginLocked();
  return true;
}

void CloneTable::add(const stm_clone *Rows, size_t Count) {
  std::lock_guard<std::mutex> Guard(Writers);
  beginLocked();
  // Before the rows of which these are the versions.
  bool HaveOwn = false;
  for (size_t I = 0; I < Count; ++I)
    if (Rows[I].original == Rows[I].clone) {
      addRow(Rows[I]);
      HaveOwn = true;
    }
  for (size_t I = 0; I < Count; ++I)
    if (Rows[I].original != Rows[I].clone)
      addRow(Rows[I]);
  if (HaveOwn)
    markWrappers();
}

void CloneTable::remove(const stm_clone *Rows, size_t Count) {
  std::lock_guard<std::mutex> Guard(Writers);
  beginLocked();
  for (size_t I = 0; I < Count; ++I)
    removeRow(Rows[I]);
}

size_t CloneTable::mappedBytesForTesting() {
  std::lock_guard<std::mutex> Guard(Writers);
  return MappedBytes;
}

// --- The process's table ----------------------------------------------------

// The originals under names of our own: their own prototypes (and overloads)
// differ from header to header, and only their addresses matter. As symbols of
// another module they have the one address that the program sees as well, that
// of an interposed function or of the executable's PLT included.
namespace originals {
extern "C" {
#define STM_WRAP_INLINE(Original, Ret, Args, Attrs, Doc)
#define STM_WRAP_LIBCXX(Original, Ret, Args, Attrs, Doc)                       \
  __attribute__((weak)) STM_EXPORT void __stm_original_##Original() __asm__(   \
      #Original);
#define STM_WRAP_NEWER STM_WRAP_LIBCXX
#define STM_WRAP(Original, Ret, Args, Attrs, Doc)                              \
  STM_EXPORT void __stm_original_##Original() __asm__(#Original);
#include "stm/runtime_abi.def"
}
} // namespace originals

namespace {

// Where two originals have one address, the first row counts: see
// libc_wraps.cpp.
const stm_clone WrapRows[] = {
#define STM_WRAP_INLINE(Original, Ret, Args, Attrs, Doc)
#define STM_WRAP(Original, Ret, Args, Attrs, Doc)                              \
  {reinterpret_cast<void *>(&originals::__stm_original_##Original),            \
   reinterpret_cast<void *>(&abi::__stm_wrap_##Original)},
#include "stm/runtime_abi.def"
};

} // namespace

constinit CloneTable Clones(WrapRows, sizeof(WrapRows) / sizeof(WrapRows[0]));

void registerClones(const stm_clone *Rows, size_t Count) {
  Clones.add(Rows, Count);
}

void unregisterClones(const stm_clone *Rows, size_t Count) {
  Clones.remove(Rows, Count);
}

void *cloneOf(const void *Function) { return Clones.lookup(Function); }

void lockClonesForFork() { Clones.lock(); }

void unlockClonesAfterFork() { Clones.unlock(); }

} // namespace stm::rt
