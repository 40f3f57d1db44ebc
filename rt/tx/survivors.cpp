//===- tx/survivors.cpp - what an exception takes out of its scope --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/survivors.h"

#include <algorithm>
#include <cstring>

namespace stm::rt {

Survivors::~Survivors() { freeLogMemory(Ranges.begin()); }

Survivors::Range *Survivors::rangeOf(uintptr_t Address) const {
  Range *After = std::upper_bound(
      Ranges.begin(), Ranges.end(), Address,
      [](uintptr_t At, const Range &R) { return At < R.Begin; });
  if (After == Ranges.begin() || Address >= After[-1].End)
    return nullptr;
  return After - 1;
}

bool Survivors::find(std::span<const AllocatedBlock> Blocks, const void *Root) {
  for (const AllocatedBlock &B : Blocks) {
    auto At = reinterpret_cast<uintptr_t>(B.Block);
    if (At && !Ranges.push({At, At + B.Bytes, false}))
      return false;
  }
  std::sort(Ranges.begin(), Ranges.end(),
            [](const Range &A, const Range &B) { return A.Begin < B.Begin; });
  Range *First = rangeOf(reinterpret_cast<uintptr_t>(Root));
  if (!First)
    return true;

  LogVector<Range *> Worklist;
  bool HasRoom = true;
  auto Reach = [&](Range *R) {
    if (R->IsReached)
      return;
    R->IsReached = true;
    HasRoom = HasRoom && Worklist.push(R);
  };
  Reach(First);
  while (HasRoom && !Worklist.empty()) {
    Range R = *Worklist.back();
    Worklist.pop();
    uintptr_t Aligned = (R.Begin + sizeof(void *) - 1) & ~(sizeof(void *) - 1);
    for (uintptr_t At = Aligned; At + sizeof(void *) <= R.End;
         At += sizeof(void *)) {
      uintptr_t Word;
      memcpy(&Word, reinterpret_cast<const void *>(At), sizeof(Word));
      if (Range *Next = rangeOf(Word))
        Reach(Next);
    }
  }
  freeLogMemory(Worklist.begin());
  return HasRoom;
}

} // namespace stm::rt
