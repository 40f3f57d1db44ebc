//===- report/report.cpp - when the report is written -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Thread safety. One report at a time, under ReportLock; fork waits for it, so
// that no child finds the symbolizer's locks taken. Order: ReportLock, then the
// locks of facts, then the stack store's.
//
//===----------------------------------------------------------------------===//

#include "base/options.h"
#include "report/allocations.h"
#include "report/on_signal.h"
#include "report/output.h"
#include "report/own_code.h"
#include "report/stack_store.h"
#include "report/suppress.h"
#include "report/text.h"
#include "report/ticks.h"
#include "report/write_json.h"
#include "report/write_trace.h"
#include "stm/stm.h"

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <sys/mman.h>
#include <unistd.h>

namespace stm::rt {

using namespace __sanitizer;

namespace {

FactLock ReportLock;
FactsSource ExitSource;
VersionFactsSource ExitVersions;

void appendText(InternalScopedString &Text, const ReportRows &Rows, bool Full,
                bool Color) {
  TextStyle Style;
  Style.Full = Full;
  Style.Color = Color;
  Style.Pid = getpid();
  Style.NanosecondsPerTick = nanosecondsPerTick();
  writeText(Text, Rows, Style);
}

void appendJson(InternalScopedString &Text, const ReportRows &Rows) {
  static char Program[PATH_MAX]; // Under ReportLock.
  ssize_t Length = readlink("/proc/self/exe", Program, sizeof(Program) - 1);
  Program[Length > 0 ? Length : 0] = 0;
  writeJson(
      Text, Rows,
      {Program, secure_getenv("STM_OPTIONS"), getpid(), nanosecondsPerTick()});
}

void write(const ReportRows &Rows, bool Full) {
  ReportOutput Output;
  InternalScopedString Text;
  switch (options().Format) {
  case ReportFormat::Text:
    appendText(Text, Rows, Full, Output.wantsColor());
    break;
  case ReportFormat::Json:
    appendJson(Text, Rows);
    break;
  case ReportFormat::Trace:
    writeTrace(Text, Rows, getpid(), nanosecondsPerTick());
    break;
  case ReportFormat::Collapsed:
    writeCollapsed(Text, Rows, nanosecondsPerTick());
    break;
  }
  Output.write(Text.data(), Text.length());
}

bool matchesFailOn(const ReportRows &Rows) {
  switch (options().FailOn) {
  case FailOnMode::None:
    return false;
  case FailOnMode::Conflicts:
    return Rows.hasConflicts();
  case FailOnMode::Inevitable:
    return Rows.hasInevitables();
  case FailOnMode::Any:
    return Rows.hasConflicts() || Rows.hasInevitables();
  }
  return false;
}

/// Whether a report of a small program would find memory: what it is made with
/// ends the program where there is none.
bool hasMemory() {
  constexpr size_t Least = size_t{16} << 20;
  void *Probe = mmap(nullptr, Least, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (Probe == MAP_FAILED)
    return false;
  munmap(Probe, Least);
  return true;
}

/// Of a program that is about to end. (What is left of exit() is skipped, as in
/// atExit.)
std::atomic<int> StatusAtExit{-1};
void endWithOwnStatus() {
  int Status = StatusAtExit.load(std::memory_order_relaxed);
  if (Status < 0)
    return;
  ReportOutput::sayThatMemoryIsOut();
  fflush(nullptr);
  _exit(Status);
}

/// Whether the program has to fail.
bool reportAtExit() {
  ReportMode Mode = options().Report;
  if (Mode == ReportMode::None && options().FailOn == FailOnMode::None)
    return false;
  // Whoever asks for a format asks for a report.
  if (Mode == ReportMode::Auto && options().Format != ReportFormat::Text)
    Mode = ReportMode::Full;
  bool Full = options().wantsDetails();
  stm_stats Counts;
  sumCounters(ExitSource, Counts);
  bool Quiet = !Counts.aborts && !Counts.inevitable;
  if (Quiet && (Mode == ReportMode::Auto || Mode == ReportMode::None))
    return false;
  if (!hasMemory()) {
    ReportOutput::sayThatMemoryIsOut();
    return false;
  }
  MergedFacts Facts(ExitSource, ExitVersions);
  ReportRows Rows(Facts, Full);
  if (Mode == ReportMode::Summary || Mode == ReportMode::Full ||
      (Mode == ReportMode::Auto &&
       (Rows.hasConflicts() || Rows.hasInevitables())))
    write(Rows, Full);
  return matchesFailOn(Rows);
}

/// A program that fails by itself keeps its exit code.
void atExit(int Status, void *) {
  if (!ReportLock.lockWithPatience())
    return;
  StatusAtExit.store(Status, std::memory_order_relaxed);
  SetUserDieCallback(endWithOwnStatus);
  bool Fail = reportAtExit();
  ReportLock.unlock();
  if (Fail && Status == 0 && options().ExitCode) {
    // What is left of exit() is skipped; buffered output must not be.
    fflush(nullptr);
    _exit(static_cast<int>(options().ExitCode));
  }
}

} // namespace

void initReport(FactsSource Source, VersionFactsSource Versions) {
  initOptions(secure_getenv("STM_OPTIONS"));
  loadSuppressions(options().Suppressions);
  initOwnCode();
  startTicks();
  if (options().ReportAllocations)
    startNotingAllocations();
  // on_exit and not atexit: it is told the status. Registered in a constructor,
  // it runs after all that the program has registered.
  if (!ExitSource)
    on_exit(atExit, nullptr);
  ExitVersions = Versions;
  ExitSource = Source; // Tests call this again, with their own.
  if (options().ReportSignal)
    reportOnSignal(static_cast<int>(options().ReportSignal),
                   [] { writeReport(ExitSource, ExitVersions); });
}

void writeReport(FactsSource Source, VersionFactsSource Versions) {
  int SavedErrno = errno;
  if (ReportLock.lockWithPatience()) {
    if (hasMemory()) {
      bool Full = options().wantsDetails();
      MergedFacts Facts(Source, Versions);
      write(ReportRows(Facts, Full), Full);
    } else {
      ReportOutput::sayThatMemoryIsOut();
    }
    ReportLock.unlock();
  }
  errno = SavedErrno;
}

void lockFactsBeforeFork(FactsSource Source) {
  ReportLock.lock();
  Source([](ThreadFacts &Facts, void *) { Facts.Lock.lock(); }, nullptr);
  lockStackStore();
}

void unlockFactsInParent(FactsSource Source) {
  unlockStackStore();
  Source([](ThreadFacts &Facts, void *) { Facts.Lock.unlock(); }, nullptr);
  ReportLock.unlock();
}

void resetFactsInChild(FactsSource Source) {
  unlockStackStore();
  startTicks();
  Source([](ThreadFacts &Facts, void *) { Facts.resetInChild(); }, nullptr);
  ReportLock.reset();
  forgetWaitingFrames();
  reportOnSignalInChild();
}

} // namespace stm::rt
