//===- weak/simulation.cpp - the runtime on the simulated memory ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "simulation.h"

#include "../check/checker.h"
#include "locations.h"

#include "base/options.h"
#include "gc/young.h"
#include "tx/registry.h"

namespace stm::weak {

using namespace stm::check;

namespace {

constinit Simulation *TheSimulation = nullptr;
constinit Machine *TheMachine = nullptr;
constinit Scheduler *TheScheduler = nullptr;

/// Any other thread goes on, now and then.
Scheduler::Decision anyOrder(check::Random &R, size_t Threads) {
  uint32_t Rarely = 2u << R.below(4);
  return [&R, Rarely, Threads](unsigned, unsigned Running, unsigned Others) {
    if (!R.oneIn(Rarely))
      return Running;
    unsigned Nth = R.below(static_cast<uint32_t>(Threads));
    return Others & 1u << Nth ? Nth : Running;
  };
}

} // namespace

Simulation::ShortChunks::ShortChunks() {
  rt::FaultRates[static_cast<size_t>(rt::Fault::Chunks)] = 1;
}

Simulation::Simulation() {
  TheMachine = &M;
  M.ignore(&rt::TestPointHook, sizeof(rt::TestPointHook));
  M.ignore(&rt::WaitsAtTestPoints, sizeof(rt::WaitsAtTestPoints));
  M.ignore(&rt::ActiveMutation, sizeof(rt::ActiveMutation));
  M.ignore(&rt::LateReads, sizeof(rt::LateReads));
  M.ignore(&rt::ParsedOptions, sizeof(rt::ParsedOptions));
  M.ignore(this, sizeof(*this));
  M.learnMutex([] {
    rt::lockRegistryForFork();
    rt::unlockRegistryInParent();
  });
  auto Enter = [](unsigned Thread) { TheMachine->enter(Thread); };
  Random.OnEnter = Enter;
  Given = std::make_unique<Scheduler>(Memory::MostThreads, Enter);
  findLocations(Random.cells(), M);
  M.IsMixed = isData;
}

Simulation::~Simulation() = default;

void Simulation::stepAtAccesses(Scheduler &Steps, check::Random &R) {
  uint32_t OneIn = 1u << R.below(4);
  bool Everywhere = R.below(2);
  if (Everywhere || OnAccess)
    M.OnAccess = [this, Everywhere, &Steps, &R, OneIn](uintptr_t Where) {
      if (Everywhere && R.oneIn(OneIn))
        Steps.stepWithin();
      if (OnAccess)
        OnAccess(Where);
    };
}

std::string Simulation::runRandom(uint64_t Seed, unsigned Features,
                                  Weakening *W) {
  Program P(Seed, Features);
  P.Threads = 2 + P.Threads % 2;
  P.Transactions = 1 + P.Transactions % 3;
  P.Quiesces = true;
  check::Random R(~Seed);
  // Often so early that it begins alone.
  P.InevitableAfter = Features & AloneOnes && R.oneIn(3) ? 1 + R.below(2) : 50;
  Plan Threads = planOf(P);
  // Either all know of what has ended, or nobody does.
  Clocks Of = R.below(2) ? Clocks::One : Clocks::OfThreads;
  Tickets &Time = Random.time();
  Time.OnBegin = Time.OnEnd = nullptr;
  if (Of == Clocks::One) {
    Time.OnBegin = [] { TheMachine->hearOfEnds(); };
    Time.OnEnd = [] { TheMachine->tellOfEnd(); };
  }
  M.start(Seed, 2u << R.below(4), W);
  stepAtAccesses(Random.scheduler(), R);
  History H = Random.run(Threads, P, anyOrder(R, Threads.size()));
  M.stop();
  Attempts += H.Attempts.size() - 1;
  Verdict V = check::check(H, Of);
  if (V.IsOpaque && M.race().empty())
    return "";
  return "STM_TEST_SEED=" + std::to_string(Seed) + ": " + V.Why + M.race() +
         "\nthe program:\n" + toText(Threads) + "the schedule:\n" +
         Random.scheduler().story() + "the history:\n" + toText(H);
}

std::string Simulation::run(uint64_t Seed, const Bodies &Threads,
                            Weakening *W) {
  Program P(Seed, 0);
  P.Quiesces = DoesQuiesce;
  setOptions(P);
  rt::ParsedOptions.Spin = 0;
  rt::ParsedOptions.BackoffMin = rt::ParsedOptions.BackoffMax = 0;
  rt::ParsedOptions.InevitableAfter = 50;
  check::Random R(~Seed);
  TheScheduler = Given.get();
  TheSimulation = this;
  rt::TestPointHook.store([](rt::TestPoint Point) {
    TheMachine->reach(Point);
    TheScheduler->at(Point);
    if (TheSimulation->OnPoint && Point != rt::TestPoint::Waits)
      TheSimulation->OnPoint(Point);
  });
  M.start(Seed, 2u << R.below(4), W);
  stepAtAccesses(*Given, R);
  Given->run(Threads, anyOrder(R, Threads.size()));
  M.stop();
  rt::TestPointHook.store(nullptr);
  OnPoint = nullptr;
  OnAccess = nullptr;
  if (rt::LateReads.exchange(0) != 0)
    return "STM_TEST_SEED=" + std::to_string(Seed) +
           ": a record was read after it had been given up";
  return M.race().empty()
             ? ""
             : "STM_TEST_SEED=" + std::to_string(Seed) + ": " + M.race();
}

std::string Simulation::runMultiCopyAtomic(uint64_t Seed, const Bodies &Threads,
                                           Weakening *W) {
  M.beMultiCopyAtomic(true);
  std::string Race = run(Seed, Threads, W);
  M.beMultiCopyAtomic(false);
  return Race;
}

std::string Simulation::runWithSleep(uint64_t Seed, const Bodies &Threads,
                                     Weakening *W) {
  rt::WaitsAtTestPoints.store(false);
  std::string Race = run(Seed, Threads, W);
  rt::WaitsAtTestPoints.store(true);
  return Race;
}

std::string Simulation::runWithLifetimes(uint64_t Seed, const Bodies &Threads,
                                         Weakening *W, bool Quiesces) {
  rt::forEachDescriptor([](rt::Tx &T) {
    if (T.InUse.load())
      EndThread(&T);
  });
  Given->forgetDescriptors();
  Random.scheduler().forgetDescriptors();
  // New threads, new descriptors; those from before are forgotten afterwards.
  rt::Tx *Descriptors = rt::Descriptors;
  rt::SnapshotReader *Readers = rt::Readers;
  rt::RetiredChunks *Retired = rt::AllRetired;
  if (Seed & 1)
    rt::forEachDescriptor([](rt::Tx &T) { T.InUse.store(true); });
  Bodies Living;
  for (const auto &Body : Threads)
    Living.push_back([&Body] {
      Body();
      if (rt::CurrentTx != &rt::NoTx)
        EndThread(rt::CurrentTx);
    });
  DoesQuiesce = Quiesces;
  std::string Race = run(Seed, Living, W);
  DoesQuiesce = true;
  rt::Descriptors = Descriptors;
  rt::Readers = Readers;
  rt::AllRetired = Retired;
  rt::forEachDescriptor([](rt::Tx &T) {
    T.InUse.store(false);
    T.IsLone.store(false); // One that only seemed to be in use was told so.
  });
  return Race;
}

rt::TestPoint Simulation::lastPoint() { return TheMachine->lastPoint(); }

void Simulation::plainRead(const uint64_t &Word) {
  TheMachine->plain(reinterpret_cast<uintptr_t>(&Word), sizeof(Word),
                    /*IsWrite=*/false);
}

void Simulation::plainWrite(uint64_t &Word) {
  TheMachine->plain(reinterpret_cast<uintptr_t>(&Word), sizeof(Word),
                    /*IsWrite=*/true);
  ++Word;
}

void Simulation::startThreads() { TheMachine->tellOfEnd(); }
void Simulation::beStarted() { TheMachine->hearOfEnds(); }

} // namespace stm::weak
