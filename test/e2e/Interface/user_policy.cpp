//===- e2e/Interface/user_policy.cpp - -stm-policy=FILE ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The user's list goes before what the pass knows of libc, and before bodies.
//
// RUN: echo '# ours' > %t.policy
// RUN: echo 'fun:getsid=pure' >> %t.policy
// RUN: echo 'fun:_ZN6traces*=pure' >> %t.policy
// RUN: echo 'fun:abs=inevitable' >> %t.policy
// RUN: echo 'fun:_Z5alonei=inevitable' >> %t.policy
// RUN: %two_levels %t %s %stmxx -fno-builtin-abs -stm-policy=%t.policy
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

namespace traces {
volatile int Count = 0; // Inevitable where it is instrumented.
void note() { Count = Count + 1; }
} // namespace traces

int alone(int I) { return I + 1; }

int main() {
  optimistically("pure", [] {
    EXPECT(getsid(0) >= 0);
    traces::note();
  });
  EXPECT(traces::Count == 2);
  for (int Which = 0; Which != 2; ++Which) {
    uint64_t Before = inevitableSoFar();
    stm::atomic([&] { return Which ? abs(-Which) : alone(Which); });
    EXPECT(inevitableSoFar() == Before + 1);
  }
}
