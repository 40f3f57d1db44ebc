//===- tx/output.h - output that is written at the commit -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Deferred output is kept with the attempt and written when it has committed,
// by its own thread, in the order of the commits of all that have any: each
// takes a ticket, and waits for its turn.
//
// Invariants
//  1. Tickets are in the order of commit timestamps. A commit with output takes
//     its timestamp, validates and takes its ticket under one lock; one that
//     has written nothing validates as of now under it. (A snapshot's place in
//     the order is that of its end, not of what it saw.)
//  2. Between ticket and turn nothing of the program's runs on the thread, which
//     waits for older attempts only; these wait for nobody's turn. So every turn
//     comes.
//  3. Whoever waits for its turn is idle and holds nothing.
//
// Thread safety: the buffer is its owner's; tickets any thread.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_OUTPUT_H
#define STM_RT_TX_OUTPUT_H

#include "mem/log_memory.h"

#include <cstdio>

namespace stm::rt {

class DeferredOutput {
public:
  struct Mark {
    size_t Pieces = 0, Bytes = 0;
  };

  bool empty() const { return Pieces.empty(); }
  Mark mark() const { return {Pieces.size(), Text.size()}; }
  void undoTo(const Mark &M) {
    Pieces.truncate(Pieces.begin() + M.Pieces);
    Text.truncate(Text.begin() + M.Bytes);
    // Its last piece may have grown since.
    if (!Pieces.empty() && Pieces.back().End > M.Bytes)
      Pieces.back().End = M.Bytes;
  }
  void clear() { undoTo({}); }

  /// Room for \p Bytes more at the end of the text; null: no memory. What is
  /// put there counts from append() on.
  char *makeRoom(size_t Bytes);
  void append(size_t Bytes) { Text.truncate(Text.end() + Bytes); }
  /// All text since the last piece goes to \p File or, if that is null, \p
  /// Descriptor. False: no memory to note it.
  bool endPiece(int Descriptor, FILE *File);

  /// Around the commit.
  void lockOrder();
  void takeTicketAndUnlock();
  /// Before a rollback, which may call the program's deallocators.
  void unlockOrderIfHeld() {
    if (HoldsOrder)
      unlockOrder();
  }
  /// After it.
  void write();

  /// In a fork's child, for a thread that is not there.
  void abandon() { *this = {}; }

private:
  struct Piece {
    int Descriptor;
    FILE *File;
    size_t End;
  };
  LogVector<Piece> Pieces;
  LogVector<char> Text;
  void unlockOrder();

  uint64_t Ticket = 0;
  bool HoldsOrder = false;
};

/// In a fork's child: whoever had a ticket isn't there.
void resetOutputInChild();

/// False: no memory.
bool reserve(LogVector<char> &Text, size_t Bytes);

} // namespace stm::rt

#endif // STM_RT_TX_OUTPUT_H
