//===- tool/html.cpp - a report as a page -----------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tool/html.h"

#include "tool/excerpt.h"
#include "tool/figures.h"
#include "tool/page_style.h"
#include "tool/words.h"

#include <algorithm>
#include <cstdio>
#include <map>

namespace stm::tool {

namespace {

/// Everything that a report names goes through escaped().
class Page {
public:
  Page(const Report &R, const PageOptions &Options)
      : R(R), Options(Options), Sources(Options.SourceRoots) {}

  std::string write() {
    // Nothing is fetched and nothing runs, whatever a name may hold.
    Out = "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
          "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src "
          "'none'; style-src 'unsafe-inline'\"><meta name=\"viewport\" "
          "content=\"width=device-width, initial-scale=1\"><title>" +
          escaped(baseName()) + " – llvm-stm report</title><style>" +
          PageStyle + "</style></head><body><main>\n";
    writeHeader();
    writeConflicts();
    writeFlow();
    writeBlocks();
    writeInevitables();
    writeTimeline();
    writeCollector();
    writeThreads();
    Out += "</main></body></html>\n";
    return std::move(Out);
  }

private:
  std::string baseName() const {
    return R.Program.substr(R.Program.find_last_of('/') + 1);
  }
  size_t shown(size_t All) const { return std::min(All, Options.Top); }
  std::string ofThreads(uint64_t Ns) const {
    return share(static_cast<double>(Ns), static_cast<double>(R.wallNs()));
  }

  void heading(const char *Text) {
    Out += std::string("<h2>") + Text + "</h2>\n";
  }
  void tile(const std::string &Number, const std::string &What, bool IsBad) {
    Out += std::string("<li><b") + (IsBad ? " class=\"bad\"" : "") + ">" +
           Number + "</b><span class=\"quiet\">" + What + "</span></li>";
  }
  void rest(size_t Count, const char *What) {
    if (Count)
      Out += "<p class=\"quiet\">and " +
             counted(Count, (std::string("other ") + What).c_str()) +
             " (--top shows more)</p>";
  }

  void writeHeader();
  void writeConflicts();
  void writeConflict(const Conflict &C, size_t Rank);
  void writeSide(const char *Title, const Side &S);
  void writeCode(const Stack &Frames);
  void writeStack(const Stack &Frames);
  void writeFlow();
  void writeBlocks();
  void writeInevitables();
  void writeTimeline();
  void writeCollector();
  void writeThreads();
  void cell(const char *Name, const std::string &Text) {
    Out += std::string("<td data-name=\"") + Name + "\">" + Text + "</td>";
  }

  const Report &R;
  const PageOptions &Options;
  SourceFinder Sources;
  std::string Out;
};

void Page::writeHeader() {
  Out += "<header><p class=\"quiet\">llvm-stm report</p><h1>" +
         escaped(R.Program) + "</h1><p class=\"quiet\">";
  if (R.Runs > 1)
    Out += counted(R.Runs, "run") + ", ";
  Out += counted(R.Threads.size(), "thread") + " that ran " +
         duration(R.wallNs()) + " in all</p></header>\n";
  const Totals &Sum = R.Sum;
  Out += "<ul class=\"tiles\">";
  tile(ofThreads(Sum.Time.Lost), "of the time lost, " + duration(Sum.Time.Lost),
       Sum.Time.Lost);
  tile(std::to_string(Sum.Aborts), "rolled back", false);
  tile(std::to_string(Sum.Commits), "committed", false);
  tile(std::to_string(Sum.Inevitable),
       "inevitable, " + duration(Sum.Time.Inevitable), false);
  Out += "</ul>\n";
  if (std::string Bar = timeBar(Sum.Time); !Bar.empty()) {
    heading("Where the threads' time went");
    Out += "<div class=\"card\">" + Bar + timeLegend(Sum.Time) + "</div>\n";
  }
}

void Page::writeConflicts() {
  heading("Conflicts, by time lost");
  if (R.Conflicts.empty()) {
    Out += "<p>None.</p>";
    return;
  }
  Out += "<ol class=\"ranking\">\n";
  size_t Shown = shown(R.Conflicts.size());
  for (size_t I = 0; I != Shown; ++I)
    writeConflict(R.Conflicts[I], I + 1);
  Out += "</ol>";
  rest(R.Conflicts.size() - Shown, "conflict");
}

void Page::writeConflict(const Conflict &C, size_t Rank) {
  auto Part = static_cast<double>(C.LostNs);
  auto Whole = static_cast<double>(R.conflictNs());
  char Width[32];
  std::snprintf(Width, sizeof(Width), "%.1f",
                Whole > 0 ? Part / Whole * 100 : 0);
  Out +=
      "<li class=\"card\"><div class=\"head\"><span class=\"rank\">" +
      std::to_string(Rank) + "</span><h3>" +
      escaped(blockName(C.Victim.Block)) + " " + describe(C.Kind) +
      "</h3><span class=\"cost\"><b>" + duration(C.LostNs) + "</b><br>" +
      "<span class=\"quiet\">" + share(Part, Whole) + ", " + times(C.Count) +
      "</span></span></div><div class=\"meter\"><span style=\"width:" + Width +
      "%\"></span></div><p>";
  std::string What = C.What ? describe(*C.What) : "";
  if (!What.empty())
    Out += "<span class=\"chip\"><code>" + escaped(What) + "</code></span>";
  if (const char *Sharing = describeSharing(C); *Sharing)
    Out += std::string("<span class=\"chip\">false conflict: ") + Sharing +
           "</span>";
  if (C.SilentStore)
    Out += "<span class=\"chip\">the write changed nothing</span>";
  Out += "</p>";
  bool HasGain = C.PredictedGain && *C.PredictedGain >= LeastGain;
  if (!C.Advice.empty() || HasGain) {
    Out += "<p class=\"advice\">" + escaped(C.Advice);
    if (HasGain)
      Out += std::string(C.Advice.empty() ? "W" : " – w") +
             "ithout this conflict about <b>" + share(*C.PredictedGain, 1) +
             "</b> less time";
    Out += "</p>";
  }
  Out += "<div class=\"sides\">";
  writeSide("Rolled back", C.Victim);
  if (!C.Culprit.Block.empty() || !C.Culprit.Frames.empty())
    writeSide(C.Kind == "inevitable" ? "Because of" : "Written by", C.Culprit);
  if (C.What && !C.What->AllocatedAt.empty())
    writeSide("Allocated by", {"", C.What->AllocatedAt});
  Out += "</div></li>\n";
}

void Page::writeSide(const char *Title, const Side &S) {
  Out += std::string("<div><h4>") + Title;
  if (!S.Block.empty())
    Out += " – " + escaped(blockName(S.Block));
  Out += "</h4>";
  if (S.Frames.empty())
    Out += "<p class=\"quiet\">where is not known</p>";
  else
    writeCode(S.Frames);
  Out += "</div>";
}

void Page::writeCode(const Stack &Frames) {
  Out += "<p class=\"place\">" + escaped(line(Frames)) + "</p>";
  const Frame *F = userFrame(Frames);
  Excerpt Code = Sources.around(F->File, F->Line);
  if (!Code.Lines.empty()) {
    Out += "<pre>";
    uint64_t Number = Code.FirstLine;
    for (const std::string &Line : Code.Lines) {
      Out += std::string("<span") +
             (Number == F->Line ? " class=\"hit\"" : "") + "><i>" +
             std::to_string(Number) + "</i>" + escaped(Line) + "</span>";
      ++Number;
    }
    Out += "</pre>";
  }
  if (Frames.size() > 1)
    writeStack(Frames);
}

void Page::writeStack(const Stack &Frames) {
  Out += "<details><summary>" + counted(Frames.size(), "frame") +
         "</summary><ol start=\"0\">";
  for (const Frame &F : Frames)
    Out += "<li class=\"place\">" +
           escaped((F.Function.empty() ? "??" : F.Function) + " " + place(F)) +
           "</li>";
  Out += "</ol></details>";
}

void Page::writeFlow() {
  std::string Graph = flowGraph(R);
  if (Graph.empty())
    return;
  heading("Who rolls back whom");
  Out += "<div class=\"card\">" + Graph + "</div>\n";
}

void Page::writeBlocks() {
  if (R.Blocks.empty())
    return;
  heading("Blocks, by time");
  Out +=
      "<div class=\"card\"><table><thead><tr><th>block</th><th>executions</th>"
      "<th>rolled back</th><th>retries, half / 95 % / all</th>"
      "<th>lost</th><th>waiting</th><th>time</th></tr></thead><tbody>\n";
  size_t Shown = shown(R.Blocks.size());
  for (size_t I = 0; I != Shown; ++I) {
    const Block &B = R.Blocks[I];
    Out += "<tr><td><span>" + escaped(B.Name.empty() ? "a block" : B.Name);
    if (!B.File.empty())
      Out += "<br><span class=\"place quiet\">" +
             escaped(B.File + ":" + std::to_string(B.Line)) + "</span>";
    Out += "</span></td>";
    cell("executions", std::to_string(B.Executions));
    cell("rolled back", std::to_string(B.Aborts));
    cell("retries, half / 95 % / all",
         B.Retries ? std::to_string(B.Retries->P50) + " / " +
                         std::to_string(B.Retries->P95) + " / " +
                         std::to_string(B.Retries->Max)
                   : "–");
    cell("lost", duration(B.Time.Lost));
    cell("waiting", duration(B.Time.Waiting));
    Out += "<td class=\"wide\" data-name=\"time\">" + duration(B.Time.sum()) +
           timeBar(B.Time) + "</td></tr>\n";
  }
  Out += "</tbody></table>";
  rest(R.Blocks.size() - Shown, "block");
  Out += "</div>\n";
}

void Page::writeInevitables() {
  if (R.Inevitables.empty())
    return;
  heading("Inevitable transactions, by time");
  Out += "<ol class=\"ranking\">\n";
  size_t Shown = shown(R.Inevitables.size());
  for (size_t I = 0; I != Shown; ++I) {
    const Inevitable &Row = R.Inevitables[I];
    Out += "<li class=\"card\"><div class=\"head\"><span class=\"rank\">" +
           std::to_string(I + 1) + "</span><h3>" +
           escaped(blockName(Row.Block)) + ", " +
           escaped(Row.Reason.empty() ? "no reason given" : Row.Reason) +
           "</h3><span class=\"cost\"><b>" + duration(Row.TimeNs) +
           "</b><br><span class=\"quiet\">" + times(Row.Count) +
           "</span></span></div>";
    if (!Row.Frames.empty())
      writeCode(Row.Frames);
    if (!Row.Advice.empty())
      Out += "<p class=\"advice\">" + escaped(Row.Advice) + "</p>";
    Out += "</li>\n";
  }
  Out += "</ol>";
  rest(R.Inevitables.size() - Shown, "place");
}

void Page::writeTimeline() {
  std::string Drawing = timeline(R);
  if (Drawing.empty())
    return;
  heading("Timeline");
  Out += "<div class=\"card\">" + Drawing + "</div>\n";
}

void Page::writeCollector() {
  const Gc &G = R.Collector;
  if (!G.MinorCollections && !G.MajorCollections && !G.EndedSnapshots &&
      G.PinnedBy.empty())
    return;
  heading("Snapshots and versions");
  Out += "<div class=\"card\"><p>" + counted(R.Sum.Snapshots, "snapshot") +
         ", " + std::to_string(R.Sum.SnapshotAborts) + " rolled back, " +
         std::to_string(G.EndedSnapshots) +
         " ended for want of memory. Versions hold " + bytes(G.HeldBytes) +
         ", at most they held " + bytes(G.MostBytes) + ".</p><p>" +
         counted(G.MinorCollections, "collection") +
         " of the young generation and " + std::to_string(G.MajorCollections) +
         " of the old took " + duration(G.TimeNs) + ", the longest pause " +
         duration(G.LongestPauseNs) + ".</p>";
  size_t Shown = shown(G.PinnedBy.size());
  for (size_t I = 0; I != Shown; ++I)
    Out += "<p>Pinned by " + escaped(blockName(G.PinnedBy[I].Block)) +
           (G.PinnedBy[I].IsRunning ? ", which has run for "
                                    : ", which ran for ") +
           duration(G.PinnedBy[I].TimeNs) + ".</p>";
  rest(G.PinnedBy.size() - Shown, "snapshot");
  Out += "</div>\n";
}

void Page::writeThreads() {
  if (R.Threads.empty())
    return;
  heading("Threads");
  Out +=
      "<div class=\"card\"><table><thead><tr><th>thread</th><th>committed</th>"
      "<th>rolled back</th><th>time</th></tr></thead><tbody>\n";
  size_t Shown = shown(R.Threads.size());
  for (size_t I = 0; I != Shown; ++I) {
    const Thread &T = R.Threads[I];
    Out += "<tr><td>thread " + std::to_string(T.Id) + "</td>";
    cell("committed", std::to_string(T.Commits));
    cell("rolled back", std::to_string(T.Aborts));
    Out += "<td class=\"wide\" data-name=\"time\">" + duration(T.WallNs) +
           (T.Time ? timeBar(*T.Time) : "") + "</td></tr>\n";
  }
  Out += "</tbody></table>";
  rest(R.Threads.size() - Shown, "thread");
  Out += "</div>\n";
}

} // namespace

std::string html(const Report &R, const PageOptions &Options) {
  return Page(R, Options).write();
}

} // namespace stm::tool
