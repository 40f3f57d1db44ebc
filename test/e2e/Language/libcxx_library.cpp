//===- e2e/Language/libcxx_library.cpp - what libc++ has in its library ---===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Numbers to text and back, sorting, mutexes, exceptions made of a string: as
// outside of a block, undone with it, and not inevitable.
//
// REQUIRES: libc++
// RUN: %at_O2 %t %s %stmxx -stdlib=libc++
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <algorithm>
#include <charconv>
#include <format>
#include <mutex>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

template <class F> void optimisticallyTwice(F Body) {
  uint64_t Before = inevitableSoFar();
  Rival Other;
  stm::atomic([&] {
    Body();
    Other.strike();
    EXPECT(!stm_is_inevitable());
  });
  EXPECT(inevitableSoFar() == Before);
}

/// Another text for "nothing was thrown".
template <class E, class F> std::string thrown(F Body) {
  try {
    Body();
  } catch (const E &Error) {
    return Error.what();
  }
  return "nothing";
}

void numbers() {
  std::string Text[5];
  optimisticallyTwice([&] {
    Text[0] = std::to_string(-17);
    Text[1] = std::to_string(18446744073709551615ull);
    Text[2] = std::to_string(1e30); // Too long for the string itself.
    Text[3] = std::to_string(0.5f);
    Text[4] = std::to_string(-9223372036854775807ll);
  });
  EXPECT(Text[0] == "-17" && Text[1] == "18446744073709551615");
  EXPECT(Text[2] == "1000000000000000019884624838656.000000");
  EXPECT(Text[3] == "0.500000" && Text[4] == "-9223372036854775807");

  // Reals, which std::format has printed by to_chars.
  char Shared[40] = {}, Expected[40] = {};
  auto Reals = [](char *Out) {
    char *At = std::to_chars(Out, Out + 40, 0.1).ptr;
    At = std::to_chars(At, Out + 40, 2.5f, std::chars_format::scientific).ptr;
    return std::to_chars(At, Out + 40, 1e9, std::chars_format::fixed, 3).ptr -
           Out;
  };
  std::string Formatted;
  long Length = 0;
  optimisticallyTwice([&] {
    Length = Reals(Shared);
    Formatted =
        std::format("{} {:.3f} {:10.2e}|{}", 0.25, 1.0 / 3, 12345.678f, "text");
  });
  EXPECT(Length == Reals(Expected));
  EXPECT(std::string(Shared) == Expected && Length > 20);
  EXPECT(Formatted == "0.25 0.333   1.23e+04|text");

  std::string Source = "  -42 and more", Long = "123456789012345678901234";
  optimisticallyTwice([&] {
    size_t End = 0;
    EXPECT(std::stoi(Source, &End) == -42 && End == 5);
    EXPECT(std::stol(Source) == -42 && std::stoll(Source) == -42);
    EXPECT(std::stoul("7f", nullptr, 16) == 127 && std::stoull("8") == 8);
    EXPECT(std::stof("0.25x", &End) == 0.25f && End == 4);
    EXPECT(std::stod("1e3") == 1000);
  });
  std::string What[3];
  optimisticallyTwice([&] {
    What[0] = thrown<std::out_of_range>([&] { std::stoi(Long); });
    What[1] = thrown<std::invalid_argument>([&] { std::stoi("none"); });
    What[2] = thrown<std::out_of_range>([&] { std::stoi("2147483648"); });
  });
  EXPECT(What[0] == "stoi: out of range" && What[2] == What[0]);
  EXPECT(What[1] == "stoi: no conversion");
}

void sorting() {
  std::vector<int> Whole;
  std::vector<double> Real;
  for (int I = 0; I != 1000; ++I) {
    Whole.push_back(I * 7919 % 1000);
    Real.push_back(I * 7919 % 1000 + 0.5);
  }
  optimisticallyTwice([&] {
    std::sort(Whole.begin(), Whole.end());
    std::sort(Real.begin(), Real.end());
  });
  for (int I = 0; I != 1000; ++I)
    EXPECT(Whole[unsigned(I)] == I && Real[unsigned(I)] == I + 0.5);
}

void exceptions() {
  std::string Why = "a reason that doesn't fit into the string itself";
  std::string What[3];
  optimisticallyTwice([&] {
    What[0] =
        thrown<std::runtime_error>([&] { throw std::runtime_error(Why); });
    What[1] = thrown<std::logic_error>([&] { throw std::logic_error(Why); });
    What[2] = thrown<std::length_error>([&] { throw std::length_error("a"); });
  });
  EXPECT(What[0] == Why && What[1] == Why && What[2] == "a");
}

/// Given back at the commit; what is rolled back has given it back too.
void mutexes() {
  std::mutex Mutex;
  Rival Other;
  bool First = false, Second = true;
  stm::atomic([&] {
    Mutex.lock();
    Mutex.unlock();
    First = Mutex.try_lock();
    Other.strike();
    if (First)
      Mutex.unlock();
  });
  Second = Mutex.try_lock();
  EXPECT(First && Second);
  Mutex.unlock();
  std::recursive_mutex Recursive;
  stm::atomic([&] {
    std::lock_guard<std::recursive_mutex> Lock(Recursive);
    std::lock_guard<std::recursive_mutex> Again(Recursive);
  });
}

} // namespace

int main() {
  numbers();
  sorting();
  exceptions();
  mutexes();
}
