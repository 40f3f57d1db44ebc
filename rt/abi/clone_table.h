//===- abi/clone_table.h - transactional versions by address ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// From the address of a function to its transactional version: what an indirect
// call in a transaction asks. Modules add their rows when they are loaded and
// remove them when they are unloaded.
//
// Thread safety: lookup() from any thread, at any time, a signal handler
// included: it takes no lock (but for the very first one of the process), does
// not allocate, and never waits for a writer. Everything else is serialized by
// a mutex.
//
// Several modules may offer a version of the same function (an inline one that
// each has compiled). The first offer wins; when its last module has gone, the
// next one takes over.
//
// A version that is the function itself (a pure one), or a function that is its
// own version (a pure wrapper), has a mark: before such code runs there may be
// something to tell (Tx::beforeTelling), which nobody else need look for. A
// mark may also be left over from a row that was removed.
//
// A table has open addressing. Invariants:
//  1. In a published table a key, once stored, stays, so a probe never misses a
//     key that lies behind another. A removed function keeps its key, with a
//     null version.
//  2. At most half of the slots have keys, at any time, so probing ends.
//  3. Whoever sees a key sees its version, or a later one of the same function.
//  4. A table that has been replaced isn't touched any more: a reader in it
//     sees the state of the moment when it was replaced. The one exception is
//     the spare. A full table in which most keys are of removed functions is
//     replaced by one of the same size, into which only the others are copied:
//     by the spare, which is the table that it had itself replaced in that way.
//     Generation is incremented after the spare had been replaced and before it
//     is cleared. So a reader that sees the same generation before and after
//     its probe was not in a table that was being cleared; others look again.
//
// Memory: a table twice as large replaces a full one; readers may be in the old
// one for as long as they like, and to find out would cost every lookup a
// store, so it is never unmapped. The old ones and their spares together are
// less than the current one and its spare: less than 4 x 24 bytes x capacity in
// all, where the capacity is 256, or less than 8 x the largest number of
// functions that had a version at one time, plus 1. Loading and unloading the
// same plugin for ever, wherever it lands, takes no more than that.
//
// What this doesn't do: keep a module's code. Unloading a module while another
// thread may run its functions is a mistake with versions as it is without.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_ABI_CLONE_TABLE_H
#define STM_RT_ABI_CLONE_TABLE_H

#include "base/port.h"
#include "stm/abi.h"

#include <atomic>
#include <mutex>

namespace stm::rt {

class CloneTable {
public:
  /// \p Rows are there from the first use on.
  constexpr CloneTable(const stm_clone *Rows, size_t Count)
      : FirstRows(Rows), FirstCount(Count) {}

  /// Rows without original or version are passed over.
  void add(const stm_clone *Rows, size_t Count);
  /// The same rows that add() got. Others are passed over.
  void remove(const stm_clone *Rows, size_t Count);

  /// A version, or null, and its mark. In one word, as one store publishes it.
  class Found {
  public:
    Found() = default;
    Found(void *Version, bool MayRunAsItStands)
        : Word(reinterpret_cast<uintptr_t>(Version) |
               (MayRunAsItStands ? Mark : 0)) {}
    void *version() const { return reinterpret_cast<void *>(Word & ~Mark); }
    bool mayRunAsItStands() const { return Word & Mark; }

  private:
    static constexpr uintptr_t Mark = uintptr_t{1} << 63; ///< In no address.
    uintptr_t Word = 0;
  };

  /// About 4 ns, the call included.
  STM_FAST_PATH Found find(const void *Function) {
    return findPausing(Function, [] {}, [this] { return begin(); });
  }
  /// The same, or no version and the mark if nobody has looked yet: it calls
  /// nothing, so who calls it needs no frame.
  STM_FAST_PATH Found findIfBegun(const void *Function) {
    return findPausing(Function, [] {}, [] { return false; });
  }
  /// The version of \p Function, or null.
  void *lookup(const void *Function) { return find(Function).version(); }
  /// Calls \p Pause where a reader that is delayed may find its table cleared.
  template <class Callback>
  void *lookupForTesting(const void *Function, Callback Pause) {
    return findPausing(Function, Pause, [this] { return begin(); }).version();
  }

  /// Around fork(): the child must not inherit a mutex that a thread holds
  /// which it doesn't have.
  void lock() { Writers.lock(); }
  void unlock() { Writers.unlock(); }

  size_t mappedBytesForTesting();

private:
  struct Slot {
    std::atomic<const void *> Key; ///< Null: free.
    std::atomic<Found> Version;
  };

  /// A version and how often it has been added. Writers only.
  struct Offer {
    void *Version;
    size_t Times;
    Offer *Next;
  };

  /// Mapped as {Table, Slot[Capacity], Offer *[Capacity]}.
  struct alignas(CacheLine) Table {
    size_t Capacity; ///< A power of two.
    unsigned Shift;  ///< 64 - log2(Capacity).
    // Writers only.
    size_t Keys = 0;
    size_t Live = 0; ///< Keys that have a version.

    Slot *slots() { return reinterpret_cast<Slot *>(this + 1); }
    const Slot *slots() const {
      return reinterpret_cast<const Slot *>(this + 1);
    }
    Offer *&offers(size_t Index) {
      return reinterpret_cast<Offer **>(slots() + Capacity)[Index];
    }
    size_t home(const void *Key) const {
      return (reinterpret_cast<uintptr_t>(Key) * 0x9e3779b97f4a7c15) >> Shift;
    }
    Found find(const void *Function) const {
      for (size_t I = home(Function);; I = (I + 1) & (Capacity - 1)) {
        const Slot &S = slots()[I];
        const void *Key = S.Key.load(std::memory_order_acquire); // (C3)
        if (!Key)
          return {};
        if (Key == Function)
          return S.Version.load(std::memory_order_acquire); // (C4)
      }
    }
    /// The slot of \p Key, or the free one where it belongs. Writers only.
    size_t slotFor(const void *Key);
    void clear();
  };

  template <class Callback, class Begins>
  STM_FAST_PATH Found findPausing(const void *Function, Callback Pause,
                                  Begins Begin) {
    for (;;) {
      uint64_t Before = Generation.load(std::memory_order_acquire); // (C1)
      const Table *Tab = Current.load(std::memory_order_acquire);   // (C2)
      if (STM_UNLIKELY(!Tab)) {
        if (!Begin())
          return {nullptr, true};
        continue;
      }
      Pause();
      Found Here = Tab->find(Function);
      // (C5) Not before the loads of find(), which are (C3) and (C4).
      if (STM_LIKELY(Generation.load(std::memory_order_relaxed) == Before))
        return Here;
    }
  }

  STM_SLOW_PATH bool begin(); ///< True.
  void beginLocked();
  void addRow(const stm_clone &Row);
  bool isItsOwn(const void *Version) const;
  Found marked(const void *Key, void *Version) const;
  void markWrappers();
  void removeRow(const stm_clone &Row);
  void makeRoom();
  void *map(size_t Bytes);
  Table *newTable(size_t Capacity);
  Offer *newOffer(void *Version);

  // Read by lookup, changed rarely.
  alignas(CacheLine) std::atomic<uint64_t> Generation{0};
  std::atomic<Table *> Current{nullptr};

  // Under the mutex.
  alignas(CacheLine) std::mutex Writers;
  Table *Newest = nullptr; ///< Current, once that is published.
  Table *Spare = nullptr;  ///< Of the current capacity, not current, or null.
  Offer *FreeOffers = nullptr;
  size_t MappedBytes = 0;
  const stm_clone *FirstRows;
  size_t FirstCount;
};

/// The process's table. It begins with the versions of the functions that are
/// rows STM_WRAP of runtime_abi.def.
extern constinit CloneTable Clones;
void registerClones(const stm_clone *Rows, size_t Count);
void unregisterClones(const stm_clone *Rows, size_t Count);
void *cloneOf(const void *Function);
/// The same for a transaction that is about to call it. What it calls as it
/// stands may tell others (Tx::beforeTelling).
void *cloneInTransaction(const void *Function, uintptr_t Pc);

/// See CloneTable::lock.
void lockClonesForFork();
void unlockClonesAfterFork();

} // namespace stm::rt

#endif // STM_RT_ABI_CLONE_TABLE_H
