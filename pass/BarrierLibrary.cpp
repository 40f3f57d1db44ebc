//===- pass/BarrierLibrary.cpp - the fast paths as bitcode ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "BarrierLibrary.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Bitcode/BitcodeReader.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/InstrTypes.h"
#include "llvm/Linker/Linker.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/TargetParser/Triple.h"

using namespace llvm;

/// BarrierBitcode.S. Empty where there was no clang of this LLVM's version when
/// the plugin was built.
extern "C" const char stm_barrier_bitcode[], stm_barrier_bitcode_end[];

namespace stm {

constexpr StringLiteral EntryPrefix = "__stm_";
constexpr StringLiteral LibraryPrefix = "__stm_inline_";

static std::unique_ptr<Module> loadFor(Module &M) {
  StringRef Bitcode(stm_barrier_bitcode,
                    stm_barrier_bitcode_end - stm_barrier_bitcode);
  if (Bitcode.empty())
    return nullptr;
  std::unique_ptr<Module> Library = cantFail(
      parseBitcodeFile(MemoryBufferRef(Bitcode, "barriers"), M.getContext()));
  Triple Here(M.getTargetTriple()), There(Library->getTargetTriple());
  // Code of the large model reaches variables by other means.
  if (M.getDataLayout() != Library->getDataLayout() ||
      Here.getArch() != There.getArch() || Here.getOS() != There.getOS() ||
      M.getCodeModel() == CodeModel::Large)
    return nullptr;
  Library->setTargetTriple(M.getTargetTriple());
  // Nothing of how it was compiled is to be said of the program.
  if (NamedMDNode *Flags = Library->getModuleFlagsMetadata())
    Flags->eraseFromParent();
  if (NamedMDNode *Ident = Library->getNamedMetadata("llvm.ident"))
    Ident->eraseFromParent();
  if (GlobalVariable *Constructors =
          Library->getNamedGlobal("llvm.global_ctors"))
    Constructors->eraseFromParent();
  for (Function &F : *Library)
    for (StringRef Name : {"target-cpu", "target-features", "tune-cpu"})
      F.removeFnAttr(Name);
  return Library;
}

BarrierLibrary::BarrierLibrary(Module &M) : M(M), Library(loadFor(M)) {}

Function &BarrierLibrary::declare(const Function &F) {
  return *cast<Function>(
      M.getOrInsertFunction(F.getName(), F.getFunctionType()).getCallee());
}

Function &BarrierLibrary::current() {
  return declare(*Library->getFunction((LibraryPrefix + "current").str()));
}

Function *BarrierLibrary::findFor(const CallBase &Barrier, bool Ahead) {
  const Function *Entry = Barrier.getCalledFunction();
  if (!Entry || !Entry->getName().starts_with(EntryPrefix))
    return nullptr;
  std::string Name =
      (LibraryPrefix + Entry->getName().drop_front(EntryPrefix.size())).str();
  if (Ahead)
    Name += "_ahead";
  if (const Function *F = Library->getFunction(Name))
    return &declare(*F);
  // A range: by its size and alignment, where these are known.
  if (Barrier.arg_size() != 3)
    return nullptr;
  auto *Bytes = dyn_cast<ConstantInt>(Barrier.getArgOperand(2));
  bool IsRead = Entry->getName().contains("_read_");
  Align SharedAlign = Barrier.getParamAlign(IsRead ? 1 : 0).valueOrOne();
  if (!Bytes || SharedAlign < Align(4))
    return nullptr;
  Name += "_" + utostr(Bytes->getZExtValue());
  if (SharedAlign < Align(8))
    Name += "_align4";
  const Function *F = Library->getFunction(Name);
  return F ? &declare(*F) : nullptr;
}

void BarrierLibrary::link() {
  if (Linker::linkModules(M, std::move(Library), Linker::LinkOnlyNeeded))
    report_fatal_error("llvm-stm: the barriers can't be linked");
}

void BarrierLibrary::remove() {
  for (Function &F : make_early_inc_range(M))
    if (F.getName().starts_with(LibraryPrefix))
      F.eraseFromParent();
}

} // namespace stm
