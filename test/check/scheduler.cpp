//===- check/scheduler.cpp - threads that run step by step ----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "scheduler.h"

#include "tx/registry.h"

#include <bit>
#include <cstdio>
#include <cstdlib>
#include <unistd.h>

namespace stm::check {

namespace {

constexpr size_t StackBytes = 256 << 10;
/// Nobody waits that long for somebody who gets to run.
constexpr unsigned MostWaits = 100000;
constexpr unsigned MostSteps = 1000000;

constinit Scheduler *Active = nullptr;

const char *nameOf(rt::TestPoint Point) {
  static constexpr const char *Names[] = {
#define STM_TEST_POINT_NAME(Name) #Name,
      STM_TEST_POINT_NAMES(STM_TEST_POINT_NAME)
#undef STM_TEST_POINT_NAME
  };
  return Names[static_cast<size_t>(Point)];
}

} // namespace

std::string toText(const Script &S) {
  std::string Text;
  for (const Preemption &P : S)
    Text += (Text.empty() ? "" : ",") + std::to_string(P.Step) + ":" +
            std::to_string(P.Thread);
  return Text;
}

Script parseScript(const char *Text) {
  Script S;
  Preemption P;
  int Length = 0;
  for (const char *At = Text;
       sscanf(At, "%u:%u%n", &P.Step, &P.Thread, &Length) == 2;) {
    S.push_back(P);
    At += Length;
    if (*At != ',')
      break;
    ++At;
  }
  return S;
}

Scheduler::Scheduler(unsigned Count, std::function<void(unsigned)> Enter)
    : Threads(Count), Enter(std::move(Enter)),
      CallersDescriptor(&rt::currentTx()) {
  for (Thread &T : Threads) {
    T.Stack.resize(StackBytes);
    T.Descriptor = &rt::registerThread();
  }
  rt::CurrentTx = CallersDescriptor;
}

// The descriptors stay: they are idle, and the process is about to end.
Scheduler::~Scheduler() { rt::CurrentTx = CallersDescriptor; }

void Scheduler::forgetDescriptors() {
  for (Thread &T : Threads)
    T.Descriptor = &rt::NoTx;
  rt::CurrentTx = CallersDescriptor = &rt::NoTx;
}

void Scheduler::enterFiber() {
  Scheduler &S = *Active;
  Thread &T = S.Threads[S.Running];
  (*T.Body)();
  T.IsOver = true;
  T.Descriptor = rt::CurrentTx;
  if (unsigned Others = S.others())
    S.switchTo(static_cast<unsigned>(std::countr_zero(Others)));
  setcontext(&S.Caller);
}

void Scheduler::run(const std::vector<std::function<void()>> &Bodies,
                    Decision How) {
  Active = this;
  Decide = std::move(How);
  Steps = WaitsInARow = 0;
  Done.clear();
  Story.clear();
  for (size_t I = 0; I != Bodies.size(); ++I) {
    Thread &T = Threads[I];
    T.Body = &Bodies[I];
    T.IsOver = false;
    // What a descriptor remembers of former transactions decides which way the
    // first one begins.
    T.Descriptor->IsUnusual = true;
    T.Descriptor->TimedAttempts = 0;
    T.Descriptor->Culprit = {};
    getcontext(&T.Context);
    T.Context.uc_stack.ss_sp = T.Stack.data();
    T.Context.uc_stack.ss_size = T.Stack.size();
    T.Context.uc_link = nullptr;
    makecontext(&T.Context, enterFiber, 0);
  }
  Running = 0;
  Running = Decide(0, 0, others());
  if (Running)
    Done.push_back({0, Running});
  rt::CurrentTx = Threads[Running].Descriptor;
  Enter(Running);
  swapcontext(&Caller, &Threads[Running].Context);
  rt::CurrentTx = CallersDescriptor;
  Active = nullptr;
}

unsigned Scheduler::others() const {
  unsigned Mask = 0;
  for (unsigned I = 0; I != Threads.size(); ++I)
    if (I != Running && !Threads[I].IsOver)
      Mask |= 1u << I;
  return Mask;
}

void Scheduler::switchTo(unsigned Next) {
  unsigned Before = Running;
  Threads[Before].Descriptor = rt::CurrentTx;
  Running = Next;
  rt::CurrentTx = Threads[Next].Descriptor;
  Enter(Next);
  if (Threads[Before].IsOver)
    setcontext(&Threads[Next].Context);
  swapcontext(&Threads[Before].Context, &Threads[Next].Context);
}

/// Of threads that can't be stopped.
void Scheduler::giveUp(const char *Why) {
  printf("%s STM_TEST_SCHEDULE=%s: %s\nthe schedule:\n%s", Label.c_str(),
         toText(Done).c_str(), Why, Story.c_str());
  fflush(stdout);
  _exit(1);
}

void Scheduler::letOthersRun() {
  unsigned Others = others();
  if (++WaitsInARow > MostWaits)
    giveUp("everybody waits");
  if (!Others)
    return;
  // The next one, round and round.
  unsigned Later = Others & ~((2u << Running) - 1);
  switchTo(static_cast<unsigned>(std::countr_zero(Later ? Later : Others)));
}

void Scheduler::decide(const char *Where) {
  if (++Steps > MostSteps)
    giveUp("nobody gets on");
  WaitsInARow = 0;
  unsigned Others = others();
  if (!Others)
    return;
  unsigned Next = Decide(Steps, Running, Others);
  if (Next == Running || !(Others & 1u << Next))
    return;
  Done.push_back({Steps, Next});
  Story += "  step " + std::to_string(Steps) + ": thread " +
           std::to_string(Running) + " stops at " + Where + ", thread " +
           std::to_string(Next) + " goes on\n";
  switchTo(Next);
}

void Scheduler::at(rt::TestPoint Point) {
  if (Point == rt::TestPoint::Waits || Point == rt::TestPoint::RolledBack)
    letOthersRun();
  else
    decide(nameOf(Point));
}

void Scheduler::step() { decide("its next access"); }

void Scheduler::stepWithin() {
  unsigned Waits = WaitsInARow;
  decide("an atomic access");
  WaitsInARow = Waits;
}

} // namespace stm::check
