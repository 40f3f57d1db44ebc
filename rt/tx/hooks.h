//===- tx/hooks.h - what runs after a commit or a rollback ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Hooks are functions of the program's. They are called outside of any
// transaction, when nothing of the one they were registered in is left to do,
// so they may run transactions on this thread, which register hooks of their
// own: a list is emptied before its first hook is called.
//
//   commit   in the order of registration
//   abort    newest first, after each rolled back attempt. Of an inner block
//            that was cancelled: they wait for the end of the attempt around
//            it, whichever way that ends.
//
// Owner only.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_HOOKS_H
#define STM_RT_TX_HOOKS_H

#include "mem/log_memory.h"

namespace stm::rt {

class Hooks {
public:
  using Function = void (*)(void *);
  /// How far the lists had come.
  struct Mark {
    size_t Commit = 0, Abort = 0;
  };

  /// False: no memory to note it; nothing was noted. \p Copy: \p Arg is a block
  /// of log memory, to be freed with the hook.
  bool onCommit(Function Call, void *Arg, bool Copy) {
    return Commit.push({Call, Arg, Copy});
  }
  bool onAbort(Function Call, void *Arg, bool Copy) {
    return makeRoomForAbort() && Abort.push({Call, Arg, Copy});
  }
  /// For one more, also where it will be due: a rollback needs no memory.
  bool makeRoomForAbort() {
    return Abort.reserve(1) && Due.reserve(ofAborts() + 1);
  }
  /// Those that a rollback of the attempt would make due.
  size_t ofAborts() const { return Undone.size() + Abort.size(); }

  Mark mark() const { return {Commit.size(), Abort.size()}; }
  /// An inner block that began at \p M is undone. False: no memory, and its
  /// abort hooks are where they were.
  bool undoTo(const Mark &M);

  /// The attempt has been rolled back: its abort hooks are due.
  void rolledBack();
  bool hasDue() const { return !Due.empty(); }
  /// Calls those that are due.
  void runDue();
  /// The attempt has committed, and all of its end is over.
  void runCommitted();

  /// In a fork's child, for a thread that is not there.
  void abandon() { Commit = Abort = Undone = Due = {}; }

private:
  struct Hook {
    Function Call;
    void *Arg;
    bool Copy;
  };
  using List = LogVector<Hook>;

  static void run(List &Hooks, bool NewestFirst, const char *Kind);
  static void drop(List &Hooks, size_t From);

  List Commit, Abort;
  List Undone; ///< Of inner blocks, to be called at the attempt's end.
  List Due;    ///< Of attempts that have been rolled back.
};

} // namespace stm::rt

#endif // STM_RT_TX_HOOKS_H
