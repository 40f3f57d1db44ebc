//===- tool/read.cpp - a report from its JSON -------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tool/read.h"

#include "tool/words.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <initializer_list>
#include <nlohmann/json.hpp>

namespace stm::tool {

namespace {

using Json = nlohmann::json;

constexpr char kSchema[] = "stm-report/1";

/// A value, and where it stands. The path is written out for errors only.
class Value {
public:
  Value(const Json &J, const std::string &File) : J(J), File(File) {}
  // Members and elements point to what holds them.
  Value(const Value &) = delete;
  Value &operator=(const Value &) = delete;

  [[noreturn]] void wants(const char *What) const {
    throw Error(File + ": " + path() + " is to be " + What + ", and is " +
                nameOfType());
  }

  /// Calls \p Read with the member unless it is missing or null.
  template <typename Reader> void member(const char *Name, Reader Read) const {
    requireObject();
    auto Found = J.find(Name);
    if (Found != J.end() && !Found->is_null())
      Read(Value(*Found, *this, Name));
  }

  /// The same of one that must be there, and may be null where \p Read is
  /// content with that.
  template <typename Reader>
  void required(const char *Name, Reader Read) const {
    requireObject();
    auto Found = J.find(Name);
    if (Found == J.end())
      throw Error(File + ": " + path() + " has no member \"" + Name + "\"");
    Read(Value(*Found, *this, Name));
  }

  template <typename Reader> void elements(Reader Read) const {
    if (!J.is_array())
      wants("an array");
    for (size_t I = 0; I != J.size(); ++I)
      Read(Value(J[I], *this, I));
  }

  uint64_t count() const {
    if (J.is_number_unsigned())
      return J.get<uint64_t>();
    // As other JSON libraries write whole numbers.
    if (J.is_number_float()) {
      double Number = J.get<double>();
      if (Number >= 0 && Number < 0x1p64 && Number == std::floor(Number))
        return static_cast<uint64_t>(Number);
    }
    wants("a whole number, not negative");
  }

  int64_t integer() const {
    if (J.is_number_integer() && (!J.is_number_unsigned() || J >= 0))
      return J.get<int64_t>();
    wants("a whole number");
  }

  double share() const {
    if (!J.is_number())
      wants("a number from 0 to 1");
    double Number = J.get<double>();
    if (!(Number >= 0 && Number <= 1))
      wants("a number from 0 to 1");
    return Number;
  }

  bool flag() const {
    if (!J.is_boolean())
      wants("true or false");
    return J.get<bool>();
  }

  std::string text() const {
    if (J.is_null())
      return {};
    if (!J.is_string())
      wants("a text");
    return J.get<std::string>();
  }

  std::string oneOf(std::initializer_list<const char *> Known) const {
    std::string Text = text(), List;
    for (const char *K : Known) {
      if (Text == K)
        return Text;
      List += List.empty() ? "one of " : ", ";
      List += K;
    }
    wants(List.c_str());
  }

  void count(const char *Name, uint64_t &To) const {
    member(Name, [&](const Value &V) { To = V.count(); });
  }
  void needCount(const char *Name, uint64_t &To) const {
    required(Name, [&](const Value &V) { To = V.count(); });
  }
  void count(const char *Name, std::optional<uint64_t> &To) const {
    member(Name, [&](const Value &V) { To = V.count(); });
  }
  void text(const char *Name, std::string &To) const {
    member(Name, [&](const Value &V) { To = V.text(); });
  }
  void needText(const char *Name, std::string &To) const {
    required(Name, [&](const Value &V) { To = V.text(); });
  }

  bool isNull() const { return J.is_null(); }

private:
  Value(const Json &J, const Value &Parent, const char *Name)
      : J(J), File(Parent.File), Parent(&Parent), Name(Name) {}
  Value(const Json &J, const Value &Parent, size_t Index)
      : J(J), File(Parent.File), Parent(&Parent), Index(Index) {}

  void requireObject() const {
    if (!J.is_object())
      wants("an object");
  }

  std::string path() const {
    if (!Parent)
      return "the report";
    std::string Above = Parent->Parent ? Parent->path() : "";
    if (!Name)
      return Above + "[" + std::to_string(Index) + "]";
    return (Above.empty() ? "" : Above + ".") + Name;
  }

  std::string nameOfType() const {
    if (J.is_string())
      return "\"" + shortened(printable(J.get_ref<const std::string &>()), 40) +
             "\"";
    if (J.is_number() || J.is_boolean() || J.is_null())
      return J.dump();
    return J.is_array() ? "an array" : "an object";
  }

  const Json &J;
  const std::string &File;
  const Value *Parent = nullptr;
  const char *Name = nullptr;
  size_t Index = 0;
};

Buckets readBuckets(const Value &V) {
  Buckets B;
  V.needCount("useful", B.Useful);
  V.needCount("lost", B.Lost);
  V.needCount("waiting", B.Waiting);
  V.needCount("inevitable", B.Inevitable);
  V.needCount("gc", B.Gc);
  V.count("outside", B.Outside);
  return B;
}

Spread readSpread(const Value &V) {
  Spread S;
  V.needCount("p50", S.P50);
  V.needCount("p95", S.P95);
  V.needCount("max", S.Max);
  return S;
}

Stack readStack(const Value &V) {
  Stack Frames;
  V.elements([&](const Value &E) {
    Frame F;
    E.needText("function", F.Function);
    E.needText("file", F.File);
    E.count("line", F.Line);
    E.count("column", F.Column);
    E.text("module", F.Module);
    E.count("module_offset", F.ModuleOffset);
    F.IsLibrary = isLibraryFile(F.File.empty() ? F.Module : F.File);
    E.member("library", [&](const Value &B) { F.IsLibrary = B.flag(); });
    Frames.push_back(std::move(F));
  });
  return Frames;
}

Side readSide(const Value &V) {
  Side S;
  V.needText("block", S.Block);
  V.required("stack", [&](const Value &M) { S.Frames = readStack(M); });
  return S;
}

Object readObject(const Value &V) {
  Object O;
  V.required("kind", [&](const Value &M) {
    O.Kind = M.oneOf({"global", "thread-local", "heap", "stack", "unknown"});
  });
  V.needText("name", O.Name);
  V.count("offset", O.Offset);
  V.count("size", O.Size);
  V.member("allocated_at",
           [&](const Value &M) { O.AllocatedAt = readStack(M); });
  V.text("function", O.Function);
  V.member("frame", [&](const Value &M) {
    PlaceInFrame &At = O.InFrame.emplace();
    M.needCount("from_sp", At.FromSp);
    M.required("from_fp", [&](const Value &N) { At.FromFp = N.integer(); });
    M.needCount("from_cfa", At.FromCfa);
  });
  V.text("module", O.Module);
  V.count("module_offset", O.ModuleOffset);
  return O;
}

Thread readThread(const Value &V) {
  Thread T;
  V.needCount("id", T.Id);
  V.needCount("wall_ns", T.WallNs);
  V.needCount("commits", T.Commits);
  V.needCount("aborts", T.Aborts);
  V.count("inevitable", T.Inevitable);
  V.member("time_ns", [&](const Value &M) { T.Time = readBuckets(M); });
  return T;
}

Totals readTotals(const Value &V) {
  Totals T;
  V.needCount("commits", T.Commits);
  V.needCount("aborts", T.Aborts);
  V.needCount("inevitable", T.Inevitable);
  V.needCount("snapshots", T.Snapshots);
  V.needCount("snapshot_aborts", T.SnapshotAborts);
  V.count("cancels", T.Cancels);
  V.count("retries", T.Retries);
  V.count("unrecorded", T.Unrecorded);
  V.required("time_ns", [&](const Value &M) { T.Time = readBuckets(M); });
  return T;
}

Block readBlock(const Value &V) {
  Block B;
  V.needText("name", B.Name);
  V.needText("file", B.File);
  V.count("line", B.Line);
  V.needCount("executions", B.Executions);
  V.needCount("commits", B.Commits);
  V.needCount("aborts", B.Aborts);
  V.count("inevitable", B.Inevitable);
  V.member("retries", [&](const Value &M) { B.Retries = readSpread(M); });
  V.member("read_set", [&](const Value &M) { B.ReadSet = readSpread(M); });
  V.member("write_set", [&](const Value &M) { B.WriteSet = readSpread(M); });
  V.required("time_ns", [&](const Value &M) { B.Time = readBuckets(M); });
  return B;
}

Conflict readConflict(const Value &V) {
  Conflict C;
  V.required("kind", [&](const Value &M) {
    C.Kind = M.oneOf({"read-write", "write-write", "validation", "inevitable",
                      "cancel", "retry", "capacity", "memory-limit"});
  });
  V.member("false_sharing", [&](const Value &M) { C.FalseSharing = M.flag(); });
  V.member("sharing", [&](const Value &M) {
    C.Sharing = M.oneOf({"same-bytes", "same-stripe", "hash-collision"});
  });
  V.member("silent_store", [&](const Value &M) { C.SilentStore = M.flag(); });
  V.needCount("count", C.Count);
  V.needCount("lost_ns", C.LostNs);
  V.required("victim", [&](const Value &M) { C.Victim = readSide(M); });
  V.required("culprit", [&](const Value &M) { C.Culprit = readSide(M); });
  V.member("object", [&](const Value &M) { C.What = readObject(M); });
  V.text("advice", C.Advice);
  V.member("predicted_gain",
           [&](const Value &M) { C.PredictedGain = M.share(); });
  return C;
}

Inevitable readInevitable(const Value &V) {
  Inevitable I;
  V.needText("reason", I.Reason);
  V.needCount("count", I.Count);
  V.needCount("time_ns", I.TimeNs);
  V.text("block", I.Block);
  V.text("advice", I.Advice);
  V.required("stack", [&](const Value &M) { I.Frames = readStack(M); });
  return I;
}

Gc readGc(const Value &V) {
  Gc G;
  V.count("minor_collections", G.MinorCollections);
  V.count("major_collections", G.MajorCollections);
  V.count("time_ns", G.TimeNs);
  V.count("longest_pause_ns", G.LongestPauseNs);
  V.count("reclaimed", G.Reclaimed);
  V.count("held_bytes", G.HeldBytes);
  V.count("most_bytes", G.MostBytes);
  V.count("ended_snapshots", G.EndedSnapshots);
  V.member("pinned_by", [&](const Value &M) {
    M.elements([&](const Value &E) {
      Pin P;
      E.needText("block", P.Block);
      E.needCount("time_ns", P.TimeNs);
      E.count("thread", P.Thread);
      E.member("running", [&](const Value &B) { P.IsRunning = B.flag(); });
      G.PinnedBy.push_back(std::move(P));
    });
  });
  return G;
}

Event readEvent(const Value &V) {
  Event E;
  V.needCount("thread", E.Thread);
  V.required("kind", [&](const Value &M) {
    E.Kind =
        M.oneOf({"commit", "abort", "inevitable", "snapshot", "waiting", "gc"});
  });
  V.needCount("begin_ns", E.BeginNs);
  V.needCount("end_ns", E.EndNs);
  V.text("block", E.Block);
  V.count("culprit_thread", E.CulpritThread);
  return E;
}

void checkSchema(const Value &V) {
  V.required("schema", [](const Value &M) {
    std::string Schema = M.isNull() ? "" : M.text();
    if (Schema.starts_with("stm-report/") && Schema != kSchema)
      M.wants(
          "\"stm-report/1\" (this stm-report and the runtime that wrote the "
          "file are of different versions)");
    if (Schema != kSchema)
      M.wants("\"stm-report/1\"");
  });
}

Report readTop(const Value &V) {
  checkSchema(V);
  Report R;
  auto Each = [&V](const char *Name, auto &To, auto Read) {
    V.required(Name, [&](const Value &M) {
      M.elements([&](const Value &E) { To.push_back(Read(E)); });
    });
  };
  V.needText("program", R.Program);
  Each("threads", R.Threads, readThread);
  V.required("totals", [&](const Value &M) { R.Sum = readTotals(M); });
  Each("blocks", R.Blocks, readBlock);
  Each("conflicts", R.Conflicts, readConflict);
  Each("inevitable", R.Inevitables, readInevitable);
  V.required("gc", [&](const Value &M) { R.Collector = readGc(M); });
  V.member("timeline", [&](const Value &M) {
    M.elements([&](const Value &E) { R.Timeline.push_back(readEvent(E)); });
  });
  rank(R);
  return R;
}

/// "line 3, column 7" of the byte before \p End.
std::string position(std::string_view Text, size_t End) {
  size_t At = std::min(End ? End - 1 : 0, Text.size());
  size_t Line = 1, Begin = 0;
  for (size_t I = 0; I != At; ++I)
    if (Text[I] == '\n')
      ++Line, Begin = I + 1;
  return "line " + std::to_string(Line) + ", column " +
         std::to_string(At - Begin + 1);
}

/// What is wrong, of "[json.exception.…] parse error at line 3, column 7:
/// syntax error while parsing value - unexpected end of input; last read: '…'".
/// The place there is off by one at times; what was read may be no text.
std::string reasonOf(std::string Message) {
  if (size_t Begin = Message.find(": "); Begin != std::string::npos)
    Message.erase(0, Begin + 2);
  if (size_t End = Message.find("; last read"); End != std::string::npos)
    Message.erase(End);
  return shortened(printable(Message), 120);
}

} // namespace

Report parseReport(std::string_view Text, const std::string &Name) {
  if (Text.find_first_not_of(" \t\r\n") == std::string_view::npos)
    throw Error(Name + ": is empty: a program that ended early, or was killed, "
                       "has written no report");
  Json Parsed;
  try {
    Parsed = Json::parse(Text.begin(), Text.end());
  } catch (const Json::parse_error &E) {
    throw Error(Name + ": " + position(Text, E.byte) + ": " +
                reasonOf(E.what()));
  } catch (const Json::exception &E) { // A number that no type has room for.
    throw Error(Name + ": " + shortened(printable(E.what()), 120));
  }
  return readTop(Value(Parsed, Name));
}

Report readReport(const std::string &Path) {
  bool IsStandardInput = Path == "-";
  std::string Name = IsStandardInput ? "standard input" : printable(Path);
  std::FILE *File = IsStandardInput ? stdin : std::fopen(Path.c_str(), "rbe");
  if (!File)
    throw Error(Name + ": can't be read: " + std::strerror(errno));
  std::string Text;
  char Chunk[1 << 16];
  while (size_t Got = std::fread(Chunk, 1, sizeof(Chunk), File))
    Text.append(Chunk, Got);
  int Failed = std::ferror(File) ? errno : 0;
  if (!IsStandardInput)
    std::fclose(File);
  if (Failed)
    throw Error(Name + ": can't be read: " + std::strerror(Failed));
  return parseReport(Text, Name);
}

} // namespace stm::tool
