//===- apps/orders.cpp - a wholesaler's orders ----------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The mix of the well-known benchmark of databases: new orders (45 %), payments
// (43 %), and 4 % each of looking at a customer's last order, delivering the
// oldest orders of a warehouse, and counting what runs low. Orders are in a B+
// tree.
//
//===----------------------------------------------------------------------===//

#include "common/app.h"
#include "common/array.h"
#include "common/b_plus_tree.h"
#include "common/queue.h"

namespace {

constexpr uint64_t Warehouses = 4, DistrictCount = 10, CustomerCount = 100,
                   Items = 2000;
constexpr unsigned MostLines = 15;
constexpr uint64_t FirstQuantity = 1'000'000;

struct Line {
  uint64_t Item, Quantity, Amount;
};

struct Order {
  uint64_t Customer;
  bool Delivered;
  unsigned Lines;
  Line Content[MostLines];
};

struct Customer {
  int64_t Balance;
  uint64_t LastOrder; ///< 0: none.
};

struct District {
  uint64_t NextOrder, Paid;
  Customer Customers[CustomerCount];
  BPlusTree Orders;
  Queue<Order *> Undelivered;
};

struct alignas(64) Warehouse {
  uint64_t Paid;
  uint64_t Quantity[Items];
  District Districts[DistrictCount];
};

struct Request {
  uint64_t District, Customer, Amount;
  unsigned Lines;
  Line Content[MostLines];
};

BENCH_TX void addOrder(Warehouse *W, const Request *R) {
  District &D = W->Districts[R->District];
  Order *O = new Order;
  O->Customer = R->Customer;
  O->Delivered = false;
  O->Lines = R->Lines;
  for (unsigned I = 0; I < R->Lines; ++I) {
    O->Content[I] = R->Content[I];
    W->Quantity[R->Content[I].Item] -= R->Content[I].Quantity;
  }
  uint64_t Number = D.NextOrder++;
  D.Orders.insert(Number, reinterpret_cast<uint64_t>(O));
  D.Undelivered.push(O);
  D.Customers[R->Customer].LastOrder = Number;
}

BENCH_TX void pay(Warehouse *W, const Request *R) {
  District &D = W->Districts[R->District];
  W->Paid += R->Amount;
  D.Paid += R->Amount;
  D.Customers[R->Customer].Balance -= static_cast<int64_t>(R->Amount);
}

BENCH_TX uint64_t amountOf(const Order *O) {
  uint64_t Sum = 0;
  for (unsigned I = 0; I < O->Lines; ++I)
    Sum += O->Content[I].Amount;
  return Sum;
}

BENCH_TX uint64_t lastOrder(Warehouse *W, const Request *R) {
  District &D = W->Districts[R->District];
  uint64_t *Found = D.Orders.find(D.Customers[R->Customer].LastOrder);
  return Found ? amountOf(reinterpret_cast<const Order *>(*Found)) : 0;
}

BENCH_TX uint64_t deliver(Warehouse *W) {
  uint64_t Count = 0;
  for (District &D : W->Districts) {
    Order *O;
    if (!D.Undelivered.pop(O))
      continue;
    O->Delivered = true;
    D.Customers[O->Customer].Balance += static_cast<int64_t>(amountOf(O));
    ++Count;
  }
  return Count;
}

/// Of the last 20 orders' items: how many are low.
BENCH_TX uint64_t countLow(Warehouse *W, const Request *R) {
  District &D = W->Districts[R->District];
  uint64_t Last = D.NextOrder, Low = 0;
  for (uint64_t N = Last > 20 ? Last - 20 : 1; N < Last; ++N) {
    const Order *O = reinterpret_cast<const Order *>(*D.Orders.find(N));
    for (unsigned I = 0; I < O->Lines; ++I)
      Low += W->Quantity[O->Content[I].Item] < FirstQuantity - 500;
  }
  return Low;
}

class Orders : public App {
  Input In;
  uint64_t Total;
  Array<Warehouse> All;
  Array<Own<Counter>> Delivered;

  static void draw(Random &R, Request &To) {
    To.District = R.below(DistrictCount);
    To.Customer = R.below(CustomerCount);
    To.Amount = 1 + R.below(5000);
    To.Lines = static_cast<unsigned>(5 + R.below(MostLines - 4));
    // In the order of the items, as databases lock them.
    uint64_t Item = R.below(Items / 2);
    for (unsigned I = 0; I < To.Lines; ++I) {
      Item += 1 + R.below(Items / 2 / MostLines - 1);
      To.Content[I] = {Item, 1 + R.below(10), 1 + R.below(100)};
    }
  }

  const char *checkDistrict(District &D, uint64_t *Sold, uint64_t &Open) {
    uint64_t Count = 0, Undelivered = 0;
    D.Orders.forEach([&](uint64_t, uint64_t Value) {
      auto *O = reinterpret_cast<Order *>(Value);
      ++Count;
      Undelivered += !O->Delivered;
      for (unsigned I = 0; I < O->Lines; ++I)
        Sold[O->Content[I].Item] += O->Content[I].Quantity;
    });
    Open += Undelivered;
    if (Count + 1 != D.NextOrder)
      return "an order is missing";
    if (D.Undelivered.size() != Undelivered)
      return "an order was delivered twice, or never";
    return D.Orders.check(Count);
  }

public:
  explicit Orders(const Input &In)
      : In(In), Total(In.scaled(300'000)), All(Warehouses),
        Delivered(In.Threads) {
    for (Warehouse &W : All) {
      for (uint64_t &Q : W.Quantity)
        Q = FirstQuantity;
      for (District &D : W.Districts)
        D.NextOrder = 1;
    }
  }
  ~Orders() override {
    for (Warehouse &W : All)
      for (District &D : W.Districts)
        D.Orders.forEach([](uint64_t, uint64_t Value) {
          delete reinterpret_cast<Order *>(Value);
        });
  }

  void work(unsigned Thread) override {
    Share Part(Total, Thread, In.Threads);
    Random R(In.Seed + Thread);
    uint64_t Count = 0;
    for (uint64_t I = Part.Begin; I < Part.End; ++I) {
      // Mostly a thread's own warehouse.
      Warehouse *W =
          &All[R.below(10) ? Thread % Warehouses : R.below(Warehouses)];
      uint64_t Dice = R.below(100);
      Request Wanted;
      draw(R, Wanted);
      const Request *Q = &Wanted;
      if (Dice < 45)
        atomically([=] { addOrder(W, Q); });
      else if (Dice < 88)
        atomically([=] { pay(W, Q); });
      else if (Dice < 92)
        atomically([=] { return lastOrder(W, Q); });
      else if (Dice < 96)
        Count += atomically([=] { return deliver(W); });
      else
        atomically([=] { return countLow(W, Q); });
    }
    Delivered[Thread].Value = Count;
  }

  const char *check() override {
    uint64_t Orders = 0, Open = 0, Done = 0;
    for (const Counter &C : Delivered)
      Done += C.Value;
    for (Warehouse &W : All) {
      uint64_t Sold[Items] = {}, Paid = 0;
      for (District &D : W.Districts) {
        if (const char *Wrong = checkDistrict(D, Sold, Open))
          return Wrong;
        Orders += D.NextOrder - 1;
        Paid += D.Paid;
      }
      if (Paid != W.Paid)
        return "a payment is missing";
      for (uint64_t I = 0; I < Items; ++I)
        if (W.Quantity[I] + Sold[I] != FirstQuantity)
          return "what was sold is not what has gone";
    }
    return Open + Done == Orders ? nullptr : "deliveries were miscounted";
  }
  uint64_t operations() const override { return Total; }
};

const AppKind Kind("orders", "a wholesaler's orders, payments, deliveries",
                   makeApp<Orders>);

} // namespace
