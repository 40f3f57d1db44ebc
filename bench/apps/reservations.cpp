//===- apps/reservations.cpp - a travel agency ----------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Cars, flights, rooms and customers are red-black trees. Nine operations in
// ten look at some things of each kind and reserve the dearest free one for a
// customer; the others remove a customer with all reservations, or change how
// much there is of something and what it costs. One transaction each.
//
//===----------------------------------------------------------------------===//

#include "../micro/red_black_tree.h"
#include "common/app.h"
#include "common/array.h"

namespace {

enum Type { Car, Flight, Room, Types };

struct Stock {
  uint64_t Total, Free, Price;
};

struct Reservation {
  Type Of;
  uint64_t Id, Price;
  Reservation *Next;
};

struct Customer {
  Reservation *First;
};

struct Tables {
  RedBlackMap<Stock> Stocks[Types];
  RedBlackMap<Customer> Customers;

  BENCH_TX void reserve(const uint64_t *Ids, unsigned Queries, uint64_t Who) {
    uint64_t Dearest[Types] = {}, Chosen[Types] = {};
    for (unsigned I = 0; I < Queries; ++I) {
      auto Of = static_cast<Type>(I % Types);
      Stock *S = Stocks[Of].find(Ids[I]);
      if (S && S->Free && S->Price > Dearest[Of]) {
        Dearest[Of] = S->Price;
        Chosen[Of] = Ids[I];
      }
    }
    for (unsigned Of = 0; Of < Types; ++Of)
      if (Dearest[Of])
        reserveOne(static_cast<Type>(Of), Chosen[Of], Who);
  }

  BENCH_TX void reserveOne(Type Of, uint64_t Id, uint64_t Who) {
    Stock *S = Stocks[Of].find(Id);
    Customer *C = Customers.find(Who);
    if (!C) {
      Customers.insert(Who, {nullptr});
      C = Customers.find(Who);
    }
    --S->Free;
    C->First = new Reservation{Of, Id, S->Price, C->First};
  }

  BENCH_TX void remove(uint64_t Who) {
    Customer *C = Customers.find(Who);
    if (!C)
      return;
    Reservation *R = C->First;
    while (R) {
      Reservation *Next = R->Next;
      ++Stocks[R->Of].find(R->Id)->Free;
      delete R;
      R = Next;
    }
    Customers.erase(Who);
  }

  /// What is reserved stays.
  BENCH_TX void change(Type Of, uint64_t Id, uint64_t Price) {
    Stock *S = Stocks[Of].find(Id);
    if (!S) {
      Stocks[Of].insert(Id, {100, 100, Price});
    } else if (Price % 3 == 0 && S->Free == S->Total) {
      Stocks[Of].erase(Id);
    } else {
      S->Total += 10;
      S->Free += 10;
      S->Price = Price;
    }
  }
};

/// A larger range of things and fewer queries make conflicts rarer.
template <unsigned Queries, unsigned RangePercent, unsigned ReservePercent>
class Reservations : public App {
  static constexpr uint64_t Things = 1 << 14;
  Input In;
  uint64_t Total;
  Tables All;

public:
  explicit Reservations(const Input &In) : In(In), Total(In.scaled(40'000)) {
    Random R(In.Seed);
    for (RedBlackMap<Stock> &Of : All.Stocks)
      for (uint64_t I = 0; I < Things; ++I)
        Of.insert(I * 40503 % Things, {100, 100, 50 + R.below(450)});
  }
  ~Reservations() override {
    All.Customers.forEach([](uint64_t, Customer &C) {
      while (Reservation *R = C.First) {
        C.First = R->Next;
        delete R;
      }
    });
  }

  void work(unsigned Thread) override {
    constexpr uint64_t Range = Things * RangePercent / 100;
    Tables *T = &All;
    Share Part(Total, Thread, In.Threads);
    for (uint64_t I = Part.Begin; I < Part.End; ++I) {
      Random R(In.Seed * Total + I);
      unsigned Dice = static_cast<unsigned>(R.below(200));
      uint64_t Who = R.below(Range);
      if (Dice < 2 * ReservePercent) {
        uint64_t Ids[Queries];
        for (uint64_t &Id : Ids)
          Id = R.below(Range);
        const uint64_t *First = Ids;
        atomically([=] { T->reserve(First, Queries, Who); });
      } else if (Dice % 2) {
        atomically([=] { T->remove(Who); });
      } else {
        auto Of = static_cast<Type>(R.below(Types));
        uint64_t Id = R.below(Range), Price = 50 + R.below(450);
        atomically([=] { T->change(Of, Id, Price); });
      }
    }
  }

  const char *check() override {
    const char *Wrong = nullptr;
    All.Customers.forEach([&](uint64_t, Customer &C) {
      for (Reservation *R = C.First; R; R = R->Next)
        if (Stock *S = All.Stocks[R->Of].find(R->Id))
          ++S->Free;
        else
          Wrong = "something reserved does not exist";
    });
    for (RedBlackMap<Stock> &Of : All.Stocks) {
      uint64_t Count = 0;
      Of.forEach([&](uint64_t, Stock &S) {
        if (S.Free != S.Total)
          Wrong = "what is free and what is reserved is not all there is";
        ++Count;
      });
      if (const char *Broken = Of.check(Count))
        Wrong = Broken;
    }
    return Wrong;
  }
  uint64_t operations() const override { return Total; }
};

const AppKind Low("reservations/low", "a travel agency, few conflicts",
                  makeApp<Reservations<6, 90, 98>>);
const AppKind High("reservations/high", "the same, more queries and changes",
                   makeApp<Reservations<12, 60, 90>>);

} // namespace
