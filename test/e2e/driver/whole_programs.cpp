// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Instrumented at the link, beside objects of every other kind.

// The driver refuses it with sanitizers.
// UNSUPPORTED: sanitized
// REQUIRES: lld
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %stmxx -O2 -stm-whole-program -fPIC -c -DPART %s -o part.o
// RUN: %stmxx -O2 -stm-whole-program -c -DNEW %s -o new.o
// RUN: %stmxx -O2 -stm-whole-program -c %s -o main.o
// RUN: %stmxx -O2 -fPIC -c -DPART %s -o native.o
// RUN: %cxx -O2 -c -DPLAIN %s -o plain.o
//
// RUN: %stmxx -stm-whole-program plain.o new.o part.o main.o -o all && ./all
// RUN: %stmxx -stm-whole-program plain.o new.o native.o main.o -o native && ./native
// RUN: llvm-ar rc libpart.a part.o new.o
// RUN: %stmxx -stm-whole-program main.o plain.o -L. -l:libpart.a -o archive && ./archive
//
// A native file calls a version that is made at the link.
// RUN: %stmxx -O2 -c %s -o native_main.o
// RUN: %stmxx -stm-whole-program native_main.o plain.o new.o part.o -o late && ./late
//
// A library exports the versions of what it exports, and no others.
// RUN: echo '{ global: *addTo*; *Adder*; local: *; };' > names
// RUN: %stmxx -stm-whole-program -shared part.o -Wl,--version-script=names -o libpart.so
// RUN: llvm-nm -D --defined-only libpart.so | FileCheck %s --check-prefix=NAMES --implicit-check-not=ZGTt
// NAMES-DAG: T _Z5addToPll
// NAMES-DAG: T _ZGTt5addToPll
// NAMES-DAG: W _ZGTtN5AdderIlE3addERll
// RUN: %stmxx -stm-whole-program main.o plain.o new.o -L. -lpart -Wl,-rpath,%t -o shared && ./shared
//
// Small code, and functions that the program may replace, have versions, too.
// RUN: %stmxx -O2 -stm-whole-program -fPIC -fsemantic-interposition -shared -DPART %s -o libsmall.so
// RUN: llvm-nm -D --defined-only libsmall.so | FileCheck %s --check-prefix=NAMES
// RUN: %stmxx -Os -stm-whole-program -fPIC -shared -DPART %s -o libsmall.so
// RUN: %stmxx main.o plain.o new.o -stm-whole-program -L. -lsmall -Wl,-rpath,%t -o small && ./small
//
// What a policy says at the link holds for native callers.
// RUN: echo 'fun:_Z5addToPll=inevitable' > policy
// RUN: %stmxx -stm-whole-program -stm-policy=policy native_main.o plain.o new.o part.o -o alone
// RUN: not ./alone 2>&1 | FileCheck %s --check-prefix=ALONE
// ALONE: expected inevitableSoFar() == 0
//
// What a static libstdc++ defines is the runtime's, too.
// RUN: %stmxx -O2 -DTHROWS -static-libstdc++ -static-libgcc -fuse-ld=lld %s -o throws && ./throws
// RUN: %stmxx -O2 -DTHROWS -static-libstdc++ -static-libgcc -stm-whole-program %s -o throws && ./throws
//
// A link that can't do it says so, and so does the driver.
// RUN: not %stmxx -fuse-ld=lld -flto plain.o new.o part.o main.o -Wl,--gc-sections -o none 2>&1 | FileCheck %s --check-prefix=LACKS
// RUN: not %stmxx -fuse-ld=lld plain.o new.o part.o main.o -o none 2>&1 | FileCheck %s --check-prefix=LACKS
// LACKS: undefined symbol: __stm_this_link_needs_the_pass_plugin_and_full_lto
// RUN: not %stmxx -stm-whole-program -flto=thin -c %s -o none.o 2>&1 | FileCheck %s --check-prefix=THIN
// THIN: error: -flto=thin: -stm-whole-program needs full link-time optimization by lld
// RUN: not %stmxx -stm-whole-program -fuse-ld=bfd part.o -o none 2>&1 | FileCheck %s --check-prefix=BFD
// BFD: error: -fuse-ld=bfd: -stm-whole-program needs
// RUN: %stmxx -stm-whole-program -flto=thin -flto=full -fsanitize=bounds "-Rpass=a{0,1}" part.o new.o plain.o main.o -o last
// RUN: not %stmxx -stm-whole-program -fuse-ld=lld -fsanitize=memory -c %s -o none.o 2>&1 | FileCheck %s --check-prefix=SANITIZER
// SANITIZER: error: -fsanitize=memory: -stm-whole-program needs {{.*}}, without sanitizers
//
// Remarks, and errors of -stm-strict, are the link's.
// RUN: %stmxx -O2 -g -stm-whole-program -c -DSTRICT %s -o strict.o
// RUN: %stmxx -stm-whole-program strict.o -Rpass-missed=stm -o strict 2>&1 | FileCheck %s --check-prefix=REMARK
// REMARK: whole_programs.cpp:[[# @LINE + 57]]:{{.*}}: a transaction becomes inevitable: call to puts
// RUN: not %stmxx -stm-whole-program -stm-strict strict.o -o strict 2>&1 | FileCheck %s --check-prefix=STRICT
// STRICT: error: {{.*}}whole_programs.cpp:[[# @LINE + 55]]: a transaction becomes inevitable: call to puts

#include "e2e.h"

#include <cstdlib>
#include <new>

// Its copy in the first file that has one is the one that is linked.
template <class T> __attribute__((noinline)) void increment(T &Value) {
  ++Value;
}
template <class T> struct Adder {
  static void add(T &To, T What);
};
#if defined(PART) || defined(PLAIN)
template <class T>
__attribute__((noinline)) void Adder<T>::add(T &To, T What) {
  To += What;
}
template struct Adder<long>; // The first one is linked.
#endif
void addTo(long *Sum, long What);
void plain(int *);

#if defined(PART)
long Calls;
__attribute__((noinline)) long hidden(long What) { return ++Calls, What; }
void addTo(long *Sum, long What) { Adder<long>::add(*Sum, hidden(What)); }
#elif defined(PLAIN)
void plain(int *Value) { increment(*Value); }
#elif defined(NEW)
static std::atomic<long> News; // Would be inevitable.
void *operator new(size_t Bytes) {
  ++News;
  return malloc(Bytes);
}
void operator delete(void *Block) noexcept { free(Block); }
void operator delete(void *Block, size_t) noexcept { free(Block); }
#elif defined(THROWS)
int main() {
  long Sum = 0;
  try {
    stm::atomic([&] {
      ++Sum;
      throw 1;
    });
  } catch (int) {
    EXPECT(Sum == 1);
    return 0;
  }
  return 1;
}
#elif defined(STRICT)
#include <cstdio>
int main() {
  stm::atomic([] { puts("."); });
}
#else

alignas(64) long Sum = 0;
alignas(64) int Turns = 0;
long *Kept;

int main() {
  plain(&Turns);
  onThreads(4, [](unsigned) {
    for (int I = 0; I != 1000; ++I)
      stm::atomic([] {
        increment(Turns);
        addTo(&Sum, 1);
        Adder<long>::add(Sum, 1);
        Kept = new long(Sum);
        EXPECT(Sum == 2 * (Turns - 1) && *Kept == Sum);
        delete Kept;
      });
  });
  EXPECT(Sum == 8000 && Turns == 4001);
  EXPECT(inevitableSoFar() == 0);
}
#endif
