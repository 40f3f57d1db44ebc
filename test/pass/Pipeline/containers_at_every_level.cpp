// Real code compiles, and VerifyTx and LLVM's verifier accept it.
// RUN: %cxx -O0 -g %s -c -o %t.o
// RUN: %if llvm-19 %{ %cxx -O1 %s -c -o %t.o %}
// RUN: %if llvm-22 %{ %cxx -O3 -march=x86-64-v3 --target=x86_64-linux-gnu %s -c -o %t.o %}
// RUN: %cxx -O2 -g %s %emit | FileCheck %s
// A map needs nothing that is unknown: the new node comes from the wrap, and the
// tree is rebalanced by one.
// CHECK-DAG: call {{.*}} @__stm_wrap__Znwm(
// CHECK-DAG: call {{.*}} @__stm_wrap__ZSt29_Rb_tree_insert_and_rebalance
#include <deque>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <optional>
#include <stm/stm.hpp>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>
std::map<int, std::string> Map;
std::unordered_map<std::string, int> Hash;
std::vector<int> Vector;
std::list<int> List;
std::deque<long> Deque;
std::function<int(int)> Function;
std::optional<std::string> Optional;
std::variant<int, std::string> Variant;
std::unique_ptr<int> Unique;
std::shared_ptr<int> Shared;
int use(int N) {
  return stm::atomic([&] {
    Map[N] = std::string(N, 'x');
    Hash[Map[N]] = N;
    Vector.push_back(N);
    List.push_front(N);
    Deque.push_back(N);
    Function = [N](int X) { return X + N; };
    Optional = "text";
    Variant = std::string("text");
    Unique = std::make_unique<int>(N);
    Shared = std::make_shared<int>(N);
    return Function(*Unique) + int(Optional->size());
  });
}
