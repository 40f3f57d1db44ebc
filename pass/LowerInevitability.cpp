//===- pass/LowerInevitability.cpp - what can't be undone -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "LowerInevitability.h"
#include "Diagnostics.h"
#include "Options.h"
#include "RuntimeCalls.h"
#include "Versions.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/OptimizationRemarkEmitter.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Support/Path.h"

#define DEBUG_TYPE "stm-inevitability"

using namespace llvm;

namespace stm {

STATISTIC(NumInevitable, "Places that make a transaction inevitable");
STATISTIC(NumRedundant, "Checks of inevitability that another one covers");

namespace {

Constant *reasonString(Module &M, StringRef Reason) {
  std::string Name = ("stm.reason." + Reason).str();
  if (GlobalVariable *G = M.getGlobalVariable(Name, /*AllowInternal=*/true))
    return G;
  auto *Data = ConstantDataArray::getString(M.getContext(), Reason);
  auto *G = new GlobalVariable(M, Data->getType(), /*isConstant=*/true,
                               GlobalValue::PrivateLinkage, Data, Name);
  G->setUnnamedAddr(GlobalValue::UnnamedAddr::Global);
  return G;
}

/// Clang writes paths below the current folder relative, but that of the unit.
std::string pathOf(StringRef Folder, StringRef File) {
  if (sys::path::is_absolute(File))
    return File.str();
  return (Folder + "/" + File).str();
}

/// The line of the file that is compiled, where it isn't a header's that is
/// inlined there; otherwise null.
const DILocation *lineOfUser(const Instruction &I) {
  const DISubprogram *SP = I.getFunction()->getSubprogram();
  const DILocation *Loc = I.getDebugLoc();
  if (!SP || !SP->getUnit())
    return nullptr;
  const DICompileUnit *Unit = SP->getUnit();
  std::string Path = pathOf(Unit->getDirectory(), Unit->getFilename());
  while (Loc && pathOf(Loc->getDirectory(), Loc->getFilename()) != Path)
    Loc = Loc->getInlinedAt();
  return Loc && Loc->getLine() ? Loc : nullptr;
}

/// "f(int)", or "g(), inlined into f(int), at file:line".
std::string placeInSource(const Instruction &I) {
  const Function &F = *I.getFunction();
  StringRef Original = F.getFnAttribute(VersionAttr).getValueAsString();
  std::string Where = Original.empty() ? printableName(F) : demangle(Original);
  if (const DILocation *Loc = I.getDebugLoc(); Loc && Loc->getInlinedAt()) {
    const DISubprogram *SP = Loc->getScope()->getSubprogram();
    StringRef Name = SP->getLinkageName();
    Where = (Name.empty() ? SP->getName().str() : demangle(Name)) +
            ", inlined into " + Where;
    if (const DILocation *User = lineOfUser(I); User && User != Loc)
      Where +=
          (", at " + User->getFilename() + ":" + Twine(User->getLine())).str();
  }
  return Where;
}

/// Why \p I, which is no call, can't stand as it is; "" if it can.
StringRef reasonFor(const Instruction &I, CapturedMemory &Memory) {
  if (!I.mayReadOrWriteMemory() || isa<CallBase>(I) ||
      Memory.isPlainAccessAllowed(I))
    return "";
  // First: libstdc++'s reference counts are both, and no user has written the
  // "volatile" there.
  if (I.isAtomic())
    return "atomic operation";
  if (I.isVolatile())
    return "volatile access";
  if (isa<VAArgInst>(I))
    return "va_arg";
  if (isa<LoadInst, StoreInst>(I))
    return "access of another address space or of a register type";
  // Landing pads and the like are said to touch memory for the optimizer's
  // sake.
  return "";
}

/// A place of the source is told of once, into however many functions it is
/// inlined. One in a header once for each line that it is inlined into.
bool isNews(const Instruction &I, StringRef Function, StringRef Reason,
            bool IsReached) {
  // Modules may be compiled side by side, at a link with LTO.
  static thread_local StringSet<> Told;
  const DILocation *Loc = lineOfUser(I);
  if (!Loc)
    Loc = I.getDebugLoc();
  std::string Place = Loc && Loc->getLine()
                          ? (Loc->getFilename() + ":" + Twine(Loc->getLine()) +
                             ":" + Twine(Loc->getColumn()))
                                .str()
                          : Function.str();
  return Told
      .insert((I.getModule()->getName() + "\n" + Place + "\n" + Reason +
               (IsReached ? "!" : ""))
                  .str())
      .second;
}

std::string reasonForCall(const CallBase &Call) {
  if (Call.isInlineAsm())
    return "inline assembly";
  if (auto *Memory = dyn_cast<AnyMemIntrinsic>(&Call)) {
    if (Memory->isVolatile())
      return "volatile access";
    if (!isa<MemIntrinsic>(Memory)) // the element-wise ones
      return "atomic operation";
  }
  return ("memory intrinsic " + Call.getCalledFunction()->getName()).str();
}

void lower(Function &F) {
  CapturedMemory Memory;
  SmallVector<std::pair<Instruction *, std::string>> Found;
  for (Instruction &I : instructions(F)) {
    if (I.getMetadata(InevitableMD))
      continue;
    if (StringRef Reason = reasonFor(I, Memory); !Reason.empty())
      Found.push_back({&I, Reason.str()});
    else if (auto *Call = dyn_cast<CallBase>(&I))
      if ((Call->isInlineAsm() || Call->getIntrinsicID()) &&
          !isHarmless(*Call, Memory))
        Found.push_back({&I, reasonForCall(*Call)});
  }
  for (auto &[I, Reason] : Found)
    makeInevitableBefore(*I, Reason);
}

/// An attempt stays inevitable until it ends, and it doesn't end in a version.
void removeRedundantChecks(Function &F) {
  SmallVector<Instruction *> Checks;
  for (Instruction &I : instructions(F))
    if (becomesInevitable(I, Company::Beside))
      Checks.push_back(&I);
  if (Checks.size() < 2)
    return;
  DominatorTree Dominators(F);
  SmallVector<Instruction *> Redundant;
  for (Instruction *Check : Checks)
    if (any_of(Checks, [&](Instruction *Other) {
          Company Needed =
              becomesInevitable(*Check) ? Company::Alone : Company::Beside;
          return Other != Check && becomesInevitable(*Other, Needed) &&
                 Dominators.dominates(Other, Check);
        }))
      Redundant.push_back(Check);
  for (Instruction *Check : Redundant) {
    auto *Call = cast<CallBase>(Check);
    if (isa<InvokeInst>(Call) ||
        !Call->getCalledFunction()->getName().starts_with(
            "__stm_become_inevitable"))
      continue; // the user's own
    Check->eraseFromParent();
    ++NumRedundant;
  }
}

} // namespace

bool becomesInevitable(const Instruction &I, Company With) {
  auto *Call = dyn_cast<CallBase>(&I);
  const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
  return Callee && (Callee->getName() == "__stm_become_inevitable" ||
                    Callee->getName() == "stm_become_inevitable" ||
                    (With == Company::Beside &&
                     Callee->getName() == "__stm_become_inevitable_beside"));
}

CallInst *emitBecomeInevitable(IRBuilder<> &B, StringRef Reason, Company With) {
  Module &M = *B.GetInsertBlock()->getModule();
  return B.CreateCall(
      getRuntime(M, With == Company::Alone
                        ? Runtime::__stm_become_inevitable
                        : Runtime::__stm_become_inevitable_beside),
      {reasonString(M, Reason)});
}

void remarkInevitable(Instruction &I, StringRef Reason, Certainty How) {
  Function &F = *I.getFunction();
  std::string Where = placeInSource(I);
  // Of a function that only other files' transactions may call, it's no more
  // than a fact.
  bool IsReached = !isVersion(F) || F.hasFnAttribute(ReachedAttr);
  if (!isNews(I, Where, Reason, IsReached))
    return;
  OptimizationRemarkEmitter Remarks(&F);
  auto Describe = [&](auto Remark) {
    Remark << "a transaction "
           << (How == Certainty::Perhaps ? "may become" : "becomes")
           << " inevitable: " << ore::NV("Reason", Reason)
           << (How == Certainty::Elsewhere
                   ? " (unless its file is compiled with the plugin)"
                   : "")
           << ", in " << ore::NV("Function", Where);
    return Remark;
  };
  if (IsReached)
    Remarks.emit([&] {
      return Describe(OptimizationRemarkMissed("stm", "Inevitable", &I));
    });
  else
    Remarks.emit([&] {
      return Describe(OptimizationRemarkAnalysis("stm", "Inevitable", &I));
    });
  if (How != Certainty::Perhaps && isStrict() && IsReached)
    reportError(F.getContext(), placeOf(I),
                "a transaction becomes inevitable: " + Reason + ", in " +
                    Where +
                    (How == Certainty::Elsewhere
                         ? "; if another file has its version: STM_SAFE"
                         : ""));
}

void makeInevitableBefore(Instruction &I, StringRef Reason, Company With) {
  ++NumInevitable;
  remarkInevitable(I, Reason, Certainty::Surely);
  LocatedBuilder B(I);
  emitBecomeInevitable(B, Reason, With);
  I.setMetadata(With == Company::Alone ? InevitableMD : BesideMD,
                MDNode::get(I.getContext(), {}));
}

bool isEmptyAssembly(const CallBase &Call) {
  auto *Asm = cast<InlineAsm>(Call.getCalledOperand());
  // "=rm" of memory may be a register, which is stored afterwards.
  for (const InlineAsm::ConstraintInfo &C : Asm->ParseConstraints())
    if (C.Type == InlineAsm::isOutput && C.isIndirect &&
        (C.isMultipleAlternative ||
         any_of(C.Codes, [](StringRef Code) { return Code != "m"; })))
      return false;
  SmallVector<StringRef, 4> Lines;
  std::string Text(Asm->getAsmString());
  StringRef(Text).split(Lines, '\n');
  return all_of(Lines, [](StringRef Line) {
    Line = Line.trim();
    if (Line.empty() || Line.starts_with("#")) // A comment.
      return true;
    if (Line.contains(';'))
      return Line == "rep; nop";
    return Line == "nop" || Line == "pause" || Line.starts_with(".p2align") ||
           Line.starts_with(".align") || Line.starts_with(".balign");
  });
}

bool isHarmless(const CallBase &Call, CapturedMemory &Memory) {
  if (Call.isInlineAsm())
    return isEmptyAssembly(Call) ||
           (!cast<InlineAsm>(Call.getCalledOperand())->hasSideEffects() &&
            Call.doesNotAccessMemory());
  switch (Call.getIntrinsicID()) {
  // The state of the FPU isn't rolled back.
  case Intrinsic::set_rounding:
  case Intrinsic::set_fpenv:
  case Intrinsic::reset_fpenv:
  case Intrinsic::set_fpmode:
  case Intrinsic::reset_fpmode:
    return false;
  case Intrinsic::lifetime_start:
  case Intrinsic::lifetime_end:
  case Intrinsic::stacksave:
  case Intrinsic::stackrestore:
  case Intrinsic::prefetch:
  case Intrinsic::eh_typeid_for:
  case Intrinsic::trap:
  case Intrinsic::debugtrap:
  case Intrinsic::ubsantrap:
  case Intrinsic::assume:
  case Intrinsic::donothing:
  case Intrinsic::sideeffect:
  case Intrinsic::pseudoprobe:
  case Intrinsic::var_annotation:
  case Intrinsic::ptr_annotation:
  case Intrinsic::annotation:
  case Intrinsic::instrprof_increment:
  case Intrinsic::instrprof_increment_step:
  case Intrinsic::instrprof_cover:
  case Intrinsic::instrprof_timestamp:
  case Intrinsic::instrprof_value_profile:
  case Intrinsic::instrprof_mcdc_parameters:
  case Intrinsic::instrprof_mcdc_tvbitmap_update:
    return true;
  // A va_list is part of the frame, and so is what it walks over.
  case Intrinsic::vastart:
  case Intrinsic::vaend:
    return CapturedMemory::isOwnStack(Call.getArgOperand(0));
  case Intrinsic::vacopy:
    return CapturedMemory::isOwnStack(Call.getArgOperand(0)) &&
           CapturedMemory::isOwnStack(Call.getArgOperand(1));
  default:
    break;
  }
  if (Call.getCalledFunction()->getName() == "llvm.x86.sse2.pause")
    return true;
  if (isa<AnyMemIntrinsic>(Call))
    return Memory.isPlainAccessAllowed(Call);
  return Memory.touchesOnlyOwnMemory(Call);
}

PreservedAnalyses LowerInevitabilityPass::run(Module &M,
                                              ModuleAnalysisManager &) {
  for (Function &F : M)
    if (isVersion(F) && !F.isDeclaration()) {
      lower(F);
      removeRedundantChecks(F);
    }
  verifyAfter("LowerInevitability", M);
  return PreservedAnalyses::none();
}

} // namespace stm
