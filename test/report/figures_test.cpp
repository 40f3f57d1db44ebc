//===- report/figures_test.cpp - the page's drawings ------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tool/figures.h"

#include "reports.h"

#include <gtest/gtest.h>

namespace stm::tool {

namespace {

Event event(uint64_t Thread, const char *Kind, uint64_t Begin, uint64_t End) {
  Event E;
  E.Thread = Thread;
  E.Kind = Kind;
  E.BeginNs = Begin;
  E.EndNs = End;
  return E;
}

size_t countOf(const std::string &Text, const std::string &Part) {
  size_t Count = 0;
  for (size_t At = 0; (At = Text.find(Part, At)) != std::string::npos; ++At)
    ++Count;
  return Count;
}

} // namespace

TEST(Figures, TextCannotBecomeMarkup) {
  EXPECT_EQ(escaped("<a href='x' b=\"y\">&\033</a>"),
            "&lt;a href=&#39;x&#39; b=&quot;y&quot;&gt;&amp;?&lt;/a&gt;");
}

TEST(Figures, FlowsOfOnePairAreOneEdge) {
  Report R = report(
      {conflict("a", 1, 10, 2), conflict("a", 2, 20, 3), conflict("b", 1, 5)});
  std::string Graph = flowGraph(R);
  EXPECT_EQ(countOf(Graph, "class=\"edge\""), 2u);
  EXPECT_TRUE(has(Graph, "<title>writer → a: 5 times, 30.0 ms</title>"));
  EXPECT_TRUE(has(Graph, "<title>writer: cost 35.0 ms</title>"));
  EXPECT_TRUE(has(Graph, "<title>b: lost 5.0 ms</title>"));
}

TEST(Figures, WhoHasNobodyToBlameIsNotInTheGraph) {
  Conflict C = conflict("a", 1, 10);
  C.Kind = "retry";
  C.Culprit = {};
  EXPECT_EQ(flowGraph(report({C})), "");
}

TEST(Figures, ABlockWithoutNameIsCalledByItsFunction) {
  Conflict C = conflict("", 1, 10);
  C.Victim.Frames = {frame("f()", "a.cpp", 1)};
  EXPECT_TRUE(has(flowGraph(report({C})), "<title>f(): lost 10.0 ms"));
}

TEST(Figures, AnArrowComesFromTheCulpritsTrack) {
  Report R = report({});
  R.Timeline = {event(1, "commit", 0, 50), event(2, "abort", 10, 40)};
  R.Timeline[1].CulpritThread = 1;
  std::string Drawing = timeline(R);
  EXPECT_EQ(countOf(Drawing, "class=\"arrow\""), 1u);
  // Thread 1 is above: from its lower edge down to the upper one of thread 2.
  EXPECT_TRUE(has(Drawing, " 50.00 V62.00\"")) << Drawing;
  R.Timeline[1].CulpritThread = 9; // Has no track.
  EXPECT_EQ(countOf(timeline(R), "class=\"arrow\""), 0u);
}

TEST(Figures, OfALongTimelineTheNewestEventsAreDrawn) {
  Report R = report({});
  for (uint64_t I = 0; I != 2000; ++I)
    R.Timeline.push_back(event(1, "commit", I * 10, I * 10 + 5));
  std::string Drawing = timeline(R);
  EXPECT_EQ(countOf(Drawing, "<rect"), 1500u);
  EXPECT_TRUE(has(Drawing, "500 earlier ones are left out"));
}

TEST(Figures, AMomentAndAllOfTimeCanBeDrawn) {
  Report R = report({});
  R.Timeline = {event(1, "gc", 7, 7)};
  EXPECT_EQ(countOf(timeline(R), "<rect"), 1u);
  R.Timeline = {event(1, "gc", 0, UINT64_MAX), event(1, "gc", 9, 3)};
  std::string Drawing = timeline(R);
  EXPECT_EQ(countOf(Drawing, "<rect"), 2u);
  EXPECT_FALSE(has(Drawing, "\"-"));
  EXPECT_FALSE(has(Drawing, "nan"));
}

TEST(Figures, ABarHasThePartsThatThereAre) {
  Buckets Time;
  EXPECT_EQ(timeBar(Time), "");
  Time.Useful = 30;
  Time.Lost = 10;
  std::string Bar = timeBar(Time);
  EXPECT_EQ(countOf(Bar, "<span"), 2u);
  EXPECT_TRUE(has(Bar, "flex-grow:750.00\" title=\"useful: 30 ns, 75 %\""))
      << Bar;
}

} // namespace stm::tool
