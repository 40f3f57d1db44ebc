//===- report/gate_test.cpp - what a report must not exceed -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tool/gate.h"

#include "reports.h"

#include <gtest/gtest.h>

namespace stm::tool {

namespace {

/// 100 ms of 1 s lost, 25 of 125 attempts rolled back, 4 inevitable for 50 ms.
Report sample() {
  Report R = report({conflict("a", 1, 100, 25)});
  R.Sum.Inevitable = 4;
  R.Sum.Time.Inevitable = 50000000;
  R.Sum.Time.Waiting = 30000000;
  R.Sum.Time.Gc = 2000;
  R.Sum.Time.Useful = 1000;
  return R;
}

std::string exceeded(const std::string &Limits) {
  std::string All;
  for (const Condition &C : parseConditions(Limits))
    All += check(C, sample()) + ";";
  return All;
}

std::string errorIn(const std::string &Limits) {
  return errorOf([&] { parseConditions(Limits); });
}

} // namespace

TEST(Gate, APartOfTheTimeIsCompared) {
  EXPECT_EQ(exceeded("lost>9.9%"), "lost>9.9%: is 10 %;");
  EXPECT_EQ(exceeded("lost>10%"), ";");
  EXPECT_EQ(exceeded("lost>=10%"), "lost>=10%: is 10 %;");
  EXPECT_EQ(exceeded("lost>11%"), ";");
}

TEST(Gate, EachMetricIsItsOwn) {
  EXPECT_EQ(exceeded("inevitable>=5%,inevitable>5%"),
            "inevitable>=5%: is 5.0 %;;");
  EXPECT_EQ(exceeded("waiting>=3%,waiting>3%"), "waiting>=3%: is 3.0 %;;");
  EXPECT_EQ(exceeded("gc>1us,gc>2us"), "gc>1us: is 2.0 us;;");
  EXPECT_EQ(exceeded("aborts>=20%,aborts>20%"), "aborts>=20%: is 20 %;;");
}

TEST(Gate, UnitsOfTime) {
  EXPECT_EQ(exceeded("lost>99999999ns"), "lost>99999999ns: is 100.0 ms;");
  EXPECT_EQ(exceeded("lost>100000us"), ";");
  EXPECT_EQ(exceeded("lost>99ms"), "lost>99ms: is 100.0 ms;");
  EXPECT_EQ(exceeded("lost>0.09s"), "lost>0.09s: is 100.0 ms;");
}

TEST(Gate, NumbersOfThings) {
  EXPECT_EQ(exceeded("aborts>24,aborts>25"), "aborts>24: is 25;;");
  EXPECT_EQ(exceeded("inevitable>3,inevitable>4"), "inevitable>3: is 4;;");
}

TEST(Gate, SpacesAreAllowed) {
  EXPECT_EQ(exceeded(" lost > 9 % , aborts >= 1 "),
            "lost > 9 %: is 10 %;aborts >= 1: is 25;");
}

TEST(Gate, GrowthComparesWithTheOldReport) {
  Condition C = parseConditions("+lost>2%")[0];
  EXPECT_TRUE(C.IsGrowth);
  Report Old = report({conflict("a", 1, 80)}), New = sample();
  EXPECT_EQ(check(C, New, &Old), "");
  Old = report({conflict("a", 1, 70)});
  EXPECT_EQ(check(C, New, &Old), "+lost>2%: was 7.0 %, is 10 %");
  EXPECT_EQ(check(C, Old, &New), ""); // Less isn't more.
}

TEST(Gate, NothingOfNothingIsNotExceeded) {
  EXPECT_EQ(check(parseConditions("lost>0%")[0], Report()), "");
  EXPECT_EQ(check(parseConditions("aborts>0%")[0], Report()), "");
}

TEST(Gate, ErrorsHaveTheColumnAndShowIt) {
  EXPECT_EQ(errorIn("lost>x%"), "--fail-on: column 6: a number is wanted\n"
                                "  lost>x%\n"
                                "       ^");
  EXPECT_TRUE(has(errorIn("lots>1%"), "column 1: lost, waiting, "));
  EXPECT_TRUE(has(errorIn("lost<1%"), "column 5: \">\" or \">=\" is wanted"));
  EXPECT_TRUE(has(errorIn("lost>1"), "column 7: %, ns, us, ms or s is wanted"));
  EXPECT_TRUE(has(errorIn("lost>1h"), "column 7: %, ns"));
  EXPECT_TRUE(has(errorIn("aborts>1ms"), "column 9: % or nothing is wanted"));
  EXPECT_TRUE(has(errorIn("lost>1%;gc>1%"), "column 8: \",\" or the end"));
  EXPECT_TRUE(has(errorIn("lost>1%,"), "column 9: lost, "));
  EXPECT_TRUE(has(errorIn(""), "column 1: lost, "));
  EXPECT_TRUE(has(errorIn("lost>-1%"), "column 6: a number"));
  EXPECT_TRUE(has(errorIn("lost>nan%"), "column 6: a number"));
  EXPECT_TRUE(has(errorIn("lost>"), "column 6: a number"));
}

} // namespace stm::tool
