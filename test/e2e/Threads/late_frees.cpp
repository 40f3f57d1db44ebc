//===- e2e/Threads/late_frees.cpp - whose frees may wait ------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block in a loop frees something, while an older one runs. With libc's and
// the C++ library's deallocators the next block begins at once, and the memory
// is freed later; with the program's own (or a sanitizer's) it is freed first,
// which waits for the older one.
//
// UNSUPPORTED: sanitized
// RUN: %stmxx -O2 %s -o %t && %t | FileCheck %s --check-prefix=LATE
// RUN: %stmxx -O2 -DUSES_MALLOC %s -o %t.c && %t.c | FileCheck %s --check-prefix=LATE
// RUN: %stmxx -O2 -DOWN_DELETE %s -o %t.own && %t.own | FileCheck %s --check-prefix=FIRST
// RUN: %stmxx -O2 -DOWN_FREE %s -o %t.free && %t.free | FileCheck %s --check-prefix=FIRST
// RUN: %stmxx -O2 -DOWN_DELETE -static-libstdc++ %s -o %t.static
// RUN: %t.static | FileCheck %s --check-prefix=FIRST
// RUN: %if lld %{ %stmxx -O2 -DOWN_DELETE -static-libstdc++ -fuse-ld=lld %s -o %t.lld %}
// RUN: %if lld %{ %t.lld | FileCheck %s --check-prefix=FIRST %}
// LATE: late
// FIRST: first
//
//===----------------------------------------------------------------------===//

#include "e2e.h"
#include <cstdlib>
#include <ctime>

extern "C" void __libc_free(void *);

#ifdef OWN_DELETE
void operator delete(void *Block) noexcept { free(Block); }
void operator delete(void *Block, size_t) noexcept { free(Block); }
#endif
#ifdef OWN_FREE
extern "C" void free(void *Block) { __libc_free(Block); }
#endif

int Times = 2; ///< Not known to the optimizer.
void *First;
long *Number;
bool IsNext;
alignas(64) long Blocks;

#if defined(OWN_DELETE) || defined(OWN_FREE)
constexpr int Milliseconds = 300;
#else
constexpr int Milliseconds = 60000;
#endif

bool WasLate = false;

/// Until the flag is up, committed or not; notes whether it was.
STM_PURE void awaitNext() {
  for (int I = 0; I != Milliseconds && !WasLate; ++I) {
    timespec While{0, 1000000};
    nanosleep(&While, nullptr);
    WasLate = peek(&IsNext);
  }
}

int main() {
  { // From here on there are others.
    Thread Other([] { stm::atomic([] {}); });
  }
  Number = new long;
  First = malloc(8);
  {
    Thread Older([&] {
      stm::atomic([&] {
        if (Blocks != 0) // Or nobody would have to wait for it.
          return;
        reached(1);
        awaitNext();
      });
    });
    await(1);
    for (int I = Times; I != 0; --I)
      stm::atomic([=] {
        if (I == 1) {
          IsNext = true;
          return;
        }
        ++Blocks; // Newer than the other one.
#ifdef USES_MALLOC
        free(First);
#else
        delete Number;
#endif
      });
  }
  puts(WasLate ? "late" : "first");
}
