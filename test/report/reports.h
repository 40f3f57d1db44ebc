//===- report/reports.h - reports for tests ---------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_REPORT_REPORTS_H
#define STM_TEST_REPORT_REPORTS_H

#include "tool/read.h"

#include <string>

namespace stm::tool {

inline Frame frame(const std::string &Function, const std::string &File,
                   uint64_t Line) {
  Frame F;
  F.Function = Function;
  F.File = File;
  F.Line = Line;
  F.IsLibrary = isLibraryFile(File);
  return F;
}

/// Milliseconds, in one run of 1 s of one thread.
inline Conflict conflict(const std::string &Block, uint64_t Line, uint64_t Ms,
                         uint64_t Count = 1) {
  Conflict C;
  C.Kind = "read-write";
  C.Count = Count;
  C.LostNs = Ms * 1000000;
  C.Victim = {Block, {frame(Block + "()", "bank.cpp", Line)}};
  C.Culprit = {"writer", {frame("writer()", "bank.cpp", 90)}};
  return C;
}

inline Report report(std::vector<Conflict> Conflicts, uint64_t WallMs = 1000) {
  Report R;
  R.Program = "bank";
  R.Threads.emplace_back();
  R.Threads[0].WallNs = WallMs * 1000000;
  R.Sum.Commits = 100;
  for (const Conflict &C : Conflicts) {
    R.Sum.Aborts += C.Count;
    R.Sum.Time.Lost += C.LostNs;
  }
  R.Sum.Time.Useful = R.Threads[0].WallNs - R.Sum.Time.Lost;
  R.Conflicts = std::move(Conflicts);
  rank(R);
  return R;
}

/// What \p Code throws as an Error; "" if nothing.
template <typename Function> std::string errorOf(Function Code) {
  try {
    Code();
  } catch (const Error &E) {
    return E.what();
  }
  return "";
}

inline bool has(const std::string &Text, const std::string &Part) {
  return Text.find(Part) != std::string::npos;
}

} // namespace stm::tool

#endif // STM_TEST_REPORT_REPORTS_H
