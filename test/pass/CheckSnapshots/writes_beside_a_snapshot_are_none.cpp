// In stm::atomic, also around a snapshot; promised to be pure; after the
// transaction has been made inevitable.
// RUN: %cxx -O2 -g -c %s -o %t.o 2>&1 | count 0
#include <stm/stm.hpp>
long Sum;
STM_PURE void pure() { ++Sum; }
void log() {
  stm::become_inevitable("log");
  ++Sum;
}
void f(long &Result) {
  stm::atomic([&] {
    Result = stm::snapshot([] { return Sum; });
    ++Sum;
  });
  stm::snapshot([] {
    pure();
    log();
  });
}
