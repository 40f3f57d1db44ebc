//===- e2e/Language/locks_alone.cpp - locks that who runs alone awaits ----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An inevitable block that needs a lock which plain code holds waits for it, as
// any other code: a mutex, a spin lock, a read-write lock either way. Nothing
// of what the owner writes before it unlocks is missed.
//
// RUN: env STM_OPTIONS=report=none %at_O2 %t %s %stmxx
// ThreadSanitizer sees each lock taken.
// RUN: %if !sanitized %{ env STM_OPTIONS=report=none %at_O2 %t.tsan %s %stmxx -fsanitize=thread %}
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

namespace {

pthread_mutex_t Mutex = PTHREAD_MUTEX_INITIALIZER;
pthread_rwlock_t ReadWrite = PTHREAD_RWLOCK_INITIALIZER;
pthread_spinlock_t Spin;
long Guarded = 0;

template <class L, class U, class M>
void waits(int First, L LockHere, U UnlockHere, M LockInBlock) {
  long Before = Guarded;
  Thread Owner([&] {
    EXPECT(LockHere() == 0);
    reached(First);
    await(First + 1);
    // Longer than the block waits in one go.
    usleep(120000);
    ++Guarded;
    EXPECT(UnlockHere() == 0);
  });
  await(First);
  stm::atomic([&] {
    stm_become_inevitable("to wait alone");
    reached(First + 1);
    EXPECT(LockInBlock() == 0);
    EXPECT(Guarded == Before + 1);
    EXPECT(UnlockHere() == 0);
  });
  EXPECT(Guarded == Before + 1);
}

} // namespace

int main() {
  pthread_spin_init(&Spin, PTHREAD_PROCESS_PRIVATE);
  auto LockMutex = [] { return pthread_mutex_lock(&Mutex); };
  waits(1, LockMutex, [] { return pthread_mutex_unlock(&Mutex); }, LockMutex);
  auto LockSpin = [] { return pthread_spin_lock(&Spin); };
  waits(11, LockSpin, [] { return pthread_spin_unlock(&Spin); }, LockSpin);
  auto Write = [] { return pthread_rwlock_wrlock(&ReadWrite); };
  auto Unlock = [] { return pthread_rwlock_unlock(&ReadWrite); };
  waits(21, Write, Unlock, [] { return pthread_rwlock_rdlock(&ReadWrite); });
  waits(31, Write, Unlock, Write);
}
