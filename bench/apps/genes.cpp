//===- apps/genes.cpp - assembles a gene from its segments ----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Segments of 32 letters (64 bits) lie scattered over a random gene, many of
// them several times. First the threads put them into a set. Then they link
// each one with the one that begins with its last N letters, for N = 31, 30 …
// 20, by a table of the beginnings of those that have no predecessor yet. Last,
// one thread follows the links.
//
//===----------------------------------------------------------------------===//

#include "../micro/hash_set.h"
#include "common/app.h"
#include "common/array.h"
#include "common/phase.h"

namespace {

constexpr unsigned Letters = 32; ///< Of a segment.
/// Segments overlap by that much at least; fewer may agree by chance.
constexpr unsigned LeastOverlap = 20;

struct Segment {
  uint64_t Text; ///< Two bits a letter, the first one highest.
  Segment *After = nullptr;
  unsigned Overlap = 0; ///< With After.
  bool HasBefore = false;
};

uint64_t firstLetters(uint64_t Text, unsigned N) {
  return Text >> (2 * (Letters - N));
}
uint64_t lastLetters(uint64_t Text, unsigned N) {
  return N == Letters ? Text : Text & ((uint64_t(1) << (2 * N)) - 1);
}

struct ToSegment {
  Segment *S;
};

class Genes : public App {
  using Table = HashMap<ToSegment, 16>;
  static constexpr uint64_t EachTime = 12; ///< Segments of a transaction.

  Input In;
  uint64_t Length;
  Array<uint8_t> Gene;
  Array<uint64_t> Texts;
  PhaseBarrier Phase;
  HashMap<Nothing, 16> Known;
  Array<Segment> Unique;
  uint64_t UniqueCount = 0;
  Table *Beginnings[Letters] = {}; ///< By the number of letters.
  const char *Wrong = nullptr;

  uint64_t textAt(uint64_t At) const {
    uint64_t Text = 0;
    for (unsigned I = 0; I < Letters; ++I)
      Text = Text << 2 | Gene[At + I];
    return Text;
  }

  /// Adds some segments to the set; the new ones to the array as well.
  BENCH_TX static void addTexts(Genes *G, const uint64_t *First,
                                const uint64_t *Last) {
    for (; First != Last; ++First)
      if (G->Known.insert(*First))
        G->Unique[G->UniqueCount++].Text = *First;
  }

  BENCH_TX static void addBeginning(Table *T, Segment *S, uint64_t Beginning) {
    if (!S->HasBefore)
      T->insert(Beginning, {S});
  }

  BENCH_TX static void link(Table *T, Segment *S, uint64_t End, unsigned N) {
    if (S->After)
      return;
    ToSegment *Found = T->find(End);
    if (!Found)
      return;
    Segment *Next = Found->S;
    if (Next == S || Next->HasBefore)
      return;
    S->After = Next;
    S->Overlap = N;
    Next->HasBefore = true;
  }

  /// Follows the links and compares with the gene.
  const char *compare() const {
    const Segment *S = nullptr;
    for (uint64_t I = 0; I < UniqueCount; ++I)
      if (!Unique[I].HasBefore) {
        if (S)
          return "there is more than one first segment";
        S = &Unique[I];
      }
    uint64_t At = 0, Left = UniqueCount;
    for (; S; At += Letters - S->Overlap, S = S->After)
      if (!Left-- || At + Letters > Length || textAt(At) != S->Text)
        return "the gene is not the one that was cut";
      else if (!S->After && At + Letters != Length)
        return "the gene's end is missing";
    return Left ? "a segment is not in the gene" : nullptr;
  }

public:
  explicit Genes(const Input &In)
      : In(In), Length(In.scaled(100'000, 256)), Gene(Length),
        Texts(16 * Length), Phase(In.Threads), Unique(Length) {
    Random R(In.Seed);
    for (uint8_t &Letter : Gene)
      Letter = static_cast<uint8_t>(R.below(4));
    uint64_t Last = Length - Letters, Count = 0;
    // All of the gene is there.
    for (uint64_t At = 0; At < Last; At += 1 + R.below(Letters - LeastOverlap))
      Texts[Count++] = textAt(At);
    Texts[Count++] = textAt(Last);
    while (Count < Texts.size())
      Texts[Count++] = textAt(R.below(Last + 1));
    R.shuffle(Texts.data(), Count);
    for (unsigned N = LeastOverlap; N < Letters; ++N)
      Beginnings[N] = new Table();
  }
  ~Genes() override {
    for (Table *T : Beginnings)
      delete T;
  }

  void work(unsigned Thread) override {
    Genes *G = this;
    Share Cut(Texts.size(), Thread, In.Threads);
    for (uint64_t I = Cut.Begin; I < Cut.End; I += EachTime) {
      const uint64_t *First = &Texts[I];
      const uint64_t *Last =
          First + (Cut.End - I < EachTime ? Cut.End - I : EachTime);
      atomically([=] { addTexts(G, First, Last); });
    }
    Phase.wait();
    Share Part(UniqueCount, Thread, In.Threads);
    for (unsigned N = Letters - 1; N >= LeastOverlap; --N) {
      Table *T = Beginnings[N];
      for (uint64_t I = Part.Begin; I < Part.End; ++I) {
        Segment *S = &Unique[I];
        uint64_t Beginning = firstLetters(S->Text, N);
        atomically([=] { addBeginning(T, S, Beginning); });
      }
      Phase.wait();
      for (uint64_t I = Part.Begin; I < Part.End; ++I) {
        Segment *S = &Unique[I];
        uint64_t End = lastLetters(S->Text, N);
        atomically([=] { link(T, S, End, N); });
      }
      Phase.wait();
    }
    if (Thread == 0)
      Wrong = compare();
  }

  const char *check() override { return Wrong; }
  uint64_t result() const override { return UniqueCount; }
};

const AppKind Kind("genes", "assembles a gene from its segments",
                   makeApp<Genes>);

} // namespace
