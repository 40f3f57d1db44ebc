//===- report/diff_test.cpp - what changed between two reports --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tool/diff.h"

#include "reports.h"

#include <gtest/gtest.h>

namespace stm::tool {

namespace {

std::string compare(const Report &Old, const Report &New, size_t Top = 10) {
  TextStyle Style;
  Style.Top = Top;
  return diff(Old, New, Style);
}

} // namespace

TEST(Diff, WhatIsGoneIsBetterAndWhatIsNewIsWorse) {
  std::string Text = compare(report({conflict("a", 1, 100, 5)}),
                             report({conflict("b", 1, 50, 2)}));
  EXPECT_TRUE(has(Text,
                  "  better -100.0 ms: \"a\" read what another transaction "
                  "was writing, at a() bank.cpp:1 (gone: was 5 times, "
                  "100.0 ms)"))
      << Text;
  EXPECT_TRUE(has(Text, "  worse  +50.0 ms: \"b\" read")) << Text;
  EXPECT_TRUE(has(Text, "(new: 2 times, 50.0 ms)")) << Text;
  EXPECT_LT(Text.find("better"), Text.find("worse")); // The greater change.
}

TEST(Diff, LinesMayMove) {
  std::string Text = compare(report({conflict("a", 10, 100)}),
                             report({conflict("a", 14, 20)}));
  EXPECT_TRUE(has(Text, "better -80.0 ms")) << Text;
  EXPECT_TRUE(has(Text, "bank.cpp:14")) << Text;
  EXPECT_FALSE(has(Text, "gone")) << Text;
  EXPECT_FALSE(has(Text, "new:")) << Text;
}

TEST(Diff, ConflictsOfOneFunctionAreAddedUp) {
  std::string Text =
      compare(report({conflict("a", 1, 60), conflict("a", 2, 40)}),
              report({conflict("a", 1, 30)}));
  EXPECT_TRUE(has(Text, "better -70.0 ms")) << Text;
}

TEST(Diff, ObjectsAreToldApart) {
  Conflict C = conflict("a", 1, 60);
  C.What = Object();
  C.What->Name = "x";
  Report Old = report({C});
  C.What->Name = "y";
  std::string Text = compare(Old, report({C}));
  EXPECT_TRUE(has(Text, "gone")) << Text;
  EXPECT_TRUE(has(Text, "new:")) << Text;
}

TEST(Diff, ElementsOfAnArrayAreNot) {
  Conflict C = conflict("a", 1, 60);
  C.What = Object();
  C.What->Name = "x[1].y";
  Report Old = report({C});
  C.What->Name = "x[2].y";
  std::string Text = compare(Old, report({C}));
  EXPECT_TRUE(has(Text, "  1 about the same")) << Text;
}

TEST(Diff, WhatMayBeChanceIsOnlyCounted) {
  std::string Text =
      compare(report({conflict("a", 1, 100)}), report({conflict("a", 1, 101)}));
  EXPECT_TRUE(has(Text, "  1 about the same")) << Text;
  EXPECT_FALSE(has(Text, "worse")) << Text;
}

TEST(Diff, TheRestOfALongListIsCounted) {
  std::string Text = compare(report({conflict("a", 1, 90), conflict("b", 1, 80),
                                     conflict("c", 1, 70)}),
                             report({}), 1);
  EXPECT_TRUE(has(Text, "\"a\"")) << Text;
  EXPECT_FALSE(has(Text, "\"b\"")) << Text;
  EXPECT_TRUE(has(Text, "and 2 more (--full shows all)")) << Text;
}

TEST(Diff, TheSummaryComparesPartsOfTheTime) {
  EXPECT_TRUE(has(compare(report({conflict("a", 1, 100)}, 1000),
                          report({conflict("a", 1, 100)}, 500)),
                  "SUMMARY: llvm-stm: more of the time lost: 10 % before, 20 % "
                  "now; the threads' time changed by -50 %"));
  EXPECT_TRUE(
      has(compare(report({}), report({})),
          "SUMMARY: llvm-stm: the same part of the time lost: 0 % before"));
}

} // namespace stm::tool
