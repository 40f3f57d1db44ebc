//===- base/check.cpp - messages that end the program -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "base/check.h"

#include "stm/abi.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace stm::rt {

namespace {

/// "main+0x1234 (./program)", as far as it is known; the report's symbolizer
/// isn't here.
void describeCode(uintptr_t Pc, char *Text, size_t Size) {
  Dl_info Info = {};
  dladdr(reinterpret_cast<const void *>(Pc), &Info);
  auto Base = reinterpret_cast<uintptr_t>(Info.dli_saddr ? Info.dli_saddr
                                                         : Info.dli_fbase);
  snprintf(Text, Size, "%p (%s+0x%zx, %s)", reinterpret_cast<void *>(Pc),
           Info.dli_sname ? Info.dli_sname : "", static_cast<size_t>(Pc - Base),
           Info.dli_fname ? Info.dli_fname : "?");
}

/// One write(2), so that lines of several threads don't mix. Not by libc's
/// function: what stands before that (plain_io.cpp) would look at the attempt.
template <class... Args> void say(const char *Format, Args... Values) {
  char Line[1024];
  int Length = snprintf(Line, sizeof(Line), Format, getpid(), Values...);
  if (Length > static_cast<int>(sizeof(Line)) - 1)
    Length = sizeof(Line) - 1;
  if (syscall(SYS_write, STDERR_FILENO, Line, static_cast<size_t>(Length)) < 0)
    return; // Nowhere to say it.
}

/// Nor by libc's function: ThreadSanitizer's writes, too.
[[noreturn]] void endAfterUsageError() {
  constexpr int Status = 66;
  syscall(SYS_exit_group, Status);
  __builtin_unreachable();
}

/// "transfer, bank.cpp:12"
struct SitePlace {
  char Text[256];
  explicit SitePlace(const stm_site *Site) {
    snprintf(Text, sizeof(Text), "%s%s%s:%u",
             Site && Site->name ? Site->name : "",
             Site && Site->name ? ", " : "",
             Site && Site->file ? Site->file : "?", Site ? Site->line : 0);
  }
};

} // namespace

void checkFailed(const char *File, int Line, const char *Condition) {
  say("==%d== stm: CHECK failed: %s:%d: %s\n", File, Line, Condition);
  abort();
}

void reportUsageErrorQuiesceInTransaction() {
  say("==%d== ERROR: stm_quiesce() was called inside a transaction. It would "
      "wait for itself: call it after the block.\n");
  endAfterUsageError();
}

void reportUsageErrorUninstrumentedFunction(const void *Function) {
  Dl_info Info = {};
  dladdr(Function, &Info);
  say("==%d== ERROR: functions marked STM_TRANSACTION in %s were compiled "
      "without the stm pass plugin, the first at %p%s%s. Their bodies would "
      "not "
      "be atomic. Compile that file with stm-clang or stm-clang++ (or clang "
      "-fpass-plugin=libstm-pass-<LLVM version>.so), or use stm::atomic, which "
      "works without the plugin.\n",
      Info.dli_fname ? Info.dli_fname : "this program", Function,
      Info.dli_sname ? " " : "", Info.dli_sname ? Info.dli_sname : "");
  endAfterUsageError();
}

void reportUsageErrorWriteInSnapshot(const stm_site *Site, const void *Address,
                                     uintptr_t Pc) {
  char Place[512];
  describeCode(Pc, Place, sizeof(Place));
  say("==%d== ERROR: a write to %p inside stm::snapshot, at %s. The snapshot "
      "(%s) is read-only: it may write its own locals and what it allocates. "
      "Return the result instead, or use stm::atomic.\n",
      Address, Place, SitePlace(Site).Text);
  endAfterUsageError();
}

void reportUsageErrorBlockWithoutBegin() {
  say("==%d== ERROR: an STM_ATOMIC block was entered other than at its "
      "beginning, by goto or a case label. Jump to before the block.\n");
  endAfterUsageError();
}

void reportUsageErrorOutsideTransaction(const char *Function) {
  say("==%d== ERROR: %s() was called outside of any transaction. It ends the "
      "atomic block that it is called in: call it from one.\n",
      Function);
  endAfterUsageError();
}

void reportUsageErrorInevitable(const char *What, const stm_site *Site,
                                const char *Reason, uintptr_t Pc) {
  char Place[512] = "";
  if (Pc)
    describeCode(Pc, Place, sizeof(Place));
  say("==%d== ERROR: %s, in a transaction (%s) that cannot be undone any more: "
      "it is inevitable (%s%s%s). Decide before what makes it so, or do that "
      "in stm_on_commit.\n",
      What, SitePlace(Site).Text, Reason ? Reason : "reason unknown",
      Pc ? ", at " : "", Place);
  endAfterUsageError();
}

void reportUsageErrorRetryWithoutVersion(const stm_site *Site,
                                         const char *Reason, uintptr_t Pc,
                                         bool CouldWait) {
  if (!CouldWait)
    reportUsageErrorInevitable("stm_retry", Site, Reason, Pc);
  say("==%d== ERROR: stm_retry, in a transaction (%s) whose file was compiled "
      "without the plugin: what it has written can't be undone. Compile it "
      "with stm-clang; or, if such blocks write nothing before they wait, "
      "promise that with STM_OPTIONS=retry_unwritten=1.\n",
      SitePlace(Site).Text);
  endAfterUsageError();
}

void reportUsageErrorRetryAfterWriting(const stm_site *Site) {
  say("==%d== ERROR: stm_retry, in a transaction (%s) whose file was compiled "
      "without the plugin, after it may have written: another block has ended "
      "in it, or it has hooks or output. That can't be undone. Wait first, or "
      "compile the file with stm-clang.\n",
      SitePlace(Site).Text);
  endAfterUsageError();
}

void reportUsageErrorRetryCaught(const stm_site *Site) {
  say("==%d== ERROR: catch (...) in a transaction (%s) whose file was compiled "
      "without the plugin has caught the exception that stm_retry leaves it "
      "by. Throw it on, or compile the file with stm-clang.\n",
      SitePlace(Site).Text);
  endAfterUsageError();
}

void reportUsageErrorNothingRead(const stm_site *Site) {
  say("==%d== ERROR: stm_retry() in a transaction (%s) that has read nothing "
      "shared: no change could ever wake it.\n",
      SitePlace(Site).Text);
  endAfterUsageError();
}

void reportUsageErrorInSignalHandler(const stm_site *Site,
                                     const stm_site *Interrupted) {
  say("==%d== ERROR: a signal handler began a transaction (%s) that has "
      "interrupted another one of its thread (%s), anywhere in it. Block the "
      "signal there, or handle it elsewhere (signalfd, a flag).\n",
      SitePlace(Site).Text, SitePlace(Interrupted).Text);
  endAfterUsageError();
}

void reportUsageErrorRetryInSignalHandler(const stm_site *Site) {
  say("==%d== ERROR: stm_retry() in a transaction (%s) of a signal handler "
      "that has interrupted its thread in another stm_retry(): one waits at a "
      "time.\n",
      SitePlace(Site).Text);
  endAfterUsageError();
}

void reportUsageErrorCancelledWithoutValue(const stm_site *Site) {
  say("==%d== ERROR: a block (%s) that returns a value was cancelled: it has "
      "none. Use stm::try_atomic, which then returns an empty optional.\n",
      SitePlace(Site).Text);
  endAfterUsageError();
}

void reportUsageErrorHookThrew(const char *Kind) {
  say("==%d== ERROR: %s hook has thrown an exception. Nobody is there to catch "
      "it: the transaction is over. Catch it in the hook.\n",
      Kind);
  endAfterUsageError();
}

void reportUsageErrorLockDeadlock(const stm_site *Site, const char *Reason,
                                  uintptr_t ReasonPc, const void *Lock,
                                  uintptr_t Pc, const stm_site *Other) {
  char Waits[256], Why[256] = "";
  describeCode(Pc, Waits, sizeof(Waits));
  if (ReasonPc)
    describeCode(ReasonPc, Why, sizeof(Why));
  say("==%d== ERROR: deadlock: a block (%s) waits for the lock %p, at %s. "
      "Meanwhile no other block can run, since it is inevitable (%s%s%s); but "
      "the lock's owner is about to run one (%s). Take the lock around the "
      "block, or before what makes it inevitable.\n",
      SitePlace(Site).Text, Lock, Waits, Reason ? Reason : "reason unknown",
      ReasonPc ? ", at " : "", Why, SitePlace(Other).Text);
  endAfterUsageError();
}

void warnEverybodyWaits(const stm_site *Site, unsigned Threads) {
  say("==%d== WARNING: all threads of the program (%u) are asleep in "
      "stm_retry(), so none is left to change what they wait for. The last of "
      "them: %s.\n",
      Threads, SitePlace(Site).Text);
}

void warnRunsAloneForLong(const stm_site *Site, const char *Reason,
                          uintptr_t Pc, unsigned Seconds,
                          const stm_site *Other) {
  char Place[512] = "";
  if (Pc)
    describeCode(Pc, Place, sizeof(Place));
  say("==%d== WARNING: a block (%s) has run alone for %u s, inevitable "
      "(%s%s%s). "
      "Others wait for its end, such as the one at %s. Should it wait for them "
      "in turn (by a condition variable, by joining a thread), that is a "
      "deadlock.\n",
      SitePlace(Site).Text, Seconds, Reason ? Reason : "reason unknown",
      Pc ? ", at " : "", Place, SitePlace(Other).Text);
}

void warnOutputFailed(int Descriptor, size_t Bytes, int Error) {
  char Text[128];
  say("==%d== WARNING: deferred output of %zu bytes to descriptor %d was lost: "
      "%s.\n",
      Bytes, Descriptor, strerror_r(Error, Text, sizeof(Text)));
}

void reportClockAtItsEnd() {
  say("==%d== ERROR: stm: nearly 2^61 transactions have committed or been "
      "rolled back: there are no timestamps for snapshots any more\n");
  abort();
}

void reportOutOfMemory(const char *What, size_t Bytes) {
  say("==%d== ERROR: stm: out of memory: %zu bytes for %s\n", Bytes, What);
  abort();
}

} // namespace stm::rt
