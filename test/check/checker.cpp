//===- check/checker.cpp - is a history opaque? ---------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "checker.h"

#include "precedence.h"

#include <algorithm>
#include <tuple>

namespace stm::check {

namespace {

/// A value of a cell, and who gave it to the cell.
struct Version {
  uint32_t Cell;
  uint64_t Value;
  uint32_t Writer;
  bool IsLast; ///< Of its writer's.

  auto key() const { return std::tie(Cell, Value); }
};

/// A read of what others, or nobody, wrote.
struct OutsideRead {
  uint32_t Reader;
  const Operation *What;
};

/// A committed attempt's replacement of \p Old.
struct Overwrite {
  uint32_t Cell;
  uint64_t Old, New;
  uint32_t Writer;

  auto key() const { return std::tie(Cell, Old); }
};

constexpr auto ByKey = [](const auto &A, const auto &B) {
  return A.key() < B.key();
};

class Checker {
public:
  Checker(const History &H, Clocks Of) : H(H), Of(Of), LastOf(H.Cells.size()) {}

  Verdict run() {
    for (uint32_t I = 0; I != H.Attempts.size(); ++I)
      readAttempt(I);
    sortVersions();
    std::sort(Overwrites.begin(), Overwrites.end(), ByKey);
    for (const OutsideRead &R : Reads)
      checkSource(R);
    if (!Result.IsStrictlySerializable)
      return Result;
    if (Result.IsOpaque)
      Result.IsOpaque = isAcyclic(/*OnlyCommitted=*/false);
    if (!Result.IsOpaque)
      Result.IsStrictlySerializable = isAcyclic(/*OnlyCommitted=*/true);
    return Result;
  }

private:
  /// What one attempt has done with a cell so far.
  struct Known {
    uint32_t Attempt = ~0u;
    bool WasRead = false, WasWritten = false;
    uint64_t Seen = 0; ///< The first value that it read.
    size_t Version = 0;
  };

  /// What an attempt read of its own writes is checked here, and nothing else
  /// of it matters; all other reads and writes are gathered.
  void readAttempt(uint32_t Index) {
    const Attempt &A = H.Attempts[Index];
    for (size_t I = A.First; I != A.Last; ++I) {
      const Operation &O = H.Operations[I];
      Known &K = LastOf[O.Cell];
      if (K.Attempt != Index)
        K = {.Attempt = Index};
      if (O.What == Operation::Read) {
        if (K.WasWritten) {
          if (Versions[K.Version].Value != O.Value)
            fail(A, describe(Index, "read", O) + ", but had written " +
                        std::to_string(Versions[K.Version].Value) +
                        " itself\n");
        } else {
          Reads.push_back({Index, &O});
          if (!K.WasRead)
            K.Seen = O.Value;
          K.WasRead = true;
        }
        continue;
      }
      if (!K.WasRead)
        return malformed(describe(Index, "wrote", O) +
                         " without having read the cell\n");
      if (K.WasWritten) {
        Versions[K.Version].IsLast = false;
        if (A.Committed)
          overwriteOf(Index, O.Cell).New = O.Value;
      } else if (A.Committed) {
        Overwrites.push_back({O.Cell, K.Seen, O.Value, Index});
      }
      K.WasWritten = true;
      K.Version = Versions.size();
      Versions.push_back({O.Cell, O.Value, Index, true});
    }
  }

  Overwrite &overwriteOf(uint32_t Writer, uint32_t Cell) {
    auto I = Overwrites.end();
    do
      --I;
    while (I->Writer != Writer || I->Cell != Cell);
    return *I;
  }

  void sortVersions() {
    std::sort(Versions.begin(), Versions.end(), ByKey);
    for (size_t I = 0; I != Versions.size(); ++I) {
      const Version &V = Versions[I];
      if (V.Value == H.Cells[V.Cell].Initial ||
          (I && Versions[I - 1].key() == V.key()))
        malformed(H.Cells[V.Cell].Name + " got " + std::to_string(V.Value) +
                  " twice\n");
    }
  }

  bool isInitial(const Operation &O) const {
    return H.Cells[O.Cell].Initial == O.Value;
  }
  const Version *find(uint32_t Cell, uint64_t Value) const {
    Version Like = {Cell, Value, 0, false};
    auto I = std::lower_bound(Versions.begin(), Versions.end(), Like, ByKey);
    return I != Versions.end() && I->key() == Like.key() ? &*I : nullptr;
  }

  /// Whether the value is one that this attempt might have read.
  void checkSource(const OutsideRead &R) {
    const Operation &O = *R.What;
    if (isInitial(O))
      return;
    const Attempt &Reader = H.Attempts[R.Reader];
    std::string What = describe(R.Reader, "read", O);
    const Version *V = find(O.Cell, O.Value);
    if (!V)
      return fail(Reader, What + ", which nobody wrote\n");
    const Attempt &Writer = H.Attempts[V->Writer];
    if (!Writer.Committed)
      return fail(Reader, What + ", which only " + nameOf(Writer) + " wrote\n");
    if (!V->IsLast)
      return fail(Reader, What + ", which " + nameOf(Writer) +
                              " overwrote itself before its end\n");
    if (O.After && O.After < Writer.AskedToCommit) {
      Result.IsOpaque = false;
      say(What + " before " + nameOf(Writer) + " had asked to commit it\n");
    }
  }

  bool isAcyclic(bool OnlyCommitted) {
    Precedence Order(H, OnlyCommitted, Of);
    for (const OutsideRead &R : Reads) {
      if (OnlyCommitted && !H.Attempts[R.Reader].Committed)
        continue;
      const Operation &O = *R.What;
      if (!isInitial(O))
        Order.add(find(O.Cell, O.Value)->Writer, R.Reader,
                  {Because::WasRead, O.Cell, O.Value, 0});
      Overwrite Like = {O.Cell, O.Value, 0, 0};
      auto [I, End] =
          std::equal_range(Overwrites.begin(), Overwrites.end(), Like, ByKey);
      for (; I != End; ++I)
        if (I->Writer != R.Reader)
          Order.add(R.Reader, I->Writer,
                    {Because::Overwrote, O.Cell, O.Value, I->New});
    }
    std::string Cycle = Order.findCycle();
    if (!Cycle.empty() && Result.Why.empty())
      say(Cycle);
    return Cycle.empty();
  }

  std::string describe(uint32_t Attempt, const char *Did, const Operation &O) {
    return nameOf(H.Attempts[Attempt]) + " " + Did + " " +
           H.Cells[O.Cell].Name + " = " + std::to_string(O.Value);
  }
  /// What \p A has done is wrong wherever it is put.
  void fail(const Attempt &A, const std::string &Why) {
    Result.IsOpaque = false;
    if (A.Committed)
      Result.IsStrictlySerializable = false;
    say(Why);
  }
  void malformed(const std::string &Why) {
    Result.IsOpaque = Result.IsStrictlySerializable = false;
    say("this history can't be checked: " + Why);
  }
  void say(const std::string &Why) {
    if (Result.Why.empty())
      Result.Why = Why;
  }

  const History &H;
  Clocks Of;
  std::vector<Known> LastOf;
  std::vector<Version> Versions;
  std::vector<OutsideRead> Reads;
  std::vector<Overwrite> Overwrites;
  Verdict Result;
};

} // namespace

Verdict check(const History &H, Clocks Of) { return Checker(H, Of).run(); }

} // namespace stm::check
