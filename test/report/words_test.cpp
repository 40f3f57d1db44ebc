//===- report/words_test.cpp - numbers and names for readers ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "reports.h"

#include "tool/words.h"

#include <gtest/gtest.h>

namespace stm::tool {

TEST(Words, DurationsChangeUnitWhereTheirDigitsDo) {
  EXPECT_EQ(duration(0), "0 ns");
  EXPECT_EQ(duration(999), "999 ns");
  EXPECT_EQ(duration(1500), "1.5 us");
  EXPECT_EQ(duration(999960), "1.0 ms");
  EXPECT_EQ(duration(2500000000), "2.5 s");
  EXPECT_EQ(change(1000, 3000), "+2.0 us");
  EXPECT_EQ(change(3000, 1000), "-2.0 us");
  EXPECT_EQ(change(5, 5), "0 ns");
}

TEST(Words, SharesHaveTheDigitsThatMatter) {
  EXPECT_EQ(share(1, 0), "0 %");
  EXPECT_EQ(share(0, 1), "0 %");
  EXPECT_EQ(share(1, 100000), "<0.1 %");
  EXPECT_EQ(share(1, 30), "3.3 %");
  EXPECT_EQ(share(1, 3), "33 %");
}

TEST(Words, BytesChangeUnitAtPowersOf1024) {
  EXPECT_EQ(bytes(1), "1 byte");
  EXPECT_EQ(bytes(1023), "1023 bytes");
  EXPECT_EQ(bytes(1536), "1.5 KB");
  EXPECT_EQ(bytes(uint64_t{3} << 30), "3.0 GB");
}

TEST(Words, WhatMovesTheCursorIsNotPrinted) {
  EXPECT_EQ(printable("a\033[31mb\n\r\x7f"), "a?[31mb???");
  EXPECT_EQ(printable("\xc2\x9b"
                      "31m"),
            "?31m"); // CSI in one character.
  EXPECT_EQ(printable("\u202eabc\u2066"), "?abc?");
  EXPECT_EQ(printable("größe ∑"), "größe ∑");
  EXPECT_EQ(printable("\xe2\x80"),
            "\xe2\x80"); // Nothing is read behind the end.
}

TEST(Words, CharactersAreNotCutInTwo) {
  EXPECT_EQ(shortened("äää", 3), "ä...");
  EXPECT_EQ(shortened("abc", 3), "abc");
}

TEST(Words, LongNamesLoseTemplateArgumentsThenParameters) {
  std::string Name =
      "std::map<std::string, long>::operator[](std::string const&)";
  EXPECT_EQ(shortName(Name, 100), Name);
  EXPECT_EQ(shortName(Name, 50),
            "std::map<...>::operator[](std::string const&)");
  EXPECT_EQ(shortName(Name, 30), "std::map<...>::operator[](...)");
  EXPECT_EQ(shortName("a::operator<(int)", 5), "a::operator<(...)");
  EXPECT_EQ(shortName("a::operator()(int)", 5), "a::operator()(...)");
  EXPECT_EQ(shortName("broken<<<(((", 3), "broken<"); // Ends all the same.
}

TEST(Words, TheLineIsTheInnermostOfTheUsersCode) {
  Stack Frames = {frame("std::f(int)", "/usr/include/c++/12/bits/f.h", 7),
                  frame("g()", "g.cpp", 12), frame("main", "g.cpp", 20)};
  EXPECT_EQ(line(Frames), "g() g.cpp:12 (in std::f(int))");
  Frames.resize(1);
  EXPECT_EQ(line(Frames), "std::f(int) /usr/include/c++/12/bits/f.h:7");
  EXPECT_EQ(line({}), "an unknown place");
}

TEST(Words, WithoutDebugInformationTheLineIsModuleAndOffset) {
  Frame F;
  F.Module = "/bin/p";
  F.ModuleOffset = 0x1234;
  EXPECT_EQ(line({F}), "?? (/bin/p+0x1234)");
}

TEST(Words, ObjectsAreNamedByWhatIsKnown) {
  Object O;
  O.Kind = "global";
  O.Name = "counter";
  O.Offset = 0;
  EXPECT_EQ(describe(O), "counter");
  O.Offset = 8;
  EXPECT_EQ(describe(O), "counter+8");
  O.Name = "accounts[17].balance";
  EXPECT_EQ(describe(O), "accounts[17].balance");
  Object Heap;
  Heap.Kind = "heap";
  Heap.Offset = 24;
  Heap.Size = 64;
  Heap.AllocatedAt = {frame("open()", "a.cpp", 3)};
  EXPECT_EQ(describe(Heap),
            "byte 24 of a block of 64 bytes, allocated by open() a.cpp:3");
  EXPECT_EQ(describe(Object()), "");
}

} // namespace stm::tool
