//===- e2e/Threads/interrupted.cpp - what comes across a block --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Signals, cancelled threads, libraries that are opened, memory with an
// alignment of its own: each in the middle of a block.
//
// RUN: env STM_OPTIONS=report=none %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <csignal>
#include <dlfcn.h>
#include <memory>
#include <new>

static long X = 0, Y = 0;
static std::atomic<int> Signals{0};
STM_PURE static void raiseSignal() { raise(SIGUSR1); }
static void handle(int) { ++Signals; }

/// A handler runs in the block, as often as the block does; it is no part of
/// it.
static void signals() {
  signal(SIGUSR1, handle);
  Rival Other;
  stm::atomic([&] {
    ++X;
    raiseSignal();
    Other.strike();
  });
  EXPECT(X == 1 && Signals.load() == 2);
  // One that runs transactions of its own, between those of the thread.
  signal(SIGUSR1, [](int) { stm::atomic([] { ++Y; }); });
  stm::atomic([] { ++X; });
  raise(SIGUSR1);
  EXPECT(X == 2 && Y == 1);
}

/// The thread ends in the block: what it has done by then is committed.
static void cancelledThreads() {
  Step.store(0);
  pthread_t Handle;
  pthread_create(
      &Handle, nullptr,
      [](void *) -> void * {
        stm::atomic([] {
          X = 10;
          reached(1);
          sleep(1000);
          X = 11;
        });
        return nullptr;
      },
      nullptr);
  await(1);
  pthread_cancel(Handle);
  void *Result;
  pthread_join(Handle, &Result);
  EXPECT(Result == PTHREAD_CANCELED && X == 10);
  stm::atomic([] { ++X; }); // It holds nothing any more.
  EXPECT(X == 11);
}

static void libraries() {
  uint64_t Before = inevitableSoFar();
  stm::atomic([] {
    void *Library = dlopen("libm.so.6", RTLD_NOW | RTLD_LOCAL);
    EXPECT(Library && stm_is_inevitable());
    auto *Root = reinterpret_cast<double (*)(double)>(dlsym(Library, "sqrt"));
    EXPECT(Root && Root(16.0) == 4.0);
    dlclose(Library);
  });
  EXPECT(inevitableSoFar() == Before + 1);
}

struct alignas(128) Wide {
  long Value[16] = {7};
};

static void alignedMemory() {
  static std::unique_ptr<Wide> Made;
  static std::unique_ptr<Wide[]> Many;
  optimistically("aligned new", [] {
    Made = std::make_unique<Wide>();
    Many.reset(new Wide[3]);
    ::operator delete(new (std::align_val_t(256)) Wide, std::align_val_t(256));
  });
  EXPECT(reinterpret_cast<uintptr_t>(Made.get()) % 128 == 0);
  EXPECT(reinterpret_cast<uintptr_t>(Many.get()) % 128 == 0);
  EXPECT(Made->Value[0] == 7 && Many[2].Value[0] == 7);
}

int main() {
  signals();
  cancelledThreads();
  libraries();
  alignedMemory();
}
