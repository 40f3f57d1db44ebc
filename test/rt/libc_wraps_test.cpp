//===- test/rt/libc_wraps_test.cpp ------------------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each function against libc's own on a copy of the memory: the same result,
// and afterwards the same bytes everywhere. The last byte of shared memory has
// nothing behind it, and blocks and strings often end there.
//
//===----------------------------------------------------------------------===//

#include "barrier_mock.h"

#include <gtest/gtest.h>
#include <random>
#include <string>
#include <vector>

using namespace stm::rt::abi;
using namespace stm::test;

namespace {

constexpr size_t Window = 3000;

/// The last bytes of shared memory, and a plain copy of them.
class LibcWraps : public ::testing::Test {
protected:
  void SetUp() override {
    Start = memory().shared() + SharedMemory::Bytes - Window;
    Model.resize(Window);
  }

  size_t upTo(size_t Limit) {
    return std::uniform_int_distribution<size_t>(0, Limit)(Random);
  }
  /// Few distinct values, so that comparisons get far; signed and unsigned
  /// order differ on some.
  void fill(std::vector<char> Alphabet) {
    for (char &Byte : Model)
      Byte = Alphabet[upTo(Alphabet.size() - 1)];
    memcpy(memory().open(Start), Model.data(), Window);
    memory().forgetAccesses();
  }
  /// Where a block of \p Bytes may start; often as late as possible.
  size_t placeFor(size_t Bytes) {
    return upTo(2) == 0 ? Window - Bytes : upTo(Window - Bytes);
  }
  /// Mostly short.
  size_t length(size_t Limit) { return upTo(upTo(3) ? Limit / 50 : Limit); }
  void poke(size_t At, char Byte) {
    Model[At] = Byte;
    *memory().open(Start + At) = Byte;
  }
  bool sameBytes() {
    return memcmp(memory().open(Start), Model.data(), Window) == 0;
  }
  /// A string that ends inside the window; its length.
  size_t makeString(size_t At) {
    size_t Length = std::min(length(Window), Window - 1 - At);
    for (size_t I = 0; I < Length; ++I)
      if (!Model[At + I])
        poke(At + I, 'x');
    poke(At + Length, 0);
    return Length;
  }
  static int sign(int Value) { return (Value > 0) - (Value < 0); }

  char *Start;
  std::vector<char> Model;
  std::mt19937 Random{20240607};
};

constexpr int Rounds = 20000;

TEST_F(LibcWraps, MemmoveAndMemcpyMoveOverlappingBlocksBothWays) {
  for (int Round = 0; Round < Rounds; ++Round) {
    if (Round % 64 == 0)
      fill({'a', 'b', 'c', 'd', '\0', '\xff'});
    size_t Bytes = length(Window), From = placeFor(Bytes), To = placeFor(Bytes);
    if (upTo(1)) // Close together.
      To = std::min(Window - Bytes,
                    From + upTo(40) - std::min<size_t>(From, 20));
    auto *Move = upTo(1) ? __stm_wrap_memmove : __stm_wrap_memcpy;
    ASSERT_EQ(Move(Start + To, Start + From, Bytes), Start + To);
    memmove(&Model[0] + To, &Model[0] + From, Bytes);
    ASSERT_TRUE(sameBytes()) << To << " <- " << From << ", " << Bytes;
  }
}

TEST_F(LibcWraps, MovingABlockOntoItselfStoresNothing) {
  fill({'a'});
  __stm_wrap_memmove(Start + 7, Start + 7, 1000);
  EXPECT_EQ(memory().Writes, 0u);
}

TEST_F(LibcWraps, MemsetSetsExactlyItsBlock) {
  fill({'a', 'b'});
  for (int Round = 0; Round < Rounds; ++Round) {
    size_t Bytes = length(Window), At = placeFor(Bytes);
    int Byte = static_cast<int>(upTo(1000)) - 500;
    ASSERT_EQ(__stm_wrap_memset(Start + At, Byte, Bytes), Start + At);
    memset(&Model[0] + At, Byte, Bytes);
    ASSERT_TRUE(sameBytes()) << At << ", " << Bytes;
  }
}

TEST_F(LibcWraps, MemcmpAndBcmpOrderAsLibcDoes) {
  int Seen[3] = {};
  for (int Round = 0; Round < Rounds; ++Round) {
    if (Round % 64 == 0)
      fill({'a'});
    size_t Bytes = length(Window), A = placeFor(Bytes), B = placeFor(Bytes);
    size_t Odd = upTo(Window - 1);
    poke(Odd, upTo(1) ? '\x80' : '\x01');
    int Order = sign(memcmp(&Model[0] + A, &Model[0] + B, Bytes));
    ASSERT_EQ(sign(__stm_wrap_memcmp(Start + A, Start + B, Bytes)), Order)
        << A << " " << B << " " << Bytes;
    ASSERT_EQ(sign(__stm_wrap_bcmp(Start + A, Start + B, Bytes)), Order);
    ++Seen[Order + 1];
    if (upTo(1))
      poke(Odd, 'a');
  }
  EXPECT_TRUE(Seen[0] && Seen[1] && Seen[2]);
}

TEST_F(LibcWraps, MemcmpStopsNearTheFirstDifference) {
  fill({'a'});
  poke(3, 'b');
  EXPECT_GT(__stm_wrap_memcmp(Start, Start + 1000, 1500), 0);
  EXPECT_LE(memory().ReadUpTo, Start + 1000 + 32);
}

TEST_F(LibcWraps, MemchrFindsTheFirstByteAndReadsNoFurther) {
  for (int Round = 0; Round < Rounds; ++Round) {
    if (Round % 64 == 0)
      fill({'a', 'b', '\x81'});
    size_t Bytes = length(Window), At = placeFor(Bytes);
    poke(upTo(Window - 1), upTo(1) ? 'z' : '\0');
    int Byte = upTo(1) ? 'z' + 256 : 0;
    void *Expected = memchr(&Model[0] + At, Byte, Bytes);
    void *Found = __stm_wrap_memchr(Start + At, Byte, Bytes);
    if (!Expected)
      ASSERT_EQ(Found, nullptr);
    else
      ASSERT_EQ(static_cast<char *>(Found) - Start,
                static_cast<char *>(Expected) - &Model[0]);
  }
  // The limit may lie far beyond the memory there is.
  fill({'a'});
  poke(Window - 1, 'q');
  EXPECT_EQ(__stm_wrap_memchr(Start, 'q', ~size_t{0}), Start + Window - 1);
  fill({'a', 'q'});
  poke(0, 'q');
  EXPECT_EQ(__stm_wrap_memchr(Start, 'q', Window), Start);
  EXPECT_LE(memory().ReadUpTo, Start + 8);
}

TEST_F(LibcWraps, StrlenMeasuresStringsAtEveryAlignment) {
  for (int Round = 0; Round < Rounds; ++Round) {
    if (Round % 64 == 0)
      fill({'a', '\x01', '\x80', '\xff', '\x7f'});
    size_t At = upTo(Window - 1);
    size_t Length = makeString(At);
    ASSERT_EQ(__stm_wrap_strlen(Start + At), Length);
  }
  for (size_t Length = 0; Length < 40; ++Length) { // Up to the last byte.
    fill({'\x01', '\x80'});
    poke(Window - 1, 0);
    EXPECT_EQ(__stm_wrap_strlen(Start + Window - 1 - Length), Length);
  }
}

TEST_F(LibcWraps, StrcmpAndStrncmpOrderAsLibcDoes) {
  int Seen[3] = {};
  for (int Round = 0; Round < Rounds; ++Round) {
    fill({'a'});
    size_t A = placeFor(1 + length(Window - 1)), B = upTo(Window - 1);
    makeString(A);
    makeString(B);
    poke(upTo(Window - 2), upTo(1) ? '\xf0' : '\x01');
    poke(Window - 1, 0);
    size_t Limit = upTo(3) ? length(Window) : ~size_t{0};
    int Order = sign(strcmp(&Model[0] + A, &Model[0] + B));
    ASSERT_EQ(sign(__stm_wrap_strcmp(Start + A, Start + B)), Order)
        << A << " " << B;
    ASSERT_EQ(sign(__stm_wrap_strncmp(Start + A, Start + B, Limit)),
              sign(strncmp(&Model[0] + A, &Model[0] + B, Limit)))
        << A << " " << B << " " << Limit;
    ++Seen[Order + 1];
  }
  EXPECT_TRUE(Seen[0] && Seen[1] && Seen[2]);
}

TEST_F(LibcWraps, StrcpyCopiesTheTerminatorAndNothingBehindIt) {
  for (int Round = 0; Round < Rounds; ++Round) {
    fill({'a', 'b', '\xff'});
    size_t From = upTo(Window / 2 - 1);
    size_t Length = std::min(makeString(From), Window / 2 - 1 - From);
    poke(From + Length, 0);
    size_t To = Window / 2 + upTo(Window / 2 - Length - 1);
    if (upTo(2) == 0)
      To = Window - Length - 1;
    ASSERT_EQ(__stm_wrap_strcpy(Start + To, Start + From), Start + To);
    strcpy(&Model[0] + To, &Model[0] + From);
    ASSERT_TRUE(sameBytes()) << To << " <- " << From << ", " << Length;
  }
}

TEST_F(LibcWraps, StrchrFindsTheFirstByteOrTheTerminatorOrNothing) {
  int Seen[2] = {};
  for (int Round = 0; Round < Rounds; ++Round) {
    if (Round % 64 == 0)
      fill({'a', 'b', '\x81'});
    size_t At = upTo(Window - 1);
    makeString(At);
    poke(upTo(Window - 2), 'z');
    poke(Window - 1, 0);
    int Byte = upTo(3) ? 'z' : upTo(1) ? 0 : 256;
    char *Expected = strchr(&Model[0] + At, Byte);
    void *Found = __stm_wrap_strchr(Start + At, Byte);
    if (!Expected)
      ASSERT_EQ(Found, nullptr);
    else
      ASSERT_EQ(static_cast<char *>(Found) - Start, Expected - &Model[0]);
    ++Seen[Expected != nullptr];
  }
  EXPECT_TRUE(Seen[0] && Seen[1]);
}

TEST_F(LibcWraps, BlocksOfNoBytesAreNotTouched) {
  char *End = Start + Window;
  memory().forgetAccesses();
  __stm_wrap_memmove(End, Start, 0);
  __stm_wrap_memcpy(Start, End, 0);
  __stm_wrap_memset(End, 1, 0);
  EXPECT_EQ(__stm_wrap_memcmp(End, Start, 0), 0);
  EXPECT_EQ(__stm_wrap_strncmp(Start, End, 0), 0);
  EXPECT_EQ(__stm_wrap_memchr(End, 1, 0), nullptr);
  EXPECT_EQ(memory().Reads + memory().Writes, 0u);
}

} // namespace
