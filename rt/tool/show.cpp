//===- tool/show.cpp - a report in words ------------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tool/show.h"

#include "tool/words.h"

#include <algorithm>
#include <cmath>

namespace stm::tool {

namespace {

/// Lines that report names go through printable() as a whole, before colours.
class Writer {
public:
  Writer(const Report &R, const TextStyle &Style) : R(R), Style(Style) {}

  std::string write() {
    writeTotals();
    writeConflicts();
    writeBlocks();
    writeInevitables();
    writeCollector();
    writeSummaryLine();
    return std::move(Out);
  }

private:
  void line(const std::string &Text) { Out += printable(Text) + "\n"; }
  void heading(const std::string &Text) {
    Out += colored(Style, "1", printable(Text)) + "\n";
  }

  size_t shown(size_t All) const {
    return Style.Full ? All : std::min(All, Style.Top);
  }

  std::string totals(uint64_t Count, uint64_t Ns, uint64_t OfNs) const {
    return times(Count) + ", " + duration(Ns) + " (" +
           share(static_cast<double>(Ns), static_cast<double>(OfNs)) + ")";
  }

  std::string ofThreads(uint64_t Ns, const char *What) const {
    return duration(Ns) + " " + What + " (" +
           share(static_cast<double>(Ns), static_cast<double>(R.wallNs())) +
           ")";
  }

  void writeTotals();
  void writeConflicts();
  void writeConflict(const Conflict &C, size_t Rank);
  void writeBlocks();
  void writeInevitables();
  void writeCollector();
  void writeSummaryLine();
  void writeStack(const char *Title, const Stack &Frames);
  void writeRest(size_t Count, const char *What);

  const Report &R;
  const TextStyle &Style;
  std::string Out;
};

void Writer::writeTotals() {
  const Totals &Sum = R.Sum;
  std::string Name = R.Program;
  if (R.Runs > 1)
    Name += " (" + std::to_string(R.Runs) + " runs)";
  heading("llvm-stm: " + Name + ": " + std::to_string(Sum.Commits) +
          " transactions committed, " + std::to_string(Sum.Aborts) +
          " rolled back, " + std::to_string(Sum.Inevitable) + " inevitable");
  if (!R.wallNs())
    return;
  line("  time: " + ofThreads(Sum.Time.Useful, "useful") + ", " +
       ofThreads(Sum.Time.Lost, "lost to rollbacks") + ", " +
       ofThreads(Sum.Time.Waiting, "waiting") + ", " +
       ofThreads(Sum.Time.Inevitable, "inevitable") + ", " +
       ofThreads(Sum.Time.Gc, "in collections") + ", of " +
       duration(R.wallNs()) + " that " + counted(R.Threads.size(), "thread") +
       " ran");
}

void Writer::writeConflicts() {
  size_t Shown = shown(R.Conflicts.size());
  if (Shown)
    heading("conflicts, by time lost:");
  for (size_t I = 0; I != Shown; ++I)
    writeConflict(R.Conflicts[I], I + 1);
  writeRest(R.Conflicts.size() - Shown, "conflict");
  if (R.Sum.Unrecorded)
    line("  and " + std::to_string(R.Sum.Unrecorded) +
         " of which no more is known: there was no room");
}

void Writer::writeConflict(const Conflict &C, size_t Rank) {
  line("  " + std::to_string(Rank) + ". " +
       totals(C.Count, C.LostNs, R.conflictNs()) + ": " +
       blockName(C.Victim.Block) + " " + describe(C.Kind));
  std::string Where = C.Victim.Frames.empty()
                          ? "noticed at its end"
                          : "at " + tool::line(C.Victim.Frames);
  if (!C.Culprit.Frames.empty())
    Where += std::string(C.Kind == "inevitable" ? ", inevitable at "
                                                : ", written by ") +
             tool::line(C.Culprit.Frames);
  if (!C.Culprit.Block.empty())
    Where += " in " + blockName(C.Culprit.Block);
  line("     " + Where);
  if (C.What)
    if (std::string What = describe(*C.What); !What.empty())
      line("     object: " + What);
  if (const char *Sharing = describeSharing(C); *Sharing)
    line(std::string("     false conflict: the other wrote ") + Sharing);
  if (C.SilentStore)
    line("     the write changed nothing: the value was the same");
  if (!C.Advice.empty())
    line("     advice: " + C.Advice);
  if (C.PredictedGain && *C.PredictedGain >= LeastGain)
    line("     without it about " + share(*C.PredictedGain, 1) + " less time");
  if (!Style.Full)
    return;
  writeStack("rolled back here:", C.Victim.Frames);
  writeStack("because of what was done here:", C.Culprit.Frames);
  if (C.What)
    writeStack("allocated here:", C.What->AllocatedAt);
}

void Writer::writeBlocks() {
  size_t Shown = shown(R.Blocks.size());
  if (Shown)
    heading("blocks, by time:");
  for (size_t I = 0; I != Shown; ++I) {
    const Block &B = R.Blocks[I];
    std::string Name = blockName(B.Name);
    if (!B.File.empty() && B.Line)
      Name += " " + B.File + ":" + std::to_string(B.Line);
    line("  " + std::to_string(I + 1) + ". " + duration(B.Time.sum()) + ": " +
         Name);
    std::string Text = times(B.Executions) + ", " + std::to_string(B.Aborts) +
                       " rolled back, " + std::to_string(B.Inevitable) +
                       " inevitable";
    if (B.Retries)
      Text += "; retries: half " + std::to_string(B.Retries->P50) +
              ", 95 % up to " + std::to_string(B.Retries->P95) + ", at most " +
              std::to_string(B.Retries->Max);
    line("     " + Text);
    line("     " + duration(B.Time.Useful) + " useful, " +
         duration(B.Time.Lost) + " lost, " + duration(B.Time.Waiting) +
         " waiting, " + duration(B.Time.Inevitable) + " inevitable, " +
         duration(B.Time.Gc) + " in collections");
  }
  writeRest(R.Blocks.size() - Shown, "block");
}

void Writer::writeInevitables() {
  size_t Shown = shown(R.Inevitables.size());
  uint64_t All = 0;
  for (const Inevitable &I : R.Inevitables)
    All = addClamped(All, I.TimeNs);
  if (Shown)
    heading("inevitable transactions, by time:");
  for (size_t I = 0; I != Shown; ++I) {
    const Inevitable &Row = R.Inevitables[I];
    std::string Text = "  " + std::to_string(I + 1) + ". " +
                       totals(Row.Count, Row.TimeNs, All) + ": " +
                       blockName(Row.Block) + ", " +
                       (Row.Reason.empty() ? "no reason given" : Row.Reason);
    if (!Row.Frames.empty())
      Text += ", at " + tool::line(Row.Frames);
    line(Text);
    if (!Row.Advice.empty())
      line("     advice: " + Row.Advice);
    if (Style.Full)
      writeStack("", Row.Frames);
  }
  writeRest(R.Inevitables.size() - Shown, "place");
}

void Writer::writeCollector() {
  const Gc &G = R.Collector;
  if (!G.MinorCollections && !G.MajorCollections && !G.EndedSnapshots &&
      G.PinnedBy.empty())
    return;
  heading("snapshots and versions:");
  line("  " + std::to_string(R.Sum.Snapshots) + " snapshots, " +
       std::to_string(R.Sum.SnapshotAborts) + " rolled back, " +
       std::to_string(G.EndedSnapshots) + " ended for want of memory");
  line("  " + counted(G.MinorCollections, "collection") +
       " of the young generation and " + std::to_string(G.MajorCollections) +
       " of the old took " + duration(G.TimeNs) + ", the longest pause " +
       duration(G.LongestPauseNs));
  line("  versions hold " + bytes(G.HeldBytes) + ", at most they held " +
       bytes(G.MostBytes));
  size_t Shown = shown(G.PinnedBy.size());
  for (size_t I = 0; I != Shown; ++I) {
    const Pin &P = G.PinnedBy[I];
    line("  pinned by " + blockName(P.Block) +
         (P.Thread ? " (thread id " + std::to_string(P.Thread) + ")" : "") +
         (P.IsRunning ? ", which has run for " : ", which ran for ") +
         duration(P.TimeNs));
  }
  writeRest(G.PinnedBy.size() - Shown, "snapshot");
}

void Writer::writeSummaryLine() {
  std::string Text;
  if (R.Sum.Aborts || !R.Conflicts.empty()) {
    Text = counted(R.Sum.Aborts, "rollback") + " lost " +
           duration(std::max(R.Sum.Time.Lost, R.conflictNs()));
    if (!R.Conflicts.empty()) {
      const Side &Top = R.Conflicts.front().Victim;
      Text += ", most " + (Top.Frames.empty() ? "of " + blockName(Top.Block)
                                              : "at " + tool::line(Top.Frames));
    }
  }
  if (R.Sum.Inevitable)
    Text += (Text.empty() ? "" : "; ") +
            counted(R.Sum.Inevitable, "inevitable transaction") + " took " +
            duration(R.Sum.Time.Inevitable);
  if (Text.empty())
    Text = counted(R.Sum.Commits, "transaction") + ", none lost";
  line("SUMMARY: llvm-stm: " + Text);
}

void Writer::writeStack(const char *Title, const Stack &Frames) {
  if (Frames.empty())
    return;
  if (*Title)
    line(std::string("     ") + Title);
  for (size_t I = 0; I != Frames.size(); ++I) {
    const Frame &F = Frames[I];
    std::string Place = place(F);
    line("       #" + std::to_string(I) + " " +
         (F.Function.empty() ? "??" : F.Function) +
         (Place.empty() ? "" : " " + Place));
  }
}

void Writer::writeRest(size_t Count, const char *What) {
  if (Count)
    line("  and " + counted(Count, (std::string("other ") + What).c_str()) +
         " (--full shows all)");
}

} // namespace

std::string show(const Report &R, const TextStyle &Style) {
  return Writer(R, Style).write();
}

std::string colored(const TextStyle &Style, const char *Code,
                    const std::string &Text) {
  if (!Style.Color)
    return Text;
  return std::string("\033[") + Code + "m" + Text + "\033[0m";
}

} // namespace stm::tool
