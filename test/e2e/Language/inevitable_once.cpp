//===- e2e/Language/inevitable_once.cpp -----------------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Output, system calls, inline assembly, atomics, volatile accesses: the
// attempt becomes inevitable before the first of them, so they happen exactly
// once although the transaction was rolled back before.
//
// RUN: env STM_OPTIONS=report=none %levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

volatile int Device = 0;
std::atomic<int> Atomic{0};
int FromAsm = 0;
long Shared = 0;

template <class F> void once(const char *What, F Body) {
  Rival Other;
  uint64_t Before = inevitableSoFar();
  stm::atomic([&] {
    ++Shared;
    Other.strike();
    EXPECT(!stm_is_inevitable());
    Body();
    if (!stm_is_inevitable())
      failed(What, __FILE__, __LINE__);
  });
  EXPECT(inevitableSoFar() == Before + 1);
  EXPECT(stm::last_abort_info().attempts >= 1);
}

int main() {
  once("printf", [] { printf("hello %ld\n", Shared); });
  fflush(stdout);
  // CHECK: hello 1
  // CHECK-NOT: hello
  once("write", [] {
    if (write(1, "written\n", 8) != 8)
      abort();
  });
  // CHECK: written
  // CHECK-NOT: written
  once("volatile", [] { Device = Device + 1; });
  EXPECT(Device == 1);
  once("atomic", [] { Atomic.fetch_add(1); });
  EXPECT(Atomic == 1);
  once("atomic store", [] { Atomic.store(5, std::memory_order_release); });
  EXPECT(Atomic == 5);
  once("asm", [] {
#if defined(__x86_64__)
    asm volatile("incl %0" : "+m"(FromAsm));
#else
    asm volatile("" : "+m"(FromAsm));
    ++FromAsm;
#endif
  });
  EXPECT(FromAsm == 1);
  once("fence", [] { std::atomic_thread_fence(std::memory_order_seq_cst); });
  once("close", [] { (void)!close(-1); });
  once("asked for", [] { stm::become_inevitable("test"); });
  EXPECT(Shared == 9);
  printf("end\n");
  // CHECK: end
}
