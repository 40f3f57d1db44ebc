//===- e2e/Threads/thread_end.cpp - the end of a thread ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// pthread_exit inside a block commits it; thread-local destructors may run
// transactions; a thread that ends leaves nothing locked.
//
// RUN: env STM_OPTIONS=report=none %levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

alignas(64) long X = 0;
alignas(64) long Y = 0;

struct AtEnd {
  ~AtEnd() {
    stm::atomic([] { ++Y; });
  }
  void touch() {}
};
thread_local AtEnd Late;

int main() {
  for (int I = 0; I != 100; ++I) {
    pthread_t Handle;
    pthread_create(
        &Handle, nullptr,
        [](void *) -> void * {
          Late.touch();
          stm::atomic([] {
            ++X;
            pthread_exit(nullptr);
          });
          failed("not to come here", __FILE__, __LINE__);
        },
        nullptr);
    pthread_join(Handle, nullptr);
    stm::atomic([&] { EXPECT(X == I + 1); });
  }
  EXPECT(X == 100 && Y == 100);
}
