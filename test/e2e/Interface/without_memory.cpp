//===- e2e/Interface/without_memory.cpp - the runtime finds none ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Where the runtime gets no memory a block runs alone, and nothing of it is
// lost. What has to be noted even then ends the program, with a message.
//
// The checked library isn't built for sanitizers.
// UNSUPPORTED: sanitized
// RUN: %stmxx -O2 %s -o %t
// RUN: %t all > %t.all
// RUN: for s in 1 2 3 4 5 6 7 8; do env LD_LIBRARY_PATH=%libdir/checked \
// RUN:   STM_OPTIONS=report=none:inject=memory/3:seed=$s %t all > %t.out && \
// RUN:   cmp %t.all %t.out || exit 1; done
// RUN: env LD_LIBRARY_PATH=%libdir/checked \
// RUN:   STM_OPTIONS=report=full:inject=memory/3:seed=1 %t all 2>&1 | FileCheck %s
// CHECK: the transaction's log could not grow
// RUN: env LD_LIBRARY_PATH=%libdir/checked STM_OPTIONS=inject=memory/1 \
// RUN:   %t hook > %t.out 2>&1; test $? = 134
// RUN: FileCheck %s --check-prefix=HOOK < %t.out
// HOOK: out of memory: {{[0-9]+}} bytes for a hook
// RUN: env LD_LIBRARY_PATH=%libdir/checked STM_OPTIONS=inject=memory/1 \
// RUN:   %t output > %t.out 2>&1; test $? = 134
// RUN: FileCheck %s --check-prefix=OUTPUT < %t.out
// OUTPUT: out of memory: {{[0-9]+}} bytes for deferred output
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr long Rounds = 100;
alignas(64) long X = 0;
long Hooked = 0;
std::vector<std::string> Texts;

int compare(const void *A, const void *B) {
  return *static_cast<const int *>(A) - *static_cast<const int *>(B);
}

void work(long Round) {
  stm::atomic([&] {
    ++X;
    auto Text = std::string("a text that is too long for the string itself " +
                            std::to_string(X));
    Texts.assign(200, Text); // More than there is room to note at first.
    int Numbers[64];
    for (int I = 0; I != 64; ++I)
      Numbers[I] = I * 37 % 64;
    qsort(Numbers, 64, sizeof(int), compare);
    EXPECT(std::is_sorted(Numbers, Numbers + 64));
    try {
      throw std::runtime_error(Text);
    } catch (const std::runtime_error &E) {
      EXPECT(E.what() == Text);
    }
  });
  EXPECT(X == Round + 1);
}

} // namespace

int main(int, char **Argv) {
  if (!strcmp(Argv[1], "hook"))
    stm::atomic([] { stm::on_commit([] { ++Hooked; }); });
  else if (!strcmp(Argv[1], "output"))
    stm::atomic([] { stm::deferred_printf(1, "%ld\n", X); });
  else
    for (long Round = 0; Round != Rounds; ++Round)
      work(Round);
  printf("%ld %s\n", X, Texts.empty() ? "" : Texts.back().c_str());
}
