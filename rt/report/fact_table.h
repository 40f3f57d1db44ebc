//===- report/fact_table.h - a bounded table of facts -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A hash table that grows up to a bound and takes its memory from mmap. Entries
// are plain data and are never removed singly. Zero-initialised is empty. Not
// thread-safe; see facts.h.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_FACT_TABLE_H
#define STM_RT_REPORT_FACT_TABLE_H

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace stm::rt {

/// Zeroed pages, or null: never ends the program, and leaves errno alone.
void *mapFactMemory(size_t Bytes);
void unmapFactMemory(void *Memory, size_t Bytes);

/// EntryT has a member Key of its KeyType, which has == and hash(), and a
/// member Totals whose Count is nonzero in every entry that is in use.
template <class EntryT, unsigned MaxEntries> class FactTable {
  static_assert(std::is_trivially_copyable_v<EntryT>);
  static_assert((MaxEntries & (MaxEntries - 1)) == 0, "a power of two");

public:
  using KeyType = typename EntryT::KeyType;

  constexpr FactTable() = default;

  EntryT *find(const KeyType &Key) const {
    if (!Slots)
      return nullptr;
    EntryT &Slot = slotFor(Key);
    return inUse(Slot) ? &Slot : nullptr;
  }

  /// The key's entry, new with all totals zero if there was none; null if the
  /// table is full. The caller makes Totals.Count nonzero.
  EntryT *findOrInsert(const KeyType &Key) {
    EntryT *Entry = find(Key);
    if (!Entry) {
      if (Used == MaxEntries || (Used * 2 >= Capacity && !grow()))
        return nullptr;
      Entry = &slotFor(Key);
      Entry->Key = Key;
      ++Used;
    }
    Newest = static_cast<uint32_t>(Entry - Slots);
    return Entry;
  }

  template <class FnT> void forEach(FnT Fn) const {
    for (uint32_t I = 0; I != Capacity; ++I)
      if (inUse(Slots[I]))
        Fn(Slots[I]);
  }

  uint32_t size() const { return Used; }

  void clear() {
    if (Slots)
      unmapFactMemory(Slots, Capacity * sizeof(EntryT));
    Slots = nullptr;
    Capacity = Used = Newest = 0;
  }

private:
  static constexpr uint32_t FirstCapacity = 32;

  static bool inUse(const EntryT &Slot) { return Slot.Totals.Count != 0; }

  /// The slot of the key, or the free one where it belongs. At most half of the
  /// slots are used, so there is a free one.
  EntryT &slotFor(const KeyType &Key) const {
    if (inUse(Slots[Newest]) && Slots[Newest].Key == Key)
      return Slots[Newest];
    uint32_t Mask = Capacity - 1;
    for (uint32_t I = static_cast<uint32_t>(Key.hash()) & Mask;;
         I = (I + 1) & Mask)
      if (!inUse(Slots[I]) || Slots[I].Key == Key)
        return Slots[I];
  }

  bool grow() {
    uint32_t NewCapacity = Capacity ? Capacity * 2 : FirstCapacity;
    auto *NewSlots =
        static_cast<EntryT *>(mapFactMemory(NewCapacity * sizeof(EntryT)));
    if (!NewSlots)
      return false;
    EntryT *OldSlots = Slots;
    uint32_t OldCapacity = Capacity;
    Slots = NewSlots;
    Capacity = NewCapacity;
    Newest = 0;
    for (uint32_t I = 0; I != OldCapacity; ++I)
      if (inUse(OldSlots[I]))
        slotFor(OldSlots[I].Key) = OldSlots[I];
    if (OldSlots)
      unmapFactMemory(OldSlots, OldCapacity * sizeof(EntryT));
    return true;
  }

  EntryT *Slots = nullptr;
  uint32_t Capacity = 0;
  uint32_t Used = 0;
  uint32_t Newest = 0; ///< That was asked for: often the next one as well.
};

} // namespace stm::rt

#endif // STM_RT_REPORT_FACT_TABLE_H
