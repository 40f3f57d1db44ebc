//===- pass/ReservedNames.h - names of versions to come ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The linker resolves symbols before a link with LTO makes versions: which of
// them are exported, whose definition is taken, what only native objects refer
// to. So where a module waits for the link (WholeProgram.h) a function stands
// for each version that other files may call, under its name; the version takes
// its place, as what the linker has made of it.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_RESERVEDNAMES_H
#define STM_PASS_RESERVEDNAMES_H

#include "llvm/IR/Module.h"

namespace stm {

/// Before the link.
void reserveVersionNames(llvm::Module &M);

/// The function that stands for the version of what is called \p Original (or
/// what has been put in its place), or null.
llvm::Function *reservedFor(const llvm::Module &M, llvm::StringRef Original);

/// Whether others may call the version of \p F under its name, as the linker
/// has resolved it.
bool isCalledByName(const llvm::GlobalValue &F);

/// Gives \p V name, linkage and comdat of what stands for the version of what
/// is called \p Original. False: nothing does, so nobody else can call it.
bool takeReservedName(llvm::GlobalValue &V, llvm::StringRef Original);

/// Of names that no version has taken: the local ones go, others become
/// versions that call the function itself, inevitably unless it is pure.
void fillInReserved(llvm::Module &M);

} // namespace stm

#endif // STM_PASS_RESERVEDNAMES_H
