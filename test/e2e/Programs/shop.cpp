//===- e2e/Programs/shop.cpp - a program in the ordinary style --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A shop as one would write it for a single thread: containers, strings, shared
// objects, virtual calls, exceptions, a log. Nothing but the blocks has to do
// with transactions. Clerks serve orders on four threads; what they leave is
// what one clerk leaves who serves them one by one, and no block was
// inevitable.
//
// Nobody is starved on a busy machine either:
// RUN: env STM_OPTIONS=inevitable_after=1000000 %one_level %t %s %stmxx
// RUN: %if libc++ %{ %stmxx -O0 -stdlib=libc++ %s -o %t.libcxx %}
// RUN: %if libc++ %{ env STM_OPTIONS=report=none:inevitable_after=1000000 %t.libcxx | FileCheck %s %}
// CHECK: 4 clerks: the same as one, 0 inevitable
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <queue>
#include <set>
#include <stdexcept>
#include <string>
#include <string_view>
#include <thread>
#include <tuple>
#include <unordered_map>
#include <variant>
#include <vector>

// --- What is sold
// -------------------------------------------------------------

using Cents = long;

class Article {
public:
  Article(std::string Name, Cents Price) : Name(std::move(Name)), Base(Price) {}
  virtual ~Article() = default;
  Article(const Article &) = delete;
  Article &operator=(const Article &) = delete;

  const std::string &name() const { return Name; }
  virtual Cents price(int Count) const { return Base * Count; }
  virtual std::string describe() const {
    return Name + " at " + std::to_string(Base);
  }

protected:
  std::string Name;
  Cents Base;
};

class Bulk : public Article {
public:
  Bulk(std::string Name, Cents Price, int From, int Percent)
      : Article(std::move(Name), Price), From(From), Percent(Percent) {}
  Cents price(int Count) const override {
    Cents Full = Article::price(Count);
    return Count < From ? Full : Full - Full * Percent / 100;
  }
  std::string describe() const override {
    return Article::describe() + ", " + std::to_string(Percent) +
           " % off from " + std::to_string(From);
  }

private:
  int From, Percent;
};

class Gift : public Article {
public:
  explicit Gift(std::string Name) : Article(std::move(Name), 0) {}
  std::string describe() const override { return Name + " for nothing"; }
};

// --- What can go wrong
// --------------------------------------------------------

struct OutOfStock : std::runtime_error {
  OutOfStock(const std::string &What, int Missing)
      : std::runtime_error("out of " + What), Missing(Missing) {}
  int Missing;
};

struct TooPoor : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// --- The books
// ----------------------------------------------------------------

struct Line {
  std::shared_ptr<const Article> What;
  int Count = 0;
};

struct Customer {
  std::string Name;
  Cents Balance = 0;
  std::vector<Line> Bought;
  std::set<std::string> Complaints;
};

struct Sale {
  std::string Customer, Article;
  int Count;
  Cents Paid;
};
struct Refusal {
  std::string Customer, Why;
};
using Event = std::variant<std::monostate, Sale, Refusal>;

struct Order {
  unsigned Id;
  std::string Customer;
  std::vector<std::pair<std::string, int>> Wanted;
  int Urgency;
  bool operator<(const Order &Other) const {
    return std::tie(Urgency, Other.Id) < std::tie(Other.Urgency, Id);
  }
};

class Shop {
public:
  using Discount = std::function<Cents(const Customer &, Cents)>;

  void stock(std::shared_ptr<const Article> What, int Count) {
    Stock[What->name()] += Count;
    Catalogue.emplace(What->name(), std::move(What));
  }
  void open(std::string Name, Cents Balance) {
    Customers[Name] = Customer{Name, Balance, {}, {}};
  }
  void setDiscount(Discount D) { TheDiscount = std::move(D); }

  void enqueue(Order O) {
    Waiting.push(std::move(O));
    ++Received;
  }
  std::optional<Order> next() {
    if (Waiting.empty())
      return std::nullopt;
    Order O = Waiting.top();
    Waiting.pop();
    return O;
  }

  /// All of it or nothing.
  void serve(const Order &O) {
    Customer &Who = Customers.at(O.Customer);
    Cents Total = 0;
    std::vector<Line> Lines;
    for (const auto &[Name, Count] : O.Wanted) {
      auto Found = Catalogue.find(Name);
      if (Found == Catalogue.end())
        throw std::out_of_range("nobody makes " + Name);
      int &Left = Stock[Name];
      if (Left < Count)
        throw OutOfStock(Name, Count - Left);
      Left -= Count;
      Total += Found->second->price(Count);
      Lines.push_back({Found->second, Count});
    }
    if (TheDiscount)
      Total = TheDiscount(Who, Total);
    if (Total > Who.Balance)
      throw TooPoor(Who.Name + " can't pay " + std::to_string(Total));
    Who.Balance -= Total;
    Earned += Total;
    for (Line &L : Lines) {
      note(Sale{Who.Name, L.What->name(), L.Count, L.What->price(L.Count)});
      Who.Bought.push_back(std::move(L));
    }
    std::sort(Who.Bought.begin(), Who.Bought.end(),
              [](const Line &A, const Line &B) {
                return A.What->name() < B.What->name();
              });
  }

  void refuse(const Order &O, std::string Why) {
    Customers.at(O.Customer).Complaints.insert(Why);
    ++Refused[Why.substr(0, Why.find(' '))];
    note(Refusal{O.Customer, std::move(Why)});
  }

  void note(Event E) {
    Journal.push_back(std::move(E));
    if (Journal.size() > 64)
      Journal.pop_front();
    ++Events;
  }

  /// What doesn't depend on who was served first.
  std::string summary() const {
    std::string Text;
    for (const auto &[Name, C] : Customers) {
      int Pieces =
          std::accumulate(C.Bought.begin(), C.Bought.end(), 0,
                          [](int Sum, const Line &L) { return Sum + L.Count; });
      Text += Name + ": " + std::to_string(C.Balance) + ", " +
              std::to_string(Pieces) + " pieces";
      for (const Line &L : C.Bought)
        Text += "; " + L.What->describe();
      for (const std::string &Why : C.Complaints)
        Text += "! " + Why;
      Text += '\n';
    }
    for (const auto &[Name, What] : Catalogue)
      Text += What->describe() + ": " + std::to_string(Stock.at(Name)) + "\n";
    for (const auto &[Why, Times] : Refused)
      Text += Why + " " + std::to_string(Times) + "\n";
    return Text + std::to_string(Earned) + " earned, " +
           std::to_string(Events) + " events, " + std::to_string(Received) +
           " orders\n";
  }

  size_t journalled(std::string_view Of) const {
    return static_cast<size_t>(
        std::count_if(Journal.begin(), Journal.end(), [=](const Event &E) {
          const auto *S = std::get_if<Sale>(&E);
          return S && S->Customer == Of;
        }));
  }
  bool isIdle() const { return Waiting.empty() && Stock.size() != 0; }

private:
  std::unordered_map<std::string, int> Stock;
  std::map<std::string, std::shared_ptr<const Article>> Catalogue;
  std::map<std::string, Customer> Customers;
  std::priority_queue<Order> Waiting;
  std::deque<Event> Journal;
  std::map<std::string, int> Refused;
  Discount TheDiscount;
  Cents Earned = 0;
  long Events = 0, Received = 0;
};

// --- The day
// ------------------------------------------------------------------

constexpr unsigned Orders = 400;
constexpr std::array<const char *, 5> Names = {
    "Ada", "Barbara, who has a long name", "Grace", "Margaret", "Tony"};

static void furnish(Shop &S) {
  S.stock(std::make_shared<Article>("tea", 250), 100000);
  S.stock(std::make_shared<Bulk>("pencils, a box of twelve", 120, 5, 10),
          100000);
  S.stock(std::make_shared<Gift>("calendar"), 100000);
  for (const char *Name : Names)
    S.open(Name, 10000000);
  Cents Least = 1000;
  S.setDiscount([Least](const Customer &C, Cents Total) {
    return C.Name.size() > 4 && Total >= Least ? Total - Total / 50 : Total;
  });
}

static Order order(unsigned Id) {
  Order O{Id, Names[Id % Names.size()], {}, static_cast<int>(Id * 7 % 5)};
  O.Wanted.emplace_back("tea", 1 + static_cast<int>(Id % 3));
  if (Id % 2)
    O.Wanted.emplace_back("pencils, a box of twelve", static_cast<int>(Id % 9));
  if (Id % 5 == 0)
    O.Wanted.emplace_back("calendar", 1);
  if (Id % 11 == 0)
    O.Wanted.emplace_back(Id % 2 ? "a unicorn" : "calendar", 1000000);
  if (Id % 31 == 0)
    O.Wanted.emplace_back("tea", 90000);
  return O;
}

struct Day {
  Shop TheShop;
  bool IsClosed = false;
  long Served = 0;
};

/// Serves one; false: the day is over.
static bool serveOne(Day &D, int Log) {
  return stm::atomic("serve", [&] {
    std::optional<Order> O = D.TheShop.next();
    if (!O) {
      if (D.IsClosed)
        return false;
      stm::retry();
    }
    try {
      // What has been taken from the shelves goes back if it can't be sold.
      stm::atomic(stm::cancel_on_throw, [&] { D.TheShop.serve(*O); });
    } catch (const OutOfStock &E) {
      // How many depends on who was served first.
      EXPECT(E.Missing > 0);
      D.TheShop.refuse(*O, E.what());
    } catch (const std::exception &E) {
      D.TheShop.refuse(*O, E.what());
    }
    ++D.Served;
    stm::deferred_printf(Log, "%s served, urgency %d\n", O->Customer.c_str(),
                         O->Urgency);
    return true;
  });
}

static std::string runDay(unsigned Clerks, int Log) {
  Day D;
  furnish(D.TheShop);
  std::vector<std::thread> Threads;
  for (unsigned I = 0; I != Clerks; ++I)
    Threads.emplace_back([&] {
      while (serveOne(D, Log)) {
      }
    });
  for (unsigned Id = 0; Id != Orders; ++Id) {
    stm::atomic("order", [&] { D.TheShop.enqueue(order(Id)); });
    if (Id % 64 == 0)
      stm::snapshot([&] { return D.TheShop.journalled("Ada"); });
  }
  stm::atomic("close", [&] { D.IsClosed = true; });
  for (std::thread &T : Threads)
    T.join();
  EXPECT(D.Served == Orders && D.TheShop.isIdle());
  return D.TheShop.summary();
}

static long linesIn(FILE *File) {
  rewind(File);
  long Lines = 0;
  for (int C; (C = getc(File)) != EOF;)
    Lines += C == '\n';
  return Lines;
}

int main() {
  FILE *Log = tmpfile();
  EXPECT(Log);
  std::string One = runDay(1, fileno(Log));
  std::string Four = runDay(4, fileno(Log));
  EXPECT(One == Four);
  EXPECT(linesIn(Log) == 2 * Orders);
  std::printf("4 clerks: the same as one, %lu inevitable\n",
              static_cast<unsigned long>(inevitableSoFar()));
}
