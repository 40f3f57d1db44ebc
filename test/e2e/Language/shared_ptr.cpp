//===- e2e/Language/shared_ptr.cpp - reference counts -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Counts are exact and the object is destroyed once, whether or not they make
// the transaction inevitable.
//
// RUN: env STM_OPTIONS=report=none %two_levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <memory>

std::atomic<int> Destroyed{0};
struct Object {
  long Value = 1;
  ~Object() { ++Destroyed; }
};

std::shared_ptr<Object> Shared;

int main() {
  Shared = std::make_shared<Object>();
  std::weak_ptr<Object> Weak = Shared;
  onThreads(4, [](unsigned) {
    for (int I = 0; I != 500; ++I) {
      std::shared_ptr<Object> Mine = stm::atomic([] {
        auto Copy = Shared;
        ++Copy->Value;
        return Copy;
      });
      EXPECT(Mine.use_count() >= 2);
    }
  });
  EXPECT(Shared.use_count() == 1 && Shared->Value == 2001);
  stm::atomic([] { Shared.reset(); });
  EXPECT(Destroyed == 1 && Weak.expired());
}
