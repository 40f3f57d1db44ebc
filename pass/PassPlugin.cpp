//===- pass/PassPlugin.cpp - registration -----------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "CheckSnapshots.h"
#include "CloneFunctions.h"
#include "CountBarriers.h"
#include "InferCaptures.h"
#include "InlineBarriers.h"
#include "InsertBarriers.h"
#include "LLVMCompat.h"
#include "LendMemory.h"
#include "LowerInevitability.h"
#include "MarkRegions.h"
#include "MaskedAccesses.h"
#include "Options.h"
#include "OutlineBlocks.h"
#include "OutlineRegions.h"
#include "ReadOnlyRegions.h"
#include "SinkQuiescence.h"
#include "Speculation.h"
#include "StaticSites.h"
#include "UnwrittenGlobals.h"
#include "VerifyTx.h"
#include "Versions.h"
#include "WholeProgram.h"
#include "WriteFirstRegions.h"
#include "llvm/IR/Module.h"
#include "llvm/Passes/PassBuilder.h"

using namespace llvm;
using namespace stm;

namespace {

void addPrepareStages(ModulePassManager &MPM) {
  MPM.addPass(MarkRegionsPass());
  MPM.addPass(OutlineBlocksPass());
  MPM.addPass(OutlineRegionsPass());
  MPM.addPass(CheckSnapshotsPass());
}

enum class Step { Compile, Link };

/// The stages after the optimizer, once: a module that comes here again, at a
/// link with LTO or for -ffat-lto-objects, is instrumented already, and so are
/// the parts of it that were imported from others.
struct InstrumentPass : PassInfoMixin<InstrumentPass> {
  InstrumentPass(OptimizationLevel Level, Step When)
      : Level(Level), When(When) {}
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &MAM) {
    if (!hasMark(M, PreparedMD))
      return PreservedAnalyses::all();
    ModulePassManager MPM;
    if (When == Step::Compile && waitsForLink()) {
      MPM.addPass(DeferToLinkPass());
      return MPM.run(M, MAM);
    }
    MPM.addPass(StaticSitesPass());
    MPM.addPass(CloneFunctionsPass());
    if (Level != OptimizationLevel::O0) {
      MPM.addPass(InferCapturesPass());
      MPM.addPass(LendMemoryPass());
    }
    MPM.addPass(MaskedAccessesPass());
    MPM.addPass(UnwrittenGlobalsPass());
    MPM.addPass(InsertBarriersPass());
    MPM.addPass(LowerInevitabilityPass());
    MPM.addPass(VerifyTxPass());
    MPM.addPass(ReadOnlyRegionsPass());
    MPM.addPass(WriteFirstRegionsPass());
    if (countsBarriers())
      MPM.addPass(CountBarriersPass());
    if (Level != OptimizationLevel::O0) {
      MPM.addPass(SinkQuiescencePass());
      MPM.addPass(InlineBarriersPass());
    }
    MPM.addPass(FinishLinkPass());
    MPM.run(M, MAM);
    for (Function &F : M)
      if (!F.isDeclaration())
        F.addFnAttr(DoneAttr);
    clearMark(M, PreparedMD);
    setMark(M, InstrumentedMD);
    return PreservedAnalyses::none();
  }
  static bool isRequired() { return true; }

private:
  OptimizationLevel Level;
  Step When;
};

bool parseName(StringRef Name, ModulePassManager &MPM,
               ArrayRef<PassBuilder::PipelineElement>) {
  if (Name == "stm") {
    addPrepareStages(MPM);
    MPM.addPass(InstrumentPass(OptimizationLevel::O0, Step::Compile));
  } else if (Name == "stm-mark") {
    MPM.addPass(MarkRegionsPass());
  } else if (Name == "stm-outline-blocks") {
    MPM.addPass(OutlineBlocksPass());
  } else if (Name == "stm-outline") {
    MPM.addPass(OutlineRegionsPass());
  } else if (Name == "stm-check-snapshots") {
    MPM.addPass(CheckSnapshotsPass());
  } else if (Name == "stm-sites") {
    MPM.addPass(StaticSitesPass());
  } else if (Name == "stm-clone") {
    MPM.addPass(CloneFunctionsPass());
  } else if (Name == "stm-captures") {
    MPM.addPass(InferCapturesPass());
  } else if (Name == "stm-lend") {
    MPM.addPass(LendMemoryPass());
  } else if (Name == "stm-masked") {
    MPM.addPass(MaskedAccessesPass());
  } else if (Name == "stm-unwritten") {
    MPM.addPass(UnwrittenGlobalsPass());
  } else if (Name == "stm-barriers") {
    MPM.addPass(InsertBarriersPass());
  } else if (Name == "stm-inevitability") {
    MPM.addPass(LowerInevitabilityPass());
  } else if (Name == "stm-verify") {
    MPM.addPass(VerifyTxPass());
  } else if (Name == "stm-readonly") {
    MPM.addPass(ReadOnlyRegionsPass());
  } else if (Name == "stm-writefirst") {
    MPM.addPass(WriteFirstRegionsPass());
  } else if (Name == "stm-sink") {
    MPM.addPass(SinkQuiescencePass());
  } else if (Name == "stm-count") {
    MPM.addPass(CountBarriersPass());
  } else if (Name == "stm-defer") {
    MPM.addPass(DeferToLinkPass());
  } else if (Name == "stm-take-up") {
    MPM.addPass(TakeUpAtLinkPass());
  } else if (Name == "stm-inline") {
    MPM.addPass(InlineBarriersPass());
  } else {
    return false;
  }
  return true;
}

void registerStages(PassBuilder &PB) {
  PB.registerPipelineParsingCallback(parseName);
  keepOptimizerFromSpeculating(PB.getPassInstrumentationCallbacks());
  PB.registerPipelineStartEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel) { addPrepareStages(MPM); });
  // LLVM 20 and later also say which phase of LTO it is.
  PB.registerOptimizerLastEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel Level, auto &&...) {
        MPM.addPass(InstrumentPass(Level, Step::Compile));
      });
  PB.registerFullLinkTimeOptimizationEarlyEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel) {
        MPM.addPass(TakeUpAtLinkPass());
      });
  PB.registerFullLinkTimeOptimizationLastEPCallback(
      [](ModulePassManager &MPM, OptimizationLevel Level) {
        MPM.addPass(InstrumentPass(Level, Step::Link));
      });
}

} // namespace

extern "C" __attribute__((visibility("default"))) PassPluginLibraryInfo
llvmGetPassPluginInfo() {
  return {LLVM_PLUGIN_API_VERSION, "stm", LLVM_VERSION_STRING, registerStages};
}
