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

#include <cwchar>
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

/// \p Count wide characters there, few different ones; ends with a nul.
class WideWraps : public LibcWraps {
protected:
  static constexpr size_t Count = 40;
  /// Where wchar_t has no sign libc takes what is far above nul for less.
  static constexpr wchar_t Far = wchar_t(-1) < 0 ? wchar_t(-5) : 0x7fffffff;
  void SetUp() override {
    LibcWraps::SetUp();
    // As late as possible.
    Shared = reinterpret_cast<wchar_t *>(Start + Window) - Count;
    Plain = reinterpret_cast<wchar_t *>(&Model[Window]) - Count;
  }
  void makeWide() {
    fill({'x'});
    const wchar_t Few[] = {0, L'a', L'b', L'\U0001f600', Far};
    for (size_t I = 0; I != Count; ++I)
      Plain[I] = Few[upTo(9) ? 1 + upTo(3) : 0];
    Plain[Count - 1] = 0;
    memcpy(memory().open(Shared), Plain, Count * sizeof(wchar_t));
    memory().forgetAccesses();
  }
  template <class T> ptrdiff_t distance(T *Found, T *From) {
    return Found ? Found - From : -1;
  }

  wchar_t *Shared, *Plain;
};

TEST_F(WideWraps, TheyFindAndCompareAsLibcDoes) {
  int Seen[3] = {};
  for (int Round = 0; Round < Rounds; ++Round) {
    makeWide();
    size_t A = upTo(Count - 1), B = upTo(Count - 1), Limit = upTo(Count);
    wchar_t Wanted = upTo(1) ? L'b' : upTo(1) ? 0 : Far;
    size_t Most = std::min(Limit, Count - A);
    EXPECT_EQ(__stm_wrap_wcslen(Shared + A), wcslen(Plain + A));
    EXPECT_EQ(__stm_wrap_wcsnlen(Shared + A, Limit), wcsnlen(Plain + A, Limit));
    EXPECT_EQ(
        distance(static_cast<wchar_t *>(__stm_wrap_wcschr(Shared + A, Wanted)),
                 Shared),
        distance(wcschr(Plain + A, Wanted), Plain));
    EXPECT_EQ(
        distance(static_cast<wchar_t *>(__stm_wrap_wcsrchr(Shared + A, Wanted)),
                 Shared),
        distance(wcsrchr(Plain + A, Wanted), Plain));
    EXPECT_EQ(distance(static_cast<wchar_t *>(
                           __stm_wrap_wmemchr(Shared + A, Wanted, Most)),
                       Shared),
              distance(wmemchr(Plain + A, Wanted, Most), Plain));
    int Order = sign(wcscmp(Plain + A, Plain + B));
    EXPECT_EQ(sign(__stm_wrap_wcscmp(Shared + A, Shared + B)), Order);
    ++Seen[Order + 1];
    EXPECT_EQ(sign(__stm_wrap_wcsncmp(Shared + A, Shared + B, Limit)),
              sign(wcsncmp(Plain + A, Plain + B, Limit)));
    size_t Both = std::min(Most, Count - B);
    EXPECT_EQ(sign(__stm_wrap_wmemcmp(Shared + A, Shared + B, Both)),
              sign(wmemcmp(Plain + A, Plain + B, Both)));
    ASSERT_FALSE(HasFailure()) << "round " << Round;
  }
  EXPECT_TRUE(Seen[0] && Seen[1] && Seen[2]);
}

TEST_F(WideWraps, TheyWriteWhatLibcDoes) {
  for (int Round = 0; Round < Rounds / 4; ++Round) {
    makeWide();
    size_t From = Count / 2 + upTo(Count / 2 - 1), To = upTo(Count / 2 - 1);
    size_t Room = Count / 2 - To, Many = upTo(Room);
    Plain[Count / 2 - 1] = 0;
    memcpy(memory().open(Shared), Plain, Count * sizeof(wchar_t));
    switch (upTo(5)) {
    case 0:
      if (wcslen(Plain + From) < Room) {
        __stm_wrap_wcscpy(Shared + To, Shared + From);
        wcscpy(Plain + To, Plain + From);
      }
      break;
    case 1:
      __stm_wrap_wcsncpy(Shared + To, Shared + From, Many);
      wcsncpy(Plain + To, Plain + From, Many);
      break;
    case 2:
      if (wcslen(Plain + To) + wcslen(Plain + From) < Room) {
        __stm_wrap_wcscat(Shared + To, Shared + From);
        wcscat(Plain + To, Plain + From);
      }
      break;
    case 3:
      __stm_wrap_wmemmove(Shared + To, Shared + To / 2, Many);
      wmemmove(Plain + To, Plain + To / 2, Many);
      break;
    case 4:
      __stm_wrap_wmemset(Shared + To, L'=', Many);
      wmemset(Plain + To, L'=', Many);
      break;
    case 5:
      Many = std::min(Many, Count - From);
      __stm_wrap_wmemcpy(Shared + To, Shared + From, Many);
      wmemcpy(Plain + To, Plain + From, Many);
    }
    ASSERT_TRUE(sameBytes()) << To << " <- " << From << ", " << Many;
  }
}

TEST_F(LibcWraps, TokensAreCutAsLibcCutsThem) {
  // Both keep their place in shared memory, before the text.
  auto **Place = reinterpret_cast<char **>(
      (reinterpret_cast<uintptr_t>(Start) + 7) / 8 * 8);
  size_t Text = Window - 30;
  for (int Round = 0; Round < Rounds / 4; ++Round) {
    fill({',', ';', 'a', 'b', '\0'});
    poke(Window - 1, 0);
    const char *Separators = upTo(1) ? ",;" : upTo(1) ? ";" : "";
    char Cut[4] = {};
    strcpy(Cut, Separators);
    memcpy(memory().open(Start + 100), Cut, 4);
    memcpy(&Model[100], Cut, 4);
    bool Separately = upTo(1);
    char *PlainPlace = &Model[Text];
    *memory().open(Place) = Start + Text;
    for (bool First = true;; First = false) {
      char *Expected = Separately ? strsep(&PlainPlace, Separators)
                                  : strtok_r(First ? &Model[Text] : nullptr,
                                             Separators, &PlainPlace);
      void *Found = Separately
                        ? __stm_wrap_strsep(Place, Start + 100)
                        : __stm_wrap_strtok_r(First ? Start + Text : nullptr,
                                              Start + 100, Place);
      ASSERT_EQ(Found ? static_cast<char *>(Found) - Start : -1,
                Expected ? Expected - &Model[0] : -1);
      char *NowAt = *memory().open(Place);
      ASSERT_EQ(NowAt ? NowAt - Start : -1,
                PlainPlace ? PlainPlace - &Model[0] : -1);
      if (!Expected)
        break;
    }
    ASSERT_EQ(memcmp(memory().open(Start + Text), &Model[Text], 30), 0);
  }
}

TEST_F(LibcWraps, SeldomUsedOnesDoWhatLibcDoes) {
  for (int Round = 0; Round < Rounds / 4; ++Round) {
    fill({'a', 'b', '\x81', '\0'});
    poke(Window - 1, 0);
    size_t At = Window - 1 - upTo(60), To = upTo(500), Bytes = Window - At;
    Bytes = upTo(Bytes);
    int Byte = upTo(1) ? 'b' : 0x181;
    EXPECT_EQ(static_cast<char *>(__stm_wrap_strchrnul(Start + At, Byte)) -
                  Start,
              strchrnul(&Model[At], Byte) - &Model[0]);
    EXPECT_EQ(static_cast<char *>(__stm_wrap_rawmemchr(Start + At, 0)) - Start,
              static_cast<char *>(rawmemchr(&Model[At], 0)) - &Model[0]);
    if (upTo(1)) {
      EXPECT_EQ(static_cast<char *>(
                    __stm_wrap_stpncpy(Start + To, Start + At, Bytes)) -
                    Start,
                stpncpy(&Model[To], &Model[At], Bytes) - &Model[0]);
    } else {
      void *Expected = memccpy(&Model[To], &Model[At], Byte, Bytes);
      void *Found = __stm_wrap_memccpy(Start + To, Start + At, Byte, Bytes);
      EXPECT_EQ(Found ? static_cast<char *>(Found) - Start : -1,
                Expected ? static_cast<char *>(Expected) - &Model[0] : -1);
    }
    ASSERT_TRUE(sameBytes() && !HasFailure()) << "round " << Round;
  }
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
