//===- gc/old_generation.h - versions that outlive their chunks -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The list of all records of the old generation, and a cursor that a major
// collection moves over it slice by slice. The collector's own.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_GC_OLD_GENERATION_H
#define STM_RT_GC_OLD_GENERATION_H

#include "base/test_point.h"
#include "gc/active.h"
#include "version/old_record.h"

namespace stm::rt {

class OldGeneration {
public:
  /// A copy of \p Young, on no chain yet; null if memory ran out.
  OldRecord *copy(const UndoRecord &Young, Timestamp Time);
  /// Takes back a copy that was never linked: the newest, or null.
  void takeBack(OldRecord *Copy);

  /// Off its chain: free after the grace period \p Grace.
  void drop(OldRecord &R, uint64_t Grace) {
    R.DroppedIn = Grace;
    ++Dropped;
  }

  bool empty() const { return !First; }
  /// No record here is newer.
  Timestamp newestTime() const { return Newest; }

  /// Major collection. request(): whatever is here is worth another look.
  void request() { Wanted = true; }
  bool isSweeping() const { return Cursor; }
  bool isUnderWay() const { return Wanted || Cursor; }
  /// Looks at up to \p Most records. Drops those that no snapshot can get to (a
  /// reader may still be about to find that out, so they too wait for \p
  /// Grace), frees what was dropped up to grace period \p Passed, and calls \p
  /// Compact(orec) for the others. True at the end of the list.
  template <class F>
  bool sweep(size_t Most, const ActiveSnapshots &Active, uint64_t Passed,
             uint64_t Grace, F Compact);
  /// Records that were dropped and not freed yet.
  size_t droppedCount() const { return Dropped; }

private:
  void startSweep() {
    Wanted = false;
    Cursor = &First;
  }
  void freeAt(OldRecord **Place);

  OldRecord *First = nullptr;
  OldRecord **Cursor = nullptr; ///< The next record's place; null: no sweep.
  Timestamp Newest = 0;
  size_t Dropped = 0;
  bool Wanted = false;
};

template <class F>
bool OldGeneration::sweep(size_t Most, const ActiveSnapshots &Active,
                          uint64_t Passed, uint64_t Grace, F Compact) {
  if (!Cursor)
    startSweep();
  for (; Most && *Cursor; --Most) {
    OldRecord &R = **Cursor;
    if (R.DroppedIn && R.DroppedIn <= Passed) {
      freeAt(Cursor);
      continue;
    }
    if (!R.DroppedIn) {
      if (R.Time <=
          (STM_MUTATION(SweptWhatIsRead) ? Active.horizon() : Active.oldest()))
        drop(R, Grace);
      else
        Compact(R.Record.orec()); // May add copies, at the list's front.
    }
    Cursor = &R.NextOld;
  }
  if (*Cursor)
    return false;
  Cursor = nullptr;
  return true;
}

} // namespace stm::rt

#endif // STM_RT_GC_OLD_GENERATION_H
