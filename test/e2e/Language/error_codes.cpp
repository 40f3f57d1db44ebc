//===- e2e/Language/error_codes.cpp - std::error_code in blocks -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Error codes and their texts in a block that is rolled back once: as outside,
// and not inevitable.
//
// RUN: %levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cerrno>
#include <cstring>
#include <functional>
#include <future>
#include <ios>
#include <string>
#include <system_error>
#include <vector>

enum class Trouble { None, Small, Large };

/// The program's, which the library's functions call back.
struct Troubles : std::error_category {
  long *Calls;
  explicit Troubles(long *Calls) : Calls(Calls) {}
  const char *name() const noexcept override { return "troubles"; }
  std::string message(int Which) const override {
    return "trouble with the number " + std::to_string(Which);
  }
  std::error_condition
  default_error_condition(int Which) const noexcept override {
    ++*Calls;
    return Which == 2 ? std::error_condition(std::errc::no_buffer_space)
                      : std::error_category::default_error_condition(Which);
  }
};
long Calls = 0;
const Troubles AllTroubles(&Calls);

struct Memory {
  std::error_code Code;
  std::error_condition Condition;
  std::vector<std::string> Texts;
  std::vector<long> Results;
  bool operator==(const Memory &Other) const {
    return Code == Other.Code && Condition == Other.Condition &&
           Texts == Other.Texts && Results == Other.Results;
  }
};

void of(Memory &M, const std::error_category &Category) {
  M.Texts.push_back(Category.name());
  for (int Number : {0, 1, 2, 4, 5, 11, 22, 110, 9999, -3}) {
    M.Code.assign(Number, Category);
    M.Texts.push_back(M.Code.message());
    M.Condition = M.Code.default_error_condition();
    M.Texts.push_back(M.Condition.message());
    M.Results.push_back(M.Condition.value());
    M.Results.push_back(M.Condition.category() == std::generic_category());
    for (auto Is : {std::errc::invalid_argument, std::errc::io_error,
                    std::errc::no_buffer_space})
      M.Results.push_back((M.Code == Is) + 2 * (M.Code != Is));
    M.Results.push_back(M.Code == M.Condition);
    M.Results.push_back(M.Code == std::error_code(22, Category));
    M.Results.push_back(M.Code < std::error_code(5, Category));
    M.Results.push_back(Category.equivalent(M.Code, 5));
    M.Results.push_back(Category.equivalent(Number, M.Condition));
    M.Results.push_back(!M.Code);
  }
}

void throwing(Memory &M) {
  auto Catch = [&](auto Throw) {
    try {
      Throw();
    } catch (const std::system_error &E) {
      M.Texts.push_back(E.what());
      M.Code = E.code();
      std::system_error Copy = E;
      M.Texts.push_back(Copy.code().message());
    }
    M.Results.push_back(M.Code.value());
  };
  Catch([] { throw std::system_error(5, std::generic_category()); });
  Catch([] { throw std::system_error({2, AllTroubles}, "here"); });
  Catch([] { std::__throw_system_error(13); });
  Catch([] { std::__throw_system_error(12345); });
  Catch([] {
    throw std::system_error(
        std::make_error_code(std::errc::timed_out),
        std::string("a text that is rather long, and more"));
  });
}

void all(Memory &M) {
  of(M, std::generic_category());
  of(M, std::system_category());
  of(M, std::iostream_category());
  of(M, std::future_category());
  of(M, AllTroubles);
  throwing(M);
  M.Code = std::make_error_code(std::io_errc::stream);
  M.Texts.push_back(M.Code.message());
  M.Code = std::make_error_code(std::future_errc::no_state);
  M.Texts.push_back(M.Code.message());
  M.Results.push_back(
      static_cast<long>(std::hash<std::error_code>()(M.Code) != 0));
  M.Condition = std::make_error_condition(std::errc::bad_message);
}

int main() {
  Memory Outside, Inside;
  all(Outside);
  long CallsOutside = Calls;
  optimistically("error codes", [&] {
    Calls = 0;
    all(Inside);
  });
  EXPECT(Inside == Outside);
  EXPECT(Calls == CallsOutside && Calls > 0);
  EXPECT(Inside.Texts.size() > 100);

  // The thread's text of an unknown error, which strerror has given, stays.
  const char *Unknown = strerror(4321);
  std::string Before = Unknown;
  stm::atomic([&] {
    Inside.Code.assign(1234, std::generic_category());
    EXPECT(Inside.Code.message().find("1234") != std::string::npos);
    stm::cancel();
  });
  EXPECT(Before == Unknown && Inside.Code == Outside.Code);

  // One that leaves.
  try {
    stm::atomic([] { std::__throw_system_error(EPERM); });
    EXPECT(!"thrown");
  } catch (const std::system_error &E) {
    EXPECT(E.code() == std::errc::operation_not_permitted);
    EXPECT(std::string(E.what()) == strerror(EPERM));
  }
  EXPECT(inevitableSoFar() == 0);
}
