//===- report/write_trace.cpp - a timeline and weighted stacks ------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/write_trace.h"

#include "report/json.h"
#include "report/ticks.h"

namespace stm::rt {

using namespace __sanitizer;

namespace {

class TraceWriter {
public:
  TraceWriter(InternalScopedString &Out, const ReportRows &Rows, int Pid,
              double NanosecondsPerTick)
      : J(Out), Rows(Rows), Pid(Pid), NanosecondsPerTick(NanosecondsPerTick) {}

  void write() {
    J.beginObject();
    J.member("displayTimeUnit", "ns");
    J.arrayMember("traceEvents");
    writeThreads();
    for (const ThreadEvent &E : Rows.Facts.Events)
      writeEvent(E);
    J.endArray();
    J.endObject();
  }

private:
  void begin(const char *Phase, uint64_t Ticks, uint32_t Thread) {
    J.beginObject(JsonWriter::InOneLine);
    J.member("ph", Phase);
    J.member("pid", static_cast<uint64_t>(Pid));
    J.member("tid", Thread);
    J.key("ts");
    J.fraction(microseconds(Ticks - Min<uint64_t>(Ticks, startOfTicks())));
  }

  void writeThreads() {
    for (const CountValues &Thread : Rows.Facts.Threads) {
      J.beginObject(JsonWriter::InOneLine);
      J.member("ph", "M");
      J.member("pid", static_cast<uint64_t>(Pid));
      J.member("tid", Thread.Number);
      J.member("name", "thread_name");
      InternalScopedString Name;
      Name.AppendF("thread %u", Thread.Number);
      J.objectMember("args");
      J.member("name", Name.data());
      J.endObject();
      J.endObject();
    }
  }

  /// Up to the key "cat".
  void beginSlice(uint64_t Began, uint64_t Ended, uint32_t Thread) {
    begin("X", Began, Thread);
    J.key("dur");
    J.fraction(microseconds(Ended - Min<uint64_t>(Ended, Began)));
  }

  bool hasSliceAt(uint64_t Ticks, uint32_t Thread) const {
    for (const ThreadEvent &E : Rows.Facts.Events)
      if (E.Thread == Thread && E.Began <= Ticks && Ticks < E.Ended)
        return true;
    return false;
  }

  void writeEvent(const ThreadEvent &E) {
    beginSlice(E.Began, E.Ended, E.Thread);
    J.member("cat", nameOf(E.Kind));
    nameMember(E.Block, E.Kind);
    J.endObject();
    if (E.Kind == EventKind::Abort && E.CulpritThread && E.Began < E.Ended)
      writeArrow(E);
  }

  /// Both ends must be inside of a slice of their threads: before its end. Most
  /// commits are no events, so a slice is made where there is none: one tick
  /// long, since slices of a thread mustn't overlap.
  void writeArrow(const ThreadEvent &E) {
    uint64_t At = E.Ended - 1;
    if (!hasSliceAt(At, E.CulpritThread)) {
      beginSlice(At, E.Ended, E.CulpritThread);
      J.member("cat", "commit");
      J.member("name", "rolls another one back");
      J.endObject();
    }
    ++Arrows;
    for (bool IsEnd : {false, true}) {
      begin(IsEnd ? "f" : "s", At, IsEnd ? E.Thread : E.CulpritThread);
      J.member("cat", "rolls back");
      J.member("name", "rolls back");
      J.member("id", Arrows);
      if (IsEnd)
        J.member("bp", "e");
      J.endObject();
    }
  }

  void nameMember(const stm_site &Block, EventKind Kind) {
    InternalScopedString Name;
    if (Kind == EventKind::Waiting)
      Name.Append("waiting");
    else
      appendPlainBlock(Name, Block);
    if (Kind == EventKind::Abort)
      Name.Append(" (rolled back)");
    if (Kind == EventKind::Inevitable)
      Name.Append(" (inevitable)");
    J.member("name", Name.data());
  }

  double microseconds(uint64_t Ticks) const {
    return static_cast<double>(Ticks) * NanosecondsPerTick / 1000;
  }

  JsonWriter J;
  const ReportRows &Rows;
  int Pid;
  double NanosecondsPerTick;
  uint64_t Arrows = 0;
};

/// What separates frames, and ends a line, is replaced.
void appendFrame(InternalScopedString &Out, const char *Name) {
  for (const char *P = Name; *P; ++P)
    Out.AppendF("%c", *P == ';' || *P == '\n' ? ':' : *P);
}

} // namespace

void writeTrace(InternalScopedString &Out, const ReportRows &Rows, int Pid,
                double NanosecondsPerTick) {
  TraceWriter(Out, Rows, Pid, NanosecondsPerTick).write();
}

void writeCollapsed(InternalScopedString &Out, const ReportRows &Rows,
                    double NanosecondsPerTick) {
  for (const ConflictRow *Row : Rows.Conflicts) {
    InternalScopedString Block;
    appendPlainBlock(Block, Row->Entry.Key.Block);
    appendFrame(Out, Block.data());
    for (size_t I = Row->Victim.size(); I--;) {
      const Frame &F = Row->Victim[I];
      Out.Append(";");
      InternalScopedString Text;
      if (F.Function)
        Text.Append(F.Function);
      else
        Text.AppendF("%s+0x%zx", F.Module ? F.Module : "??",
                     static_cast<uptr>(F.ModuleOffset));
      if (I == 0 && F.File)
        Text.AppendF(" %s:%d", F.File, F.Line);
      appendFrame(Out, Text.data());
    }
    Out.AppendF(" %llu\n", static_cast<unsigned long long>(
                               static_cast<double>(Row->Entry.Totals.Ticks) *
                                   NanosecondsPerTick +
                               0.5));
  }
}

} // namespace stm::rt
