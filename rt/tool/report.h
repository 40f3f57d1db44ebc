//===- tool/report.h - a report, as read ------------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

//
// What a file of schema "stm-report/1" says (report/stm-report.schema.json),
// with defaults for what it leaves out. Empty strings are texts that it doesn't
// know.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TOOL_REPORT_H
#define STM_RT_TOOL_REPORT_H

#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace stm::tool {

/// What ends the tool: the text is all that the user needs to be told.
class Error : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// Counts come from files: a sum of them may not fit.
inline uint64_t addClamped(uint64_t A, uint64_t B) {
  return A > UINT64_MAX - B ? UINT64_MAX : A + B;
}

/// Nanoseconds.
struct Buckets {
  uint64_t Useful = 0;
  uint64_t Lost = 0;
  uint64_t Waiting = 0;
  uint64_t Inevitable = 0;
  uint64_t Gc = 0;
  uint64_t Outside = 0;

  uint64_t sum() const;
  void add(const Buckets &O);
};

struct Spread {
  uint64_t P50 = 0;
  uint64_t P95 = 0;
  uint64_t Max = 0;
};

struct Frame {
  std::string Function;
  std::string File;
  uint64_t Line = 0;
  uint64_t Column = 0;
  std::string Module;
  std::optional<uint64_t> ModuleOffset;
  bool IsLibrary = false; ///< Of the standard library or another system header.
};

using Stack = std::vector<Frame>; ///< Innermost first.

/// The innermost frame of the user's code, which is the line to show; else the
/// innermost; null if there is none.
const Frame *userFrame(const Stack &Frames);
/// What userFrame() called in a library; null if it is the innermost itself.
const Frame *libraryFrame(const Stack &Frames);
/// As the runtime decides it for reports that don't say.
bool isLibraryFile(const std::string &File);

struct Thread {
  uint64_t Id = 0;
  uint64_t WallNs = 0;
  uint64_t Commits = 0;
  uint64_t Aborts = 0;
  uint64_t Inevitable = 0;
  std::optional<Buckets> Time;
};

struct Totals {
  uint64_t Commits = 0;
  uint64_t Aborts = 0;
  uint64_t Inevitable = 0;
  uint64_t Snapshots = 0;
  uint64_t SnapshotAborts = 0;
  uint64_t Cancels = 0;
  uint64_t Retries = 0;
  uint64_t Unrecorded = 0;
  Buckets Time;
};

struct Block {
  std::string Name;
  std::string File;
  uint64_t Line = 0;
  uint64_t Executions = 0;
  uint64_t Commits = 0;
  uint64_t Aborts = 0;
  uint64_t Inevitable = 0;
  std::optional<Spread> Retries;
  std::optional<Spread> ReadSet;
  std::optional<Spread> WriteSet;
  Buckets Time;
};

struct Side {
  std::string Block;
  Stack Frames;
};

/// Where in a function's frame an address is; see the schema.
struct PlaceInFrame {
  uint64_t FromSp = 0;
  int64_t FromFp = 0;
  uint64_t FromCfa = 0;
};

struct Object {
  std::string Kind;
  std::string Name;
  std::optional<uint64_t> Offset;
  std::optional<uint64_t> Size;
  Stack AllocatedAt;
  std::string Function; ///< Whose variable it is.
  std::string Variable; ///< Of that function; empty: not known.
  std::optional<PlaceInFrame> InFrame;
  std::string Module;
  std::optional<uint64_t> ModuleOffset;
};

struct Conflict {
  std::string Kind;
  std::optional<bool> FalseSharing;
  std::string Sharing;
  bool SilentStore = false;
  uint64_t Count = 0;
  uint64_t LostNs = 0;
  Side Victim;
  Side Culprit;
  std::optional<Object> What;
  std::string Advice;
  std::optional<double> PredictedGain; ///< Of the threads' time.
};

struct Inevitable {
  std::string Reason;
  std::string Block;
  uint64_t Count = 0;
  uint64_t TimeNs = 0;
  std::string Advice;
  Stack Frames;
};

struct Pin {
  std::string Block;
  uint64_t TimeNs = 0;
  uint64_t Thread = 0;
  bool IsRunning = false;
};

struct Gc {
  uint64_t MinorCollections = 0;
  uint64_t MajorCollections = 0;
  uint64_t TimeNs = 0;
  uint64_t LongestPauseNs = 0;
  uint64_t Reclaimed = 0;
  uint64_t HeldBytes = 0;
  uint64_t MostBytes = 0;
  uint64_t EndedSnapshots = 0;
  std::vector<Pin> PinnedBy;
};

struct Event {
  uint64_t Thread = 0;
  std::string Kind;
  uint64_t BeginNs = 0;
  uint64_t EndNs = 0;
  std::string Block;
  std::optional<uint64_t> CulpritThread;
};

struct Report {
  std::string Program;
  uint64_t Runs = 1; ///< More than one: merged.
  std::vector<Thread> Threads;
  Totals Sum;
  std::vector<Block> Blocks;
  std::vector<Conflict> Conflicts;
  std::vector<Inevitable> Inevitables;
  Gc Collector;
  std::vector<Event> Timeline;

  /// The time that shares refer to.
  uint64_t wallNs() const;
  uint64_t conflictCount() const;
  uint64_t conflictNs() const;
};

/// Ranks conflicts, inevitable transactions and blocks by the time they cost.
void rank(Report &R);

} // namespace stm::tool

#endif // STM_RT_TOOL_REPORT_H
