//===- check/recorder.h - what one thread's attempts do ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Thread safety: a recorder is its thread's own; the tickets are everybody's.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_CHECK_RECORDER_H
#define STM_TEST_CHECK_RECORDER_H

#include "history.h"

#include <algorithm>
#include <atomic>

namespace stm::check {

class Tickets {
public:
  Ticket next() { return Newest.fetch_add(1) + 1; }
  Ticket newest() const { return Newest.load(); }
  void reset() { Newest.store(0); }

  /// Where threads know of time in another way than through the tickets, which
  /// it has to be told in: before an attempt begins, and after it has ended.
  void (*OnBegin)() = nullptr;
  void (*OnEnd)() = nullptr;

private:
  alignas(64) std::atomic<Ticket> Newest{0};
};

class Recorder {
public:
  Recorder(unsigned Thread, Tickets &T) : Thread(Thread), T(T) {}

  /// Before an attempt begins. Nothing if one has been begun already.
  void begin() {
    if (IsOpen)
      return;
    IsOpen = true;
    if (T.OnBegin)
      T.OnBegin();
    Attempts.push_back({Thread, static_cast<unsigned>(Attempts.size()) + 1,
                        false, T.next(), 0, 0, Operations.size(), 0});
  }
  void read(uint32_t Cell, uint64_t Value) {
    Operations.push_back({Operation::Read, Cell, Value, T.newest()});
  }
  /// Before it is done.
  void write(uint32_t Cell, uint64_t Value) {
    Operations.push_back({Operation::Write, Cell, Value, 0});
  }
  size_t operations() const { return Operations.size(); }
  /// All after \p First was in a block that is undone: it has written nothing.
  /// What it has read counts.
  void undoSince(size_t First) {
    std::vector<Operation> Undone(
        Operations.begin() + static_cast<ptrdiff_t>(First), Operations.end());
    Operations.resize(First);
    for (const Operation &O : Undone)
      if (O.What == Operation::Read &&
          std::none_of(Undone.begin(), Undone.end(), [&](const Operation &W) {
            return W.What == Operation::Write && W.Cell == O.Cell &&
                   W.Value == O.Value;
          }))
        Operations.push_back(O);
  }
  void askToCommit() { Attempts.back().AskedToCommit = T.next(); }
  /// After it has ended.
  void end(bool Committed) {
    Attempt &A = Attempts.back();
    A.Committed = Committed;
    A.End = T.next();
    A.Last = Operations.size();
    IsOpen = false;
    if (T.OnEnd)
      T.OnEnd();
  }

  /// Moves all of it to \p H.
  void moveTo(History &H) {
    for (Attempt A : Attempts) {
      A.First += H.Operations.size();
      A.Last += H.Operations.size();
      H.Attempts.push_back(A);
    }
    H.Operations.insert(H.Operations.end(), Operations.begin(),
                        Operations.end());
    Attempts.clear();
    Operations.clear();
  }

private:
  unsigned Thread;
  Tickets &T;
  bool IsOpen = false;
  std::vector<Attempt> Attempts;
  std::vector<Operation> Operations;
};

} // namespace stm::check

#endif // STM_TEST_CHECK_RECORDER_H
