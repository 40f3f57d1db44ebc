// The standard library's functions that look up, out of line or not.
// RUN: %cxx -O2 -D_GLIBCXX_EXTERN_TEMPLATE=0 %s %emit | FileCheck %s
#include <map>
#include <stm/stm.hpp>
#include <string>
#include <unordered_map>
std::map<long, long> Map;
std::unordered_map<std::string, long> Hash;
// CHECK-LABEL: define {{.*}} @_Z3mapl(
// CHECK: call i32 @__stm_atomic_ro_tx(
long map(long Key) {
  return stm::atomic([&] {
    long Sum = 0;
    for (auto I = Map.lower_bound(Key); I != Map.end(); ++I)
      Sum += I->second;
    return Sum;
  });
}
// CHECK-LABEL: define {{.*}} @_Z4hash
// CHECK: {{call|invoke}} i32 @__stm_atomic_ro_tx(
long hash(const std::string &Key) {
  return stm::atomic([&] {
    auto I = Hash.find(Key);
    return I == Hash.end() ? 0 : I->second;
  });
}
// CHECK-LABEL: define {{.*}} @_Z6insertl(
// CHECK: {{call|invoke}} i32 @__stm_atomic_tx(
void insert(long Key) {
  stm::atomic([&] { ++Map[Key]; });
}
