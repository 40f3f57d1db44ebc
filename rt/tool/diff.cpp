//===- tool/diff.cpp - what changed between two reports ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tool/diff.h"

#include "tool/merge.h"
#include "tool/rank.h"
#include "tool/words.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>

namespace stm::tool {

namespace {

/// Of the threads' time: what changes by less may as well be chance.
constexpr double Negligible = 0.002;

/// One thing in both reports: nanoseconds are what it costs.
struct Pair {
  std::string Name; ///< As of the new report, if it has it.
  uint64_t OldNs = 0;
  uint64_t NewNs = 0;
  uint64_t OldCount = 0;
  uint64_t NewCount = 0;

  uint64_t distance() const {
    return OldNs > NewNs ? OldNs - NewNs : NewNs - OldNs;
  }
};

using Pairs = std::map<std::string, Pair>;

std::string functionOf(const Stack &Frames) {
  const Frame *F = userFrame(Frames);
  if (!F)
    return {};
  return F->Function.empty() ? place(*F) : F->Function;
}

std::string keyOf(const Conflict &C) {
  std::string Key;
  // Which of the kinds it is depends on who comes first.
  for (const std::string &Part :
       {C.Victim.Block, functionOf(C.Victim.Frames), C.Culprit.Block,
        functionOf(C.Culprit.Frames),
        C.What ? objectKey(*C.What) : std::string(),
        std::string(C.Kind == "inevitable" ? "inevitable" : "")})
    Key += Part + '\0';
  return Key;
}

std::string nameOf(const Conflict &C) {
  std::string Name =
      blockName(C.Victim.Block) + " " + describe(C.Kind) +
      (C.Victim.Frames.empty() ? "" : ", at " + line(C.Victim.Frames));
  if (C.What)
    if (std::string What = describe(*C.What); !What.empty())
      Name += ", " + What;
  return Name;
}

void addTo(Pairs &To, const std::string &Key, const std::string &Name,
           bool IsNew, uint64_t Ns, uint64_t Count) {
  Pair &P = To[Key];
  uint64_t &PairNs = IsNew ? P.NewNs : P.OldNs;
  uint64_t &PairCount = IsNew ? P.NewCount : P.OldCount;
  // Rows are ranked: the first of a report is the one to name.
  if (P.Name.empty() || (IsNew && !PairCount))
    P.Name = Name;
  PairNs = addClamped(PairNs, Ns);
  PairCount = addClamped(PairCount, Count);
}

class Writer {
public:
  Writer(const Report &Old, const Report &New, const TextStyle &Style)
      : Old(Old), New(New), Style(Style) {}

  std::string write() {
    writeTotals();
    Pairs Conflicts, Blocks, Inevitables;
    for (bool IsNew : {false, true}) {
      const Report &R = IsNew ? New : Old;
      for (const Conflict &C : R.Conflicts)
        addTo(Conflicts, keyOf(C), nameOf(C), IsNew, C.LostNs, C.Count);
      for (const Block &B : R.Blocks)
        addTo(Blocks, B.Name, blockName(B.Name), IsNew,
              addClamped(B.Time.Lost, B.Time.Waiting), B.Executions);
      for (const Inevitable &I : R.Inevitables)
        addTo(Inevitables, I.Reason + '\0' + I.Block,
              blockName(I.Block) + ", " +
                  (I.Reason.empty() ? "no reason given" : I.Reason),
              IsNew, I.TimeNs, I.Count);
    }
    writePairs("conflicts, by change of time lost:", Conflicts);
    writePairs("blocks, by change of time lost and waited:", Blocks);
    writePairs("inevitable transactions, by change of time:", Inevitables);
    writeSummaryLine();
    return std::move(Out);
  }

private:
  void line(const std::string &Text) { Out += printable(Text) + "\n"; }
  void heading(const char *Text) { Out += colored(Style, "1", Text) + "\n"; }

  void writeTotals();
  void row(const char *Name, const std::string &Before, const std::string &Now,
           const std::string &Change);
  void timeRow(const char *Name, uint64_t Buckets::*Member);
  void countRow(const char *Name, uint64_t Totals::*Member);
  void writePairs(const char *Title, const Pairs &All);
  void writePair(const Pair &P);
  void writeSummaryLine();

  static std::string percent(uint64_t Before, uint64_t Now) {
    if (Before == Now)
      return "same";
    if (!Before)
      return "new";
    char Text[64];
    double Change = (static_cast<double>(Now) - static_cast<double>(Before)) /
                    static_cast<double>(Before) * 100;
    std::snprintf(Text, sizeof(Text), "%+.0f %%", Change);
    return Text;
  }

  static double lostShare(const Report &R) {
    return R.wallNs() ? static_cast<double>(R.Sum.Time.Lost) /
                            static_cast<double>(R.wallNs())
                      : 0;
  }

  const Report &Old;
  const Report &New;
  const TextStyle &Style;
  std::string Out;
};

void Writer::row(const char *Name, const std::string &Before,
                 const std::string &Now, const std::string &Change) {
  char Text[256];
  std::snprintf(Text, sizeof(Text), "  %-20s %18s %18s   %s", Name,
                Before.c_str(), Now.c_str(), Change.c_str());
  std::string Row = Text;
  Row.erase(Row.find_last_not_of(' ') + 1);
  line(Row);
}

void Writer::timeRow(const char *Name, uint64_t Buckets::*Member) {
  auto In = [&](const Report &R) {
    uint64_t Ns = R.Sum.Time.*Member;
    return duration(Ns) + " (" +
           share(static_cast<double>(Ns), static_cast<double>(R.wallNs())) +
           ")";
  };
  row(Name, In(Old), In(New),
      percent(Old.Sum.Time.*Member, New.Sum.Time.*Member));
}

void Writer::countRow(const char *Name, uint64_t Totals::*Member) {
  row(Name, std::to_string(Old.Sum.*Member), std::to_string(New.Sum.*Member),
      percent(Old.Sum.*Member, New.Sum.*Member));
}

void Writer::writeTotals() {
  std::string Name = New.Program == Old.Program
                         ? New.Program
                         : Old.Program + " and " + New.Program;
  Out += colored(Style, "1", printable("llvm-stm: " + Name)) + "\n";
  row("", "old", "new", "");
  row("time of threads", duration(Old.wallNs()), duration(New.wallNs()),
      percent(Old.wallNs(), New.wallNs()));
  countRow("committed", &Totals::Commits);
  countRow("rolled back", &Totals::Aborts);
  countRow("inevitable", &Totals::Inevitable);
  timeRow("useful", &Buckets::Useful);
  timeRow("lost", &Buckets::Lost);
  timeRow("waiting", &Buckets::Waiting);
  timeRow("inevitable", &Buckets::Inevitable);
  timeRow("in collections", &Buckets::Gc);
  timeRow("outside", &Buckets::Outside);
}

void Writer::writePairs(const char *Title, const Pairs &All) {
  std::vector<const Pair *> Changed;
  double Least =
      Negligible * static_cast<double>(std::max(Old.wallNs(), New.wallNs()));
  for (const auto &[Key, P] : All)
    if (P.OldNs != P.NewNs && static_cast<double>(P.distance()) >= Least)
      Changed.push_back(&P);
  sortGreatestFirst(Changed, [](const Pair *P) { return P->distance(); });
  if (All.empty())
    return;
  heading(Title);
  size_t Shown =
      Style.Full ? Changed.size() : std::min(Changed.size(), Style.Top);
  for (size_t I = 0; I != Shown; ++I)
    writePair(*Changed[I]);
  if (size_t Hidden = Changed.size() - Shown)
    line("  and " + std::to_string(Hidden) + " more (--full shows all)");
  if (size_t Same = All.size() - Changed.size())
    line("  " + std::to_string(Same) + " about the same");
}

void Writer::writePair(const Pair &P) {
  bool IsBetter = P.NewNs < P.OldNs;
  std::string Text = change(P.OldNs, P.NewNs) + ": " + P.Name + " (";
  if (!P.OldCount)
    Text += "new: " + times(P.NewCount) + ", " + duration(P.NewNs);
  else if (!P.NewCount)
    Text += "gone: was " + times(P.OldCount) + ", " + duration(P.OldNs);
  else
    Text += times(P.OldCount) + ", " + duration(P.OldNs) + "; now " +
            times(P.NewCount) + ", " + duration(P.NewNs);
  Out += colored(Style, IsBetter ? "32" : "31",
                 IsBetter ? "  better " : "  worse  ");
  line(Text + ")");
}

void Writer::writeSummaryLine() {
  auto Lost = [](const Report &R) { return share(lostShare(R), 1); };
  // As good as the digits that are shown.
  double Change = lostShare(New) - lostShare(Old);
  const char *Verdict = Lost(Old) == Lost(New)
                            ? "the same part of the time lost"
                        : Change < 0 ? "less of the time lost"
                                     : "more of the time lost";
  line(std::string("SUMMARY: llvm-stm: ") + Verdict + ": " + Lost(Old) +
       " before, " + Lost(New) + " now; the threads' time " +
       (Old.wallNs() == New.wallNs()
            ? "stayed the same"
            : "changed by " + percent(Old.wallNs(), New.wallNs())));
}

} // namespace

std::string diff(const Report &Old, const Report &New, const TextStyle &Style) {
  return Writer(Old, New, Style).write();
}

} // namespace stm::tool
