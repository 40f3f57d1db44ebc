//===- e2e/Language/containers.cpp - standard containers --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// None of them makes a transaction inevitable, at any level. Each is rolled
// back once on the way and then compared with what it should hold.
//
// RUN: %one_level %t %s %stmxx
// RUN: %if libc++ %{ %one_level %t.libcxx %s %stmxx -stdlib=libc++ %}
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <algorithm>
#include <deque>
#include <forward_list>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <numeric>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <variant>
#include <vector>

std::vector<std::string> Vector;
std::map<std::string, int> Map;
std::multimap<int, int> Multi;
std::set<int> Set;
std::unordered_map<std::string, std::string> Hash;
std::unordered_set<long> HashSet;
std::deque<int> Deque;
std::list<std::string> List;
std::forward_list<int> Forward;
std::string Text;
std::optional<std::string> Optional;
std::variant<int, std::string> Variant;
std::unique_ptr<std::vector<int>> Unique;

int main() {
  optimistically("vector", [] {
    for (int I = 0; I != 100; ++I)
      Vector.push_back(std::string(static_cast<size_t>(I), 'v'));
    Vector.erase(Vector.begin(), Vector.begin() + 50);
    Vector.insert(Vector.begin() + 3, "inserted");
    Vector.emplace_back("emplaced, and long enough for the heap");
    std::sort(Vector.begin(), Vector.end());
  });
  EXPECT(Vector.size() == 52 && Vector[0].substr(0, 8) == "emplaced");
  EXPECT(Vector[1] == "inserted" && Vector[51].size() == 99);

  optimistically("map", [] {
    for (int I = 0; I != 200; ++I)
      Map[std::to_string(I * 7 % 200)] = I;
    for (int I = 0; I != 200; I += 2)
      Map.erase(std::to_string(I));
    auto Found = Map.lower_bound("5");
    Found->second = -1;
    Map.emplace("zz", 3);
    Map.insert({"aa", 4});
  });
  EXPECT(Map.size() == 102 && Map.at("zz") == 3 && Map.at("5") == -1);
  EXPECT(std::is_sorted(Map.begin(), Map.end()));

  optimistically("multimap", [] {
    for (int I = 0; I != 50; ++I)
      Multi.emplace(I % 5, I);
    Multi.erase(3);
  });
  EXPECT(Multi.size() == 40 && Multi.count(2) == 10);

  optimistically("set", [] {
    for (int I = 100; I; --I)
      Set.insert(I);
    Set.erase(Set.find(50));
    Set.erase(Set.begin());
    int Last = 0;
    for (auto I = Set.rbegin(); I != Set.rend(); ++I)
      Last = *I;
    Set.insert(Last - 1);
  });
  EXPECT(Set.size() == 99 && *Set.begin() == 1);

  optimistically("unordered_map", [] {
    for (int I = 0; I != 300; ++I)
      Hash["key number " + std::to_string(I)] = std::to_string(I);
    for (int I = 0; I != 300; I += 3)
      Hash.erase("key number " + std::to_string(I));
    Hash.rehash(2000);
    Hash.reserve(10);
  });
  EXPECT(Hash.size() == 200 && Hash.at("key number 7") == "7");

  optimistically("unordered_set", [] {
    for (long I = 0; I != 100; ++I)
      HashSet.insert(I * I);
    HashSet.erase(49);
  });
  EXPECT(HashSet.size() == 99 && !HashSet.count(49));

  optimistically("deque", [] {
    for (int I = 0; I != 500; ++I) {
      Deque.push_back(I);
      Deque.push_front(-I);
    }
    for (int I = 0; I != 300; ++I)
      Deque.pop_front();
  });
  EXPECT(Deque.size() == 700 && Deque.back() == 499 && Deque.front() == -199);

  optimistically("list", [] {
    for (int I = 0; I != 20; ++I)
      List.push_front(std::to_string(I));
    List.remove("5");
    std::list<std::string> More{"x", "y"};
    List.splice(List.begin(), More);
    List.unique();
  });
  EXPECT(List.size() == 21 && List.front() == "x" && List.back() == "0");

  optimistically("forward_list", [] {
    for (int I = 0; I != 20; ++I)
      Forward.push_front(I);
    Forward.remove_if([](int I) { return I % 2; });
  });
  EXPECT(std::distance(Forward.begin(), Forward.end()) == 10);

  optimistically("string", [] {
    Text = "some";
    Text += " text";
    Text.insert(4, " more");
    Text.append(100, 'x');
    Text.replace(0, 4, "any");
    Text.erase(20);
    Text = Text.substr(0, 13) + "|" + Text;
    Text.push_back('!');
    EXPECT(Text.find("more") == 4);
    EXPECT(Text.compare("anz") < 0);
  });
  EXPECT(Text == "any more text|any more textxxxxxxx!");

  optimistically("optional and variant", [] {
    Optional = "a value that lives on the heap, being long";
    Optional->append("!");
    Variant = std::string("another value that lives on the heap");
    Variant = std::get<std::string>(Variant) + "?";
  });
  EXPECT(Optional->back() == '!');
  EXPECT(std::get<std::string>(Variant).back() == '?');

  optimistically("unique_ptr", [] {
    Unique = std::make_unique<std::vector<int>>(10, 1);
    Unique->resize(20);
    EXPECT(std::accumulate(Unique->begin(), Unique->end(), 0) == 10);
  });
  EXPECT(Unique->size() == 20);

  optimistically("function", [] {
    std::vector<std::function<int(int)>> All;
    for (int I = 0; I != 10; ++I)
      All.push_back([I, Copy = std::string(50, 'c')](int J) {
        return I + J + static_cast<int>(Copy.size());
      });
    int Sum = 0;
    for (auto &F : All)
      Sum += F(1);
    EXPECT(Sum == 45 + 10 + 500);
  });

  EXPECT(inevitableSoFar() == 0);
  // Two that libstdc++ has out of line.
  stm::atomic([] {
    List.sort();
    List.reverse();
  });
  EXPECT(List.front() == "y" && List.back() == "0");
  stm::atomic([] {
    Map.clear();
    Hash.clear();
    List.clear();
    Deque.clear();
    Vector.clear();
    Vector.shrink_to_fit();
  });
  EXPECT(Map.empty() && Hash.empty() && List.empty() && Vector.empty());
}
