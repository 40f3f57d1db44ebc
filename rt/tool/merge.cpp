//===- tool/merge.cpp - several runs as one ---------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tool/merge.h"

#include "tool/words.h"

#include <algorithm>
#include <map>

namespace stm::tool {

namespace {

/// Joined by a byte that no name has.
template <typename... Parts> std::string key(const Parts &...P) {
  std::string Key;
  ((Key += P, Key += '\0'), ...);
  return Key;
}

std::string keyOf(const Conflict &C) {
  std::string What = C.What ? objectKey(*C.What) : "";
  return key(C.Kind, C.Victim.Block, placeKey(C.Victim.Frames), C.Culprit.Block,
             placeKey(C.Culprit.Frames), What, describeSharing(C));
}

std::string keyOf(const Inevitable &I) {
  return key(I.Reason, I.Block, placeKey(I.Frames));
}

std::string keyOf(const Block &B) {
  return key(B.Name, B.File, std::to_string(B.Line));
}

void addSpread(std::optional<Spread> &To, const std::optional<Spread> &From) {
  if (!From)
    return;
  if (!To)
    To = Spread();
  To->P50 = std::max(To->P50, From->P50);
  To->P95 = std::max(To->P95, From->P95);
  To->Max = std::max(To->Max, From->Max);
}

void add(Conflict &To, const Conflict &From) {
  To.Count = addClamped(To.Count, From.Count);
  To.LostNs = addClamped(To.LostNs, From.LostNs);
  To.SilentStore &= From.SilentStore;
  if (To.Advice.empty())
    To.Advice = From.Advice;
}

void add(Inevitable &To, const Inevitable &From) {
  To.Count = addClamped(To.Count, From.Count);
  To.TimeNs = addClamped(To.TimeNs, From.TimeNs);
  if (To.Advice.empty())
    To.Advice = From.Advice;
}

void add(Block &To, const Block &From) {
  To.Executions = addClamped(To.Executions, From.Executions);
  To.Commits = addClamped(To.Commits, From.Commits);
  To.Aborts = addClamped(To.Aborts, From.Aborts);
  To.Inevitable = addClamped(To.Inevitable, From.Inevitable);
  To.Time.add(From.Time);
  addSpread(To.Retries, From.Retries);
  addSpread(To.ReadSet, From.ReadSet);
  addSpread(To.WriteSet, From.WriteSet);
}

void add(Totals &To, const Totals &From) {
  for (uint64_t Totals::*Member :
       {&Totals::Commits, &Totals::Aborts, &Totals::Inevitable,
        &Totals::Snapshots, &Totals::SnapshotAborts, &Totals::Cancels,
        &Totals::Retries, &Totals::Unrecorded})
    To.*Member = addClamped(To.*Member, From.*Member);
  To.Time.add(From.Time);
}

void add(Gc &To, Gc &From) {
  for (uint64_t Gc::*Member :
       {&Gc::MinorCollections, &Gc::MajorCollections, &Gc::TimeNs,
        &Gc::Reclaimed, &Gc::EndedSnapshots})
    To.*Member = addClamped(To.*Member, From.*Member);
  for (uint64_t Gc::*Member :
       {&Gc::LongestPauseNs, &Gc::HeldBytes, &Gc::MostBytes})
    To.*Member = std::max(To.*Member, From.*Member);
  std::move(From.PinnedBy.begin(), From.PinnedBy.end(),
            std::back_inserter(To.PinnedBy));
}

/// Moves what \p From has to \p To, where what is the same becomes one.
template <typename T>
void addAll(std::vector<T> &To, std::map<std::string, size_t> &Known,
            std::vector<T> &From) {
  for (T &Item : From) {
    auto [Found, IsNew] = Known.try_emplace(keyOf(Item), To.size());
    if (IsNew)
      To.push_back(std::move(Item));
    else
      add(To[Found->second], Item);
  }
}

} // namespace

std::string placeKey(const Stack &Frames) {
  const Frame *F = userFrame(Frames);
  if (!F)
    return {};
  if (F->File.empty() || !F->Line)
    return key(F->Function, place(*F));
  return key(F->Function, F->File, std::to_string(F->Line));
}

std::string objectKey(const Object &O) {
  if (O.Kind == "stack" && !O.Function.empty()) // Not on whose stack it was.
    return key(O.Kind, O.Function, O.Variable);
  if (O.Name.empty())
    return key(O.Kind, O.Function, placeKey(O.AllocatedAt));
  std::string Name;
  bool IsIndex = false;
  for (char C : O.Name.substr(0, O.Name.find('+'))) {
    IsIndex &= C != ']';
    if (!IsIndex)
      Name += C;
    IsIndex |= C == '[';
  }
  return key(O.Kind, O.Function, Name);
}

Report merge(std::vector<Report> Runs) {
  if (Runs.size() == 1)
    return std::move(Runs.front());
  Report All;
  All.Runs = Runs.size();
  double AllNs = 0;
  for (const Report &R : Runs)
    AllNs += static_cast<double>(R.wallNs());
  std::map<std::string, size_t> Conflicts, Inevitables, Blocks;
  std::map<std::string, double> Gains;
  std::vector<std::string> Programs;
  for (Report &R : Runs) {
    if (std::find(Programs.begin(), Programs.end(), R.Program) ==
        Programs.end()) {
      Programs.push_back(R.Program);
      All.Program += (All.Program.empty() ? "" : ", ") + R.Program;
    }
    double Weight = AllNs > 0 ? static_cast<double>(R.wallNs()) / AllNs : 0;
    for (const Conflict &C : R.Conflicts)
      if (C.PredictedGain)
        Gains[keyOf(C)] += *C.PredictedGain * Weight;
    for (Thread &T : R.Threads) {
      T.Id = All.Threads.size() + 1;
      All.Threads.push_back(T);
    }
    add(All.Sum, R.Sum);
    addAll(All.Conflicts, Conflicts, R.Conflicts);
    addAll(All.Inevitables, Inevitables, R.Inevitables);
    addAll(All.Blocks, Blocks, R.Blocks);
    add(All.Collector, R.Collector);
  }
  for (Conflict &C : All.Conflicts) {
    auto Gain = Gains.find(keyOf(C));
    if (Gain != Gains.end())
      C.PredictedGain = std::min(Gain->second, 1.0);
  }
  rank(All);
  return All;
}

} // namespace stm::tool
