//===- rt/repetitions_test.cpp - each number once -------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mem/repetitions.h"

#include <gtest/gtest.h>
#include <initializer_list>
#include <vector>

using namespace stm::rt;

namespace {

class RepetitionsTest : public testing::Test {
protected:
  ~RepetitionsTest() override {
    failLogMemoryAfterForTesting(-1);
    freeLogMemory(Numbers.begin());
  }

  void push(std::initializer_list<uint32_t> More) {
    for (uint32_t Number : More)
      Numbers.push(Number);
  }
  std::vector<uint32_t> numbers() { return {Numbers.begin(), Numbers.end()}; }

  LogVector<uint32_t> Numbers;
  Repetitions<256> Filter;
};

TEST_F(RepetitionsTest, TheFirstOfEachStaysInOrder) {
  push({200, 3, 200, 0, 255, 3, 0, 0});
  ASSERT_TRUE(Filter.dropFrom(Numbers));
  EXPECT_EQ(numbers(), (std::vector<uint32_t>{200, 3, 0, 255}));
}

TEST_F(RepetitionsTest, NothingIsRememberedOfTheLastTime) {
  push({1, 64, 255});
  ASSERT_TRUE(Filter.dropFrom(Numbers));
  Numbers.clear();
  push({255, 1, 1, 65});
  ASSERT_TRUE(Filter.dropFrom(Numbers));
  EXPECT_EQ(numbers(), (std::vector<uint32_t>{255, 1, 65}));
}

TEST_F(RepetitionsTest, WithoutMemoryNothingChanges) {
  push({7, 7});
  failLogMemoryAfterForTesting(0);
  EXPECT_FALSE(Filter.dropFrom(Numbers));
  EXPECT_EQ(numbers(), (std::vector<uint32_t>{7, 7}));
  failLogMemoryAfterForTesting(-1);
  EXPECT_TRUE(Filter.dropFrom(Numbers));
  EXPECT_EQ(Numbers.size(), 1u);
}

} // namespace
