//===- e2e/Language/weak_ptr_in_snapshot.cpp - libc++'s ----------*- C++ -*-==//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libc++ may free what has one weak reference left while a snapshot counts one
// more. So the snapshot takes it alone, when what it finds is not of the past.
//
// REQUIRES: libc++
// RUN: %one_level %t %s %stmxx -stdlib=libc++
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <memory>
#include <utility>

std::weak_ptr<int> Weak;

int main() {
  auto Strong = std::make_shared<int>(7);
  Weak = Strong;
  auto [Copy, IsAlone] = stm::snapshot([] {
    auto Mine = Weak;
    return std::pair(Mine, stm_is_inevitable());
  });
  EXPECT(IsAlone);
  EXPECT(*Copy.lock() == 7);
  // What doesn't copy it isn't.
  EXPECT(stm::snapshot([] { return !Weak.expired(); }));
  EXPECT(!stm::snapshot([] { return stm_is_inevitable(); }));
}
