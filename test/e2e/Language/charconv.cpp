//===- e2e/Language/charconv.cpp - to_chars and from_chars ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Numbers to text and back in a block that is rolled back once: as outside, and
// not inevitable. So too what std::pmr's resources are.
//
// RUN: %levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <charconv>
#include <cstring>
#include <limits>
#include <memory_resource>
#include <string>

constexpr double Numbers[] = {0.0,
                              -0.0,
                              1.0,
                              -2.5,
                              0.1,
                              1e22,
                              1.7976931348623157e308,
                              5e-324,
                              123456.789,
                              std::numeric_limits<double>::infinity(),
                              std::numeric_limits<double>::quiet_NaN()};
const char *const Texts[] = {"1.5",    "-2e10x", "nan", "inf", "1e999",
                             "1e-999", "x",      "",    "-",   "0x1p3",
                             "1.8p3",  ".5",     "+1",  " 1",  "3.4e38"};

struct Memory {
  char Text[400];
  char Source[32];
  double Real;
  float Small;
  long Results[20000];
};
Memory Inside, Outside;

template <class T> void print(Memory &M, long *&R, T Number) {
  auto Note = [&](std::to_chars_result Made) {
    *R++ = Made.ptr - M.Text;
    *R++ = static_cast<long>(Made.ec);
    for (const char *At = M.Text; Made.ec == std::errc() && At != Made.ptr;
         ++At)
      R[-1] = static_cast<long>(static_cast<unsigned long>(R[-1]) * 131 +
                                static_cast<unsigned char>(*At));
  };
  for (size_t Room : {size_t{0}, size_t{3}, size_t{24}, sizeof(M.Text)}) {
    Note(std::to_chars(M.Text, M.Text + Room, Number));
    for (auto Format : {std::chars_format::scientific, std::chars_format::fixed,
                        std::chars_format::hex, std::chars_format::general}) {
      Note(std::to_chars(M.Text, M.Text + Room, Number, Format));
      for (int Precision : {0, 1, 17, -1})
        Note(std::to_chars(M.Text, M.Text + Room, Number, Format, Precision));
    }
  }
}

void all(Memory &M) {
  long *R = M.Results;
  for (double Number : Numbers) {
    print(M, R, Number);
    print(M, R, static_cast<float>(Number));
  }
  for (const char *Text : Texts)
    for (auto Format : {std::chars_format::scientific, std::chars_format::fixed,
                        std::chars_format::hex, std::chars_format::general}) {
      strcpy(M.Source, Text);
      const char *End = M.Source + strlen(Text);
      M.Real = 77;
      M.Small = 78;
      auto Found = std::from_chars(M.Source, End, M.Real, Format);
      *R++ = Found.ptr - M.Source;
      *R++ = static_cast<long>(Found.ec);
      memcpy(R++, &M.Real, sizeof(M.Real));
      Found = std::from_chars(M.Source, End, M.Small, Format);
      *R++ = Found.ptr - M.Source;
      *R++ = static_cast<long>(Found.ec);
      memcpy(R++, &M.Small, sizeof(M.Small));
    }
  EXPECT(R <= M.Results + 20000);
}

int main() {
  optimistically("to_chars", [] { all(Inside); });
  all(Outside);
  EXPECT(memcmp(Inside.Results, Outside.Results, sizeof(Inside.Results)) == 0);
  EXPECT(memcmp(&Inside, &Outside, sizeof(Memory)) == 0);

  strcpy(Inside.Text, "as before");
  stm::atomic([] {
    std::to_chars(Inside.Text, Inside.Text + 400, 1.5);
    std::from_chars(Inside.Source, Inside.Source + 1, Inside.Real);
    EXPECT(memcmp(Inside.Text, "1.5", 3) == 0);
    stm::cancel();
  });
  EXPECT(strcmp(Inside.Text, "as before") == 0 && Inside.Real == Outside.Real);

  std::string Large(100000, 'x');
  optimistically("with much room", [&] {
    char *End = Large.data() + Large.size();
    EXPECT(std::to_chars(Large.data(), End, 0.25).ptr == Large.data() + 4);
  });
  EXPECT(Large.compare(0, 5, "0.25x") == 0);

  optimistically("resources", [] {
    EXPECT(std::pmr::get_default_resource() == std::pmr::new_delete_resource());
    EXPECT(std::pmr::null_memory_resource() != std::pmr::new_delete_resource());
  });

  EXPECT(inevitableSoFar() == 0);
  stm::atomic([&] {
    auto Made = std::to_chars(Large.data(), Large.data() + Large.size(), 1.0,
                              std::chars_format::fixed, 80000);
    EXPECT(Made.ec == std::errc() && Made.ptr == Large.data() + 80002);
    EXPECT(stm_is_inevitable());
  });
  EXPECT(inevitableSoFar() == 1);
}
