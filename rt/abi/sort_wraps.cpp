//===- abi/sort_wraps.cpp - qsort and bsearch -------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// They call back: the comparison's transactional version, where there is one.
//
//===----------------------------------------------------------------------===//

#include "abi/clone_table.h"
#include "abi/private_args.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

namespace stm::rt::abi {

namespace {

using Comparison = int (*)(const void *, const void *);

/// Null if there is none.
Comparison versionOf(Ptr Compare) {
  return reinterpret_cast<Comparison>(
      cloneInTransaction(Compare, STM_CALLER_PC));
}

/// Merges the sorted runs [A, B) and [B, End) into \p To.
void merge(char *To, const char *A, const char *B, const char *End, Size Bytes,
           Comparison Compare) {
  const char *Middle = B;
  while (A != Middle && B != End) {
    const char *&Next = Compare(A, B) <= 0 ? A : B;
    memcpy(To, Next, Bytes);
    To += Bytes, Next += Bytes;
  }
  memcpy(To, A, static_cast<Size>(Middle - A));
  To += Middle - A;
  memcpy(To, B, static_cast<Size>(End - B));
}

/// Stable, as glibc's is. \p Data and \p Room are private and take turns; the
/// one that holds the result.
char *mergeSort(char *Data, char *Room, Size Total, Size Bytes,
                Comparison Compare) {
  for (Size Run = Bytes; Run < Total; Run *= 2) {
    for (Size At = 0; At < Total; At += 2 * Run) {
      Size Middle = std::min(At + Run, Total);
      Size End = std::min(At + 2 * Run, Total);
      merge(Room + At, Data + At, Data + Middle, Data + End, Bytes, Compare);
    }
    std::swap(Data, Room);
  }
  return Data;
}

} // namespace

extern "C" {

void __stm_wrap_qsort(Ptr Base, Size Count, Size Bytes, Ptr Compare) {
  Comparison Version = versionOf(Compare);
  Size Total = Count * Bytes;
  PrivateBlock Copies(2 * Total);
  if (!Version || !Copies.data()) {
    __stm_become_inevitable("qsort with a comparison that has no version");
    return qsort(Base, Count, Bytes, reinterpret_cast<Comparison>(Compare));
  }
  if (Count < 2 || !Bytes)
    return;
  __stm_read_range(Copies.data(), Base, Total);
  __stm_write_range(
      Base,
      mergeSort(Copies.data(), Copies.data() + Total, Total, Bytes, Version),
      Total);
}

Ptr __stm_wrap_bsearch(CPtr Key, CPtr Base, Size Count, Size Bytes,
                       Ptr Compare) {
  Comparison Version = versionOf(Compare);
  if (!Version) {
    __stm_become_inevitable("bsearch with a comparison that has no version");
    return bsearch(Key, Base, Count, Bytes,
                   reinterpret_cast<Comparison>(Compare));
  }
  auto *Low = static_cast<const char *>(Base);
  while (Count) {
    const char *Middle = Low + Count / 2 * Bytes;
    int Order = Version(Key, Middle);
    if (Order == 0)
      return const_cast<char *>(Middle);
    if (Order > 0) {
      Low = Middle + Bytes;
      --Count;
    }
    Count /= 2;
  }
  return nullptr;
}

} // extern "C"

} // namespace stm::rt::abi
