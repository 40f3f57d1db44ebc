//===- abi/sort_wraps.cpp - qsort, bsearch and lfind ------------*- C++ -*-===//
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
#include <search.h>

namespace stm::rt::abi {

namespace {

using Comparison = int (*)(const void *, const void *);

/// Null if there is none.
template <class F = Comparison> F versionOf(Ptr Compare) {
  return reinterpret_cast<F>(cloneInTransaction(Compare, STM_CALLER_PC));
}

using ComparisonWith = int (*)(const void *, const void *, void *);

/// Merges the sorted runs [A, B) and [B, End) into \p To.
template <class F>
void merge(char *To, const char *A, const char *B, const char *End, Size Bytes,
           F Compare) {
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
template <class F>
char *mergeSort(char *Data, char *Room, Size Total, Size Bytes, F Compare) {
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

/// \p Compare is the comparison's version. False: there is no memory.
template <class F> bool sort(Ptr Base, Size Count, Size Bytes, F Compare) {
  Size Total = Count * Bytes;
  PrivateBlock Copies(2 * Total);
  if (!Copies.data())
    return false;
  if (Count < 2 || !Bytes)
    return true;
  __stm_read_range(Copies.data(), Base, Total);
  __stm_write_range(
      Base,
      mergeSort(Copies.data(), Copies.data() + Total, Total, Bytes, Compare),
      Total);
  return true;
}

/// Where one stands that is equal to \p Key, or null.
Ptr findEqual(CPtr Key, CPtr Base, Size Count, Size Bytes, Comparison Version) {
  auto *At = static_cast<const char *>(Base);
  for (; Count; --Count, At += Bytes)
    if (Version(Key, At) == 0)
      return const_cast<char *>(At);
  return nullptr;
}

} // namespace

extern "C" {

void __stm_wrap_qsort(Ptr Base, Size Count, Size Bytes, Ptr Compare) {
  Comparison Version = versionOf(Compare);
  if (Version && sort(Base, Count, Bytes, Version))
    return;
  __stm_become_inevitable("qsort with a comparison that has no version");
  qsort(Base, Count, Bytes, reinterpret_cast<Comparison>(Compare));
}

void __stm_wrap_qsort_r(Ptr Base, Size Count, Size Bytes, Ptr Compare,
                        Ptr With) {
  auto Version = versionOf<ComparisonWith>(Compare);
  if (Version && sort(Base, Count, Bytes,
                      [=](CPtr A, CPtr B) { return Version(A, B, With); }))
    return;
  __stm_become_inevitable("qsort_r with a comparison that has no version");
  qsort_r(Base, Count, Bytes, reinterpret_cast<ComparisonWith>(Compare), With);
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

Ptr __stm_wrap_lfind(CPtr Key, CPtr Base, Ptr Count, Size Bytes, Ptr Compare) {
  if (Comparison Version = versionOf(Compare))
    return findEqual(Key, Base, __stm_read_u64(Count), Bytes, Version);
  __stm_become_inevitable("lfind with a comparison that has no version");
  return lfind(Key, Base, static_cast<size_t *>(Count), Bytes,
               reinterpret_cast<Comparison>(Compare));
}

Ptr __stm_wrap_lsearch(CPtr Key, Ptr Base, Ptr Count, Size Bytes, Ptr Compare) {
  Comparison Version = versionOf(Compare);
  if (!Version) {
    __stm_become_inevitable("lsearch with a comparison that has no version");
    return lsearch(Key, Base, static_cast<size_t *>(Count), Bytes,
                   reinterpret_cast<Comparison>(Compare));
  }
  Size Before = __stm_read_u64(Count);
  if (Ptr Found = findEqual(Key, Base, Before, Bytes, Version))
    return Found;
  Ptr New = static_cast<char *>(Base) + Before * Bytes;
  __stm_wrap_memmove(New, Key, Bytes);
  __stm_write_u64(Count, Before + 1);
  return New;
}

} // extern "C"

} // namespace stm::rt::abi
