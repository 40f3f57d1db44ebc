//===- pass/WholeProgram.cpp - instrumenting at the link --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "WholeProgram.h"
#include "Diagnostics.h"
#include "FunctionPolicy.h"
#include "MarkRegions.h"
#include "ReservedNames.h"
#include "RuntimeCalls.h"
#include "SelectFunctions.h"
#include "UserPolicy.h"
#include "Versions.h"
#include "Wrappers.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace stm {
namespace {

/// What a link says that hasn't loaded the plugin.
constexpr StringLiteral NeedsPlugin =
    "__stm_this_link_needs_the_pass_plugin_and_full_lto";

/// What files have said of functions that other files define: a merge takes one
/// side's attributes. Rows of a name and the attributes that it has, if any.
constexpr StringLiteral SaidMD = "stm.said";
constexpr StringLiteral SaidAttrs[] = {PureAttr, InevitableAttr, SafeAttr};

/// On functions that stand in llvm.compiler.used until the last stage.
constexpr StringLiteral KeptAttr = "stm-kept";

// --- The compile step -------------------------------------------------------

void reportWhatCannotWait(Module &M) {
  for (Function &F : M) {
    if (Function *Original = wrappedBy(F))
      reportError(M.getContext(), placeOf(F),
                  "'" + printableName(F) + "' is STM_WRAPS(" +
                      printableName(*Original) +
                      "): compile its file without -stm-whole-program and "
                      "without -flto");
    if (!F.isDeclaration() && isForSanitizer(F))
      return reportError(M.getContext(), "",
                         "-stm-whole-program: sanitizers must not see what "
                         "transactions do, so they need files that are "
                         "instrumented when they are compiled");
  }
}

void writeDown(Module &M) {
  LLVMContext &C = M.getContext();
  for (Function &F : M) {
    if (!F.isDeclaration())
      continue;
    SmallVector<Metadata *> Row = {MDString::get(C, F.getName())};
    for (StringRef Attr : SaidAttrs)
      if (F.hasFnAttribute(Attr))
        Row.push_back(MDString::get(C, Attr));
    if (Row.size() > 1 || policyFor(F) == CallPolicy::Unknown)
      M.getOrInsertNamedMetadata(SaidMD)->addOperand(MDNode::get(C, Row));
  }
}

bool isAllocationFunction(StringRef Name) {
  return Name.starts_with("_Znw") || Name.starts_with("_Zna") ||
         Name.starts_with("_Zdl") || Name.starts_with("_Zda") ||
         is_contained(ArrayRef<StringRef>{"malloc", "calloc", "realloc", "free",
                                          "reallocarray", "memalign",
                                          "aligned_alloc", "posix_memalign"},
                      Name);
}

/// Other files' transactions know these as what the runtime has versions of.
void markAllocation(Module &M) {
  for (Function &F : M)
    if (!F.isDeclaration() && !F.hasLocalLinkage() &&
        isAllocationFunction(F.getName()) && hasWrap(F))
      F.addFnAttr(AllocatesAttr);
}

/// A word of the program's that names what isn't there.
void askForPlugin(Module &M) {
  Constant *Missing =
      M.getOrInsertGlobal(NeedsPlugin, Type::getInt8Ty(M.getContext()));
  auto *Word = new GlobalVariable(M, Missing->getType(), /*isConstant=*/true,
                                  GlobalValue::PrivateLinkage, Missing,
                                  "stm.needs_plugin");
  appendToUsed(M, {Word}); // With --gc-sections, too.
}

// --- The link ---------------------------------------------------------------

void pluginIsHere(Module &M) {
  GlobalVariable *Missing = M.getNamedGlobal(NeedsPlugin);
  if (!Missing)
    return;
  auto AsksForIt = [&](const Constant *C) {
    auto *Word = dyn_cast<GlobalVariable>(C->stripPointerCasts());
    return Word && Word->hasInitializer() && Word->getInitializer() == Missing;
  };
  removeFromUsedLists(M, [&](Constant *C) { return AsksForIt(C); });
  for (GlobalVariable &G : make_early_inc_range(M.globals()))
    if (AsksForIt(&G) && G.use_empty())
      G.eraseFromParent();
  Missing->removeDeadConstantUsers();
  if (Missing->use_empty())
    Missing->eraseFromParent();
}

bool reportInstrumented(Module &M) {
  for (Function &F : M) {
    if (F.isDeclaration() || !F.hasFnAttribute(DoneAttr) || isVersion(F) ||
        F.hasFnAttribute(NoVersionAttr))
      continue;
    reportError(M.getContext(), placeOf(F),
                "'" + printableName(F) +
                    "' was instrumented when its file was compiled: a link "
                    "with -stm-whole-program needs all of its bitcode compiled "
                    "with it, or files compiled without -flto");
    return true;
  }
  return false;
}

/// From a file compiled with the plugin.
bool isPrepared(const Function &F) {
  return F.hasFnAttribute(NoSpeculationAttr);
}

bool says(const MDNode &Row, StringRef Attr) {
  return any_of(drop_begin(Row.operands()), [&](const MDOperand &Said) {
    return cast<MDString>(Said)->getString() == Attr;
  });
}

void readBack(Module &M) {
  NamedMDNode *Rows = M.getNamedMetadata(SaidMD);
  if (!Rows)
    return;
  auto NameIn = [](const MDNode &Row) {
    return cast<MDString>(Row.getOperand(0))->getString();
  };
  StringSet<> CalledByBarriers; // Their callers count on these.
  for (MDNode *Row : Rows->operands())
    if (!says(*Row, PureAttr))
      CalledByBarriers.insert(NameIn(*Row));
  for (MDNode *Row : Rows->operands()) {
    Function *F = M.getFunction(NameIn(*Row));
    if (!F || Row->getNumOperands() == 1)
      continue;
    bool IsOurs = !F->isDeclaration() && isPrepared(*F);
    if (says(*Row, PureAttr) &&
        (IsOurs ? !F->hasFnAttribute(PureAttr)
                : CalledByBarriers.contains(F->getName())))
      reportError(M.getContext(), placeOf(*F),
                  "'" + printableName(*F) +
                      "' is STM_PURE to some files and not to others: put that "
                      "where all see it");
    for (const MDOperand &Said : drop_begin(Row->operands())) {
      StringRef Attr = cast<MDString>(Said)->getString();
      F->addFnAttr(Attr);
      if (F->isDeclaration() || Attr == SafeAttr)
        continue;
      F->removeFnAttr(Attribute::AlwaysInline);
      F->addFnAttr(Attribute::NoInline);
    }
  }
  Rows->eraseFromParent();
}

void wrapAllocation(Module &M) {
  for (Function &F : M) {
    if (F.isDeclaration() ||
        !(F.hasFnAttribute(AllocatesAttr) ||
          (!isPrepared(F) && isAllocationFunction(F.getName()))))
      continue;
    F.addFnAttr(WrappedAttr, "noinline");
    F.removeFnAttr(Attribute::AlwaysInline);
    F.addFnAttr(Attribute::NoInline);
  }
}

/// What has a version in the runtime, or one that native objects call, keeps
/// its parameters and its result, though it is local now.
void keepInterfaces(Module &M) {
  SmallVector<GlobalValue *> Kept;
  for (Function &F : M)
    if (!F.isDeclaration() &&
        (F.hasFnAttribute(WrappedAttr) || isCalledByName(F))) {
      F.addFnAttr(KeptAttr);
      Kept.push_back(&F);
    }
  appendToCompilerUsed(M, Kept);
}

} // namespace

PreservedAnalyses DeferToLinkPass::run(Module &M, ModuleAnalysisManager &) {
  if (!hasMark(M, PreparedMD))
    return PreservedAnalyses::all();
  reportWhatCannotWait(M);
  writeDown(M);
  markAllocation(M);
  keepBodies(M, GlobalValue::WeakODRLinkage);
  reserveVersionNames(M);
  askForPlugin(M);
  verifyAfter("DeferToLink", M);
  return PreservedAnalyses::none();
}

PreservedAnalyses TakeUpAtLinkPass::run(Module &M, ModuleAnalysisManager &) {
  if (!hasMark(M, PreparedMD))
    return PreservedAnalyses::all();
  pluginIsHere(M);
  if (reportInstrumented(M)) {
    clearMark(M, PreparedMD);
    return PreservedAnalyses::none();
  }
  setMark(M, AtLinkMD);
  readBack(M);
  applyUserPolicy(M);
  wrapAllocation(M);
  keepBodies(M, GlobalValue::AvailableExternallyLinkage);
  keepFromOptimizer(M);
  keepInterfaces(M);
  verifyAfter("TakeUpAtLink", M);
  return PreservedAnalyses::none();
}

PreservedAnalyses FinishLinkPass::run(Module &M, ModuleAnalysisManager &MAM) {
  if (!hasMark(M, AtLinkMD))
    return PreservedAnalyses::all();
  clearMark(M, AtLinkMD);
  removeFromUsedLists(M, [](Constant *C) {
    auto *F = dyn_cast<Function>(C->stripPointerCasts());
    return F && F->hasFnAttribute(KeptAttr);
  });
  GlobalDCEPass().run(M, MAM);
  return PreservedAnalyses::none();
}

} // namespace stm
