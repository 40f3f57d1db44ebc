//===- tool/report.cpp - a report, as read ----------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tool/report.h"

#include "tool/rank.h"

#include <algorithm>

namespace stm::tool {

uint64_t Buckets::sum() const {
  uint64_t Sum = 0;
  for (uint64_t Part : {Useful, Lost, Waiting, Inevitable, Gc, Outside})
    Sum = addClamped(Sum, Part);
  return Sum;
}

void Buckets::add(const Buckets &O) {
  Useful = addClamped(Useful, O.Useful);
  Lost = addClamped(Lost, O.Lost);
  Waiting = addClamped(Waiting, O.Waiting);
  Inevitable = addClamped(Inevitable, O.Inevitable);
  Gc = addClamped(Gc, O.Gc);
  Outside = addClamped(Outside, O.Outside);
}

const Frame *userFrame(const Stack &Frames) {
  for (const Frame &F : Frames)
    if (!F.IsLibrary)
      return &F;
  return Frames.empty() ? nullptr : &Frames.front();
}

const Frame *libraryFrame(const Stack &Frames) {
  const Frame *User = userFrame(Frames);
  return User && User != &Frames.front() ? User - 1 : nullptr;
}

bool isLibraryFile(const std::string &File) {
  if (File.starts_with("/usr/include/") || File.starts_with("/usr/lib/"))
    return true;
  for (const char *Part : {
#define STM_OWN_HEADER(Part) Part,
#include "base/own_headers.inc"
           "/include/c++/", "/libstdc++-v3/"})
    if (File.find(Part) != std::string::npos)
      return true;
  return false;
}

uint64_t Report::wallNs() const {
  uint64_t Sum = 0;
  for (const Thread &T : Threads)
    Sum = addClamped(Sum, T.WallNs);
  // A runtime that measures its threads and its buckets apart may be off by a
  // little, and shares are to be of the whole.
  return std::max(Sum, this->Sum.Time.sum());
}

uint64_t Report::conflictCount() const {
  uint64_t Count = 0;
  for (const Conflict &C : Conflicts)
    Count = addClamped(Count, C.Count);
  return Count;
}

uint64_t Report::conflictNs() const {
  uint64_t Ns = 0;
  for (const Conflict &C : Conflicts)
    Ns = addClamped(Ns, C.LostNs);
  return Ns;
}

void rank(Report &R) {
  sortGreatestFirst(R.Conflicts, [](const Conflict &C) {
    return std::pair(C.LostNs, C.Count);
  });
  sortGreatestFirst(R.Inevitables, [](const Inevitable &I) {
    return std::pair(I.TimeNs, I.Count);
  });
  sortGreatestFirst(R.Blocks, [](const Block &B) { return B.Time.sum(); });
}

} // namespace stm::tool
