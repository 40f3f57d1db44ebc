//===- rt/report_frames_test.cpp - tests of report/frames.h ---------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/frames.h"

#include <csignal>
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <string>
#include <thread>

using namespace stm::rt;

namespace {

/// Both directions without a tail call.
#define STM_KEEPS_FRAME __attribute__((noinline, disable_tail_calls))

uintptr_t addressOf(const volatile long &Variable) {
  return reinterpret_cast<uintptr_t>(&Variable);
}

/// Whether \p Pc is in the function: not before it, nor beyond where it can
/// end.
template <class F> bool isIn(uintptr_t Pc, F *Function) {
  auto Begin = reinterpret_cast<uintptr_t>(Function);
  return Pc > Begin && Pc - Begin < 1000;
}

STM_KEEPS_FRAME PlaceInFrame lookUp(uintptr_t Address) {
  volatile long Here = 0;
  PlaceInFrame Found = findFrame(Address);
  Here = Here + 1;
  return Found;
}

STM_KEEPS_FRAME PlaceInFrame findMine() {
  volatile long Mine[4] = {};
  PlaceInFrame Found = lookUp(addressOf(Mine[2]));
  Mine[0] = Mine[2];
  return Found;
}

TEST(ReportFrames, ACallersVariableIsItsFunctions) {
  PlaceInFrame Found = findMine();
  EXPECT_TRUE(isIn(Found.Pc, findMine));
  EXPECT_GT(Found.FromCfa, 0u);
  EXPECT_LT(Found.FromSp, 400u);
}

TEST(ReportFrames, OfWhatIsInNoFrameNothingIsKnown) {
  static volatile long Global;
  auto OnHeap = std::make_unique<long>();
  EXPECT_EQ(findFrame(addressOf(Global)).Pc, 0u);
  EXPECT_EQ(findFrame(addressOf(*OnHeap)).Pc, 0u);
  EXPECT_EQ(findFrame(1).Pc, 0u);
}

/// What another thread finds while this one waits for it, or goes on.
STM_KEEPS_FRAME PlaceInFrame foundByAnother(bool IsWaiting) {
  volatile long Mine = 0;
  PlaceInFrame Found = {};
  std::thread Other;
  auto Look = [&] { Found = findFrame(addressOf(Mine)); };
  if (IsWaiting) {
    WaitingFrames Known;
    Other = std::thread(Look);
    Other.join();
  } else {
    Other = std::thread(Look);
    Other.join(); // libc's: the runtime's is in the shared library only.
  }
  Mine = Mine + 1;
  return Found;
}

TEST(ReportFrames, OtherThreadsKnowThoseOfAWaitingOne) {
  EXPECT_EQ(foundByAnother(false).Pc, 0u);
  PlaceInFrame Found = foundByAnother(true);
  EXPECT_TRUE(isIn(Found.Pc, foundByAnother));
  EXPECT_EQ(foundByAnother(false).Pc, 0u);
}

TEST(ReportFrames, AChildOfForkKnowsNobodysWait) {
  volatile long Mine = 0;
  WaitingFrames Known;
  forgetWaitingFrames();
  PlaceInFrame Found = {};
  std::thread([&] { Found = findFrame(addressOf(Mine)); }).join();
  EXPECT_EQ(Found.Pc, 0u);
}

TEST(ReportFrames, MoreWaitThanThereAreLists) {
  volatile long Mine = 0;
  for (unsigned I = 0; I != 1000; ++I) // More than are all noted.
    WaitingFrames{};
  std::vector<std::unique_ptr<WaitingFrames>> All;
  for (unsigned I = 0; I != 2000; ++I)
    All.push_back(std::make_unique<WaitingFrames>());
  All.clear();
  EXPECT_EQ(foundByAnother(false).Pc, 0u);
  Mine = Mine + 1;
}

volatile long *Interrupted;
PlaceInFrame FoundInHandler;

STM_KEEPS_FRAME void interruptedBySignal() {
  volatile long Mine = 0;
  Interrupted = &Mine;
  raise(SIGUSR1);
  Mine = Mine + 1;
}

// It may have been interrupted between any two instructions.
TEST(ReportFrames, WhatASignalHandlerHasInterruptedIsNotNamed) {
  signal(SIGUSR1,
         [](int) { FoundInHandler = findFrame(addressOf(*Interrupted)); });
  interruptedBySignal();
  signal(SIGUSR1, SIG_DFL);
  EXPECT_EQ(FoundInHandler.Pc, 0u);
}

} // namespace
