//===- pass/GuessedCallees.h - what an indirect call calls ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An indirect call in a transaction looks its target's version up, a few
// nanoseconds, and nothing of it can be inlined. Where this file takes the
// address of one or two functions of the call's type, as with a container's
// comparison or a class that two others are derived from, it is compared with
// these first:
//
//     r = p(a, b);   =>   r = p == &less ? _ZGTt4less(a, b)
//                                        : version of p(a, b);
//
// A version of a few instructions is inlined there. A wrong guess costs a
// comparison and a branch.
//
// In a loop that writes nothing else, as a search does, a pointer that stands
// in memory is loaded once, by a barrier, until a guess was wrong.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_GUESSEDCALLEES_H
#define STM_PASS_GUESSEDCALLEES_H

#include "SelectFunctions.h"
#include "VersionMap.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/IR/Instructions.h"

namespace llvm {
class DominatorTree;
class LoopInfo;
} // namespace llvm

namespace stm {

/// What a module's indirect calls are compared with.
class GuessedCallees {
public:
  GuessedCallees(const Selection &S, const VersionMap &Versions);

  /// Nothing where \p Call, of a version, could call any of many.
  llvm::SmallVector<llvm::Function *, 2> of(const llvm::CallBase &Call) const;

  llvm::Function &versionOf(const llvm::Function &Guess) const {
    return *Versions.lookup(Guess);
  }

private:
  const VersionMap &Versions;
  llvm::DenseMap<llvm::FunctionType *, llvm::SmallVector<llvm::Function *, 2>>
      OfType;
};

/// The indirect calls of one version.
class GuessedCalls {
public:
  /// Before any of \p Version's calls is redirected.
  GuessedCalls(llvm::Function &Version, const GuessedCallees &Guesses);

  /// Before \p Call, an indirect one, puts the comparisons that it is worth, if
  /// any.
  void compare(llvm::CallBase &Call);

  /// When all are.
  void finish();

private:
  /// Of a call whose pointer's load gives the same each time round a loop.
  struct Remembered {
    llvm::LoadInst *Load;
    /// Which guess was right the last time, from 1 on; 0: none. On the stack
    /// until finish().
    llvm::AllocaInst *Last;
  };

  bool isWorthRemembering(const llvm::CallBase &Call) const;
  void remember(llvm::CallBase &Call, llvm::DominatorTree &Dominators,
                llvm::LoopInfo &Loops);

  llvm::Function &F;
  const GuessedCallees &Guesses;
  llvm::MapVector<llvm::CallBase *, Remembered> OfCall;
};

} // namespace stm

#endif // STM_PASS_GUESSEDCALLEES_H
