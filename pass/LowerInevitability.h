//===- pass/LowerInevitability.h - what can't be undone ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_LOWERINEVITABILITY_H
#define STM_PASS_LOWERINEVITABILITY_H

#include "CapturedMemory.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/PassManager.h"

namespace stm {

/// Puts __stm_become_inevitable before each access and intrinsic of a version
/// that is neither plainly right nor has a barrier. (Calls: RedirectCalls.)
struct LowerInevitabilityPass : llvm::PassInfoMixin<LowerInevitabilityPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

/// Whom an inevitable transaction lets run meanwhile.
enum class Company {
  Alone,  ///< Nobody: memory is accessed without barriers from here on.
  Beside, ///< Others: the code after it still needs its barriers.
};

/// The call alone.
llvm::CallInst *emitBecomeInevitable(llvm::IRBuilder<> &B,
                                     llvm::StringRef Reason,
                                     Company With = Company::Alone);

/// The call before \p I, with the remark; \p I is marked as executed by an
/// inevitable attempt only.
void makeInevitableBefore(llvm::Instruction &I, llvm::StringRef Reason,
                          Company With = Company::Alone);

enum class Certainty {
  Surely,    ///< An error with -stm-strict.
  Elsewhere, ///< Likewise; but another file may have the version.
  Perhaps,   ///< Whether there is a version shows at run time only.
};

/// Tells the user: what, why, in which function.
void remarkInevitable(llvm::Instruction &I, llvm::StringRef Reason, Certainty);

/// Whether \p Call makes the attempt inevitable, and no less than \p With.
bool becomesInevitable(const llvm::Instruction &Call,
                       Company With = Company::Alone);

/// Whether inline assembly has no instructions, or none that do anything: a
/// barrier for the compiler, a way to make it keep a value, a place for code.
bool isEmptyAssembly(const llvm::CallBase &Call);

/// Whether an intrinsic or inline assembly may stand in a version as it is.
bool isHarmless(const llvm::CallBase &Call, CapturedMemory &Memory);

} // namespace stm

#endif // STM_PASS_LOWERINEVITABILITY_H
