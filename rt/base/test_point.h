//===- base/test_point.h - where tests interfere ----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Steps of the protocol that a test has to get in between of, and switches that
// leave out one of its rules each, so that a test can be seen to notice. All of
// it is there in the checked build only (STM_TEST_POINTS=1, see
// rt/CMakeLists.txt); elsewhere the macros are nothing.
//
//   STM_TEST_POINT(Name)     calls the hook of the test that runs
//   STM_MUTATION(Name)       whether that rule is left out
//   STM_POISON(Begin, Size)  memory that nobody may read any more
//   STM_LATE_READ(Record)    counts a record that is read in spite of that
//
// Thread safety: any thread; the hook and the mutation are set while no
// transaction runs.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_BASE_TEST_POINT_H
#define STM_RT_BASE_TEST_POINT_H

#if STM_TEST_POINTS

#include "base/inject.h"

#include <atomic>

namespace stm::rt {

#define STM_TEST_POINT_NAMES(X)                                                \
  /* Attempts. */                                                              \
  X(BeforeBegin)        /* The next one of a transaction; the slot is idle. */ \
  X(BeginBeforeSlot)    /* The clock is read; the slot is idle. */             \
  X(BeginBeforeFlag)    /* The slot is set; it may have to wait. */            \
  X(RolledBack)         /* All is undone, the slot is idle. */                 \
  X(LoneStep)           /* A thread knows that it is lone, and acts on it. */  \
  X(ReadBeforeWord)     /* The value is loaded, the orec not looked at. */     \
  X(UncheckedAnnounced) /* The attempt hasn't validated. */                    \
  X(StampBeforeWord)    /* Plain code: the word is unlocked, or was. */        \
  X(ReadBeforeNote)     /* The orec stands, the read isn't noted. */           \
  X(ExtendAfterClock)   /* It has the newer snapshot; nothing is validated. */ \
  X(ValidateBeforeWord) /* The next orec of what was read. */                  \
  /* Writes. */                                                                \
  X(WriteLockedBeforeGuards) /* Locked; it hasn't looked for guards. */        \
  X(WriteBeforeLink)         /* Locked, logged, not on the chain. */           \
  X(LinkBeforeHead)        /* The record is whole; the head is the old one. */ \
  X(WriteBeforeMarkLinked) /* On the chain; the lock doesn't say so yet. */    \
  X(WriteBeforeStore)      /* All said; the new bytes aren't there. */         \
  /* Commits and rollbacks. */                                                 \
  X(CommitBeforeCommitting) /* Versioned; the status is in flight. */          \
  X(CommitBeforeClock)      /* Versioned; committing(L). */                    \
  X(CommitAfterClock)       /* It has T. In each round that pushes cause. */   \
  X(CommitBeforePublish)    /* Validated as of T. */                           \
  X(UnversionedAfterClock)  /* It has T, and hasn't looked who reads. */       \
  X(HandOverBeforeLink)     /* Somebody reads; the status is T. */             \
  X(BeforeRelease)          /* Published; all orecs are locked. */             \
  X(BetweenReleases)        /* Some orecs are locked, some not. */             \
  X(AfterRelease)                                                              \
  X(AbortBeforeUndo)                                                           \
  X(AbortBeforeClock)  /* The bytes are restored. */                           \
  X(QuiesceBeforeSlot) /* Committed; the next slot is looked at. */            \
  X(VouchBeforeReads)  /* Their number isn't known; they are kept. */          \
  X(InevitableBeforeExclusive)                                                 \
  X(ExclusiveBeforeSlots) /* The flag is up; nobody is waited for. */          \
  /* Of an inevitable transaction beside others. */                            \
  X(ReadBeforeGuard)     /* The value is loaded, the stripe not guarded. */    \
  X(GuardBeforeWord)     /* It is guarded; the orec not looked at. */          \
  X(BesideBeforeClock)   /* The body has ended; guards and locks are held. */  \
  X(BesideBeforeUnguard) /* Committed; the guards are still there. */          \
  /* stm_retry. */                                                             \
  X(RetryBeforeRegistration) /* Rolled back. */                                \
  X(RetryRegistered)         /* It hasn't looked at what it had read. */       \
  X(RetryBeforeSleep)        /* That was current. */                           \
  /* Snapshots. */                                                             \
  X(SnapshotAnnounced)     /* Provisional; counted. */                         \
  X(SnapshotBeforePublish) /* It has S; the slot is provisional. */            \
  X(WalkBeforeWord)                                                            \
  X(WalkBeforeHead)                                                            \
  X(WalkBetweenRecords)                                                        \
  /* The collector. */                                                         \
  X(RetireBeforeBound)                                                         \
  X(RecycleBeforeTake) /* The oldest snapshot is known; no chunk taken. */     \
  X(CollectorScanned)  /* The active snapshots are known. */                   \
  X(DeferBeforePush)   /* A free that has seen one; nobody else knows. */      \
  X(CompactBeforeLock)                                                         \
  X(CompactLocked)                                                             \
  X(PromotedBeforeLimbo) /* Off all chains, not in limbo. */                   \
  X(BeforeWithdrawal)                                                          \
  X(Withdrawn) /* A snapshot; its walk may be under way. */                    \
  /* Anywhere. */                                                              \
  X(Waits) /* For another thread, in a loop. */

enum class TestPoint : uint8_t {
#define STM_TEST_POINT_NAME(Name) Name,
  STM_TEST_POINT_NAMES(STM_TEST_POINT_NAME)
#undef STM_TEST_POINT_NAME
      Count
};

/// Rules that are left out, by name: those that a stepped test is about
/// (version_mutation_test.cpp), and those that random histories are to notice
/// (test/check/).
#define STM_MUTATIONS(X) STM_STEPPED_MUTATIONS(X) STM_RANDOM_MUTATIONS(X)

#define STM_STEPPED_MUTATIONS(X)                                               \
  X(NoLinkOnHandOver)    /* the log is not linked when somebody reads */       \
  X(NoLinkOfLaterWrites) /* only a stripe's first record is linked */          \
  X(PastStripeUnchecked) /* what a walk didn't cover stands for ever */        \
  X(WalksTooFar)         /* below what was there as of the snapshot */         \
  X(MarkLinkedEarly)     /* the lock says linked before the head is set */     \
  X(CommittingLate)      /* in flight until the time is published */           \
  X(PushesIgnored)       /* the time is published in spite of them */          \
  X(NoValidationAfterPush)                                                     \
  X(PushedForEver)      /* four times and more */                              \
  X(NotForwarded)       /* further chunks of a log seem in flight */           \
  X(ClockBeforeUndo)    /* a rollback's time comes from before its undo */     \
  X(BoundIsTime)        /* a chunk's bound is its newest record's time */      \
  X(ProvisionalIgnored) /* by who looks for the oldest snapshot */             \
  X(PinIgnored)         /* chunks are recycled while a collector looks */      \
  X(NoGrace)                                                                   \
  X(PruneNewest)       /* the newest of an interval is kept */                 \
  X(PruneWholeStripes) /* whatever bytes records cover */                      \
  X(PruneAcrossIntervals)                                                      \
  X(HorizonIgnored)        /* by pruning */                                    \
  X(CompactedAnew)         /* the orec gets a newer word */                    \
  X(RelinkedAnyway)        /* where memory for the copies ran out */           \
  X(SweptWhatIsRead)       /* of the old generation */                         \
  X(PromotedBeyondHorizon) /* chunks retired after the scan */                 \
  X(WithdrawalUnnoticed)   /* by the reader's walks */                         \
  X(WithdrawalUnpinned)    /* recycling goes on while walks are under way */   \
  X(FreesNotDeferred)                                                          \
  X(DeferredForgotten)   /* nobody frees what came just too late */            \
  X(RetryTrustsStamps)   /* as if they were its own rollback's time */         \
  X(RetryIgnoresLocks)   /* what a writer holds counts as current */           \
  X(RetryUnregistered)   /* the flag is not raised */                          \
  X(RetryIgnoresPeriods) /* what ran alone meanwhile */                        \
  X(InevitableUnlinked)  /* with locks that snapshots wait for */              \
  X(GuardsIgnored)       /* by writers */                                      \
  X(GuardsEndEarly)      /* before the timestamp is taken */                   \
  X(GuardsTooLate)       /* after the value was loaded */                      \
  X(LoneStepNotAwaited)  /* by a second thread's registration */               \
  X(QuietUnlooked)       /* noted without a look at the slots */               \
  X(QuiescenceForgotten) /* what lazy commits have left */                     \
  X(SettledUnlooked)     /* plain reads after them look at no stripe */        \
  X(Unstamped)           /* nor do they stamp it before they store */          \
  X(StampedLocked)       /* somebody's stripe is as good */                    \
  X(StampedBesideSnapshots)                                                    \
  X(StampedBesideUnchecked) /* accesses that look at no stripe */              \
  X(UncheckedUnvalidated)   /* these, by attempts that may be out of date */   \
  X(ToldUnsettled)          /* who tells others has not waited */              \
  X(LateFreesEarly)         /* what lazy commits free is free at once */       \
  X(VouchedUnlooked)        /* for attempts, whatever they have read */        \
  X(VouchedWithoutReads)    /* for one whose read set is somewhere else */     \
  X(VouchedForSnapshots)                                                       \
  X(MissedByAlone) /* who begins unfenced, and doesn't look again */           \
  X(NotedLate)     /* a read, after its stripe has been looked at */           \
  X(NotedSlowly)   /* the same, in the slow path */

#define STM_RANDOM_MUTATIONS(X)                                                \
  X(NeverFenced)       /* begin, where the first access is a read after all */ \
  X(ReadUnchecked)     /* a value stands whatever its orec says */             \
  X(ExtendUnvalidated) /* the snapshot moves on with stale reads */            \
  X(CommitUnvalidated)                                                         \
  X(ClockNotAdvanced)      /* a commit's time is one that others began with */ \
  X(NotUndone)             /* rolled back without */                           \
  X(RollbackKeepsTime)     /* its orecs get its snapshot, not a new time */    \
  X(NoQuiescence)          /* blocks are freed while others may read them */   \
  X(ExclusiveDoesNotWait)  /* for those who run */                             \
  X(BeginIgnoresExclusive) /* and runs beside who wants to be alone */         \
  X(WriteOverNewer)        /* a stripe that has changed since is locked */     \
  X(InevitableUnvalidated)                                                     \
  X(EarlierReadsUnguarded) /* only those after it was inevitable are */        \
  X(UnlockedBeforeCommit)  /* the program's locks are given back */            \
  X(UnlockedBeforeUndo)                                                        \
  X(ReadsOlderThanLock) /* what it had read when it got one may be stale */

enum class Mutation : uint8_t {
  None,
#define STM_MUTATION_NAME(Name) Name,
  STM_MUTATIONS(STM_MUTATION_NAME)
#undef STM_MUTATION_NAME
};

extern STM_HIDDEN std::atomic<void (*)(TestPoint)> TestPointHook;
/// Set where the hook runs other threads' work: nobody sleeps then, all wait at
/// TestPoint::Waits.
extern STM_HIDDEN std::atomic<bool> WaitsAtTestPoints;
extern STM_HIDDEN std::atomic<Mutation> ActiveMutation;
/// Records that were read after their memory had been given up.
extern STM_HIDDEN std::atomic<uint64_t> LateReads;

inline void reachTestPoint(TestPoint Point) {
  if (auto *Hook = TestPointHook.load(std::memory_order_acquire))
    Hook(Point);
  if (isInjected(Fault::Delay))
    injectDelay();
}
inline bool isMutated(Mutation M) {
  return STM_UNLIKELY(ActiveMutation.load(std::memory_order_relaxed) == M);
}

void poison(void *Begin, size_t Bytes);
bool isLateRead(const void *Record);

} // namespace stm::rt

#define STM_TEST_POINT(Name)                                                   \
  ::stm::rt::reachTestPoint(::stm::rt::TestPoint::Name)
#define STM_WAITS_AT_TEST_POINTS                                               \
  ::stm::rt::WaitsAtTestPoints.load(std::memory_order_relaxed)
#define STM_MUTATION(Name) ::stm::rt::isMutated(::stm::rt::Mutation::Name)
#define STM_POISON(Begin, Bytes) ::stm::rt::poison(Begin, Bytes)
#define STM_LATE_READ(Record) ::stm::rt::isLateRead(Record)

#else

#define STM_TEST_POINT(Name) static_cast<void>(0)
#define STM_WAITS_AT_TEST_POINTS false
#define STM_MUTATION(Name) false
#define STM_POISON(Begin, Bytes) static_cast<void>(0)
#define STM_LATE_READ(Record) false

#endif

#endif // STM_RT_BASE_TEST_POINT_H
