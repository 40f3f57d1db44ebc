//===- report/read_test.cpp - a report from its JSON ------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reports.h"

#include <gtest/gtest.h>

namespace stm::tool {

namespace {

constexpr char Smallest[] = R"({"schema": "stm-report/1", "program": "p",
 "threads": [], "totals": {"commits": 1, "aborts": 2, "inevitable": 3,
  "snapshots": 4, "snapshot_aborts": 5, "time_ns": {"useful": 1, "lost": 2,
   "waiting": 3, "inevitable": 4, "gc": 5, "outside": 6}},
 "blocks": [], "conflicts": [], "inevitable": [], "gc": {}})";

/// Smallest with \p From replaced by \p To.
std::string changed(const std::string &From, const std::string &To) {
  std::string Text = Smallest;
  size_t At = Text.find(From);
  EXPECT_NE(At, std::string::npos);
  return Text.replace(At, From.size(), To);
}

std::string errorIn(const std::string &Text) {
  return errorOf([&] { parseReport(Text, "a.json"); });
}

std::string conflictWith(const std::string &From, const std::string &To) {
  std::string Text = R"([{"kind": "validation", "false_sharing": true,
    "sharing": "hash-collision", "silent_store": true, "count": 7, "lost_ns": 8,
    "victim": {"block": "v", "stack": [
      {"function": "f", "file": "a.cpp", "line": 3, "column": 4}]},
    "culprit": {"block": null, "stack": [
      {"function": null, "file": null, "line": null, "column": null,
       "module": "/bin/p", "module_offset": 4660}]},
    "object": {"kind": "heap", "name": null, "offset": 8, "size": 64,
      "allocated_at": null},
    "advice": null, "predicted_gain": 0.25, "of a later runtime": [{}]}])";
  if (!From.empty()) {
    size_t At = Text.find(From);
    EXPECT_NE(At, std::string::npos);
    Text.replace(At, From.size(), To);
  }
  return changed("\"conflicts\": []", "\"conflicts\": " + Text);
}

} // namespace

TEST(Read, TotalsAreReadMemberByMember) {
  Report R = parseReport(Smallest, "a.json");
  EXPECT_EQ(R.Program, "p");
  EXPECT_EQ(R.Sum.Commits, 1u);
  EXPECT_EQ(R.Sum.Aborts, 2u);
  EXPECT_EQ(R.Sum.Inevitable, 3u);
  EXPECT_EQ(R.Sum.Snapshots, 4u);
  EXPECT_EQ(R.Sum.SnapshotAborts, 5u);
  EXPECT_EQ(R.Sum.Time.Useful, 1u);
  EXPECT_EQ(R.Sum.Time.Lost, 2u);
  EXPECT_EQ(R.Sum.Time.Waiting, 3u);
  EXPECT_EQ(R.Sum.Time.Inevitable, 4u);
  EXPECT_EQ(R.Sum.Time.Gc, 5u);
  EXPECT_EQ(R.Sum.Time.Outside, 6u);
}

TEST(Read, ConflictsAreReadMemberByMemberAndUnknownMembersSkipped) {
  Report R = parseReport(conflictWith("", ""), "a.json");
  ASSERT_EQ(R.Conflicts.size(), 1u);
  const Conflict &C = R.Conflicts[0];
  EXPECT_EQ(C.Kind, "validation");
  EXPECT_EQ(C.FalseSharing, true);
  EXPECT_EQ(C.Sharing, "hash-collision");
  EXPECT_TRUE(C.SilentStore);
  EXPECT_EQ(C.Count, 7u);
  EXPECT_EQ(C.LostNs, 8u);
  EXPECT_EQ(C.Victim.Block, "v");
  ASSERT_EQ(C.Victim.Frames.size(), 1u);
  EXPECT_EQ(C.Victim.Frames[0].Function, "f");
  EXPECT_EQ(C.Victim.Frames[0].File, "a.cpp");
  EXPECT_EQ(C.Victim.Frames[0].Line, 3u);
  EXPECT_EQ(C.Victim.Frames[0].Column, 4u);
  EXPECT_EQ(C.Culprit.Block, "");
  ASSERT_EQ(C.Culprit.Frames.size(), 1u);
  EXPECT_EQ(C.Culprit.Frames[0].Module, "/bin/p");
  EXPECT_EQ(C.Culprit.Frames[0].ModuleOffset, 0x1234u);
  ASSERT_TRUE(C.What);
  EXPECT_EQ(C.What->Kind, "heap");
  EXPECT_EQ(C.What->Offset, 8u);
  EXPECT_EQ(C.What->Size, 64u);
  EXPECT_EQ(C.PredictedGain, 0.25);
}

TEST(Read, NullIsNotKnownAndNotFalse) {
  Report R = parseReport(
      conflictWith("\"false_sharing\": true", "\"false_sharing\": null"),
      "a.json");
  EXPECT_EQ(R.Conflicts[0].FalseSharing, std::nullopt);
}

TEST(Read, TheGreatestNumberFits) {
  Report R = parseReport(
      changed("\"useful\": 1", "\"useful\": 18446744073709551615"), "a.json");
  EXPECT_EQ(R.Sum.Time.Useful, UINT64_MAX);
  EXPECT_EQ(R.wallNs(), UINT64_MAX); // And the sum is clamped.
}

TEST(Read, WholeNumbersMayBeWrittenAsOtherLibrariesDo) {
  EXPECT_EQ(parseReport(changed("\"commits\": 1", "\"commits\": 2e3"), "a.json")
                .Sum.Commits,
            2000u);
}

TEST(Read, NumbersThatAreNoneAreErrorsWithTheMember) {
  for (std::string Bad : {"-1", "1.5", "\"1\"", "null", "1e300", "true", "[]"})
    EXPECT_TRUE(has(errorIn(changed("\"commits\": 1", "\"commits\": " + Bad)),
                    "a.json: totals.commits is to be a whole number, not "
                    "negative, and is "))
        << Bad;
  EXPECT_EQ(errorIn(changed("\"commits\": 1", "\"commits\": -3")),
            "a.json: totals.commits is to be a whole number, not negative, and "
            "is -3");
}

TEST(Read, TheErrorHasTheWholePath) {
  EXPECT_EQ(
      errorIn(conflictWith("\"line\": 3", "\"line\": \"three\"")),
      "a.json: conflicts[0].victim.stack[0].line is to be a whole number, "
      "not negative, and is \"three\"");
}

TEST(Read, AMissingMemberIsNamed) {
  EXPECT_EQ(errorIn(conflictWith("\"lost_ns\": 8,", "")),
            "a.json: conflicts[0] has no member \"lost_ns\"");
  EXPECT_EQ(errorIn(changed(", \"gc\": {}", "")),
            "a.json: the report has no member \"gc\"");
}

TEST(Read, AnUnknownKindIsAnErrorThatListsThem) {
  EXPECT_TRUE(has(errorIn(conflictWith("\"validation\"", "\"odd\"")),
                  "conflicts[0].kind is to be one of read-write, write-write"));
}

TEST(Read, AGainIsAPart) {
  EXPECT_TRUE(has(errorIn(conflictWith("0.25", "1.5")),
                  "predicted_gain is to be a number from 0 to 1, and is 1.5"));
}

TEST(Read, AnotherVersionOfTheSchemaIsRefused) {
  EXPECT_TRUE(has(errorIn(changed("stm-report/1", "stm-report/2")),
                  "different versions"));
  EXPECT_TRUE(has(errorIn("{\"schema\": \"coverage/3\"}"),
                  "schema is to be \"stm-report/1\", and is \"coverage/3\""));
  EXPECT_TRUE(
      has(errorIn("{\"traceEvents\": []}"), "has no member \"schema\""));
  EXPECT_TRUE(has(errorIn("[]"), "the report is to be an object"));
}

TEST(Read, BadJsonIsAnErrorWithLineAndColumn) {
  EXPECT_EQ(errorIn("{\n  \"schema\" 1\n}"),
            "a.json: line 2, column 12: syntax error while parsing object "
            "separator - unexpected number literal; expected ':'");
  EXPECT_TRUE(has(errorIn("{\n\n"), "a.json: line 3, column 1: "));
}

TEST(Read, EveryTruncationIsAnError) {
  std::string Whole = conflictWith("", "");
  for (size_t Length = 0; Length < Whole.size(); ++Length)
    EXPECT_NE(errorIn(Whole.substr(0, Length)), "") << Length;
}

TEST(Read, AnEmptyFileIsSaidToBe) {
  EXPECT_TRUE(has(errorIn(" \n"), "a.json: is empty"));
}

TEST(Read, InvalidUtf8IsAnError) {
  EXPECT_TRUE(has(errorIn(changed("\"p\"", "\"\xff\"")), "ill-formed UTF-8"));
}

TEST(Read, DeepNestingIsNoTrouble) {
  std::string Deep(200000, '[');
  EXPECT_NE(errorIn(Deep), "");
  Deep += std::string(200000, ']');
  EXPECT_NE(errorIn(Deep), "");
}

TEST(Read, RowsAreRanked) {
  std::string Row =
      R"({"reason": "r%", "count": 1, "time_ns": %, "stack": []})";
  std::string Rows;
  for (const char *Time : {"1", "3", "2"}) {
    std::string One = Row;
    for (size_t At; (At = One.find('%')) != std::string::npos;)
      One.replace(At, 1, Time);
    Rows += (Rows.empty() ? "" : ",") + One;
  }
  Report R = parseReport(
      changed("\"inevitable\": []", "\"inevitable\": [" + Rows + "]"),
      "a.json");
  ASSERT_EQ(R.Inevitables.size(), 3u);
  EXPECT_EQ(R.Inevitables[0].Reason, "r3");
  EXPECT_EQ(R.Inevitables[1].Reason, "r2");
  EXPECT_EQ(R.Inevitables[2].Reason, "r1");
}

TEST(Read, AFileThatIsNotThereIsNamed) {
  EXPECT_EQ(errorOf([] { readReport("/nowhere/a.json"); }),
            "/nowhere/a.json: can't be read: No such file or directory");
  EXPECT_TRUE(has(errorOf([] { readReport("/"); }), "/: can't be read: "));
}

} // namespace stm::tool
