//===- pass/RuntimeCalls.h - stm/runtime_abi.def as LLVM declarations -----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Types come from the table by way of tag types: no row is written twice.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_RUNTIMECALLS_H
#define STM_PASS_RUNTIMECALLS_H

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/Module.h"

namespace stm {

/// An entry point of the runtime, named as in runtime_abi.def.
enum class Runtime {
#define STM_RTL(Name, Ret, Args, Attrs, Doc) Name,
#include "stm/runtime_abi.def"
};

/// \p Function's declaration in \p M.
llvm::FunctionCallee getRuntime(llvm::Module &M, Runtime Function);

/// __stm_wrap_\p Original as declared in the table, which must have the row.
llvm::FunctionCallee getWrap(llvm::Module &M, llvm::StringRef Original);

/// The wrap that stands for \p Original in transactions, declared with
/// \p Original's own type; null if there is none, or if the program gives the
/// name another type than the table has.
llvm::Function *getWrapFor(const llvm::Function &Original);

/// Whether getWrapFor has an answer.
bool hasWrap(const llvm::Function &Original);

/// Whether it has one, for a function of libc whose name ISO C leaves to
/// programs: another file may define one of its own.
bool mayBeProgramsOwn(const llvm::Function &F);

/// Of the wrap of what is called so.
std::string wrapName(llvm::StringRef Original);

/// Whether the wrap counts though the program has the body.
bool hasInlineWrap(const llvm::Function &Original);

/// Which argument of \p Original is the object that the attempt must have made
/// (rows STM_WRAP_OWN); none if it has no such wrap.
std::optional<unsigned> ownObjectOf(const llvm::Function &Original);

/// Whether \p F is an entry point or a wrap that the table says OnlyReads of.
bool onlyReads(const llvm::Function &F);

/// The barrier for a scalar of \p Bytes (1, 2, 4, 8).
Runtime readBarrier(unsigned Bytes);
Runtime writeBarrier(unsigned Bytes);
/// The two halves of reading what is then written (ReadsToWrite.h).
Runtime readToWriteBarrier(unsigned Bytes);
Runtime writeReadBarrier(unsigned Bytes);

/// A load of plain code where a wait may be left (SettledAccesses.h).
Runtime settledRead(unsigned Bytes);

/// The scalar of \p Type that a barrier returns as an integer of its store
/// size.
llvm::Value *fromBits(llvm::IRBuilderBase &B, llvm::Value *Bits,
                      llvm::Type *Type);

/// Whether \p Name is an entry point, also of inlined barriers, a wrap, or a
/// function of stm.h.
bool isRuntimeName(llvm::StringRef Name);

/// The symbol whose absence says that plugin and runtime don't match.
llvm::StringRef abiSymbol();

} // namespace stm

#endif // STM_PASS_RUNTIMECALLS_H
