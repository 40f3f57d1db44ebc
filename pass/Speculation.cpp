//===- pass/Speculation.cpp - loads stay behind their tests -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Speculation.h"
#include "Versions.h"
#include "llvm/Support/CommandLine.h"

using namespace llvm;

namespace stm {

/// LLVM's own option \p Name, if this LLVM has it. What the user gave stays.
static void setOption(StringRef Name, bool Value) {
  auto &Options = cl::getRegisteredOptions();
  auto Found = Options.find(Name);
  if (Found != Options.end() && !Found->second->getNumOccurrences())
    Found->second->addOccurrence(0, Name, Value ? "true" : "false");
}

void keepOptimizerFromSpeculating(PassInstrumentationCallbacks *Callbacks) {
  if (!Callbacks)
    return;
  Callbacks->registerShouldRunOptionalPassCallback(
      [](StringRef Pass, Any) { return Pass != "ArgumentPromotionPass"; });
}

/// Of a function with NoSpeculationAttr: whether it has sanitize_thread for
/// ThreadSanitizer.
static bool isForTSan(const Function &F) {
  return !F.getFnAttribute(NoSpeculationAttr).getValueAsString().empty();
}

/// A function that the user calls by this name is unaffected: these are loops
/// that LLVM 22 turns into calls for which the runtime has no version.
constexpr StringLiteral NoIdiomAttr = "no-builtin-wcslen";

void forbidSpeculation(Module &M) {
  setOption("disable-licm-promotion", true);
  setOption("enable-early-exit-vectorization", false);
  bool IsForTSan = any_of(M, [](Function &F) {
    return F.hasFnAttribute(NoSpeculationAttr)
               ? isForTSan(F)
               : F.hasFnAttribute(Attribute::SanitizeThread) &&
                     !F.hasFnAttribute(DoneAttr);
  });
  for (Function &F : M) {
    if (F.isDeclaration() || F.hasFnAttribute(DoneAttr) ||
        F.hasFnAttribute(NoSpeculationAttr)) // At a link, from its own file.
      continue;
    // LLVM inlines only among functions that agree on sanitize_thread. A
    // program that is built for ThreadSanitizer has it already; what has none
    // there (no_sanitize) must not get into what has it.
    if (!IsForTSan)
      F.addFnAttr(Attribute::SanitizeThread);
    F.addFnAttr(NoIdiomAttr);
    F.addFnAttr(NoSpeculationAttr, IsForTSan ? "tsan" : "");
  }
}

void allowSpeculation(Module &M) {
  // By the mark: functions that were split off meanwhile have inherited it.
  for (Function &F : M) {
    if (!F.hasFnAttribute(NoSpeculationAttr))
      continue;
    if (!isForTSan(F))
      F.removeFnAttr(Attribute::SanitizeThread);
    F.removeFnAttr(NoIdiomAttr);
    F.removeFnAttr(NoSpeculationAttr);
  }
}

} // namespace stm
