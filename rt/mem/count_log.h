//===- mem/count_log.h - references that a transaction takes ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reference counts are atomics that plain code changes too, so a transaction
// can't hold them back, nor restore an old value:
//
// - A reference taken is counted at once, and dropped again by a rollback.
// - A reference given up is dropped after the commit (and after quiescence, as
//   memory is freed): until then the object is there for whoever still reads
//   it.
// - What both happened to in one transaction costs one of each, however often.
//
// So while an attempt runs each count is as high as it would be, or higher. The
// last drop destroys the object: its destructor runs after the commit.
//
// Counts that were made in this transaction are nobody else's: they are counted
// where they are, and the object is destroyed on the spot.
//
// Owner only.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_MEM_COUNT_LOG_H
#define STM_RT_MEM_COUNT_LOG_H

#include "mem/log_memory.h"

namespace stm::rt {

/// Takes references away from an object. Runs the program's code, and
/// transactions.
using DropReferences = void (*)(void *Object, uint32_t Uses, uint32_t Weaks);

/// One of the two counts of an object, as this attempt has changed it.
struct CountChange {
  uint32_t Added;    ///< Counted, for an abort to drop.
  uint32_t Owed;     ///< Counted, to be dropped in any case.
  uint32_t Released; ///< Not dropped yet, for a commit to drop.

  /// True: nothing is to be done to the count itself.
  bool takeOver() {
    if (Owed) {
      --Owed;
      ++Added;
    } else if (Released) {
      --Released;
    } else {
      return false;
    }
    return true;
  }
  void release() {
    if (Added) {
      --Added;
      ++Owed;
    } else {
      ++Released;
    }
  }
  /// What the transaction has given up, but the count still has.
  uint32_t pending() const { return Owed + Released; }
  uint32_t toDrop(bool Committed) const {
    return Owed + (Committed ? Released : Added);
  }
};

struct CountRow {
  void *Object;
  DropReferences Drop;
  CountChange Use, Weak;
  /// Both counts of an object that this attempt has made; null: it was there
  /// before.
  void *NewCounts;
  uint32_t NewBytes = 8; ///< Of them; up to 16.
};

class CountLog {
public:
  bool empty() const { return Rows.empty(); }
  /// The object's row, made if there is none. Null: no memory for it.
  CountRow *row(void *Object, DropReferences Drop);
  const CountRow *find(const void *Object) const;
  /// Of what has been given up, or undone, one reference stays after all.
  void takeOver(const void *Object) {
    if (CountRow *Row = findRow(Object))
      Row->Use.takeOver();
  }

  /// A place to go back to (tx/scope.h). Marks are released in reverse order.
  struct Mark {
    size_t Rows;
    size_t FirstMarked;
  };
  /// False: no memory; there is no mark.
  bool mark(Mark &Here);
  /// References are again as they were there. The mark stays.
  void undoTo(const Mark &Back);
  void release(const Mark &Here);

  /// After commit or rollback: drops what is to be dropped. What that drops in
  /// turn (a list of objects that hold each other) waits in a queue, so the
  /// stack doesn't grow with it.
  void settle(bool Committed);

private:
  struct Pending {
    void *Object;
    DropReferences Drop;
    uint32_t Uses, Weaks;
  };

  CountRow *findRow(const void *Object) const;
  bool index();
  uint32_t &slotFor(const void *Object) const;

  struct MarkedRow {
    CountRow Row;
    uint64_t Counts[2]; ///< With Row.NewCounts: what was there.
  };

  LogVector<CountRow> Rows;
  LogVector<MarkedRow> Marked; ///< All rows there were, once for each mark.
  /// Row numbers plus one, by address; there once there are many rows.
  uint32_t *Slots = nullptr;
  size_t SlotCount = 0; ///< A power of two.
  LogVector<Pending> Queue;
  size_t Settled = 0; ///< Of the queue.
  bool IsSettling = false;
};

} // namespace stm::rt

#endif // STM_RT_MEM_COUNT_LOG_H
