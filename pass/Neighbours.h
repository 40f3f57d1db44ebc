//===- pass/Neighbours.h - loads that are read together ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What an unrolled or vectorized loop, or the copy of an object, loads next to
// each other is one range to the runtime, which looks once at each stripe of it
// instead of once for each load.
//
// All are loaded where the first one was. So they are in one basic block, with
// nothing between them but loads and computation:
//
//  - nothing that writes memory, which a later one may read;
//  - nothing that may end the attempt or not return, other than a barrier: each
//    would have been loaded anyway.
//
// Values that were loaded before a stripe is looked at stand if that passes,
// one or several (rt/tx/barriers.h). Barriers between them may move the
// snapshot forward: the range is part of what is validated then.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_NEIGHBOURS_H
#define STM_PASS_NEIGHBOURS_H

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Instructions.h"

namespace llvm {
class ScalarEvolution;
}

namespace stm {

/// Loads that make up a range, in the order of addresses: 32 bytes of words, or
/// 16 of what is aligned to 4 only.
struct NeighbouringLoads {
  struct Member {
    llvm::LoadInst *Load = nullptr;
    int64_t Offset = 0; ///< From where the range begins.
  };
  llvm::SmallVector<Member, 8> Members;
  Member First; ///< In the basic block.
  uint64_t Bytes = 0;
};

class Neighbours {
public:
  /// Finds them, before there are barriers. \p IsWanted: whether a load needs a
  /// barrier of its own. \p Evolution is asked for once there are several.
  void find(llvm::Function &F,
            llvm::function_ref<bool(llvm::LoadInst &)> IsWanted,
            llvm::function_ref<llvm::ScalarEvolution &()> Evolution);

  /// The group that \p Load belongs to, or null.
  const NeighbouringLoads *groupOf(const llvm::LoadInst &Load) const {
    auto Found = GroupOf.find(&Load);
    return Found == GroupOf.end() ? nullptr : &Groups[Found->second];
  }

private:
  void group(llvm::ArrayRef<llvm::LoadInst *> Loads, uint64_t RangeBytes,
             llvm::ScalarEvolution &);
  void add(llvm::ArrayRef<NeighbouringLoads::Member> Members, uint64_t Bytes);

  llvm::SmallVector<NeighbouringLoads, 4> Groups;
  llvm::DenseMap<const llvm::LoadInst *, unsigned> GroupOf;
};

} // namespace stm

#endif // STM_PASS_NEIGHBOURS_H
