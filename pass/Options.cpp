//===- pass/Options.cpp - the pass's command line ---------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Options.h"
#include "llvm/Support/CommandLine.h"

using namespace llvm;

namespace stm {

static cl::OptionCategory Category("Software transactional memory");

static cl::opt<ClonePolicy> Clones(
    "stm-clones", cl::cat(Category), cl::init(ClonePolicy::All),
    cl::desc("Which functions get a transactional version"),
    cl::values(clEnumValN(ClonePolicy::All, "all",
                          "every function that another file may call"),
               clEnumValN(ClonePolicy::Reached, "reached",
                          "what this file's transactions reach, STM_SAFE "
                          "functions, functions whose address is taken")));

static cl::opt<bool>
    Strict("stm-strict", cl::cat(Category), cl::init(false),
           cl::desc("Reject what would make a transaction inevitable"));

static cl::opt<InlinePolicy> Inline(
    "stm-inline", cl::cat(Category), cl::init(InlinePolicy::Auto),
    cl::desc("Whether barriers are inlined"),
    cl::values(clEnumValN(InlinePolicy::Auto, "auto",
                          "where the optimizer runs, except in functions that "
                          "are to be small and code around transactions"),
               clEnumValN(InlinePolicy::Always, "always",
                          "the same, also in code around transactions"),
               clEnumValN(InlinePolicy::Never, "never",
                          "every barrier is a call")));

static cl::opt<bool>
    Count("stm-count", cl::cat(Category), cl::init(false),
          cl::desc("Count the barriers that are executed, by kind: the "
                   "runtime's report shows them"));

static cl::list<std::string>
    PolicyFiles("stm-policy", cl::cat(Category), cl::value_desc("file"),
                cl::desc("Functions that are pure, or that make a transaction "
                         "inevitable: lines fun:NAME=pure|inevitable"));

static cl::opt<bool>
    VerifyEach("stm-verify-each", cl::cat(Category), cl::init(false),
               cl::desc("Run LLVM's verifier after each stage of the pass"));

static cl::opt<bool> WholeProgram(
    "stm-whole-program", cl::cat(Category), cl::init(false),
    cl::desc("With -flto: leave the instrumentation to the link, which has to "
             "load the plugin and sees all files"));

ClonePolicy clonePolicy() { return Clones; }
bool isStrict() { return Strict; }
InlinePolicy inlinePolicy() { return Inline; }
bool waitsForLink() { return WholeProgram; }
bool countsBarriers() { return Count; }
const std::vector<std::string> &policyFiles() { return PolicyFiles; }
bool verifiesEachStage() { return VerifyEach; }

} // namespace stm
