//===- pass/OutlineRegions.cpp - STM_TRANSACTION functions ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "OutlineRegions.h"
#include "Diagnostics.h"
#include "Outlining.h"
#include "RuntimeCalls.h"
#include "Versions.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/IRBuilder.h"

using namespace llvm;

namespace stm {
namespace {

/// Why \p F can't be split in two; "" if it can.
StringRef obstacle(const Function &F) {
  if (F.isVarArg())
    return "it is variadic";
  if (F.hasFnAttribute(Attribute::Naked))
    return "it is naked";
  if (F.hasFnAttribute(Attribute::PresplitCoroutine))
    return "it is a coroutine";
  if (F.hasFnAttribute(Attribute::ReturnsTwice))
    return "it returns twice";
  for (const Argument &A : F.args()) {
    if (A.hasAttribute(Attribute::SwiftError))
      return "it has a swifterror parameter";
    if (A.hasAttribute(Attribute::InAlloca) ||
        A.hasAttribute(Attribute::Preallocated))
      return "its arguments are allocated by the caller";
    if (A.getType()->isScalableTy() || A.getType()->isX86_AMXTy())
      return "a parameter's size is not known at compile time";
  }
  if (F.getReturnType()->isScalableTy() || F.getReturnType()->isX86_AMXTy())
    return "its result's size is not known at compile time";
  return "";
}

unsigned lineOf(const Function &F) {
  const DISubprogram *SP = F.getSubprogram();
  return SP ? SP->getLine() : 0;
}

/// struct stm_site of abi.h: the name, file and line that reports show.
Constant *siteOf(const Function &Entry, const Function &Body,
                 StringRef Annotation) {
  Module &M = *const_cast<Module *>(Body.getParent());
  std::string Name = printableName(Entry);
  auto [File, Line] = Annotation.rsplit(':');
  unsigned LineNumber = 0;
  Line.getAsInteger(10, LineNumber);
  if (const DISubprogram *SP = Body.getSubprogram()) {
    File = SP->getFilename();
    LineNumber = SP->getLine();
  }
  return makeSite(M, stringOrNull(M, Name), stringOrNull(M, File), LineNumber);
}

/// Body and thunk of an inline function are merged by the linker, as it is;
/// other functions keep theirs to themselves.
void setLinkageLike(Function &Part, const Function &F) {
  bool Merged = F.hasLinkOnceODRLinkage() || F.hasWeakODRLinkage();
  Part.setComdat(nullptr);
  Part.setLinkage(Merged ? GlobalValue::LinkOnceODRLinkage
                         : GlobalValue::InternalLinkage);
  Part.setVisibility(Merged ? GlobalValue::HiddenVisibility
                            : GlobalValue::DefaultVisibility);
  Part.setDSOLocal(true);
  Part.setDLLStorageClass(GlobalValue::DefaultStorageClass);
  if (Merged && F.hasComdat())
    Part.setComdat(Part.getParent()->getOrInsertComdat(Part.getName()));
}

class Outliner {
public:
  explicit Outliner(Function &F)
      : M(*F.getParent()), C(F.getContext()), Body(F),
        PtrTy(PointerType::getUnqual(C)) {}

  void run() {
    makeEntry();
    makePack();
    makeThunk();
    fillEntry();
    dropPromises(*Entry);
  }

private:
  /// A new function takes over name and users; the old one, which has the
  /// blocks (labels stay where they are), becomes the body.
  void makeEntry() {
    Place = Body.getFnAttribute(TransactionAttr).getValueAsString();
    std::string Name = Body.getName().str();
    Entry = Function::Create(Body.getFunctionType(), Body.getLinkage(),
                             Body.getAddressSpace(), "", &M);
    Entry->copyAttributesFrom(&Body);
    Entry->setComdat(Body.getComdat());
    if (Entry->hasPersonalityFn())
      Entry->setPersonalityFn(nullptr);
    if (MDNode *Type = Body.getMetadata("kcfi_type"))
      Entry->setMetadata("kcfi_type", Type);
    if (Body.hasPrefixData())
      Body.setPrefixData(nullptr);
    if (Body.hasPrologueData())
      Body.setPrologueData(nullptr);

    Body.replaceUsesWithIf(
        Entry, [](Use &U) { return !isa<BlockAddress>(U.getUser()); });
    // Functions whose personality or data mention it were covered by that.
    Entry->takeName(&Body);
    Body.setName(Name + ".stm_body");
    setLinkageLike(Body, *Entry);
    Body.removeFnAttr(TransactionAttr);
    Body.removeFnAttr(Attribute::AlwaysInline);
    Body.removeFnAttr(Attribute::InlineHint);
    Body.addFnAttr(Attribute::NoInline);
    locate(*Entry, Body, lineOf(Body));
  }

  void makePack() {
    SmallVector<Type *> Fields;
    for (Argument &A : Entry->args())
      Fields.push_back(A.getType());
    if (!Entry->getReturnType()->isVoidTy())
      Fields.push_back(Entry->getReturnType());
    Pack = StructType::get(C, Fields);
  }

  void makeThunk() {
    Thunk =
        Function::Create(FunctionType::get(Type::getVoidTy(C), {PtrTy}, false),
                         GlobalValue::InternalLinkage, Body.getAddressSpace(),
                         Entry->getName() + ".stm_thunk", &M);
    AttrBuilder Attrs(C, Body.getAttributes().getFnAttrs());
    Thunk->setAttributes(
        AttributeList::get(C, AttributeList::FunctionIndex, Attrs));
    for (Attribute::AttrKind Kind :
         {Attribute::NoInline, Attribute::OptimizeNone, Attribute::Memory,
          Attribute::NoReturn})
      Thunk->removeFnAttr(Kind);
    Thunk->addFnAttr(ThunkAttr);
    setLinkageLike(*Thunk, *Entry);
    locate(*Thunk, Body, lineOf(Body));

    IRBuilder<> B(BasicBlock::Create(C, "", Thunk));
    setLocation(B, *Thunk);
    SmallVector<Value *> Args;
    for (Argument &A : Body.args())
      Args.push_back(
          B.CreateLoad(A.getType(), B.CreateStructGEP(Pack, Thunk->getArg(0),
                                                      A.getArgNo())));
    CallInst *Call = B.CreateCall(&Body, Args);
    Call->setCallingConv(Body.getCallingConv());
    Call->setAttributes(Body.getAttributes().removeFnAttributes(C));
    if (!Body.getReturnType()->isVoidTy())
      B.CreateStore(Call,
                    B.CreateStructGEP(Pack, Thunk->getArg(0), Body.arg_size()));
    B.CreateRetVoid();
  }

  void fillEntry() {
    IRBuilder<> B(BasicBlock::Create(C, "", Entry));
    setLocation(B, *Entry);
    Value *Packed = ConstantPointerNull::get(PtrTy);
    if (Pack->getNumElements())
      Packed = B.CreateAlloca(Pack);
    if (Packed->getType() != PtrTy)
      Packed = B.CreateAddrSpaceCast(Packed, PtrTy);
    for (Argument &A : Entry->args())
      B.CreateStore(&A, B.CreateStructGEP(Pack, Packed, A.getArgNo()));
    CallInst *Call = B.CreateCall(getRuntime(M, Runtime::__stm_atomic),
                                  {Thunk, Packed, siteOf(*Entry, Body, Place)});
    if (Entry->doesNotThrow())
      Call->setDoesNotThrow();
    Type *Result = Entry->getReturnType();
    if (Result->isVoidTy()) {
      B.CreateRetVoid();
      return;
    }
    // A cancelled function has returned nothing: zero, whatever that is.
    Value *Stored = B.CreateLoad(
        Result, B.CreateStructGEP(Pack, Packed, Entry->arg_size()));
    B.CreateRet(B.CreateSelect(B.CreateIsNull(Call), Stored,
                               Constant::getNullValue(Result)));
  }

  Module &M;
  LLVMContext &C;
  Function &Body;
  PointerType *PtrTy;
  std::string Place;
  Function *Entry = nullptr;
  Function *Thunk = nullptr;
  StructType *Pack = nullptr;
};

} // namespace

PreservedAnalyses OutlineRegionsPass::run(Module &M, ModuleAnalysisManager &) {
  SmallVector<Function *> Transactions;
  for (Function &F : M)
    if (F.hasFnAttribute(TransactionAttr) && !F.isDeclaration())
      Transactions.push_back(&F);
  for (Function *F : Transactions) {
    StringRef Why = obstacle(*F);
    if (Why.empty()) {
      Outliner(*F).run();
      continue;
    }
    StringRef Place = F->getFnAttribute(TransactionAttr).getValueAsString();
    reportError(M.getContext(), Place,
                "'" + printableName(*F) +
                    "' cannot be STM_TRANSACTION: " + Why);
    F->removeFnAttr(TransactionAttr);
  }
  // What is left marks declarations and entries, and has been read.
  for (Function &F : M)
    F.removeFnAttr(TransactionAttr);
  verifyAfter("OutlineRegions", M);
  return Transactions.empty() ? PreservedAnalyses::all()
                              : PreservedAnalyses::none();
}

} // namespace stm
