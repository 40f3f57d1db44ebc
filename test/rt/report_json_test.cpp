//===- rt/report_json_test.cpp - the report for programs ------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/json.h"
#include "report/write_json.h"

#include "base/options.h"

#include <gtest/gtest.h>

#include <string>

namespace stm::rt {
namespace {

using __sanitizer::InternalScopedString;

template <class F> std::string emitted(F Emit) {
  InternalScopedString Out;
  JsonWriter J(Out);
  Emit(J);
  return Out.data();
}

std::string quoted(const char *Text) {
  return emitted([&](JsonWriter &J) { J.string(Text); });
}

TEST(Json, MembersAndElementsAreSeparated) {
  std::string Text = emitted([](JsonWriter &J) {
    J.beginObject(JsonWriter::InOneLine);
    J.member("a", 1);
    J.arrayMember("b");
    J.value(2);
    J.null();
    J.boolean(true);
    J.beginObject();
    J.endObject();
    J.endArray();
    J.memberNull("c");
    J.endObject();
  });
  EXPECT_EQ(Text, "{\"a\": 1, \"b\": [2, null, true, {}], \"c\": null}\n");
}

TEST(Json, ALineForEachUnlessAskedOtherwise) {
  std::string Text = emitted([](JsonWriter &J) {
    J.beginArray();
    J.value(1);
    J.beginArray(JsonWriter::InOneLine);
    J.value(2);
    J.value(3);
    J.endArray();
    J.endArray();
  });
  EXPECT_EQ(Text, "[\n  1,\n  [2, 3]\n]\n");
}

TEST(Json, WhatNeedsItIsEscaped) {
  EXPECT_EQ(quoted("a\"b\\c\n\x01/"), "\"a\\\"b\\\\c\\u000a\\u0001/\"");
  EXPECT_EQ(quoted(nullptr), "null");
  EXPECT_EQ(quoted(""), "\"\"");
}

TEST(Json, Utf8StaysAndAnythingElseIsReplaced) {
  EXPECT_EQ(quoted("\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80"),
            "\"\xC3\xA4\xE2\x82\xAC\xF0\x9F\x98\x80\"");
  // Latin-1, a surrogate, an overlong slash, the end in the middle.
  EXPECT_EQ(quoted("a\xE4z"), "\"a\xEF\xBF\xBDz\"");
  EXPECT_EQ(quoted("\xED\xA0\x80"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(quoted("\xC0\xAF"), "\"\xEF\xBF\xBD\xEF\xBF\xBD\"");
  EXPECT_EQ(quoted("a\xE2\x82"), "\"a\xEF\xBF\xBD\xEF\xBF\xBD\"");
}

TEST(Json, FractionsHaveSixDigits) {
  auto Fraction = [](double Value) {
    return emitted([=](JsonWriter &J) { J.fraction(Value); });
  };
  EXPECT_EQ(Fraction(0.18), "0.180000");
  EXPECT_EQ(Fraction(1), "1.000000");
  EXPECT_EQ(Fraction(-0.5), "-0.500000");
  EXPECT_EQ(Fraction(__builtin_nan("")), "null");
  EXPECT_EQ(Fraction(__builtin_inf()), "null");
}

//===----------------------------------------------------------------------===//
// The report
//===----------------------------------------------------------------------===//

ThreadFacts Facts;
void visitFacts(FactsVisitor Visit, void *Arg) { Visit(Facts, Arg); }

class ReportJson : public testing::Test {
protected:
  static void SetUpTestSuite() { initOptions(nullptr); }
  void SetUp() override {
    Facts.resetInChild();
    Facts.attach();
  }
  void TearDown() override { Facts.resetInChild(); }

  static std::string json() {
    MergedFacts Merged(visitFacts);
    ReportRows Rows(Merged, /*Full=*/true);
    InternalScopedString Out;
    writeJson(Out, Rows, {"/bin/bank", "spin=1", 42, 1.0});
    return Out.data();
  }
};

#define EXPECT_HAS(Text, Part)                                                 \
  EXPECT_NE((Text).find(Part), std::string::npos) << (Text)
#define EXPECT_HAS_NOT(Text, Part)                                             \
  EXPECT_EQ((Text).find(Part), std::string::npos) << (Text)

TEST_F(ReportJson, SaysWhatItIsOf) {
  std::string Text = json();
  EXPECT_HAS(Text, "\"schema\": \"stm-report/1\"");
  EXPECT_HAS(Text, "\"program\": \"/bin/bank\"");
  EXPECT_HAS(Text, "\"pid\": 42");
  EXPECT_HAS(Text, "\"options\": \"spin=1\"");
  EXPECT_HAS(Text, "\"conflicts\": []");
}

ConflictFact conflictAt(uintptr_t Pc, uint64_t Ticks, ConflictKind Kind) {
  ConflictFact Fact = {};
  Fact.Kind = Kind;
  Fact.VictimPc = Pc;
  Fact.CulpritPc = 20;
  Fact.Block = {"transfer", "bank.cpp", 12};
  Fact.LostTicks = Ticks;
  return Fact;
}

TEST_F(ReportJson, EachKindHasItsWord) {
  const std::pair<ConflictKind, const char *> Words[] = {
      {ConflictKind::ReadLocked, "read-write"},
      {ConflictKind::WriteLocked, "write-write"},
      {ConflictKind::Validation, "validation"},
      {ConflictKind::Inevitable, "inevitable"},
      {ConflictKind::Resources, "capacity"},
      {ConflictKind::MemoryLimit, "memory-limit"},
      {ConflictKind::Cancelled, "cancel"},
      {ConflictKind::Retry, "retry"},
  };
  for (auto [Kind, Word] : Words)
    recordConflict(Facts, conflictAt(10, 5, Kind));
  std::string Text = json();
  for (auto [Kind, Word] : Words)
    EXPECT_HAS(Text, std::string("\"kind\": \"") + Word + "\"");
}

TEST_F(ReportJson, FalseSharingIsWhatMostConflictsShow) {
  ConflictFact Fact = conflictAt(10, 5, ConflictKind::ReadLocked);
  recordConflict(Facts, Fact);
  EXPECT_HAS(json(), "\"false_sharing\": null");
  Fact.Shares = Sharing::SameStripe;
  for (int I = 0; I != 3; ++I)
    recordConflict(Facts, Fact);
  EXPECT_HAS(json(), "\"false_sharing\": true");
  EXPECT_HAS(json(), "alignas(32)");
  Fact.Shares = Sharing::SameBytes;
  recordConflict(Facts, Fact);
  EXPECT_HAS(json(), "\"false_sharing\": false");
}

TEST_F(ReportJson, ASilentStoreIsSaid) {
  ConflictFact Fact = conflictAt(10, 5, ConflictKind::ReadLocked);
  Fact.Effect = StoreEffect::Silent;
  recordConflict(Facts, Fact);
  EXPECT_HAS(json(), "\"silent_store\": true");
  EXPECT_HAS(json(), "write only if it differs");
}

TEST_F(ReportJson, ABlockKnowsWhatItCost) {
  Facts.Counts.Updates.bump(3);
  recordConflict(Facts, conflictAt(10, 700, ConflictKind::ReadLocked));
  recordExecution(Facts, {{"transfer", "bank.cpp", 12},
                          /*IsSample=*/true,
                          /*Began=*/1000,
                          /*Ended=*/101000,
                          /*Retries=*/1,
                          /*Reads=*/3,
                          /*Writes=*/2,
                          /*HasSets=*/true});
  recordWait(Facts, {"transfer", "bank.cpp", 12}, 1000, 1123);
  recordWait(Facts, {"deposit", "bank.cpp", 60}, 1000, 1045);
  recordCollection(Facts, {"transfer", "bank.cpp", 12}, 67);
  std::string Text = json();
  EXPECT_HAS(Text, "\"waiting\": 123, \"inevitable\": 0, \"gc\": 67");
  EXPECT_HAS(Text, "\"waiting\": 45, \"inevitable\": 0, \"gc\": 0");
  EXPECT_HAS(Text, "\"waiting\": 168, \"inevitable\": 0, \"gc\": 67");
  EXPECT_HAS(Text, "\"executions\": 3");
  EXPECT_HAS(Text, "\"aborts\": 1");
  EXPECT_HAS(Text, "\"retries\": {\"p50\": 0, \"p95\": 1, \"max\": 1}");
  EXPECT_HAS(Text, "\"read_set\": {\"p50\": 3, \"p95\": 3, \"max\": 3}");
  EXPECT_HAS(Text, "\"lost\": 700");
}

TEST_F(ReportJson, AnUnnamedBlockHasTheNameOfItsPlace) {
  ConflictFact Fact = conflictAt(10, 5, ConflictKind::ReadLocked);
  Fact.Block = {nullptr, "/src/bank.cpp", 40};
  recordConflict(Facts, Fact);
  EXPECT_HAS(json(), "\"block\": \"bank.cpp:40\"");
}

TEST_F(ReportJson, ALineThatWritesHasTheBlockThatItIsIn) {
  recordWriter(Facts, 20, {"deposit", "bank.cpp", 60});
  recordConflict(Facts, conflictAt(10, 5, ConflictKind::ReadLocked));
  EXPECT_HAS(json(), "\"block\": \"deposit\"");
}

TEST_F(ReportJson, WhatTheProgramAskedForIsNoConflictInTheTotals) {
  recordConflict(Facts, conflictAt(10, 700, ConflictKind::Cancelled));
  MergedFacts Merged(visitFacts);
  ReportRows Rows(Merged, /*Full=*/true);
  EXPECT_FALSE(Rows.hasConflicts());
  EXPECT_EQ(Rows.AllConflicts.Count, 0u);
  EXPECT_EQ(Rows.Intended.size(), 1u);
}

TEST_F(ReportJson, WhatAConflictCostIsAShareOfItsVictimsTime) {
  ConflictFact Fact = conflictAt(10, 0, ConflictKind::ReadLocked);
  recordConflict(Facts, Fact);
  MergedFacts Merged(visitFacts);
  ReportRows Rows(Merged, /*Full=*/true);
  ASSERT_EQ(Rows.Conflicts.size(), 1u);
  ConflictRow &Row = *Rows.Conflicts[0];
  EXPECT_EQ(Row.predictedGain(Merged), 0.0);
  // (It isn't a commit, but makes the thread one that is listed.)
  Facts.Counts.Updates.bump();
  MergedFacts Again(visitFacts);
  ASSERT_EQ(Again.Threads.size(), 1u);
  Again.Threads[0].AttachedTicks = 1000;
  Row.Entry.Totals.Ticks = 250;
  EXPECT_DOUBLE_EQ(Row.predictedGain(Again), 0.25);
}

} // namespace
} // namespace stm::rt
