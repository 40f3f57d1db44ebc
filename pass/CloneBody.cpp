//===- pass/CloneBody.cpp - a function's body once more -------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CloneBody.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DebugProgramInstruction.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Transforms/Utils/Cloning.h"

using namespace llvm;

namespace stm {
namespace {

/// What a function's instructions refer to of others' debug info stands for
/// itself in the clone: the mapper stops there.
class SharedDebugInfo {
public:
  SharedDebugInfo(const Function &F, ValueToValueMapTy &Map)
      : Own(F.getSubprogram()), Map(Map) {
    if (Own)
      visitOwn();
    for (const Instruction &I : instructions(F))
      visit(I);
  }

  /// Whether there is debug info at all.
  bool found() const { return Own || !Scopes.empty(); }

private:
  void share(const Metadata *M) {
    if (auto *N = dyn_cast_or_null<MDNode>(M))
      Map.MD().try_emplace(N, const_cast<MDNode *>(N));
  }

  void visitOwn() {
    const MDTuple *Nodes = Own->getRetainedNodes().get();
    for (const MDOperand &Operand : Own->operands())
      if (Operand.get() != Nodes)
        share(Operand.get());
    if (!Nodes)
      return;
    for (const MDOperand &Operand : Nodes->operands()) {
      const Metadata *Node = Operand.get();
      if (auto *Variable = dyn_cast_or_null<DILocalVariable>(Node)) {
        visit(*Variable);
      } else if (auto *Label = dyn_cast_or_null<DILabel>(Node)) {
        visit(*Label);
      } else if (auto *Import = dyn_cast_or_null<DIImportedEntity>(Node)) {
        share(Import->getFile());
        share(Import->getEntity());
      } else {
        share(Node);
      }
    }
  }

  void visit(const Instruction &I) {
    visit(I.getDebugLoc().get());
    for (const DbgRecord &R : I.getDbgRecordRange()) {
      visit(R.getDebugLoc().get());
      if (auto *Value = dyn_cast<DbgVariableRecord>(&R))
        visit(*Value->getVariable());
      else if (auto *Label = dyn_cast<DbgLabelRecord>(&R))
        visit(*Label->getLabel());
    }
    if (auto *Value = dyn_cast<DbgVariableIntrinsic>(&I))
      visit(*Value->getVariable());
    else if (auto *Label = dyn_cast<DbgLabelInst>(&I))
      visit(*Label->getLabel());
    // A type that virtual tables have by this very node (llvm.type.test).
    if (auto *Call = dyn_cast<CallBase>(&I); Call && !isa<DbgInfoIntrinsic>(I))
      for (const Use &Argument : Call->args())
        if (auto *Operand = dyn_cast<MetadataAsValue>(Argument))
          if (isa<MDNode>(Operand->getMetadata()))
            share(Operand->getMetadata());
    if (!I.hasMetadataOtherThanDebugLoc())
      return;
    SmallVector<std::pair<unsigned, MDNode *>, 4> Attached;
    I.getAllMetadataOtherThanDebugLoc(Attached);
    for (auto [Kind, Node] : Attached) {
      if (isa<DIType>(Node)) // Of what is allocated.
        share(Node);
      else if (Kind == LLVMContext::MD_loop)
        for (const MDOperand &Operand : Node->operands())
          visit(dyn_cast_or_null<DILocation>(Operand.get()));
    }
  }

  void visit(const DILocation *L) {
    for (; L; L = L->getInlinedAt())
      isOwn(L->getScope());
  }

  void visit(const DILocalVariable &V) {
    if (!isOwn(V.getScope()))
      return share(&V);
    share(V.getType());
    share(V.getFile());
    share(V.getAnnotations().get());
  }
  void visit(const DILabel &L) {
    if (!isOwn(L.getScope()))
      return share(&L);
    share(L.getFile());
  }

  /// Whether \p Scope is the function's own, and so is cloned.
  bool isOwn(const DILocalScope *Scope) {
    const DISubprogram *Of = Scope->getSubprogram();
    bool IsOwn = Of == Own;
    for (; Scopes.insert(Scope).second;
         Scope = cast<DILexicalBlockBase>(Scope)->getScope()) {
      share(IsOwn ? Scope == Of ? nullptr : Scope->getFile()
                  : static_cast<const Metadata *>(Scope));
      if (Scope == Of)
        break;
    }
    return IsOwn;
  }

  const DISubprogram *Own;
  ValueToValueMapTy &Map;
  SmallPtrSet<const DILocalScope *, 16> Scopes;
};

} // namespace

void cloneBodyInto(Function &To, const Function &From, ValueToValueMapTy &Map) {
  To.copyAttributesFrom(&From);
  RemapFlags Flags =
      SharedDebugInfo(From, Map).found() ? RF_None : RF_NoModuleLevelChanges;
  SmallVector<std::pair<unsigned, MDNode *>, 4> Attached;
  From.getAllMetadata(Attached);
  for (auto [Kind, Node] : Attached)
    To.addMetadata(Kind, Kind == LLVMContext::MD_type
                             ? *Node
                             : *MapMetadata(Node, Map, Flags));
  for (const BasicBlock &BB : From) {
    BasicBlock *Clone = CloneBasicBlock(&BB, Map, "", &To);
    Map[&BB] = Clone;
    if (BB.hasAddressTaken())
      Map[BlockAddress::get(const_cast<Function *>(&From),
                            const_cast<BasicBlock *>(&BB))] =
          BlockAddress::get(&To, Clone);
  }
  for (Instruction &I : instructions(To)) {
    RemapInstruction(&I, Map, Flags);
    RemapDbgRecordRange(To.getParent(), I.getDbgRecordRange(), Map, Flags);
  }
}

} // namespace stm
