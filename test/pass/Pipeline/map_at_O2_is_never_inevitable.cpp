// RUN: %cxx -O2 -mllvm -stm-strict %s -c -o %t.o
#include <map>
#include <stm/stm.hpp>
std::map<int, long> Map;
void add(int K, long V) {
  stm::atomic([&] { Map[K] += V; });
}
