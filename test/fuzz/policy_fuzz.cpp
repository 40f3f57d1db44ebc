//===- fuzz/policy_fuzz.cpp - files of -stm-policy ------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "fuzz.h"

#include "Options.h"
#include "UserPolicy.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace {
std::vector<std::string> Files;
}

// In place of the command line's.
const std::vector<std::string> &stm::policyFiles() { return Files; }
bool stm::verifiesEachStage() { return true; }

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  stm::fuzz::TemporaryFile File(Data, Size);
  Files = {File.path()};
  LLVMContext C;
  // Errors are no reason to end.
  C.setDiagnosticHandlerCallBack([](const DiagnosticInfo *, void *) {});
  Module M("fuzz", C);
  auto *Type = FunctionType::get(llvm::Type::getVoidTy(C), false);
  for (const char *Name : {"f", "g1", "_ZN3stm6atomicEv", "\1asm_name"})
    Function::Create(Type, Function::ExternalLinkage, Name, M);
  stm::applyUserPolicy(M);
  return 0;
}
