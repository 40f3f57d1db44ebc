//===- pass/Diagnostics.cpp - what the pass tells the user ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Diagnostics.h"
#include "Options.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DebugInfoMetadata.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;

namespace stm {

namespace {

/// An error of ours; clang counts it and exits accordingly.
class Problem : public DiagnosticInfo {
public:
  explicit Problem(StringRef Text)
      : DiagnosticInfo(kind(), DS_Error), Text(Text) {}
  void print(DiagnosticPrinter &Out) const override { Out << Text; }

private:
  static int kind() {
    static const int Kind = getNextAvailablePluginDiagnosticKind();
    return Kind;
  }
  StringRef Text;
};

} // namespace

/// The text behind a pointer to a constant string, "" if it is none.
StringRef textOf(const Value *V) {
  const auto *G = dyn_cast<GlobalVariable>(V->stripPointerCasts());
  if (!G || !G->hasInitializer())
    return "";
  const auto *Data = dyn_cast<ConstantDataSequential>(G->getInitializer());
  return Data && Data->isCString() ? Data->getAsCString() : StringRef();
}

std::string placeFrom(const Value *File, const Value *Line) {
  const auto *Number = dyn_cast<ConstantInt>(Line);
  return (textOf(File) + ":" + Twine(Number ? Number->getZExtValue() : 0))
      .str();
}

std::string placeOf(const Function &F) {
  const DISubprogram *SP = F.getSubprogram();
  return SP ? (SP->getFilename() + ":" + Twine(SP->getLine())).str() : "";
}

std::string placeOf(const Instruction &I) {
  const DILocation *Loc = I.getDebugLoc();
  if (!Loc || !Loc->getLine())
    return placeOf(*I.getFunction());
  return (Loc->getFilename() + ":" + Twine(Loc->getLine())).str();
}

void reportError(LLVMContext &C, StringRef Place, const Twine &Message) {
  std::string Text =
      Place.empty() ? Message.str() : (Place + ": " + Message).str();
  C.diagnose(Problem(Text));
}

LocatedBuilder::LocatedBuilder(Instruction &At)
    : IRBuilder<>(At.getParent(), At.getIterator()) {
  // A call of a function with debug information from another one needs a
  // location; line 0 says that it is nobody's line.
  DebugLoc Loc = At.getDebugLoc();
  if (!Loc)
    if (DISubprogram *SP = At.getFunction()->getSubprogram())
      Loc = DILocation::get(At.getContext(), 0, 0, SP);
  SetCurrentDebugLocation(Loc);
}

void verifyAfter(StringRef Stage, Module &M) {
  if (verifiesEachStage() && verifyModule(M, &errs()))
    report_fatal_error("llvm-stm: invalid IR after " + Stage);
}

} // namespace stm
