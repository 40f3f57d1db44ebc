// What the callee does with other arguments, in a loop or for stm::atomic.
// RUN: %cxx -O0 -g -c %s -o %t.o 2>&1 | count 0
// RUN: %cxx -O2 -g -c %s -o %t.o 2>&1 | count 0
#include <stm/stm.hpp>
long Hits;
static void count() { ++Hits; }
static int find(int Key, bool Update) {
  if (Update)
    count();
  for (int I = 0; I < Key; ++I)
    if (Update)
      Hits = I;
  return Key;
}
static void store(long &To) { To = 5; }
int f() {
  stm::atomic([] { find(5, true); });
  return stm::snapshot([] {
    long Local;
    store(Local);
    return find(4, false);
  });
}
