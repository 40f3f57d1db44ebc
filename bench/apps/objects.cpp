//===- apps/objects.cpp - a design tool's objects -------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A tree of assemblies, at its bottom designs that several of them share, each
// a graph of parts; an index of all parts. Operations of all sizes: from one
// part by its number to a traversal of everything, that read, change, or
// rebuild.
//
//===----------------------------------------------------------------------===//

#include "common/app.h"
#include "common/array.h"
#include "common/b_plus_tree.h"

namespace {

constexpr unsigned Children = 3, Levels = 5, Links = 3;
constexpr unsigned PartsOfDesign = 48, Designs = 128;
constexpr uint64_t Constant = 1000; ///< X + Y of each part.

struct Part {
  uint64_t Id, X, Y;
  Part *To[Links];
  unsigned Number; ///< In its design.
};

struct Design {
  uint64_t Date;
  Part *Parts[PartsOfDesign];
};

/// At the bottom the children are designs.
struct Assembly {
  unsigned Level;
  uint64_t Date;
  union {
    Assembly *Parts[Children];
    uint64_t Designs[Children]; ///< Numbers.
  };
};

struct Totals {
  uint64_t Parts, Sum;
};

struct World {
  Assembly *Root;
  Design *All[Designs];
  BPlusTree Index;

  BENCH_TX static void visit(Part *P, bool Update, Totals &T) {
    ++T.Parts;
    uint64_t X = P->X, Y = P->Y;
    T.Sum += X + Y;
    if (Update) {
      P->X = Y;
      P->Y = X;
    }
  }

  /// Each part that the first one leads to.
  BENCH_TX static void traverse(Design *D, bool Update, Totals &T) {
    Part *Open[PartsOfDesign];
    unsigned Count = 0;
    uint64_t Seen = 1;
    Open[Count++] = D->Parts[0];
    while (Count) {
      Part *P = Open[--Count];
      visit(P, Update, T);
      for (Part *Next : P->To)
        if (!(Seen >> Next->Number & 1)) {
          Seen |= uint64_t(1) << Next->Number;
          Open[Count++] = Next;
        }
    }
  }

  BENCH_TX void traverseAll(const Assembly *A, bool Update, Totals &T) {
    for (unsigned I = 0; I < Children; ++I)
      if (A->Level)
        traverseAll(A->Parts[I], Update, T);
      else
        traverse(All[A->Designs[I]], Update, T);
  }

  BENCH_TX Assembly *bottom(uint64_t Path) {
    Assembly *A = Root;
    for (; A->Level; Path /= Children)
      A = A->Parts[Path % Children];
    return A;
  }

  BENCH_TX void visitByNumber(uint64_t Id, bool Update, Totals &T) {
    if (uint64_t *Found = Index.find(Id))
      visit(reinterpret_cast<Part *>(*Found), Update, T);
  }

  /// Parts of which each leads to the next one and some others.
  BENCH_TX Design *make(uint64_t FirstId, uint64_t Mix) {
    Design *D = new Design;
    D->Date = 0;
    for (unsigned I = 0; I < PartsOfDesign; ++I) {
      uint64_t X = (FirstId + I) * 7 % Constant;
      D->Parts[I] = new Part{FirstId + I, X, Constant - X, {}, I};
      Index.insert(FirstId + I, reinterpret_cast<uint64_t>(D->Parts[I]));
    }
    for (unsigned I = 0; I < PartsOfDesign; ++I)
      for (unsigned L = 0; L < Links; ++L)
        D->Parts[I]->To[L] =
            D->Parts[(I + 1 + L * (Mix % 7 + I)) % PartsOfDesign];
    return D;
  }

  BENCH_TX void destroy(Design *D) {
    for (Part *P : D->Parts) {
      Index.erase(P->Id);
      delete P;
    }
    delete D;
  }
};

template <unsigned UpdatePercent, unsigned LongPerMille>
class Objects : public App {
  Input In;
  uint64_t Total;
  World W;
  Array<Own<Counter>> Wrong;
  Array<Own<Counter>> NextId; ///< Each thread numbers new parts by itself.

  Assembly *makeAssembly(unsigned Level, Random &R) {
    Assembly *A = new Assembly{Level, 0, {}};
    for (unsigned I = 0; I < Children; ++I)
      if (Level)
        A->Parts[I] = makeAssembly(Level - 1, R);
      else
        A->Designs[I] = R.below(Designs);
    return A;
  }
  static void destroyAssembly(Assembly *A) {
    for (unsigned I = 0; A->Level && I < Children; ++I)
      destroyAssembly(A->Parts[I]);
    delete A;
  }

  Totals runOne(Random &R, unsigned Thread) {
    World *W = &this->W;
    uint64_t Dice = R.below(1000), Which = R.next() >> 20;
    bool Update = R.below(100) < UpdatePercent;
    if (Dice < LongPerMille)
      return atomically([=] {
        Totals T = {0, 0};
        W->traverseAll(W->Root, Update, T);
        return T;
      });
    if (Dice < 400)
      return atomically([=] {
        Totals T = {0, 0};
        Assembly *A = W->bottom(Which);
        World::traverse(W->All[A->Designs[Which % Children]], Update, T);
        return T;
      });
    if (Dice < 950 || !Update)
      return atomically([=] {
        Totals T = {0, 0};
        for (uint64_t I = 0; I < 10; ++I)
          W->visitByNumber((Which + I * 977) % (Designs * PartsOfDesign),
                           Update, T);
        return T;
      });
    uint64_t To = Which % Designs;
    if (Dice < 980) {
      atomically([=] { W->bottom(Which)->Designs[Which % Children] = To; });
    } else {
      uint64_t Id = NextId[Thread].Value;
      NextId[Thread].Value += PartsOfDesign;
      atomically([=] {
        Design *Old = W->All[To];
        W->All[To] = W->make(Id, Which);
        W->destroy(Old);
      });
    }
    return {0, 0};
  }

public:
  explicit Objects(const Input &In)
      : In(In), Total(In.scaled(120'000)), Wrong(In.Threads),
        NextId(In.Threads) {
    Random R(In.Seed);
    uint64_t Id = 0;
    for (Design *&D : W.All) {
      D = W.make(Id, R.next());
      Id += PartsOfDesign;
    }
    W.Root = makeAssembly(Levels - 1, R);
    for (unsigned T = 0; T < In.Threads; ++T)
      NextId[T].Value = uint64_t(T + 1) << 32;
  }
  ~Objects() override {
    destroyAssembly(W.Root);
    for (Design *D : W.All)
      W.destroy(D);
  }

  void work(unsigned Thread) override {
    Share Share(Total, Thread, In.Threads);
    Random R(In.Seed + Thread);
    for (uint64_t I = Share.Begin; I < Share.End; ++I) {
      Totals T = runOne(R, Thread);
      if (T.Sum != T.Parts * Constant)
        ++Wrong[Thread].Value;
    }
  }

  const char *check() override {
    for (const Counter &C : Wrong)
      if (C.Value)
        return "a traversal saw a half-made change";
    Totals T = {0, 0};
    for (Design *D : W.All)
      for (Part *P : D->Parts) {
        World::visit(P, false, T);
        uint64_t *Found = W.Index.find(P->Id);
        if (!Found || *Found != reinterpret_cast<uint64_t>(P))
          return "the index does not have a part";
      }
    if (T.Sum != T.Parts * Constant)
      return "a part's values are wrong";
    return W.Index.check(T.Parts);
  }
  uint64_t operations() const override { return Total; }
};

const AppKind Read("objects/read", "a design tool's objects, 10 % updates",
                   makeApp<Objects<10, 0>>);
const AppKind Write("objects/write", "the same, 60 % updates",
                    makeApp<Objects<60, 0>>);
const AppKind Long("objects/long", "10 % updates; 0.3 % traverse everything",
                   makeApp<Objects<10, 3>>);

} // namespace
