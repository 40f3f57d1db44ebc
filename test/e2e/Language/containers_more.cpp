//===- e2e/Language/containers_more.cpp - the rest of the library -*- C++ -*-=//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// As containers.cpp. (Regular expressions and streams are not here: they make a
// transaction inevitable.)
//
// RUN: %one_level %t %s %stmxx
// RUN: %if libc++ %{ %one_level %t.libcxx %s %stmxx -stdlib=libc++ %}
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <algorithm>
#include <any>
#include <array>
#include <bitset>
#include <charconv>
#include <chrono>
#include <cmath>
#include <deque>
#include <functional>
#include <iterator>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <queue>
#include <random>
#include <set>
#include <span>
#include <stack>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

using Strings = std::vector<std::string>;

std::multiset<std::string> Multiset;
std::unordered_multimap<int, std::string> HashMulti;
std::unordered_multiset<std::string> HashMultiset;
std::map<std::string, std::map<int, Strings>> Nested;
std::stack<int> Stack;
std::queue<std::string> Queue;
std::priority_queue<int> Heap;
std::bitset<200> Bits;
std::array<std::string, 4> Array;
std::tuple<int, std::string, std::unique_ptr<int>> Tuple;
std::pair<std::string, long> Pair;
std::any Any;
std::variant<std::monostate, std::string, Strings> Variant;
std::vector<bool> Flags;
std::vector<std::shared_ptr<std::string>> Owners;
std::list<std::weak_ptr<std::string>> Watchers;
std::function<std::string(const std::string &)> Function;
std::vector<int> Numbers;
std::string Text;
std::mt19937_64 Random(1);
std::map<std::string, std::function<int(int)>> Commands;

struct Shape {
  virtual ~Shape() {}
  virtual int area() const = 0;
};
struct Square : Shape {
  int Side;
  explicit Square(int Side) : Side(Side) {}
  int area() const override { return Side * Side; }
};
std::vector<std::unique_ptr<Shape>> Shapes;

struct Diamond : virtual Shape {
  int area() const override { return 0; }
};

std::string &interned(int I) {
  static std::unordered_map<int, std::string> All;
  return All[I];
}

int main() {
  interned(0); // The first value of a local static is made alone.
  optimistically("multiset", [] {
    for (int I = 0; I != 60; ++I)
      Multiset.insert(std::to_string(I % 6));
    Multiset.erase("3");
    Multiset.erase(Multiset.find("2"));
    auto Node = Multiset.extract(Multiset.begin());
    Node.value() = "9";
    Multiset.insert(std::move(Node));
  });
  EXPECT(Multiset.size() == 49 && Multiset.count("2") == 9);
  EXPECT(Multiset.count("9") == 1);

  optimistically("unordered multi", [] {
    for (int I = 0; I != 100; ++I) {
      HashMulti.emplace(I % 7, std::to_string(I));
      HashMultiset.insert("a key of some length " + std::to_string(I % 9));
    }
    HashMulti.erase(3);
  });
  EXPECT(HashMulti.size() == 86 && HashMulti.count(0) == 15);
  EXPECT(HashMultiset.count("a key of some length 8") == 11);

  optimistically("nested maps", [] {
    for (int I = 0; I != 50; ++I)
      Nested[std::to_string(I % 5)][I].push_back(std::string(30, 'n'));
    Nested.at("1").erase(1);
    Nested.try_emplace("x").first->second[3] = {"a", "b"};
    auto Copy = Nested;
    Copy.merge(Nested);
    std::swap(Copy, Nested);
  });
  EXPECT(Nested.size() == 6 && Nested["1"].size() == 9);

  optimistically("adaptors", [] {
    for (int I = 0; I != 30; ++I) {
      Stack.push(I);
      Queue.push(std::to_string(I));
      Heap.push(I * 17 % 30);
    }
    Stack.pop(), Queue.pop(), Heap.pop();
  });
  EXPECT(Stack.top() == 28 && Queue.front() == "1" && Heap.top() == 28);

  optimistically("bits", [] {
    Bits.set(3).set(150).flip(7);
    Bits <<= 1;
    Flags.assign(100, true);
    Flags[7] = false;
    Flags.push_back(false);
  });
  EXPECT(Bits.count() == 3 && Bits.test(151));
  EXPECT(std::count(Flags.begin(), Flags.end(), true) == 99);
  optimistically("to_string of bits", [] { Text = Bits.to_string(); });
  EXPECT(std::count(Text.begin(), Text.end(), '1') == 3);

  optimistically("array, tuple, pair", [] {
    Array.fill("a string that is not short at all");
    std::get<1>(Tuple) = Array[2] + "!";
    std::get<2>(Tuple) = std::make_unique<int>(7);
    Pair = {std::get<1>(Tuple), *std::get<2>(Tuple)};
    auto [First, Second] = Pair;
    EXPECT(First.back() == '!' && Second == 7);
    EXPECT(Pair < std::make_pair(std::string("b"), 0L));
  });
  EXPECT(Pair.second == 7);

  optimistically("any, variant", [] {
    Any = std::string("held by an any, on the heap");
    Any = std::any_cast<std::string &>(Any) + "!";
    EXPECT(Any.type() == typeid(std::string) && !std::any_cast<int>(&Any));
    Variant = Strings{"x", "y"};
    std::visit(
        [](auto &Held) {
          if constexpr (requires { Held.size(); })
            EXPECT(Held.size() == 2);
        },
        Variant);
    Variant = std::any_cast<std::string>(Any);
  });
  EXPECT(std::get<1>(Variant).back() == '!');

  optimistically("shared_ptr, weak_ptr", [] {
    for (int I = 0; I != 20; ++I) {
      Owners.push_back(std::make_shared<std::string>(std::to_string(I)));
      Watchers.push_back(Owners.back());
    }
    std::sort(Owners.begin(), Owners.end(),
              [](auto &A, auto &B) { return *A > *B; });
    Owners.resize(10);
  });
  EXPECT(*Owners[0] == "9" && Owners[0].use_count() == 1);
  optimistically("expired", [] {
    Watchers.remove_if([](auto &W) { return W.expired(); });
  });
  EXPECT(Watchers.size() == 10);

  optimistically("function, bind", [] {
    Function = [Copy = std::string(40, 'f')](const std::string &S) {
      return S + Copy;
    };
    auto Add = std::bind(std::plus<int>(), std::placeholders::_1, 3);
    Commands["add"] = Add;
    Commands["double"] = [](int I) { return 2 * I; };
    EXPECT(Commands.at("add")(4) == 7 && Commands["double"](4) == 8);
    EXPECT(Function("x").size() == 41);
  });

  optimistically("virtual", [] {
    for (int I = 0; I != 10; ++I)
      Shapes.push_back(std::make_unique<Square>(I));
    int Sum = 0;
    for (auto &S : Shapes) {
      Sum += S->area();
      EXPECT(dynamic_cast<Square *>(S.get()));
    }
    EXPECT(Sum == 285);
    Shapes.pop_back();
  });
  EXPECT(Shapes.size() == 9);

  optimistically("algorithms", [] {
    Numbers.resize(200);
    std::iota(Numbers.begin(), Numbers.end(), 0);
    std::shuffle(Numbers.begin(), Numbers.end(), Random);
    std::stable_sort(Numbers.begin(), Numbers.end());
    std::nth_element(Numbers.begin(), Numbers.begin() + 50, Numbers.end());
    std::partial_sort(Numbers.begin(), Numbers.begin() + 10, Numbers.end());
    std::rotate(Numbers.begin(), Numbers.begin() + 10, Numbers.end());
    std::reverse(Numbers.begin(), Numbers.end());
    std::make_heap(Numbers.begin(), Numbers.end());
    std::sort_heap(Numbers.begin(), Numbers.end());
    auto Middle = std::stable_partition(Numbers.begin(), Numbers.end(),
                                        [](int I) { return I % 2; });
    std::inplace_merge(Numbers.begin(), Middle, Numbers.end());
    EXPECT(std::is_sorted(Numbers.begin(), Numbers.end()));
    Numbers.erase(std::unique(Numbers.begin(), Numbers.end()), Numbers.end());
    std::vector<int> Out;
    std::transform(Numbers.begin(), Numbers.end(), std::back_inserter(Out),
                   [](int I) { return I * I; });
    EXPECT(std::binary_search(Out.begin(), Out.end(), 49));
    std::set_union(Numbers.begin(), Numbers.end(), Out.begin(), Out.end(),
                   std::inserter(Numbers, Numbers.end()));
  });
  EXPECT(Numbers.size() > 300);

  optimistically("text", [] {
    std::string_view View = " 42 and the rest";
    Text = std::string(View.substr(4, 3)) +
           std::to_string(std::stoi(std::string(View)));
    EXPECT(View.find("rest") == 12 && View.ends_with("st"));
    char Digits[20];
    auto End = std::to_chars(Digits, Digits + 20, 123456).ptr;
    int Back = 0;
    std::from_chars(Digits, End, Back);
    EXPECT(Back == 123456);
    Text.resize(60, '.');
    std::replace(Text.begin(), Text.end(), '.', '-');
    std::transform(Text.begin(), Text.end(), Text.begin(), toupper);
    EXPECT(std::hash<std::string>()(Text) ==
           std::hash<std::string_view>()(Text));
    EXPECT(std::hash<double>()(1.5) != std::hash<double>()(2.5));
    std::span<char> Span(Text);
    Span[0] = '!';
  });
  EXPECT(Text.substr(0, 6) == "!ND42-");

  optimistically("statics, time, numbers", [] {
    interned(3) = "three";
    interned(4) += interned(3);
    EXPECT(std::chrono::steady_clock::now().time_since_epoch().count() > 0);
    std::uniform_int_distribution<int> Die(1, 6);
    EXPECT(Die(Random) <= 6);
    EXPECT(std::sqrt(std::pow(3.0, 2)) == 3);
  });
  EXPECT(interned(4) == "three");
  EXPECT(inevitableSoFar() == 0);

  // Right, too, where it has to be alone.
  std::unique_ptr<Shape> D = std::make_unique<Diamond>();
  stm::atomic([&] {
    EXPECT(dynamic_cast<Diamond *>(D.get()) &&
           !dynamic_cast<Square *>(D.get()));
  });
  EXPECT(inevitableSoFar() == 1);
}
