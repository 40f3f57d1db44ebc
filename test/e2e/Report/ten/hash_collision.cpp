//===- e2e/Report/ten/hash_collision.cpp - one record for two stripes ===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Two variables far apart that have nothing to do with each other.
//
// REQUIRES: llvm-19 || long
// RUN: %stmxx -O2 -g -I%S %s -o %t
// RUN: env STM_OPTIONS=report_format=json:report_path=%t.json %t
// RUN: python3 %inputs/report.py %t.json | FileCheck %s
//
//===----------------------------------------------------------------------===//

#include "ten.h"

constexpr size_t Stripe = 32, Table = 1 << 20;

/// As the runtime maps addresses to ownership records (rt/version/orec.h).
uint32_t recordOf(const void *Address) {
  auto Number =
      static_cast<uint32_t>(reinterpret_cast<uintptr_t>(Address) / Stripe);
  return Number * 4133 >> 12;
}

alignas(Stripe) char Arena[3 * Stripe * Table]; // Mostly never touched.

long *Left, *Right;

int main() {
  Left = reinterpret_cast<long *>(Arena);
  char *Other = Arena + Stripe;
  while (recordOf(Other) != recordOf(Left))
    Other += Stripe;
  Right = reinterpret_cast<long *>(Other);
  unsigned Rounds = collide(2, [](unsigned T) {
    long *Mine = T ? Left : Right;
    for (int I = 0; I != 300; ++I)
      stm::atomic("unrelated", [=] {
        ++*Mine;
        linger();
      });
  });
  EXPECT(*Left == 300 * Rounds && *Right == 300 * Rounds);
}

// CHECK: conflict 1: {{read-write|write-write|validation}} sharing=hash-collision
// CHECK-SAME: object=global Arena+
// CHECK-SAME: victim="unrelated"
// CHECK-SAME: advice: unrelated data
