//===- rt/checkpoint_test.cpp - resuming up the stack -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "base/checkpoint.h"

#include <gtest/gtest.h>
#include <stdexcept>

using namespace stm::rt;

namespace {

TEST(CheckpointTest, ReturnsZeroWhenTheFunctionReturns) {
  Checkpoint C = {};
  int Ran = 0;
  int Value =
      enterCheckpoint(C, [](void *Arg) { ++*static_cast<int *>(Arg); }, &Ran);
  EXPECT_EQ(Value, 0);
  EXPECT_EQ(Ran, 1);
}

TEST(CheckpointTest, ReturnsWhatResumeWasGiven) {
  Checkpoint C = {};
  int Value = enterCheckpoint(
      C,
      [](void *Arg) { resumeCheckpoint(*static_cast<Checkpoint *>(Arg), 17); },
      &C);
  EXPECT_EQ(Value, 17);
}

TEST(CheckpointTest, ReturnsZeroAgainAfterThat) {
  Checkpoint C = {};
  enterCheckpoint(
      C,
      [](void *Arg) { resumeCheckpoint(*static_cast<Checkpoint *>(Arg), 17); },
      &C);
  EXPECT_EQ(enterCheckpoint(C, [](void *) {}, nullptr), 0);
}

struct Deep {
  Checkpoint C;
  int Depth;
};

__attribute__((noinline)) void descend(Deep &D, int Depth) {
  volatile char Frame[256];
  Frame[0] = 1;
  if (Depth == D.Depth)
    resumeCheckpoint(D.C, 1);
  descend(D, Depth + 1);
  Frame[1] = Frame[0];
}

TEST(CheckpointTest, AbandonsDeepFramesAgainAndAgain) {
  Deep D = {};
  for (D.Depth = 0; D.Depth != 1000; ++D.Depth)
    ASSERT_EQ(
        enterCheckpoint(
            D.C, [](void *Arg) { descend(*static_cast<Deep *>(Arg), 0); }, &D),
        1);
}

TEST(CheckpointTest, KeepsTheCallersRegisters) {
  Checkpoint C = {};
  // Enough of them to fill all callee-saved registers.
  uint64_t A[12];
  for (uint64_t I = 0; I != 12; ++I)
    A[I] = I * 0x0101010101010101;
  asm volatile("" : : "r"(A) : "memory");
  uint64_t R0 = A[0], R1 = A[1], R2 = A[2], R3 = A[3], R4 = A[4], R5 = A[5];
  uint64_t R6 = A[6], R7 = A[7], R8 = A[8], R9 = A[9];
  int Value = enterCheckpoint(
      C,
      [](void *Arg) {
  // Uses and changes them.
#if defined(__x86_64__)
        asm volatile("xor %%rbx, %%rbx; xor %%r12, %%r12; xor %%r13, %%r13;"
                     "xor %%r14, %%r14; xor %%r15, %%r15" ::
                         : "rbx", "r12", "r13", "r14", "r15");
#elif defined(__aarch64__)
        asm volatile("mov x19, 0; mov x20, 0; mov x21, 0; mov x22, 0;"
                     "mov x23, 0; mov x24, 0; fmov d8, xzr; fmov d9, xzr" ::
                         : "x19", "x20", "x21", "x22", "x23", "x24", "d8",
                           "d9");
#endif
        resumeCheckpoint(*static_cast<Checkpoint *>(Arg), 1);
      },
      &C);
  EXPECT_EQ(Value, 1);
  EXPECT_TRUE(R0 == A[0] && R1 == A[1] && R2 == A[2] && R3 == A[3] &&
              R4 == A[4] && R5 == A[5] && R6 == A[6] && R7 == A[7] &&
              R8 == A[8] && R9 == A[9]);
}

TEST(CheckpointTest, ExceptionsPassThrough) {
  Checkpoint C = {};
  EXPECT_THROW(
      enterCheckpoint(
          C, [](void *) { throw std::runtime_error("leaves"); }, nullptr),
      std::runtime_error);
}

TEST(CheckpointTest, Nests) {
  struct Two {
    Checkpoint Outer, Inner;
    int InnerValue;
  } T = {};
  int Value = enterCheckpoint(
      T.Outer,
      [](void *Arg) {
        auto &T = *static_cast<Two *>(Arg);
        T.InnerValue = enterCheckpoint(
            T.Inner,
            [](void *Arg) {
              resumeCheckpoint(static_cast<Two *>(Arg)->Inner, 3);
            },
            Arg);
        resumeCheckpoint(T.Outer, 4);
      },
      &T);
  EXPECT_EQ(T.InnerValue, 3);
  EXPECT_EQ(Value, 4);
}

TEST(CheckpointTest, StackPointerLiesAboveTheFunctionsFrames) {
  struct State {
    Checkpoint C;
    bool IsAboveInner;
  } S = {};
  enterCheckpoint(
      S.C,
      [](void *Arg) {
        auto &S = *static_cast<State *>(Arg);
        // AddressSanitizer keeps variables elsewhere.
        S.IsAboveInner =
            S.C.Sp > reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
      },
      &S);
  EXPECT_TRUE(S.IsAboveInner);
  EXPECT_LE(S.C.Sp, reinterpret_cast<uintptr_t>(__builtin_frame_address(0)));
}

} // namespace
