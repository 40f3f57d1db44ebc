//===- pass/MarkRegions.cpp - annotations into attributes -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "MarkRegions.h"
#include "Diagnostics.h"
#include "FunctionPolicy.h"
#include "LabelTables.h"
#include "RuntimeCalls.h"
#include "Speculation.h"
#include "UserPolicy.h"
#include "Versions.h"
#include "Wrappers.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/Cloning.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace stm {
namespace {

constexpr StringLiteral UninstrumentedSection =
    "stm_transaction_without_plugin";

// --- Annotations of globals -------------------------------------------------

void markFunction(Function &F, StringRef What, StringRef Place) {
  if (What == "stm_transaction") {
    F.addFnAttr(TransactionAttr, Place);
    if (F.getSection() == UninstrumentedSection)
      F.setSection("");
  } else if (What == "stm_safe") {
    F.addFnAttr(SafeAttr);
  } else if (What == "stm_thunk") {
    F.addFnAttr(ThunkAttr);
  } else if (What == "stm_pure") {
    F.addFnAttr(PureAttr);
    F.removeFnAttr(Attribute::AlwaysInline);
    F.addFnAttr(Attribute::NoInline);
  } else {
    reportError(F.getContext(), Place, "unknown annotation '" + What + "'");
  }
  if (F.hasFnAttribute(PureAttr) &&
      (F.hasFnAttribute(TransactionAttr) || F.hasFnAttribute(SafeAttr)))
    reportError(F.getContext(), Place,
                "'" + printableName(F) +
                    "': STM_PURE contradicts STM_TRANSACTION and STM_SAFE");
}

/// One row of llvm.global.annotations; false if it isn't ours.
bool readAnnotation(const Constant &Row) {
  if (Row.getNumOperands() < 4)
    return false;
  StringRef What = textOf(Row.getOperand(1));
  if (!What.starts_with("stm_"))
    return false;
  std::string Place = placeFrom(Row.getOperand(2), Row.getOperand(3));
  auto *Target = dyn_cast<GlobalValue>(Row.getOperand(0)->stripPointerCasts());
  Function *F = dyn_cast_or_null<Function>(Target);
  if (auto *Alias = dyn_cast_or_null<GlobalAlias>(Target))
    F = dyn_cast_or_null<Function>(Alias->getAliaseeObject());
  auto *G = dyn_cast_or_null<GlobalVariable>(Target);
  if (What == "stm_tx_local" && G)
    G->addAttribute(LocalAttr);
  else if (What == "stm_tx_local")
    reportError(Row.getContext(), Place,
                "'stm_tx_local' says nothing about a function: it belongs on a "
                "variable");
  else if (F && What == "stm_wraps")
    markWrapper(*F,
                Row.getNumOperands() > 4
                    ? dyn_cast<Constant>(Row.getOperand(4)->stripPointerCasts())
                    : nullptr,
                Place);
  else if (F)
    markFunction(*F, What, Place);
  else
    reportError(Row.getContext(), Place,
                "'" + What +
                    "' says nothing about a variable: it belongs on "
                    "a function");
  return true;
}

/// Reads our rows and removes them: an annotation keeps its function alive, and
/// looks as if somebody took its address.
void readGlobalAnnotations(Module &M) {
  GlobalVariable *G = M.getGlobalVariable("llvm.global.annotations");
  if (!G || !G->hasInitializer())
    return;
  SmallVector<Constant *> Kept;
  unsigned Read = 0;
  for (Use &Row : G->getInitializer()->operands()) {
    if (readAnnotation(*cast<Constant>(Row)))
      ++Read;
    else
      Kept.push_back(cast<Constant>(Row));
  }
  if (!Read)
    return;
  if (!Kept.empty()) {
    auto *Type = ArrayType::get(Kept.front()->getType(), Kept.size());
    auto *Rest = new GlobalVariable(M, Type, G->isConstant(), G->getLinkage(),
                                    ConstantArray::get(Type, Kept), "", G);
    Rest->setSection(G->getSection());
    Rest->takeName(G);
  }
  G->eraseFromParent();
}

// --- Annotations of locals, fields and expressions --------------------------

void reportLocalAnnotations(Function &F) {
  for (Instruction &I : instructions(F)) {
    auto *Call = dyn_cast<IntrinsicInst>(&I);
    if (!Call || (Call->getIntrinsicID() != Intrinsic::var_annotation &&
                  Call->getIntrinsicID() != Intrinsic::ptr_annotation &&
                  Call->getIntrinsicID() != Intrinsic::annotation))
      continue;
    StringRef What = textOf(Call->getArgOperand(1));
    if (!What.starts_with("stm_"))
      continue;
    reportError(F.getContext(),
                placeFrom(Call->getArgOperand(2), Call->getArgOperand(3)),
                What == "stm_tx_local"
                    ? "'stm_tx_local' belongs on a global, static or "
                      "thread-local variable: other locals need no mark, and "
                      "fields are where their object is"
                    : "'" + What +
                          "' says nothing about a variable: it belongs on "
                          "a function");
  }
}

/// Arrays that were replaced leave constants behind that count as uses.
void eraseIfUnused(GlobalObject &G) {
  G.removeDeadConstantUsers();
  if (G.use_empty())
    G.eraseFromParent();
}

// --- The constructor of stm.h -----------------------------------------------

/// The module is instrumented: nothing for it to find.
void removeCheckOfInstrumentation(Module &M) {
  Function *Check = M.getFunction("__stm_check_instrumentation");
  if (!Check) // C++'s.
    Check = M.getFunction("_ZL27__stm_check_instrumentationv");
  if (!Check || !Check->hasLocalLinkage())
    return;
  if (GlobalVariable *Ctors = M.getGlobalVariable("llvm.global_ctors");
      Ctors && Ctors->hasInitializer()) {
    SmallVector<Constant *> Kept;
    Constant *Init = Ctors->getInitializer();
    for (Use &Row : Init->operands())
      if (cast<Constant>(Row)->getNumOperands() < 2 ||
          cast<Constant>(Row)->getOperand(1)->stripPointerCasts() != Check)
        Kept.push_back(cast<Constant>(Row));
    if (Kept.size() != Init->getNumOperands()) {
      if (!Kept.empty()) {
        auto *Type = ArrayType::get(Kept.front()->getType(), Kept.size());
        auto *Rest = new GlobalVariable(
            M, Type, Ctors->isConstant(), Ctors->getLinkage(),
            ConstantArray::get(Type, Kept), "", Ctors);
        Rest->takeName(Ctors);
      }
      Ctors->eraseFromParent();
    }
  }
  removeFromUsedLists(M, [&](Constant *C) { return C == Check; });
  eraseIfUnused(*Check);
  if (auto *Start = M.getNamedGlobal("__start_" + UninstrumentedSection.str()))
    eraseIfUnused(*Start);
  if (Function *Complain = M.getFunction("__stm_uninstrumented"))
    eraseIfUnused(*Complain);
}

// --- What must wait until the versions exist --------------------------------

/// Calls of what the runtime has a version of are to be found when the versions
/// are made.
void keepWrappedCalls(Module &M) {
  for (Function &F : M) {
    if (F.isDeclaration() || F.hasFnAttribute(DoneAttr) ||
        F.hasFnAttribute(WrappedAttr) || !hasInlineWrap(F))
      continue;
    F.removeFnAttr(Attribute::AlwaysInline);
    // At -O0, say, it isn't inlined afterwards either.
    F.addFnAttr(WrappedAttr,
                F.hasFnAttribute(Attribute::NoInline) ? "noinline" : "");
    F.addFnAttr(Attribute::NoInline);
  }
}

/// Puts the bodies back into plain code: those of reference counts are a few
/// instructions around an atomic one.
void inlineWrapped(Function &F) {
  bool StaysOut = !F.getFnAttribute(WrappedAttr).getValueAsString().empty();
  F.removeFnAttr(WrappedAttr);
  if (StaysOut)
    return;
  F.removeFnAttr(Attribute::NoInline);
  constexpr unsigned MostInstructions = 24;
  if (ownObjectOf(F) && F.getInstructionCount() > MostInstructions)
    return; // The library has it.
  SmallVector<CallBase *> Calls;
  for (User *U : F.users())
    if (auto *Call = dyn_cast<CallBase>(U);
        Call && Call->getCalledOperand() == &F &&
        !isVersion(*Call->getFunction()) &&
        !Call->getFunction()->hasOptNone() &&
        !Call->getFunction()->hasOptSize() && Call->getFunction() != &F)
      Calls.push_back(Call);
  for (CallBase *Call : Calls) {
    InlineFunctionInfo Info;
    InlineFunction(*Call, Info);
  }
}

} // namespace

PreservedAnalyses MarkRegionsPass::run(Module &M, ModuleAnalysisManager &) {
  bool IsDone = hasMark(M, InstrumentedMD) && all_of(M, [](Function &F) {
                  return F.isDeclaration() || F.hasFnAttribute(DoneAttr);
                });
  if (IsDone || hasMark(M, PreparedMD))
    return PreservedAnalyses::all();
  readGlobalAnnotations(M);
  for (Function &F : M)
    reportLocalAnnotations(F);
  // They are asked in transactions, too, for what they have chosen.
  for (GlobalIFunc &F : M.ifuncs())
    if (Function *Resolver = F.getResolverFunction();
        Resolver && Resolver->arg_empty())
      Resolver->addFnAttr(PureAttr);
  removeCheckOfInstrumentation(M);
  applyUserPolicy(M);
  keepFromOptimizer(M);
  keepBodies(M, GlobalValue::AvailableExternallyLinkage);
  setMark(M, PreparedMD);
  verifyAfter("MarkRegions", M);
  return PreservedAnalyses::none();
}

void keepBodies(Module &M, GlobalValue::LinkageTypes Linkage) {
  StringSet<> HaveCopies; // Of modules that were merged.
  for (Function &F : M)
    if (F.hasFnAttribute(CopyAttr))
      HaveCopies.insert(F.getFnAttribute(CopyAttr).getValueAsString());
  SmallVector<Function *> Bodies;
  for (Function &F : M)
    if (F.getLinkage() == Linkage && !F.hasFnAttribute(TransactionAttr) &&
        !F.hasFnAttribute(DoneAttr) && !HaveCopies.contains(F.getName()))
      Bodies.push_back(&F);
  SmallVector<GlobalValue *> Copies;
  for (Function *F : Bodies) {
    switch (policyFor(*F)) {
    case CallPolicy::Unknown:
    case CallPolicy::Safe:
    case CallPolicy::Version:
      break;
    default:
      continue;
    }
    if (labelsEscape(*F))
      continue;
    Function *Copy = cloneWithLabels(*F);
    Copy->setName(F->getName() + ".stm_copy");
    Copy->setComdat(nullptr);
    Copy->setLinkage(GlobalValue::InternalLinkage);
    Copy->setVisibility(GlobalValue::DefaultVisibility);
    Copy->setDSOLocal(true);
    Copy->addFnAttr(CopyAttr, F->getName());
    if (!canHaveVersion(*Copy)) {
      Copy->eraseFromParent();
      continue;
    }
    Copies.push_back(Copy);
  }
  if (!Copies.empty())
    appendToCompilerUsed(M, Copies);
}

void keepFromOptimizer(Module &M) {
  keepWrappedCalls(M);
  forbidSpeculation(M);
}

void releaseFunctions(Module &M) {
  allowSpeculation(M);
  for (Function &F : M)
    if (F.hasFnAttribute(WrappedAttr))
      inlineWrapped(F);
  removeFromUsedLists(M, [](Constant *C) {
    auto *F = dyn_cast<Function>(C->stripPointerCasts());
    return F && (F->hasFnAttribute(CopyAttr) || F->hasFnAttribute(WrapsAttr));
  });
  for (Function &F : make_early_inc_range(M)) {
    // Copies call each other.
    if (F.hasFnAttribute(CopyAttr))
      F.deleteBody();
  }
  for (Function &F : make_early_inc_range(M))
    if (F.hasFnAttribute(CopyAttr))
      eraseIfUnused(F);
}

} // namespace stm
