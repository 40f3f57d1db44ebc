//===- tool/gate.cpp - what a report must not exceed ------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tool/gate.h"

#include "tool/words.h"

#include <cctype>
#include <charconv>
#include <cmath>
#include <string_view>

namespace stm::tool {

namespace {

struct MetricName {
  std::string_view Name;
  Metric What;
  bool IsCounted; ///< Things, not only time.
  bool IsTimed;
};

constexpr MetricName Metrics[] = {
    {"lost", Metric::Lost, false, true},
    {"waiting", Metric::Waiting, false, true},
    {"inevitable", Metric::Inevitable, true, true},
    {"gc", Metric::Gc, false, true},
    {"aborts", Metric::Aborts, true, false},
};

struct UnitName {
  std::string_view Name;
  Unit In;
  double Factor;
};

constexpr UnitName Units[] = {
    {"", Unit::Count, 1},           {"%", Unit::Percent, 1},
    {"ns", Unit::Nanoseconds, 1},   {"us", Unit::Nanoseconds, 1e3},
    {"ms", Unit::Nanoseconds, 1e6}, {"s", Unit::Nanoseconds, 1e9},
};

class Parser {
public:
  explicit Parser(const std::string &Text) : Text(Text) {}

  std::vector<Condition> parse() {
    std::vector<Condition> All;
    do
      All.push_back(parseCondition());
    while (accept(","));
    if (At != Text.size())
      fail("\",\" or the end is wanted");
    return All;
  }

private:
  [[noreturn]] void fail(const std::string &Why) const {
    throw Error("--fail-on: column " + std::to_string(At + 1) + ": " + Why +
                "\n  " + printable(Text) + "\n  " + std::string(At, ' ') + "^");
  }

  void skipSpaces() {
    while (At != Text.size() && Text[At] == ' ')
      ++At;
  }

  bool accept(std::string_view Token) {
    skipSpaces();
    if (!std::string_view(Text).substr(At).starts_with(Token))
      return false;
    At += Token.size();
    skipSpaces();
    return true;
  }

  std::string_view letters() {
    size_t Begin = At;
    while (At != Text.size() &&
           std::isalpha(static_cast<unsigned char>(Text[At])))
      ++At;
    return std::string_view(Text).substr(Begin, At - Begin);
  }

  Condition parseCondition() {
    skipSpaces();
    size_t Begin = At;
    Condition C = {};
    C.IsGrowth = accept("+");
    const MetricName &M = parseMetric();
    C.What = M.What;
    if (!accept(">"))
      fail("\">\" or \">=\" is wanted");
    // No space between the two.
    if (Text[At - 1] == '>' && accept("="))
      C.OrEqual = true;
    C.Limit = parseNumber();
    parseUnit(M, C);
    size_t End = At;
    skipSpaces();
    C.Text = Text.substr(Begin, End - Begin);
    return C;
  }

  const MetricName &parseMetric() {
    size_t Begin = At;
    std::string_view Name = letters();
    for (const MetricName &M : Metrics)
      if (M.Name == Name)
        return M;
    At = Begin;
    fail("lost, waiting, inevitable, gc or aborts is wanted");
  }

  double parseNumber() {
    double Number = 0;
    const char *End = Text.data() + Text.size();
    auto [Next, Failed] = std::from_chars(Text.data() + At, End, Number,
                                          std::chars_format::fixed);
    if (Failed != std::errc() || !std::isfinite(Number) || Number < 0)
      fail("a number is wanted");
    At = static_cast<size_t>(Next - Text.data());
    return Number;
  }

  void parseUnit(const MetricName &M, Condition &C) {
    size_t Ended = At;
    skipSpaces();
    size_t Begin = At;
    std::string_view Name = accept("%") ? "%" : letters();
    if (Name == "%")
      At = Begin + 1; // Spaces behind it aren't the condition's.
    if (Name.empty())
      At = Ended;
    for (const UnitName &U : Units) {
      if (U.Name != Name)
        continue;
      C.In = U.In;
      C.Limit *= U.Factor;
      if ((C.In == Unit::Count && !M.IsCounted) ||
          (C.In == Unit::Nanoseconds && !M.IsTimed))
        break;
      return;
    }
    if (!Name.empty())
      At = Begin;
    std::string Wanted = M.IsTimed ? "%, ns, us, ms or s" : "%";
    fail(Wanted + (M.IsCounted ? " or nothing" : "") +
         " is wanted as the unit of " + std::string(M.Name));
  }

  const std::string &Text;
  size_t At = 0;
};

uint64_t timeOf(Metric What, const Report &R) {
  const Buckets &Time = R.Sum.Time;
  switch (What) {
  case Metric::Lost:
    return Time.Lost;
  case Metric::Waiting:
    return Time.Waiting;
  case Metric::Inevitable:
    return Time.Inevitable;
  case Metric::Gc:
    return Time.Gc;
  case Metric::Aborts:
    break;
  }
  return 0;
}

uint64_t countOf(Metric What, const Report &R) {
  return What == Metric::Aborts ? R.Sum.Aborts : R.Sum.Inevitable;
}

double percentOf(Metric What, const Report &R) {
  uint64_t Part = timeOf(What, R), Whole = R.wallNs();
  if (What == Metric::Aborts) {
    Part = R.Sum.Aborts;
    Whole = addClamped(R.Sum.Aborts, R.Sum.Commits);
  }
  return Whole ? static_cast<double>(Part) / static_cast<double>(Whole) * 100
               : 0;
}

double valueOf(const Condition &C, const Report &R) {
  switch (C.In) {
  case Unit::Count:
    return static_cast<double>(countOf(C.What, R));
  case Unit::Percent:
    return percentOf(C.What, R);
  case Unit::Nanoseconds:
    return static_cast<double>(timeOf(C.What, R));
  }
  return 0;
}

std::string inWords(const Condition &C, const Report &R) {
  switch (C.In) {
  case Unit::Count:
    return std::to_string(countOf(C.What, R));
  case Unit::Percent:
    return share(percentOf(C.What, R), 100);
  case Unit::Nanoseconds:
    return duration(timeOf(C.What, R));
  }
  return {};
}

} // namespace

std::vector<Condition> parseConditions(const std::string &Text) {
  return Parser(Text).parse();
}

std::string check(const Condition &C, const Report &New, const Report *Old) {
  double Value = valueOf(C, New);
  if (C.IsGrowth)
    Value -= valueOf(C, *Old);
  if (C.OrEqual ? Value < C.Limit : Value <= C.Limit)
    return {};
  std::string Text = printable(C.Text) + ": ";
  if (C.IsGrowth)
    return Text + "was " + inWords(C, *Old) + ", is " + inWords(C, New);
  return Text + "is " + inWords(C, New);
}

} // namespace stm::tool
