//===- gc/grace.h - waiting for walks that are under way --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What was taken off chains is reused only when every walk that may still hold
// a pointer to it has ended. Things are collected in the open period; closing
// it makes the fence that walkers leave out and notes who is walking; once all
// of those have moved on, the period has passed.
//
// The collector's own.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_GC_GRACE_H
#define STM_RT_GC_GRACE_H

#include "mem/log_memory.h"
#include "version/chunk.h"
#include "version/snapshots.h"

namespace stm::rt {

class GracePeriods {
public:
  /// The number of the period that is open.
  uint64_t open() const { return Open; }
  /// All periods up to this one have passed.
  uint64_t passed() const { return Passed; }

  /// \p C is reused after the open period.
  void add(UndoChunk *C);
  void addDropped() { HasDropped = true; }

  /// Closes the open period if there is something in it and none is closed, and
  /// looks whether the closed one has passed.
  void advance();
  /// Closes the open period and waits for it. Bounded by the length of walks.
  void finish();
  bool isWaiting() const { return Closed || OpenChunks || HasDropped; }

  /// A chunk that may be reused; null: none.
  UndoChunk *take();
  /// Frees all but \p Kept of those.
  void trim(size_t Kept);

  /// In a fork's child nobody walks.
  void forgetWalkers() { Walkers.clear(); }

private:
  struct Walker {
    SnapshotReader *Reader;
    uint64_t Walks;
  };
  void close();
  bool allMovedOn() const;
  void pass();

  uint64_t Open = 1;
  uint64_t Passed = 0;
  uint64_t Closed = 0; ///< The number of the closed period; 0: none.
  UndoChunk *OpenChunks = nullptr;
  UndoChunk *ClosedChunks = nullptr;
  UndoChunk *FreeChunks = nullptr;
  size_t FreeCount = 0;
  bool HasDropped = false;
  LogVector<Walker> Walkers;
};

} // namespace stm::rt

#endif // STM_RT_GC_GRACE_H
