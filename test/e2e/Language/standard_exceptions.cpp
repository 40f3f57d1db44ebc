//===- e2e/Language/standard_exceptions.cpp ---------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Thrown by the program and by the library, caught by reference and by value,
// copied, assigned, and leaving the block: none makes it inevitable.
//
// RUN: %levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <any>
#include <functional>
#include <new>
#include <optional>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <variant>
#include <vector>

std::string What;
std::vector<int> Three{1, 2, 3};
std::string Text = "12345x";

template <class E, class F> void throws(const char *Expected, F Body) {
  optimistically(Expected, [&] {
    try {
      Body();
      What = "nothing thrown";
    } catch (const E &Caught) {
      What = Caught.what();
    }
  });
  if (What != Expected)
    failed(Expected, What.c_str(), 0);
}

template <class E, class Base> void throwsAndCopies() {
  const std::string Long(100, 'q');
  throws<Base>("short", [] { throw E("short"); });
  throws<E>(Long.c_str(), [&] { throw E(Long); });
  throws<E>(Long.c_str(), [&] {
    try {
      throw E(Long);
    } catch (E Copy) {
      E Moved = std::move(Copy);
      E Other("another");
      Other = Moved;
      throw Other;
    }
  });
}

struct Base {
  virtual ~Base() {}
};
struct Derived : Base {};
Base *Object = new Base;

int main() {
  throwsAndCopies<std::logic_error, std::exception>();
  throwsAndCopies<std::domain_error, std::logic_error>();
  throwsAndCopies<std::invalid_argument, std::logic_error>();
  throwsAndCopies<std::length_error, std::logic_error>();
  throwsAndCopies<std::out_of_range, std::logic_error>();
  throwsAndCopies<std::runtime_error, std::exception>();
  throwsAndCopies<std::range_error, std::runtime_error>();
  throwsAndCopies<std::overflow_error, std::runtime_error>();
  throwsAndCopies<std::underflow_error, std::runtime_error>();

  throws<std::exception>("std::exception", [] { throw std::exception(); });
  throws<std::exception>("std::bad_alloc", [] { throw std::bad_alloc(); });
  throws<std::out_of_range>("vector::_M_range_check: __n (which is 7) >= "
                            "this->size() (which is 3)",
                            [] { Three.at(7) = 1; });
  throws<std::out_of_range>("basic_string::substr: __pos (which is 9) > "
                            "this->size() (which is 6)",
                            [] { (void)Text.substr(9); });
  throws<std::length_error>("vector::reserve", [] { Three.reserve(~0ul); });
  throws<std::invalid_argument>("stoi", [] { (void)std::stoi("none"); });
  throws<std::out_of_range>("stoi",
                            [] { (void)std::stoi("99999999999999999999"); });
  throws<std::bad_cast>("std::bad_cast",
                        [] { (void)dynamic_cast<Derived &>(*Object); });
  throws<std::bad_function_call>("bad_function_call", [] {
    std::function<int()> None;
    (void)None();
  });
  throws<std::bad_optional_access>("bad optional access", [] {
    std::optional<int> None;
    (void)None.value();
  });
  throws<std::exception>("std::get: wrong index for variant", [] {
    std::variant<int, long> Int;
    (void)std::get<long>(Int);
  });
  throws<std::bad_any_cast>("bad any_cast", [] {
    std::any Int = 3;
    (void)std::any_cast<std::string>(Int);
  });

  // Leaving: what is caught outside has its text, and is destroyed plainly.
  for (int I = 0; I != 3; ++I) {
    Rival Other;
    try {
      stm::atomic([&] {
        Other.strike();
        if (I == 0)
          throw std::out_of_range("left");
        (void)Three.at(3);
      });
      EXPECT(!"thrown");
    } catch (const std::out_of_range &E) {
      EXPECT(std::string(E.what()).size() > 3);
      std::out_of_range Copy = E;
      EXPECT(std::string(Copy.what()) == E.what());
    }
  }

  // A text that plain code shares with the transaction.
  std::runtime_error Plain("shared with plain code, and longer than usual");
  std::runtime_error Sharing = Plain;
  optimistically("shared", [&] {
    std::runtime_error Copy = Plain;
    Plain = std::runtime_error("new");
    What = Copy.what();
  });
  EXPECT(What == "shared with plain code, and longer than usual");
  EXPECT(Sharing.what() == What);
  EXPECT(std::string(Plain.what()) == "new");
  EXPECT(inevitableSoFar() == 0);
}
