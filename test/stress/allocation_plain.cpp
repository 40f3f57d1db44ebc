//===- stress/allocation_plain.cpp - counting operators ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled without the plugin: a transaction calls the runtime's versions,
// which call these, in a rollback too. In the same file they would be part of
// the transaction, and what they count undone or inevitable.
//
//===----------------------------------------------------------------------===//

#include <atomic>
#include <cstdlib>
#include <new>

std::atomic<long> Live{0};

void *operator new(size_t Bytes) {
  void *P = malloc(Bytes);
  if (!P)
    abort();
  ++Live;
  return P;
}
void operator delete(void *P) noexcept {
  if (P)
    --Live;
  free(P);
}
void operator delete(void *P, size_t) noexcept { operator delete(P); }
