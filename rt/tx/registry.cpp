//===- tx/registry.cpp - the descriptors of all threads ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/registry.h"

#include "base/check.h"
#include "base/inject.h"
#include "base/membarrier.h"
#include "base/wait.h"
#include "tx/attempt.h"
#include "tx/block.h"
#include "tx/exclusive.h"
#include "tx/lone.h"
#include "tx/single_thread.h"
#include "version/orec_table.h"

#include <cxxabi.h>
#include <mutex>
#include <new>
#include <pthread.h>
#include <sched.h>
#include <unistd.h>

namespace stm::rt {

constinit std::atomic<Tx *> Descriptors{nullptr};
// True until the constructor has asked for membarrier: a transaction may run
// before it.
constinit std::atomic<bool> SeveralThreads{true};
constinit std::atomic<bool> HasProcessorEach{false};
constinit std::atomic<bool> HasMoreThanTwo{false};
constinit bool HasMembarrier = false;
constinit std::atomic<Timestamp> UncheckedSince{NeverUnchecked};
constinit Tx NoTx(/*IsUnusual=*/true);
constinit __thread Tx *CurrentTx = &NoTx;

namespace {

constinit std::mutex RegistryLock;
constinit unsigned ThreadsRegistered = 0;
constinit unsigned Processors = 1; ///< That this process may use.
constinit bool HasThreadEndKey = false;
pthread_key_t ThreadEndKey;

/// Calls \p Visit(Tx &) for each registered thread's descriptor.
template <class F> void forEachInUse(F Visit) {
  forEachDescriptor([&](Tx &T) {
    if (T.InUse.load(std::memory_order_relaxed))
      Visit(T);
  });
}

/// With RegistryLock held, and at most one thread registered.
/// (32) release: pairs with the acquire in inLoneStep: what the others did is
/// visible.
void startLoneliness() {
  forEachInUse([](Tx &T) { T.IsLone.store(true, std::memory_order_release); });
}

/// With RegistryLock held.
void noteThreads(unsigned Number) {
  ThreadsRegistered = Number;
  HasMoreThanTwo.store(Number > 2, std::memory_order_relaxed);
  HasProcessorEach.store(Number <= Processors, std::memory_order_relaxed);
}

void countProcessors() {
  cpu_set_t Set;
  if (sched_getaffinity(0, sizeof(Set), &Set) == 0)
    Processors = static_cast<unsigned>(CPU_COUNT(&Set));
}

/// Runs at a thread's end; a later destructor of the thread's that runs
/// transactions registers it again, and pthread calls this again.
void threadEnds(void *Descriptor) {
  auto *Self = static_cast<Tx *>(Descriptor);
  endAllBlocks(*Self);
  STM_DCHECK(!Self->InTransaction);
  Self->awaitQuiescence(); // It was cancelled between two blocks.
  Self->Late.abandon();
  Self->CommitsThatWait = 0;
  Self->Waits = false; // A handler has ended it there, or left by siglongjmp.
  CurrentTx = &NoTx;
  Self->Facts.detach();
  std::lock_guard Guard(RegistryLock);
  Self->InUse.store(false, std::memory_order_relaxed);
  Self->IsLone.store(false, std::memory_order_relaxed);
  noteThreads(ThreadsRegistered - 1);
  if (ThreadsRegistered <= 1 && HasMembarrier) {
    SeveralThreads.store(false, std::memory_order_release); // (8b)
    startLoneliness();
  }
}

/// With RegistryLock held. Asks for membarrier, where the system has it.
void initializeMembarrier() {
  HasMembarrier = initMembarrier();
  initSnapshots(HasMembarrier);
  bool Several = !HasMembarrier || ThreadsRegistered > 1;
  SeveralThreads.store(Several, std::memory_order_release);
  if (!Several)
    startLoneliness();
}

Tx *findUnused() {
  Tx *Found = nullptr;
  forEachDescriptor([&](Tx &T) {
    if (!T.InUse.load(std::memory_order_relaxed))
      Found = &T;
  });
  return Found;
}

/// By the second thread, which isn't lone itself.
void endLoneliness() {
  forEachInUse([](Tx &T) { T.IsLone.store(false, std::memory_order_relaxed); });
  // (30) The other half of the fences that a lone thread leaves out, at begin
  // and in its steps.
  membarrierForAll();
  forEachInUse([](Tx &T) {
    Waiter Wait;
    // (31) acquire: what it stored is visible.
    while (T.InLoneStep.load(std::memory_order_acquire) &&
           !STM_MUTATION(LoneStepNotAwaited))
      Wait.pause();
  });
}

} // namespace

Tx &registerThread() {
  Tx *Self;
  {
    std::lock_guard Guard(RegistryLock);
    Self = findUnused();
    if (!Self) {
      void *Memory = allocateLogMemory(sizeof(Tx));
      if (!Memory)
        reportOutOfMemory("a thread's transaction descriptor", sizeof(Tx));
      Self = new (Memory) Tx;
      Self->MyLock = OrecWord::lockedBy(Self);
      addReader(Self->Reader);
      addRetiredChunks(Self->Undo.Retired);
      Self->NextInRegistry = Descriptors.load(std::memory_order_relaxed);
      // (13) release: whoever finds the descriptor finds it whole.
      Descriptors.store(Self, std::memory_order_release);
    }
    Self->InUse.store(true, std::memory_order_relaxed);
    Self->Reader.Thread.store(static_cast<uint32_t>(gettid()),
                              std::memory_order_relaxed);
    Self->Random = reinterpret_cast<uintptr_t>(Self) ^ arch::ticks();
    Self->StackEnd = 0;
    Self->Eh = reinterpret_cast<EhGlobals *>(abi::__cxa_get_globals());
    Self->Facts.attach();
    Self->IsUnusual = true; // Its first one: see single_thread.h.
#if STM_TEST_POINTS
    injectIntoThread();
#endif
    if (!HasThreadEndKey)
      HasThreadEndKey = pthread_key_create(&ThreadEndKey, threadEnds) == 0;
    noteThreads(ThreadsRegistered + 1);
    if (ThreadsRegistered == 1) {
      Self->IsLone.store(HasMembarrier, std::memory_order_relaxed);
    } else if (ThreadsRegistered == 2 && HasMembarrier) {
      SeveralThreads.store(true, std::memory_order_relaxed);
      endLoneliness();
      // Before this thread can run anything: in a signal handler, say.
      forEachInUse(handOverPlainBlock);
    }
  }
  if (HasThreadEndKey)
    pthread_setspecific(ThreadEndKey, Self);
  CurrentTx = Self;
  Self->findStack(); // It allocates: not while locks are held.
  return *Self;
}

void initializeRegistry() {
  findDeallocators();
  countProcessors();
  std::lock_guard Guard(RegistryLock);
  initializeMembarrier();
  askForHugePages();
}

void awaitRegistrations() { std::lock_guard Guard(RegistryLock); }

void lockRegistryForFork() { RegistryLock.lock(); }

void unlockRegistryInParent() { RegistryLock.unlock(); }

void unlockRegistryInChild() {
  // The other threads don't exist here. Exclusivity has kept them from their
  // data, but not from stopping half-way through a begin or an end.
  forEachDescriptor([&](Tx &T) {
    T.ReadsLock.unlock(); // If another thread held it.
    if (&T == CurrentTx) {
      T.Reader.Thread.store(static_cast<uint32_t>(gettid()),
                            std::memory_order_relaxed);
      return;
    }
    T.abandonInChild();
    T.InUse.store(false, std::memory_order_relaxed);
  });
  resetWaitersInChild();
  resetExclusiveInChild();
  resetOutputInChild();
  noteThreads(1);
  initializeMembarrier();
  RegistryLock.unlock();
}

} // namespace stm::rt
