#!/usr/bin/env python3
#===- mutations.py - small breakages, each of which a test notices ---------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
"""Breaks the runtime in one place at a time and shows which test notices.

    mutations.py BUILD              all, and a table of them
    mutations.py BUILD --only TEXT  those whose rule has the text in it
    mutations.py BUILD --check      only whether each place and test is still there
    mutations.py BUILD --of-suite   the same, and all if STM_TEST_LONG is set

Each is a text in one source file, that is replaced before the file is compiled
(a header: what includes it, in HeadersIn); a test, linked with that object, must
then fail. Rules of the protocol that need
threads in a certain order are left out at run time instead
(rt/base/test_point.h), and memory orders are weakened on a simulated memory
(test/weak): the table has those too, from the programs that show them.

Nothing in the build folder is changed. The tests must have been built.
"""

import json
import os
import re
import shlex
import subprocess
import sys
import tempfile
import time

Source = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

# Where most of a header's code is inlined.
HeadersIn = "tx/run.cpp"

# (rule that is broken, file of rt/, text, what it becomes, test program, test)
Rows = [
    ("a newer timestamp makes a read stale", "tx/attempt.cpp",
     "while (STM_UNLIKELY(Word.raw() > Snapshot && !ownsWord(Word))) {",
     "while (STM_UNLIKELY(Word.isLocked() && !ownsWord(Word))) {",
     "tx", "CommitValidatesWhatWasRead"),
    ("own locks don't hinder an extension", "tx/attempt.cpp",
     "Word.raw() > Snapshot && !ownsWord(Word)", "Word.raw() > Snapshot",
     "tx", "OwnLocksDoNotHinderExtension"),
    ("an extension moves the slot", "tx/attempt.cpp",
     "  Slot.store(Newer, std::memory_order_release);\n", "",
     "quiescence", "ExtendedAttemptsAreNotWaitedFor"),
    ("frees wait for older attempts", "tx/attempt.cpp",
     "if (uint64_t Ticks = waitForQuiescence(*this, Time, Older::MayStay)) {",
     "if (uint64_t Ticks = 0) {",
     "quiescence", "FreesAreDeferredPastIt"),
    ("a lock in the way is no reason for a snapshot", "tx/conflict.cpp",
     "  if (isForLock(Kind) &&", "  if (false &&",
     "version_handover", "LocksAreSeldomAReasonForASnapshot"),
    ("no handler's blocks while it waits to run alone", "tx/inevitable.cpp",
     "  inWait(*this, [&] {\n    if (IsAlone)\n      takeExclusivity(*this);\n    else\n"
     "      takeToken(*this); // So nobody else runs alone.\n  });\n",
     "  takeExclusivity(*this);\n",
     "signal_handler", "NoneWhileItWaitsToRunAlone"),
    ("nor while it backs off", "tx/leave.cpp",
     "    inWait(*this, [this] { backOff(); });\n", "    backOff();\n",
     "signal_handler", "NoneWhileItBacksOff"),
    ("nor while its commit waits", "tx/attempt.cpp",
     "      inWait(*this, [this] { waitForOlder(Snapshot); });\n",
     "      waitForOlder(Snapshot);\n",
     "signal_handler", "NoneWhileItsCommitWaits"),
    ("nor while a cancelled one waits", "tx/leave.cpp",
     "      Turn.askOthersToGiveWay();\n    inWait(*this, [this] { awaitQuiescence(); });\n",
     "      Turn.askOthersToGiveWay();\n    awaitQuiescence();\n",
     "signal_handler", "NoneWhileACancelledOneWaits"),
    ("nor while it waits before it sleeps", "tx/leave.cpp",
     "    inWait(*this, [this] { awaitQuiescence(); }); // The executor is told.\n",
     "    awaitQuiescence();\n",
     "signal_handler", "NoneWhileItWaitsBeforeItSleeps"),
    ("nor while it waits before it tells others", "tx/leave.cpp",
     "has left no wait.\n    inWait(*this, [this] { awaitQuiescence(); });\n",
     "has left no wait.\n    awaitQuiescence();\n",
     "signal_handler", "NoneWhileItWaitsBeforeItTellsOthers"),
    ("nor while a rollback waits", "tx/attempt.cpp",
     "    inWait(*this, [this] { awaitQuiescence(); });\n  // The program's deallocators",
     "    awaitQuiescence();\n  // The program's deallocators",
     "signal_handler", "NoneWhileARollbackWaits"),
    ("its blocks in stm_retry change nothing of the sleeper's", "tx/leave.cpp",
     "    Interlude Kept(*this); // It may be long: signals' handlers have blocks.\n", "",
     "signal_handler", "ItMayRunBlocksWhileItsThreadSleepsInRetry"),
    ("one sleeps in stm_retry at a time", "tx/waiters.cpp",
     "      isSignalHandlerRunning())\n", "      false)\n",
     "signal_handler", "ButNotWaitThere"),
    ("a wait that a handler has left is over", "tx/signal_handler.cpp",
     "  if (isSignalHandlerRunning())\n", "",
     "signal_handler", "WhoLeavesAWaitBySiglongjmpGoesOn"),
    ("it isn't the next thread's either", "tx/registry.cpp",
     "  Self->Waits = false; // A handler", "  // A handler",
     "signal_handler", "AThreadThatEndsInAWaitLeavesNothing"),
    ("code between attempts is plain code", "tx/leave.cpp",
     "    Self.awaitQuiescence(); // Plain code follows.\n", "",
     "version_lazy", "HooksBetweenAttemptsWait"),
    ("who has hooks doesn't leave the wait", "tx/attempt.h",
     "!hasMore() &&", "!HasCounts &&",
     "version_lazy", "WhoHasHooksDoesNotLeaveIt"),
    ("who frees large blocks doesn't either", "mem/late_frees.cpp",
     "bytesOf(Block) <= MostBytes", "bytesOf(Block) != 0",
     "version_lazy", "WhoFreesLargeBlocksDoesNotLeaveIt"),
    ("who frees many blocks waits now and then", "mem/late_frees.cpp",
     "else if (Count != Most && ", "else if (",
     "version_lazy", "WhoFreesManyBlocksWaitsNowAndThen"),
    ("late frees wait with transactions only, too", "tx/attempt.cpp",
     "(!Late.empty() || !HasTransactionsOnly)", "!HasTransactionsOnly",
     "version_lazy", "WhatAThreadWithTransactionsOnlyFreesWaits"),
    ("beside snapshots nothing is freed late", "tx/attempt.cpp",
     "if (!needsBeginFence() || Versioning.hasSnapshots())\n    return false;",
     "if (!needsBeginFence())\n    return false;",
     "version_lazy", "WhatIsFreedBesideSnapshotsIsTheirs"),
    ("who looks before it tells finds older ones", "tx/leave.cpp",
     "if (!needsBeginFence() || !isSlotBelow(PendingQuiescence)) {",
     "if (true) {", "version_lazy", "WhoCallsWhatTellsOthersWaits"),
    ("a look suffices where nobody is older", "tx/leave.cpp",
     "if (!needsBeginFence() || !isSlotBelow(PendingQuiescence)) {",
     "if (!needsBeginFence()) {", "version_lazy",
     "WhereNobodyIsOlderNothingBeginsAgain"),
    ("who registers gives the block what it needs", "tx/registry.cpp",
     "      forEachInUse(handOverPlainBlock);\n", "",
     "single_thread", "WhoRegistersGivesTokenAndExclusivityToTheBlock"),
    ("others wait for the block's end", "tx/single_thread.cpp",
     "  raiseExclusiveFor(Other);\n", "",
     "single_thread", "OthersTransactionsWaitForTheBlocksEnd"),
    ("the block's end gives back what it got", "tx/single_thread.cpp",
     "  if (holdsToken(*this))\n    dropExclusivity(*this);",
     "  if (holdsToken(*this))\n    {}",
     "single_thread", "WhoRegistersGivesTokenAndExclusivityToTheBlock"),
    ("it gives back though the other thread is gone", "tx/single_thread.h",
     "                   ExclusiveFlag.load(std::memory_order_relaxed)))",
     "                   false))",
     "single_thread", "ItsEndGivesThemBackThoughTheOtherThreadIsGone"),
    ("outside of a block nothing is given", "tx/single_thread.cpp",
     "  if (!Other.InPlainBlock.load(std::memory_order_acquire))\n    return;\n",
     "", "single_thread", "OutsideOfABlockNothingIsGiven"),
    ("a rollback restores the handlers", "tx/attempt.cpp",
     "  *Eh = EhAtBegin;\n  becomeDirect();", "  becomeDirect();",
     "exceptions", "RollbackInAHandler"),
    ("a rollback drops the hooks", "tx/attempt.cpp",
     "  Hooks.rolledBack();\n", "",
     "hooks", "HooksOfARolledBackAttemptAreDropped"),
    ("a rollback frees what was allocated", "tx/attempt.cpp",
     "    else\n      Block.release();\n  });\n", "  });\n",
     "memory_wraps", "RollbackTakesAllocationsBack"),
    ("a rollback destroys what libraries work on", "tx/attempt.cpp",
     "  Foreign.destroy(0);\n", "",
     "foreign", "ACommitForgetsAndARollbackDestroys"),
    ("a block's end forgets what libraries work on", "tx/attempt.cpp",
     "  Foreign.drop(0); // Their frames are gone.\n", "",
     "foreign", "ACommitForgetsAndARollbackDestroys"),
    ("an inner block that is undone destroys its own", "tx/scope.cpp",
     "  Foreign.destroy(S.Foreign);\n", "",
     "foreign", "AnInnerBlockHasItsOwn"),
    ("destructors run when nothing is noted any more", "tx/foreign.cpp",
     "  if (From == 0) {\n", "  if (false) {\n",
     "foreign", "DestructorsMayRunTransactions"),
    ("what somebody has overwritten is not destroyed", "tx/foreign.cpp",
     " && Of->MarksOf(Begin) == Left)", ")",
     "foreign", "WhatHasBeenLeftWithoutDestructorIsForgotten"),
    ("nor what the library works on", "tx/foreign.cpp",
     "if (Of && !IsBusy &&", "if (Of &&",
     "foreign", "WhatTheLibraryWorksOnIsLeftAlone"),
    ("what a rollback undoes", "tx/attempt.cpp",
     "  Undo.undo({}, [Dead = deadFrames()](uintptr_t Address) {\n"
     "    return Dead.contains(Address);",
     "  Undo.undo({}, [Dead = deadFrames()](uintptr_t Address) {\n"
     "    return !Dead.contains(Address) || true;",
     "tx", "FramesOfCallersAreUndone"),
    ("a snapshot's own frames have no past", "tx/barriers_slow.cpp",
     "Self.isOwnFrame(Address) || !Self.Captured.empty()))",
     "!Self.Captured.empty()))",
     "version_past_stripe", "ItsOwnFramesHaveNoPast"),
    ("who finds somebody older notes nothing for itself", "tx/attempt.h",
     "  if (isSlotBelow(Time))\n    return false;\n  QuietUpTo = Time;\n",
     "  QuietUpTo = Time;\n  if (isSlotBelow(Time))\n    return false;\n",
     "version_quiet", "WhoFindsAnOlderAttemptLeavesNoNote"),
    ("a handler's block in a begin leaves it no slot", "tx/attempt.h",
     "while (STM_UNLIKELY(Slot.load(std::memory_order_relaxed) != Now));",
     "while (false);",
     "version_quiet", "ABeginThatAHandlerInterruptsHasItsSlot"),
    ("who gives way waits for that one", "tx/conflict.cpp",
     "waitForTokensHolder(*this, InevitablePeriod);",
     "waitForTokensHolder(*this);",
     "version_guards", "WhoGivesWayWaitsForNoLaterOne"),
    ("one holds the token", "tx/exclusive.cpp",
     "         Holder == &Self;", "         true;",
     "exclusive", "OneHoldsTheToken"),
    ("exclusivity waits for who runs", "tx/exclusive.cpp",
     "while (Other.Slot.load(std::memory_order_acquire) != Idle ||",
     "while (false ||", "exclusive", "WaitsForRunningAttempts"),
    ("a lock is no news to who had read before it", "tx/held_locks.cpp",
     "  if (!STM_MUTATION(ReadsOlderThanLock) && !Self.extendSnapshot(Stale))\n",
     "  if (false)\n",
     "held_locks", "WhatWasReadBeforeTheLockIsCurrentAfterIt"),
    ("an undone block gives nothing back", "tx/held_locks.cpp",
     "All[I].Program = I < M.Count ? M.Program[I] : 0;",
     "All[I].Program = I < M.Count ? All[I].Program : 0;",
     "held_locks", "AMarkRestoresWhatTheProgramHeld"),
    ("the program's own stay locked", "tx/held_locks.cpp",
     "H.Real > H.Program; --H.Real)", "H.Real > 0; --H.Real)",
     "held_locks", "AMarkRestoresWhatTheProgramHeld"),
    ("locks are held until the commit", "tx/held_locks.cpp",
     "      --H->Program;\n      return 0;",
     "      --H->Program;\n      --H->Real;\n      return unlockNow(Lock, "
     "H->Kind);",
     "held_locks", "UnlockedItIsHeldUntilTheCommit"),
    ("a reader's lock is none to write under", "tx/held_locks.cpp",
     "bool Suffices = H->Kind == Kind || H->Kind == LockKind::Write;",
     "bool Suffices = true;\n  if (H->Program)\n    return true;",
     "held_locks", "AReaderThatWantsToWriteIsInevitable"),
    ("there is room for so many", "tx/held_locks.cpp",
     "  if (Self.Locked.isFull()) {\n    Self.becomeInevitable(Reason, Pc);\n"
     "    return lockAlone(Self, Lock, Kind, Pc);",
     "  if (Self.Locked.isFull()) {\n"
     "    return lockNow(Lock, Kind);",
     "held_locks", "MoreThanThereIsRoomForIsInevitable"),
    ("robust mutexes are the program's to mend", "tx/held_locks.cpp",
     "  return Kind == LockKind::Mutex &&\n         static_cast",
     "  return false && Kind == LockKind::Mutex &&\n         static_cast",
     "held_locks", "ARobustMutexTellsOfItsDeadOwner"),
    ("commit hooks run in their order", "tx/hooks.cpp",
     'run(Commit, /*NewestFirst=*/false', 'run(Commit, /*NewestFirst=*/true',
     "hooks", "CommitHooksRunInTheirOrderAfterTheOutermostCommit"),
    ("abort hooks run newest first", "tx/hooks.cpp",
     'run(Due, /*NewestFirst=*/true', 'run(Due, /*NewestFirst=*/false',
     "hooks", "AbortHooksRunNewestFirstBeforeTheNextAttempt"),
    ("commit hooks end with their attempt", "tx/hooks.cpp",
     "  drop(Commit, 0);\n  // If", "  // If",
     "hooks", "HooksOfARolledBackAttemptAreDropped"),
    ("a cancelled block's hooks run once", "tx/hooks.cpp",
     "  Abort.truncate(Abort.begin() + M.Abort);\n", "",
     "hooks", "ACancelledBlocksHooksRunOnceIfAllIsRolledBack"),
    ("a rollback forgets frees", "mem/allocation_log.cpp",
     "  Freed.clear();\n  LogVector<AllocatedBlock> Mine;",
     "  LogVector<AllocatedBlock> Mine;",
     "allocation_log", "RollbackForgetsFrees"),
    ("a rollback gives allocations back", "mem/allocation_log.cpp",
     "    if (Blocks.back().Block)\n      Take(Blocks.back());\n", "",
     "allocation_log", "RollbackGivesBackTheNewestFirst"),
    ("what was given back meanwhile is left alone", "mem/allocation_log.cpp",
     "  AllocatedBlock Note;\n  takeAllocation(Block, Note);\n",
     "  static_cast<void>(Block);\n",
     "allocation_log", "ForgottenAllocationsSurviveTheRollback"),
    ("counts of new objects are restored, not dropped", "mem/count_log.cpp",
     "if (!Row.NewCounts && (Uses || Weaks)", "if ((Uses || Weaks)",
     "count_log", "NewObjectsAreLeftAlone"),
    ("references of an undone block are owed", "mem/count_log.cpp",
     "Now.Added + Now.Owed - Then.Added", "Now.Owed",
     "count_log", "WhatIsUndoneToAMarkIsOwedOrAsItWas"),
    ("without memory there is no row", "mem/count_log.cpp",
     "    Rows.pop();\n    return nullptr;", "    return nullptr;",
     "count_log", "WithoutMemoryThereIsNoRowAndNothingIsLost"),
    ("the log goes back across chunks", "tx/undo_log.cpp",
     "    Fresh->Older = Chunk;\n", "",
     "undo_log", "ReachesAcrossChunks"),
    ("the handlers around a scope are as before", "tx/scope.cpp",
     "  undoInnermost({});\n  *Eh = S.Eh;", "  undoInnermost({});",
     "scope", "TheHandlersAroundAScopeAreAsBefore"),
    ("a cancel returns to its own block", "tx/scope.cpp",
     "  Resume = S.OuterResume;\n", "",
     "scope", "ScopesNest"),
    ("a cancelled block's memory goes back at the end", "tx/scope.cpp",
     "  if (!Allocations.undoTo(S.Allocations,",
     "  if (false && !Allocations.undoTo(S.Allocations,",
     "scope", "MemoryOfACancelledBlockGoesBackAtTheEnd"),
    ("an exception undoes a scope that says so", "tx/scope.cpp",
     "    Self.undoInnermostForThrow();\n", "",
     "scope", "AnExceptionUndoesAScopeThatSaysSo"),
    ("alone it can still be cancelled", "tx/inevitable.cpp",
     "StartAlone = mayTransactionsLeave();",
     "StartAlone = false;",
     "scope", "AloneItCanStillBeCancelled"),
    ("reads are validated when nobody else runs", "tx/inevitable.cpp",
     "  if (!readsAreCurrent(Stale) && !STM_MUTATION(InevitableUnvalidated))\n"
     "    // Nobody", "  if (false)\n    // Nobody",
     "exclusive", "StaleReadsRunAgainAlone"),
    # Versions and their collection.
    ("there is room for a record before its stripe is locked",
     "tx/barriers_slow.cpp",
     "  while (STM_UNLIKELY(!Self.Undo.hasRoom(Bytes)))\n"
     "    if (!Self.Undo.grow(Self.Versioned",
     "  if (!Self.Undo.hasRoom(Bytes))\n    lockStripe(Self, Address, Bytes, Pc);\n"
     "  while (!Self.Undo.hasRoom(Bytes))\n    if (!Self.Undo.grow(Self.Versioned",
     "version_commit", "AStripeIsLockedOnlyWithRoomForItsRecord"),
    ("a further chunk's cell holds the time in the end", "tx/undo_log.cpp",
     "    if (Older)\n      segmentIn(C).Status.setTime(Time);\n", "",
     "version_layout", "AChunkOutlivesTheFirstOneOfItsAttempt"),
    ("the time is published before an orec is released", "tx/attempt.cpp",
     "    return Undo.status().publish(Time);\n", "    return true;\n",
     "version_steps", "BetweenReleasesAllOfItIsSeenOrNothing"),
    ("an extension validates after its look at the clock", "tx/attempt.cpp",
     "  Timestamp Newer = Clock.now();\n  STM_TEST_POINT(ExtendAfterClock);\n"
     "  if (!readsAreCurrent(Stale) && !STM_MUTATION(ExtendUnvalidated))\n"
     "    return false;\n",
     "  if (!readsAreCurrent(Stale))\n    return false;\n"
     "  STM_TEST_POINT(ExtendAfterClock);\n  Timestamp Newer = Clock.now();\n",
     "version_steps", "AnExtensionValidatesAfterItsLookAtTheClock"),
    ("and is as of that look", "tx/attempt.cpp",
     "  Snapshot = Newer;\n", "  Snapshot = Clock.now();\n",
     "version_steps", "AnExtensionIsAsOfItsLookAtTheClock"),
    ("a commit's validation looks at all that was read", "tx/attempt.cpp",
     "    STM_TEST_POINT(ValidateBeforeWord);\n"
     "    OrecWord Word = OrecTable[Index].load();\n",
     "    OrecWord Word = OrecTable[Index].load();\n"
     "    STM_TEST_POINT(ValidateBeforeWord);\n"
     "    if (Index != *Reads.begin())\n      break;\n",
     "version_steps", "WhatIsOverwrittenBeforeItIsLookedAtIsStale"),
    ("what has only been locked is stale as well", "tx/attempt.cpp",
     "while (STM_UNLIKELY(Word.raw() > Snapshot && !ownsWord(Word))) {",
     "while (STM_UNLIKELY(!Word.isLocked() && Word.raw() > Snapshot)) {",
     "version_steps", "WhatIsLockedBeforeItIsLookedAtIsStale"),
    ("read-only ones become snapshots after four failures", "tx/attempt.cpp",
     "constexpr uint32_t SnapshotAfter = 4;", "constexpr uint32_t SnapshotAfter = 3;",
     "version_handover", "ReadOnlyOnesBecomeSnapshotsAfterFourFailures"),
    ("and not later", "tx/attempt.cpp",
     "constexpr uint32_t SnapshotAfter = 4;", "constexpr uint32_t SnapshotAfter = 5;",
     "version_handover", "ReadOnlyOnesBecomeSnapshotsAfterFourFailures"),
    ("others after eight", "tx/attempt.cpp",
     "constexpr uint32_t TrackedAfter = 8;", "constexpr uint32_t TrackedAfter = 7;",
     "version_handover", "OthersBecomeSnapshotsAfterEight"),
    ("others not later", "tx/attempt.cpp",
     "constexpr uint32_t TrackedAfter = 8;", "constexpr uint32_t TrackedAfter = 9;",
     "version_handover", "OthersBecomeSnapshotsAfterEight"),
    ("others once", "tx/attempt.cpp",
     "Self.ReadFailures < TrackedAfter || Self.WroteAfterAll",
     "Self.ReadFailures < TrackedAfter",
     "version_handover", "OthersThatWriteBecomeSnapshotsOnce"),
    ("no snapshot begins when the clock is at its end", "tx/snapshot.cpp",
     "  checkClock(Snapshot);\n", "",
     "version_layout", "NoSnapshotBeginsWhenTheClockIsAtItsEnd"),
    ("nor are versions retired", "gc/young.cpp",
     "  checkClock(C->Bound);\n", "",
     "version_layout", "VersionsAreRetiredOnlyBeforeThat"),
    ("a stripe is compacted as it was seen before its lock", "gc/compact.cpp",
     "  if (!O.tryLock(Word, OrecWord::collectors()))",
     "  if (!O.tryLock(O.load(), OrecWord::collectors()))",
     "version_reclaim", "AStripeThatHasJustChangedIsLookedAtAgain"),
    ("what is kept is copied before a link changes", "gc/compact.cpp",
     "    for (Entry *Back = &E; Back-- != Chain.begin();)\n"
     "      if (Back->Copy)\n        Old.takeBack(Back->Copy);\n"
     "    return false;\n", "    return true;\n",
     "version_reclaim", "NoneIsLinkedWithoutMemoryForAllCopies"),
    ("a snapshot's wait for a compaction is a pause", "gc/compact.cpp",
     "  PauseTimer Pause;\n", "",
     "version_reclaim", "WaitingForACompactionIsAPause"),
    ("so is what is done over the limit", "gc/collector.cpp",
     "        return More;\n      Pause.emplace();\n", "        return More;\n",
     "version_withdraw", "WhatIsDoneOverTheLimitIsAPause"),
    ("over the limit nothing is kept", "gc/collector.cpp",
     "    trimAll();\n    collectAll();\n    if (isOverMemoryLimit()) {",
     "    if (isOverMemoryLimit()) {",
     "version_withdraw", "ALimitBelowWhatThreadsKeepComesFirst"),
    ("old records that are off their chains are dropped", "gc/compact.cpp",
     "        Old.drop(OldRecord::of(*E->Record), Grace);\n", "",
     "version_reclaim", "ARecordForEachSnapshotAndPieceThatIsWritten"),
    ("a sweep compacts at a clock that has stood still", "gc/collector.cpp",
     "if (CompactedIn[Index] != Sweep)",
     "if (CompactedUpTo[Index] < Active.horizon())",
     "version_reclaim", "ARecordForEachSnapshotAndPieceThatIsWritten"),
    ("a sweep that is under way isn't the one that is asked for",
     "gc/collector.cpp",
     "      if (TheCollector.Old.isSweeping())\n        TheCollector.sweep(~size_t{0});\n",
     "", "version_reclaim", "ARecordForEachSnapshotAndPieceThatIsWritten"),
    ("a piece is kept once for a snapshot", "gc/compact.cpp",
     "    E->Kept = (Bytes & ~C->Bytes) != 0;\n", "    E->Kept = true;\n",
     "version_reclaim", "ARecordForEachSnapshotAndPieceThatIsWritten"),
    ("chunks over their budget are promoted", "gc/collector.cpp",
     "        if (L.isOverBudget())\n", "        if (false)\n",
     "version_reclaim", "YoungVersionsStayWithinTwoBudgetsAThread"),
]


def output(*Command):
    return subprocess.run(Command, capture_output=True, text=True,
                          check=True).stdout


def missing():
    """What is wrong with the rows."""
    for Rule, File, Text, New, Program, Test in Rows:
        Count = open(os.path.join(Source, "rt", File)).read().count(Text)
        if Count != 1 or Text == New:
            yield f"{Rule}: its text is {Count} times in rt/{File}"
        Path = os.path.join(Source, "test/rt", Program + "_test.cpp")
        if not re.search(rf"^TEST\w*\(\w+, {Test}\)", open(Path).read(), re.M):
            yield f"{Rule}: {Program}_test has no {Test}"


def isChecked(Program):
    """Whether it is linked with the build that has test points."""
    with open(os.path.join(Source, "test/rt", Program + "_test.cpp")) as F:
        return "version_testing.h" in F.read()


def run(Program, Test):
    """Whether the test fails, or doesn't come to its end."""
    try:
        Done = subprocess.run(
            [Program, f"--gtest_filter=*.{Test}"], capture_output=True,
            text=True, timeout=30)
    except subprocess.TimeoutExpired:
        return True, "hangs"
    if "[ RUN      ]" not in Done.stdout:
        return None, Done.stdout + Done.stderr
    if Done.returncode == 0:
        return False, "SURVIVES"
    return True, "fails" if Done.returncode == 1 else "crashes"


class Builder:
    def __init__(self, Build, Folder):
        self.Build, self.Folder = Build, Folder
        with open(os.path.join(Build, "compile_commands.json")) as F:
            self.Commands = json.load(F)

    def compile(self, File, Text, New, IsChecked):
        Compiled = HeadersIn if File.endswith(".h") else File
        Path = os.path.join(Source, "rt", Compiled)
        Library = "stm_rt_checked_" if IsChecked else "stm_rt_"
        for Entry in self.Commands:
            if Entry["file"] == Path and re.search(
                    f"/{Library}(core|wrap|guarded)[.]dir/",
                    Entry["command"].split(" -o ")[1]):
                break
        else:
            sys.exit(f"{File} isn't compiled in {self.Build}")
        # Where headers are looked for first.
        Broken = os.path.join(self.Folder, File)
        os.makedirs(os.path.dirname(Broken), exist_ok=True)
        with open(Broken, "w") as F:
            F.write(open(os.path.join(Source, "rt", File)).read()
                    .replace(Text, New))
        Object = Broken + ".o"
        Command = shlex.split(Entry["command"])
        Command[Command.index("-o") + 1] = Object
        if Compiled == File:
            Command[Command.index("-c") + 1] = Broken
        else:
            First = next(I for I, Word in enumerate(Command) if Word[0] == "-")
            Command[First:First] = ["-I", self.Folder]
        for Option in ("-MF", "-MT"):
            if Option in Command:
                Command[Command.index(Option) + 1] = Object + ".d"
        subprocess.run(Command + ["-g0", "-w"], cwd=Entry["directory"],
                       check=True)
        os.remove(Broken)
        return Object

    def link(self, Program, Object):
        """The program, its archive's member replaced."""
        Lines = output("ninja", "-C", self.Build, "-t", "commands",
                       f"bin/{Program}_test").splitlines()
        Link = [L for L in Lines if f"-o bin/{Program}_test" in L][-1]
        Broken = os.path.join(self.Folder, Program + "_test")
        Link = Link.replace(f"-o bin/{Program}_test",
                            f"{shlex.quote(Object)} -o {shlex.quote(Broken)}")
        subprocess.run(Link, shell=True, cwd=self.Build, check=True,
                       stdout=subprocess.DEVNULL)
        return Broken


def shownElsewhere(Build):
    """{rule: by what} of those that are left out at run time."""
    By = {}
    for Program in ("version_mutation_test", "opacity_mutation_test",
                    "weak_memory_test"):
        Path = os.path.join(Build, "bin", Program)
        if not os.path.exists(Path):
            continue
        Suite = ""
        for Line in output(Path, "--gtest_list_tests").splitlines():
            if not Line.startswith(" "):
                Suite = Line
            elif "/" in Line and ("Without" in Suite or "Order" in Suite):
                Rule = Line.split("/")[1].split()[0]
                By.setdefault(Rule, [])
                if Program not in By[Rule]:
                    By[Rule].append(Program)
    return By


def main(Arguments):
    if not Arguments:
        sys.exit(__doc__)
    Build, *Options = Arguments
    Wrong = list(missing())
    if Wrong:
        sys.exit("\n".join(Wrong))
    if "--check" in Options or (
            "--of-suite" in Options and not os.environ.get("STM_TEST_LONG")):
        print(f"{len(Rows)} mutations have their places and tests")
        return
    Only = Options[1] if Options[:1] == ["--only"] else ""
    Survivors = 0
    with tempfile.TemporaryDirectory() as Folder:
        B = Builder(os.path.abspath(Build), Folder)
        for Rule, File, Text, New, Program, Test in Rows:
            if Only not in Rule:
                continue
            Good, Said = run(os.path.join(Build, "bin", Program + "_test"),
                             Test)
            if Good is not False:
                sys.exit(f"{Program}_test {Test} fails without a mutation: "
                         f"{Said}")
            Broken = B.link(Program, B.compile(File, Text, New,
                                               isChecked(Program)))
            Began = time.time()
            Noticed, How = run(Broken, Test)
            Survivors += not Noticed
            print(f"{Rule:52} {File:24} {Program}_test {Test}: {How} after "
                  f"{time.time() - Began:.1f} s", flush=True)
    if not Only:
        Others = shownElsewhere(Build)
        for Rule, Programs in Others.items():
            print(f"{Rule:52} {'at run time':24} {', '.join(Programs)}")
        print(f"{len(Rows) + len(Others)} mutations, {Survivors} of the first "
              f"{len(Rows)} not noticed; ctest runs the others")
    sys.exit(Survivors != 0)


if __name__ == "__main__":
    main(sys.argv[1:])
