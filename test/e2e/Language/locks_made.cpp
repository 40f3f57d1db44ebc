//===- e2e/Language/locks_made.cpp - locks that blocks make ---------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block that makes an object with locks in it isn't inevitable, nor is one
// that destroys them. The locks work.
//
// RUN: %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cerrno>
#include <threads.h>

struct Node {
  pthread_mutex_t Mutex;
  pthread_mutex_t Recursive;
  pthread_rwlock_t ReadWrite;
  pthread_cond_t Condition;
  mtx_t Standard;
  long Value;
};

Node *Shared;
pthread_mutexattr_t Attributes;

static void make() {
  auto *N = static_cast<Node *>(malloc(sizeof(Node)));
  EXPECT(pthread_mutex_init(&N->Mutex, nullptr) == 0);
  EXPECT(pthread_mutex_init(&N->Recursive, &Attributes) == 0);
  EXPECT(pthread_rwlock_init(&N->ReadWrite, nullptr) == 0);
  EXPECT(pthread_cond_init(&N->Condition, nullptr) == 0);
  EXPECT(mtx_init(&N->Standard, mtx_plain) == thrd_success);
  N->Value = 0;
  Shared = N;
}

static void destroy() {
  Node *N = Shared;
  EXPECT(pthread_mutex_destroy(&N->Mutex) == 0);
  EXPECT(pthread_mutex_destroy(&N->Recursive) == 0);
  EXPECT(pthread_rwlock_destroy(&N->ReadWrite) == 0);
  mtx_destroy(&N->Standard);
  Shared = nullptr;
  free(N);
}

static void use(Node &N) {
  auto Work = [&N](unsigned) {
    for (int I = 0; I != 1000; ++I) {
      EXPECT(pthread_mutex_lock(&N.Recursive) == 0);
      EXPECT(pthread_mutex_lock(&N.Recursive) == 0);
      EXPECT(pthread_mutex_lock(&N.Mutex) == 0);
      EXPECT(pthread_rwlock_wrlock(&N.ReadWrite) == 0);
      EXPECT(mtx_lock(&N.Standard) == thrd_success);
      ++N.Value;
      pthread_cond_broadcast(&N.Condition);
      mtx_unlock(&N.Standard);
      pthread_rwlock_unlock(&N.ReadWrite);
      pthread_mutex_unlock(&N.Mutex);
      pthread_mutex_unlock(&N.Recursive);
      pthread_mutex_unlock(&N.Recursive);
    }
  };
  onThreads(3, Work);
  EXPECT(N.Value == 3000);
}

int main() {
  pthread_mutexattr_init(&Attributes);
  pthread_mutexattr_settype(&Attributes, PTHREAD_MUTEX_RECURSIVE);
#if __has_feature(thread_sanitizer) // It knows locks by their addresses.
  stm::atomic([] { make(); });
  use(*Shared);
  stm::atomic([] { destroy(); });
#else
  optimistically("locks that are made", make);
  use(*Shared);
  optimistically("locks that are destroyed", destroy);
#endif

  stm::atomic([] { make(); });
#if !__has_feature(thread_sanitizer) // It says what it thinks of that.
  // One that is held is not destroyed.
  EXPECT(pthread_mutex_lock(&Shared->Mutex) == 0);
  stm::atomic([] { EXPECT(pthread_mutex_destroy(&Shared->Mutex) == EBUSY); });
  EXPECT(pthread_mutex_unlock(&Shared->Mutex) == 0);
#endif

  // Made, taken and given back in one block, and again.
  for (int I = 0; I != 2; ++I)
    stm::atomic([] {
      EXPECT(pthread_mutex_destroy(&Shared->Mutex) == 0);
      EXPECT(pthread_mutex_init(&Shared->Mutex, nullptr) == 0);
      EXPECT(pthread_mutex_lock(&Shared->Mutex) == 0);
      ++Shared->Value;
      EXPECT(pthread_mutex_unlock(&Shared->Mutex) == 0);
    });
  EXPECT(Shared->Value == 2);
  stm::atomic([] {
    EXPECT(pthread_mutex_lock(&Shared->Mutex) == 0);
    EXPECT(pthread_mutex_unlock(&Shared->Mutex) == 0);
    destroy();
  });
  EXPECT(!Shared);
}
