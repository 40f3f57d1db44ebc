//===- tx/held_locks.h - the program's locks, taken in blocks ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Mutexes, reader-writer locks and spin locks of pthread that an attempt takes
// while it can still be rolled back. Plain code that holds one may be about to
// enter a block, so nobody may keep others from running while it waits for one.
//
// Rules
//  1. An attempt that can be rolled back takes a lock for real, without
//  waiting.
//     Where it is taken, the attempt ends, holds nothing, sleeps, and starts
//     again. (It looks again rather than waits: without the attempt nothing
//     says that the lock's memory is still there.)
//  2. Once it has a lock, what it has read must be current: plain code that
//  held
//     the lock before may have run transactions meanwhile.
//  3. It gives none back before its end (two-phase locking): what it wrote
//  under
//     the lock isn't committed, and what it read there nobody validates. At its
//     commit it becomes inevitable, alone, which validates; then the locks go.
//     So whoever gets a lock finds all that was done under it committed, and
//     nobody left who may still use what that has made private.
//  4. A rollback gives them back after the undo, and before the slot is Idle:
//     until then nobody frees the memory that they are in.
//  5. Becoming inevitable earlier gives back at once what the program has
//     unlocked; the rest is the program's own from there on, as in plain code.
//     That never is done beside others: they would not see it committed.
//  6. Who is alone for good has to wait with all others stopped. If the lock's
//     owner waits for them, that is a deadlock, and ends the program with a
//     message (reportUsageErrorLockDeadlock).
//
// Locks on the attempt's own stack are left alone: nobody else can know them.
//
// Owner only.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_HELD_LOCKS_H
#define STM_RT_TX_HELD_LOCKS_H

#include "base/port.h"

namespace stm::rt {

class Tx;

enum class LockKind : uint8_t { Mutex, Read, Write, Spin };

/// As pthread's functions: 0, or an error's number.
int tryLockNow(void *Lock, LockKind Kind);
int unlockNow(void *Lock, LockKind Kind);

class HeldLocks {
public:
  static constexpr unsigned Most = 16;

  struct Held {
    void *Lock;
    uintptr_t Pc; ///< Of the call that took it.
    LockKind Kind;
    uint16_t Real;    ///< So often it was taken.
    uint16_t Program; ///< The same less what the program has given back.
  };
  /// Of an inner block: what the program held.
  struct Mark {
    uint16_t Program[Most];
    uint8_t Count = 0;
  };

  bool empty() const { return Count == 0; }
  bool isFull() const { return Count == Most; }
  /// Those that the program takes for given back.
  bool hasDeferred() const;
  const Held &first() const { return All[0]; }

  /// Null: it isn't held.
  Held *find(const void *Lock);
  /// There is room.
  void add(void *Lock, LockKind Kind, uintptr_t Pc) {
    All[Count++] = {Lock, Pc, Kind, 1, 1};
  }

  Mark mark() const;
  /// The inner block that began at \p M is undone; what it took stays taken.
  void undoTo(const Mark &M);

  /// Inevitable and alone, all committed: only the program's own stay.
  void settle();
  /// A rollback, after the undo. Those for which \p IsGone(lock) holds were
  /// never anybody else's.
  template <class F> void release(F IsGone) {
    for (; Count; --Count)
      if (!IsGone(All[Count - 1].Lock))
        for (; All[Count - 1].Real; --All[Count - 1].Real)
          unlockNow(All[Count - 1].Lock, All[Count - 1].Kind);
  }
  /// They are the program's from here on; or the process is a fork's child.
  void forget() { Count = 0; }

private:
  Held All[Most] = {};
  uint8_t Count = 0;
};

/// What the wrappers of lock functions do, in any state of the calling thread.
/// \p Reason: "call to …". Returns as pthread's functions do.
int lockInTransaction(void *Lock, LockKind Kind, const char *Reason,
                      uintptr_t Pc);
int tryLockInTransaction(void *Lock, LockKind Kind, const char *Reason,
                         uintptr_t Pc);
/// \p Kind of a reader-writer lock: either.
int unlockInTransaction(void *Lock, LockKind Kind, const char *Reason,
                        uintptr_t Pc);

} // namespace stm::rt

#endif // STM_RT_TX_HELD_LOCKS_H
