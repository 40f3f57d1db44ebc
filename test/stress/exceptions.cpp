//===- stress/exceptions.cpp - exceptions under contention ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exceptions leave blocks, which commits them; others are caught inside. What
// they carry was read in the transaction and must be consistent; what they own
// is destroyed once, however often the block was rolled back.
//
//===----------------------------------------------------------------------===//

#include "harness.h"

#include <string>

namespace {

stress::Alone<uint64_t> X, Y, Caught;

struct Failure {
  uint64_t A, B;
  std::string Text;
  Failure(uint64_t A, uint64_t B)
      : A(A), B(B), Text("a text too long for the string itself") {}
};

void inner(unsigned Pause) {
  uint64_t A = ++X.Value;
  stress::linger(Pause);
  uint64_t B = ++Y.Value;
  INVARIANT(A == B);
  throw Failure(A, B);
}

void test(const stress::Config &C) {
  X.Value = Y.Value = Caught.Value = 0;
  std::atomic<uint64_t> Left{0}, Stayed{0};
  stress::onThreads(C.Threads, [&](unsigned Self) {
    stress::Random Next(Self + 1);
    for (uint64_t I = 0; I != C.perThread(); ++I) {
      unsigned Pause = static_cast<unsigned>(Next.below(50));
      if (Next.below(2)) {
        bool Thrown = false;
        try {
          stm::atomic("leaves", [&] { inner(Pause); });
        } catch (const Failure &F) {
          INVARIANT(F.A == F.B);
          INVARIANT(F.Text == "a text too long for the string itself");
          Thrown = true;
        }
        INVARIANT(Thrown);
        ++Left;
      } else {
        stm::atomic("stays", [&] {
          try {
            inner(Pause);
          } catch (Failure &F) {
            INVARIANT(F.A == F.B && F.A == X.Value && F.B == Y.Value);
            ++Caught.Value;
          }
        });
        ++Stayed;
      }
      INVARIANT(std::uncaught_exceptions() == 0);
      INVARIANT(!stm_in_transaction());
    }
  });
  INVARIANT(X.Value == Left + Stayed);
  INVARIANT(Y.Value == X.Value);
  INVARIANT(Caught.Value == Stayed);
}

} // namespace

int main(int Argc, char **Argv) { return stress::run(Argc, Argv, test, 20000); }
