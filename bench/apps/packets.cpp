//===- apps/packets.cpp - puts packets together and looks for attacks -----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Messages come in pieces, all mixed up. A thread takes a piece from the queue,
// adds it to its message, and where that is complete puts it together and looks
// for a certain text in it. The messages under way are a tree, the pieces of
// one a list in order.
//
//===----------------------------------------------------------------------===//

#include "../micro/red_black_tree.h"
#include "common/app.h"
#include "common/array.h"
#include "common/queue.h"

#include <string.h>

namespace {

constexpr uint64_t MostPieces = 16, PieceBytes = 64;
constexpr char Signature[] = "attack at dawn";
constexpr uint64_t SignatureBytes = sizeof(Signature) - 1;

struct Piece {
  uint64_t Message, Number, Pieces;
  char Text[PieceBytes];
};

struct Arrived {
  const Piece *P;
  Arrived *Next;
};

struct UnderWay {
  Arrived *First;
  uint64_t Count;
};

class Packets : public App {
  uint64_t Messages;
  uint64_t Attacks = 0;
  Array<Piece> Pieces;
  Queue<const Piece *> Coming;
  RedBlackMap<UnderWay> Started;
  struct Counts {
    uint64_t Done, Found;
  };
  Array<Own<Counts>> Mine;

  /// The pieces of P's message in their order if P is the last to arrive.
  BENCH_TX static Arrived *add(RedBlackMap<UnderWay> *Started, const Piece *P) {
    UnderWay *U = Started->find(P->Message);
    if (!U) {
      Started->insert(P->Message, {nullptr, 0});
      U = Started->find(P->Message);
    }
    Arrived **Link = &U->First;
    while (Arrived *A = *Link) {
      if (A->P->Number > P->Number)
        break;
      Link = &A->Next;
    }
    *Link = new Arrived{P, *Link};
    if (++U->Count < P->Pieces)
      return nullptr;
    Arrived *All = U->First;
    Started->erase(P->Message);
    return All;
  }

  /// Frees the list; nobody else has it any more.
  static bool isAttack(Arrived *All) {
    char Text[MostPieces * PieceBytes];
    uint64_t Length = 0;
    while (Arrived *A = All) {
      memcpy(Text + Length, A->P->Text, PieceBytes);
      Length += PieceBytes;
      All = A->Next;
      delete A;
    }
    for (uint64_t At = 0; At + SignatureBytes <= Length; ++At)
      if (memcmp(Text + At, Signature, SignatureBytes) == 0)
        return true;
    return false;
  }

  static uint64_t piecesOf(uint64_t Message) {
    return 1 + Message * 7 % MostPieces;
  }
  static uint64_t piecesOfAll(uint64_t Messages) {
    uint64_t Count = 0;
    for (uint64_t M = 0; M < Messages; ++M)
      Count += piecesOf(M);
    return Count;
  }

public:
  explicit Packets(const Input &In)
      : Messages(In.scaled(10'000)), Pieces(piecesOfAll(Messages)),
        Mine(In.Threads) {
    Random R(In.Seed);
    Piece *Next = Pieces.data();
    for (uint64_t M = 0; M < Messages; ++M) {
      char Text[MostPieces * PieceBytes];
      uint64_t Count = piecesOf(M), Length = Count * PieceBytes;
      for (uint64_t I = 0; I < Length; ++I)
        Text[I] = static_cast<char>('a' + R.below(26));
      if (R.below(10) == 0) {
        memcpy(Text + R.below(Length - SignatureBytes + 1), Signature,
               SignatureBytes);
        ++Attacks;
      }
      for (uint64_t I = 0; I < Count; ++I, ++Next) {
        *Next = {M, I, Count, {}};
        memcpy(Next->Text, Text + I * PieceBytes, PieceBytes);
      }
    }
    Array<const Piece *> Order(Pieces.size());
    for (uint64_t I = 0; I < Order.size(); ++I)
      Order[I] = &Pieces[I];
    R.shuffle(Order.data(), Order.size());
    for (const Piece *P : Order)
      Coming.push(P);
  }

  void work(unsigned Thread) override {
    Queue<const Piece *> *From = &Coming;
    RedBlackMap<UnderWay> *To = &Started;
    Counts C = {0, 0};
    while (const Piece *P = atomically([=] {
             const Piece *Taken = nullptr;
             From->pop(Taken);
             return Taken;
           }))
      if (Arrived *All = atomically([=] { return add(To, P); })) {
        ++C.Done;
        C.Found += isAttack(All);
      }
    static_cast<Counts &>(Mine[Thread]) = C;
  }

  const char *check() override {
    uint64_t Done = 0, Found = 0;
    for (const Counts &C : Mine) {
      Done += C.Done;
      Found += C.Found;
    }
    if (Done != Messages)
      return "not all messages were completed";
    return Found == Attacks ? nullptr : "a message was put together wrongly";
  }
  uint64_t operations() const override { return Pieces.size(); }
  uint64_t result() const override { return 1 + Attacks; }
};

const AppKind Kind("packets", "puts packets together and looks for attacks",
                   makeApp<Packets>);

} // namespace
