//===- abi/process.cpp - start of the process, and fork ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A fork copies memory as it is. Around it the forking thread runs alone, so
// that the child's memory holds no half-done transaction of threads that the
// child doesn't have, and it holds every lock of the runtime.
//
// Locks are taken in the order below, and given back in the opposite one.
//
//===----------------------------------------------------------------------===//

#include "abi/clone_table.h"
#include "base/inject.h"
#include "base/options.h"
#include "gc/collector.h"
#include "gc/statistics.h"
#include "tx/exclusive.h"
#include "tx/registry.h"
#include "tx/single_thread.h"

#include <pthread.h>

namespace stm::rt {

namespace {

void beforeFork() {
  Tx &Self = currentTx();
  // Inside a transaction it is inevitable by now: the pass puts that check
  // before the call of fork.
  if (!Self.InTransaction) {
    // First: a signal's handler may run transactions meanwhile, and other
    // handlers of fork may.
    Self.KeepsToken = true;
    takeExclusivity(Self);
  }
  lockRegistryForFork();
  lockCollectorForFork();
  lockClonesForFork();
  lockFactsBeforeFork(visitAllFacts);
}

void endExclusivity() {
  Tx &Self = *CurrentTx;
  if (!Self.KeepsToken)
    return;
  Self.KeepsToken = false;
  dropExclusivity(Self);
}

void afterForkInParent() {
  unlockFactsInParent(visitAllFacts);
  unlockClonesAfterFork();
  unlockCollectorInParent();
  unlockRegistryInParent();
  endExclusivity();
}

void afterForkInChild() {
  resetFactsInChild(visitAllFacts);
  unlockClonesAfterFork();
  resetCollectorInChild();
  unlockRegistryInChild();
  endExclusivity();
}

/// What STM_OPTIONS=inject asks for.
void startFaults() {
#if STM_TEST_POINTS
  startInjection(static_cast<uint64_t>(options().Seed));
  // Timestamps have 61 bits (version/status.h).
  constexpr Timestamp Late = (uint64_t{1} << 61) - (uint64_t{1} << 32);
  if (STM_INJECTS(Clock) && Clock.now() < Late)
    Clock.setForTesting(Late);
#endif
}

} // namespace

/// Has a name so that unit tests, which link the runtime as an archive, can ask
/// for it.
extern "C" __attribute__((constructor)) void __stm_initialize_runtime() {
  initializeRegistry();
  initReport(visitAllFacts, getVersionFacts);
  initSingleThread();
  startFaults();
  // What prepares a fork runs in the reverse order of registration: ours must
  // come before the allocator's own, which takes its locks, and the allocator
  // registers at its first use.
  freeLogMemory(allocateLogMemory(CacheLine));
  // Before there are threads: ThreadSanitizer takes one thread's mapping of an
  // arena and another's use of a lock in it for a race, as it can't see what
  // orders the two.
  for (LogArena Arena : {LogArena::Young, LogArena::Old})
    freeLogMemory(allocateLogMemory(CacheLine, Arena, CacheLine), Arena);
  pthread_atfork(beforeFork, afterForkInParent, afterForkInChild);
}

} // namespace stm::rt
