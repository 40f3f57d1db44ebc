//===- check/run_scheduled.cpp - programs, step by step -------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "run_scheduled.h"

#include "base/options.h"

namespace stm::check {

Plan planOf(const Program &P) {
  Plan Threads(P.Threads);
  for (unsigned I = 0; I != P.Threads; ++I) {
    Random Numbers(P.Seed * MostThreads + I);
    for (unsigned T = 0; T != P.Transactions; ++T)
      Threads[I].push_back(P.next(Numbers, I));
  }
  if (P.Features & Waits)
    Threads[0].push_back(P.last());
  return Threads;
}

std::string toText(const Plan &Threads) {
  static constexpr const char *Kinds[] = {
      "read",          "change",       "change locked",  "read halves",
      "change halves", "read range",   "change range",   "read box",
      "swap box",      "nest",         "roll back",      "go alone",
      "go beside",     "await",        "await locked",   "choose",
      "cancel",        "read guarded", "change guarded", "pause"};
  std::string Text;
  for (size_t I = 0; I != Threads.size(); ++I)
    for (const Transaction &T : Threads[I]) {
      Text += "  thread " + std::to_string(I) + ": ";
      Text += T.How == Transaction::Update     ? "update"
              : T.How == Transaction::ReadOnly ? "read-only"
                                               : "snapshot";
      for (unsigned S = 0; S != T.Count; ++S)
        Text += std::string(S ? ", " : " { ") + Kinds[T.Steps[S].What] + " " +
                std::to_string(T.Steps[S].Cell);
      Text += " }\n";
    }
  return Text;
}

ScheduledRuns::ScheduledRuns()
    : Steps(MostThreads, [this](unsigned I) {
        Workers[I]->makeCurrent();
        if (OnEnter)
          OnEnter(I);
      }) {
  for (unsigned I = 0; I != MostThreads; ++I)
    Workers.push_back(Owned.emplace_back(std::make_unique<Worker>(S, I)).get());
  S.Steps = &Steps;
  rt::WaitsAtTestPoints.store(true);
  warmUp();
}

void ScheduledRuns::warmUp() {
  Transaction T;
  for (Step::Kind What : {Step::Change, Step::ChangeRange, Step::ReadRange})
    T.Steps[T.Count++] = {What, 2};
  Transaction Reading = T;
  Reading.Count = 1;
  Reading.Steps[0] = {Step::Read, Alone};
  Plan Threads(MostThreads);
  for (auto &Mine : Threads)
    for (auto How : {Transaction::Snapshot, Transaction::ReadOnly}) {
      Reading.How = How;
      Mine.insert(Mine.end(), {T, Reading});
    }
  Program P(0, 0);
  run(Threads, P, [](unsigned, unsigned Running, unsigned) { return Running; });
}

ScheduledRuns::~ScheduledRuns() {
  rt::WaitsAtTestPoints.store(false);
  rt::resetOptionsForTesting();
  rt::ParsedOptions.Report = rt::ReportMode::None;
}

History ScheduledRuns::run(const Plan &Threads, const Program &P,
                           Scheduler::Decision Decide) {
  S.Cells.reset();
  S.Time.reset();
  S.Running = &P;
  setOptions(P);
  // A lock is waited for by being rolled back, and that by letting others run.
  rt::ParsedOptions.Spin = 0;
  rt::ParsedOptions.BackoffMin = rt::ParsedOptions.BackoffMax = 0;
  Steps.Label = "STM_TEST_SEED=" + std::to_string(P.Seed);
  std::vector<std::function<void()>> Bodies;
  for (size_t I = 0; I != Threads.size(); ++I)
    Bodies.push_back([&, I] { Workers[I]->run(Threads[I]); });
  rt::TestPointHook.store(Worker::hook);
  Steps.run(Bodies, std::move(Decide));
  rt::TestPointHook.store(nullptr);
  return takeHistory(S, Workers);
}

namespace {

/// Of a transaction, whichever way it goes. Bits are ownership records.
struct Footprint {
  uint32_t Accessed = 0, Written = 0;
  bool IsForced = false;     ///< Rolled back by itself, or runs again.
  bool IsInevitable = false; ///< Perhaps.
};

uint32_t orecOf(uint32_t Cell) {
  switch (Cell) {
  case Alone:
  case Twin:
    return 1u << 1;
  case Range0:
  case Range1:
    return 1u << 2;
  case Range2:
    return 1u << 3;
  case BoxCell:
    return 1u << 4;
  default:
    return 1u << 0;
  }
}

Footprint footprintOf(const Transaction &T) {
  Footprint F;
  for (unsigned I = 0; I != T.Count; ++I) {
    const Step &What = T.Steps[I];
    bool IsRange =
        What.What == Step::ReadRange || What.What == Step::ChangeRange;
    uint32_t Orecs =
        IsRange ? orecOf(Range0) | orecOf(Range2) : orecOf(What.Cell);
    switch (What.What) {
    case Step::Change:
    case Step::ChangeLocked:
    case Step::ChangeHalves:
    case Step::ChangeRange:
    case Step::SwapBox:
      F.Written |= Orecs;
      [[fallthrough]];
    case Step::Read:
    case Step::ReadHalves:
    case Step::ReadRange:
    case Step::ReadBox:
      F.Accessed |= Orecs;
      break;
    case Step::Choose:
    case Step::Cancel:
    case Step::AwaitLocked:
      F.Written |= Orecs;
      F.IsForced = true;
      break;
    case Step::RollBack:
    case Step::Await:
      F.IsForced = true;
      break;
    case Step::GoAlone:
    case Step::GoBeside:
      F.IsInevitable = true;
      break;
    case Step::Nest:
    case Step::Pause:
    case Step::ReadGuarded: // Not step by step.
    case Step::ChangeGuarded:
      break;
    }
  }
  return F;
}

} // namespace

std::string findNeedlessAborts(const Plan &Threads, const History &H,
                               unsigned InevitableAfter) {
  // Each attempt's transaction: a thread's attempts are in order.
  std::vector<Footprint> Prints;
  std::vector<size_t> Next(Threads.size());
  // Who has to run alone is in the way before its attempt begins.
  std::vector<Ticket> Since, Ended(Threads.size());
  std::vector<unsigned> RolledBack(Threads.size());
  for (const Attempt &A : H.Attempts) {
    Since.push_back(A.Begin);
    if (A.Thread >= Threads.size()) { // The final state.
      Prints.emplace_back();
      continue;
    }
    Prints.push_back(footprintOf(Threads[A.Thread][Next[A.Thread]]));
    Prints.back().IsInevitable |= RolledBack[A.Thread] >= InevitableAfter;
    RolledBack[A.Thread] = A.Committed ? 0 : RolledBack[A.Thread] + 1;
    if (Prints.back().IsInevitable)
      Since.back() = Ended[A.Thread];
    Ended[A.Thread] = A.End;
    Next[A.Thread] += A.Committed;
  }
  std::string Text;
  for (size_t I = 0; I != H.Attempts.size(); ++I) {
    const Attempt &A = H.Attempts[I];
    if (A.Committed || Prints[I].IsForced || Prints[I].IsInevitable)
      continue;
    bool IsAllowed = false;
    for (size_t J = 0; J != H.Attempts.size(); ++J) {
      const Attempt &B = H.Attempts[J];
      bool Overlap =
          B.Thread != A.Thread && Since[J] < A.End && A.Begin < B.End;
      IsAllowed |= Overlap && (Prints[J].IsInevitable ||
                               Prints[J].Written & Prints[I].Accessed);
    }
    if (!IsAllowed)
      Text += nameOf(A) + " met nobody who writes what it accessed\n";
  }
  return Text;
}

} // namespace stm::check
