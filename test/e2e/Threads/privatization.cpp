//===- e2e/Threads/privatization.cpp - used plainly after a block ---------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block takes something away from the others, and then it is used plainly, by
// this thread or by one that learns of it by other means. Meanwhile an older
// attempt has written to it, and will be undone. With the optimizer these loops
// leave the wait for it to the code that follows. (Where each block waits the
// older one may also come to its end, and commit, before anything is taken
// away.)
//
// Data is handed over by a volatile variable, too.
// UNSUPPORTED: tsan
// RUN: %all_levels %t %s %stmxx
// RUN: STM_OPTIONS=quiesce=always %t.O2 | FileCheck %s
// RUN: STM_OPTIONS=report=full:report_path=%t.report %t.O2 | FileCheck %s
// RUN: %if !sanitized %{ %stmxx -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=LAZY %}
// LAZY-LABEL: define {{.*}}@{{.*}}readsItOnTheWayToABlock
// LAZY: call {{.*}}@__stm_settled_read_u64
// LAZY: call {{.*}}@__stm_settled_read_u64
// LAZY-COUNT-15: call {{.*}}@__stm_atomic{{(_ro)?}}_lazy_tx(
// CHECK: right
//
//===----------------------------------------------------------------------===//

#include "e2e.h"
#include <ctime>

int Times = 3; ///< Not known to the optimizer, or there would be no loops.

namespace {

struct State {
  bool IsMine = false;
  alignas(64) long Data = 0;
  alignas(64) long Count = 0;
};
State *S;
std::atomic<bool> Handed;
volatile bool Waved;
pthread_mutex_t Lock = PTHREAD_MUTEX_INITIALIZER;
long Seen;

STM_PURE void rest(long Milliseconds) {
  timespec While{0, Milliseconds * 1000000};
  nanosleep(&While, nullptr);
}

/// Until it sees the flag, committed or not, or for a tenth of a second.
STM_PURE void awaitTaken(const bool *Flag) {
  for (int Milliseconds = 0; Milliseconds != 100 && !peek(Flag); ++Milliseconds)
    rest(1);
}

/// Its attempt finds the data shared, spoils it, and stays until a while after
/// it has been taken away. What the data is then.
long spoil() {
  return stm::atomic([] {
    if (!S || S->IsMine) // Or it has even been freed.
      return 0;
    S->Data = 666;
    reached(1);
    awaitTaken(&S->IsMine);
    rest(20);
    return 666;
  });
}

/// Three blocks; the last one takes the data away. Nothing plain in between.
[[gnu::always_inline]] inline void take() {
  for (int I = Times; I != 0; --I)
    stm::atomic([=] {
      if (I == 1)
        S->IsMine = true;
      else
        ++S->Count;
    });
}

[[gnu::noinline]] void readsIt() {
  take();
  Seen = S->Data;
}
[[gnu::noinline]] void readsItOnTheWayToABlock() {
  take();
  long Now = S->Data;
  stm::atomic([=] { Seen = Now; });
}
[[gnu::noinline]] void loadsItOnTheWayToABlock() {
  take();
  long Now = std::atomic_ref(S->Data).load();
  stm::atomic([=] { Seen = Now; });
}
/// Lent a variable of its caller's, and reads more.
[[gnu::noinline]] void look(long *Into) { *Into = S->Data; }
[[gnu::noinline]] void hasItReadOnTheWayToABlock() {
  take();
  long Now;
  look(&Now);
  stm::atomic([=] { Seen = Now; });
}
/// Keeps to its caller's variable.
[[gnu::noinline]] long twice(long *Of) { return *Of *= 2; }
[[gnu::noinline]] void readsItAfterACall() {
  long Round = 1;
  while (Round != 8) {
    twice(&Round);
    stm::atomic([=] {
      if (Round == 8)
        S->IsMine = true;
      else
        ++S->Count;
    });
  }
  twice(&Round);
  Seen = S->Data;
}
[[gnu::noinline]] void writesIt() {
  take();
  S->Data += 7;
}
[[gnu::noinline]] void returnsIt() { take(); }
[[gnu::noinline]] void handsItByAnAtomic() {
  take();
  Handed.store(true);
}
[[gnu::noinline]] void wavesIt() {
  take();
  Waved = true;
}
/// From inside of a block, which the pass can't know to do so.
STM_PURE void wave() { Waved = true; }
STM_WRAPS(tzset) STM_PURE void waveInstead() { Waved = true; }
void (*Tell)() = wave;
[[gnu::noinline]] void wavesItFromABlock() {
  take();
  stm::atomic([] {
    if (S->IsMine)
      Tell();
  });
}
[[gnu::noinline]] void unlocksIt() {
  pthread_mutex_lock(&Lock);
  take();
  pthread_mutex_unlock(&Lock);
}
[[gnu::noinline]] void throwsIt() {
  take();
  stm::atomic([] {
    if (S->IsMine)
      throw 1;
  });
}
[[gnu::noinline]] void usesItInevitably() {
  take();
  stm::atomic([] {
    stm::become_inevitable("a test");
    Seen = S->Data;
  });
}
[[gnu::noinline]] void freesIt() {
  take();
  Seen = S->Data;
  S->Data = 7;
  stm::atomic([] {
    delete S;
    S = nullptr;
  });
}
/// Somebody else takes it away; who sees that uses it.
[[gnu::noinline]] void seesThatItIsTaken() {
  long IsTaken = 0;
  while (!IsTaken)
    IsTaken = stm::atomic([] { return S->IsMine ? 1L : 0L; });
  Seen = S->Data;
}

template <class F> void beside(F Body) {
  Step = 0;
  S = new State;
  Seen = -1;
  long Expected = 0;
  {
    Thread Older([&] { Expected = spoil(); });
    await(1);
    Body();
  }
  EXPECT(Seen == Expected);
  delete S;
}

} // namespace

int main() {
  { // From here on there are others.
    Thread Other([] { stm::atomic([] {}); });
  }
  beside(readsIt);
  beside(readsItOnTheWayToABlock);
  beside(loadsItOnTheWayToABlock);
  beside(hasItReadOnTheWayToABlock);
  beside(readsItAfterACall);
  beside([] {
    writesIt();
    rest(40);
    Seen = S->Data - 7;
  });
  beside([] {
    returnsIt();
    Seen = S->Data;
  });
  beside([] {
    Thread Third([] {
      while (!Handed.load())
        sched_yield();
      Seen = S->Data;
    });
    handsItByAnAtomic();
  });
  beside([] {
    Thread Third([] {
      while (!Waved)
        sched_yield();
      Seen = S->Data;
    });
    wavesIt();
  });
  for (void (*How)() : {&wave, static_cast<void (*)()>(tzset)}) {
    Waved = false;
    Tell = How;
    beside([] {
      Thread Third([] {
        while (!Waved)
          sched_yield();
        Seen = S->Data;
      });
      wavesItFromABlock();
    });
  }
  beside([] {
    Thread Third([] {
      for (bool IsMine = false; !IsMine;) {
        pthread_mutex_lock(&Lock);
        IsMine = stm::atomic([] { return S->IsMine; });
        if (IsMine)
          Seen = S->Data;
        pthread_mutex_unlock(&Lock);
      }
    });
    unlocksIt();
  });
  beside([] {
    {
      Thread Taker(returnsIt);
    }
    Seen = S->Data;
  });
  beside([] {
    try {
      throwsIt();
    } catch (int) {
      Seen = S->Data;
    }
  });
  beside(usesItInevitably);
  beside(freesIt);
  beside([] {
    Thread Taker(returnsIt);
    seesThatItIsTaken();
  });
  puts("right");
}
