//===- pass/Versions.h - names and attributes of versions -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// How the stages know each other's work: by the attributes named here.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_VERSIONS_H
#define STM_PASS_VERSIONS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/InstrTypes.h"
#include <string>

namespace stm {

// Function attributes.
constexpr llvm::StringLiteral SafeAttr = "stm-safe";
constexpr llvm::StringLiteral PureAttr = "stm-pure";
/// On functions that the user's policy calls so.
constexpr llvm::StringLiteral InevitableAttr = "stm-inevitable";
/// On a function, and on the one that it wraps: the other one's name.
constexpr llvm::StringLiteral WrapsAttr = "stm-wraps";
constexpr llvm::StringLiteral WrapperAttr = "stm-wrapper";
/// On variables: STM_TX_LOCAL.
constexpr llvm::StringLiteral LocalAttr = "stm-tx-local";
/// On functions with a body that the runtime has a version of all the same.
/// They carry noinline for our sake only.
constexpr llvm::StringLiteral WrappedAttr = "stm-wrapped";
/// On a function that MarkRegions saw as STM_TRANSACTION; the value is the
/// place of the annotation, "file:line".
constexpr llvm::StringLiteral TransactionAttr = "stm-transaction";
/// On the function that unpacks an STM_TRANSACTION function's arguments. What
/// its own argument points to is private to the call.
constexpr llvm::StringLiteral ThunkAttr = "stm-thunk";
/// On transactional versions (the value names the original) and on declarations
/// of versions that other files define.
constexpr llvm::StringLiteral VersionAttr = "stm-version";
/// Besides VersionAttr: some transaction of this file can call it.
constexpr llvm::StringLiteral ReachedAttr = "stm-reached";
/// Besides VersionAttr: a copy of a version for arguments that point to its
/// callers' own memory; and on these parameters.
constexpr llvm::StringLiteral LentAttr = "stm-lent";
/// On versions: they return null or a block that they have just allocated.
constexpr llvm::StringLiteral ReturnsFreshAttr = "stm-returns-fresh";
/// On functions that carry sanitize_thread for our sake only.
constexpr llvm::StringLiteral NoSpeculationAttr = "stm-no-speculation";
/// On the copy of an available_externally function; the value names it.
constexpr llvm::StringLiteral CopyAttr = "stm-copy-of";
/// On the program's own allocation functions, before a link makes them local.
constexpr llvm::StringLiteral AllocatesAttr = "stm-allocates";
/// On what the pass generates and nobody calls inside a transaction.
constexpr llvm::StringLiteral NoVersionAttr = "stm-no-version";

// Instruction metadata.
/// The attempt is inevitable where this is executed.
constexpr llvm::StringLiteral InevitableMD = "stm.inevitable";
/// The same where others run beside it.
constexpr llvm::StringLiteral BesideMD = "stm.beside";
/// On a load of a vtable pointer, and on the barrier that replaces it.
constexpr llvm::StringLiteral VTablePointerMD = "stm.vptr";
/// On an access of memory that the function has allocated and nobody else knows
/// of (FreshMemory.h): it stays plain.
constexpr llvm::StringLiteral FreshMD = "stm.fresh";
/// On an access of what an earlier barrier of the function has locked and
/// logged (CoveredAccesses.h): a load stays plain, a store is a call that only
/// stores.
constexpr llvm::StringLiteral CoveredMD = "stm.covered";
/// The same of the function's own stack, and of what the caller has lent.
constexpr llvm::StringLiteral StackMD = "stm.stack";
constexpr llvm::StringLiteral LentMD = "stm.lent";
/// On a load of a variable that no transaction writes (UnwrittenGlobals.h).
constexpr llvm::StringLiteral UnwrittenMD = "stm.unwritten";
/// Of a variable: versions have such loads of it.
constexpr llvm::StringLiteral UnwrittenAttr = "stm-unwritten";

/// On every function of a module that went through all stages: it isn't touched
/// again, at a link with LTO or merged into another module.
constexpr llvm::StringLiteral DoneAttr = "stm-done";

// Named metadata: how far a module is. The first stage leaves the one, the last
// takes it away and leaves the other.
constexpr llvm::StringLiteral PreparedMD = "stm.prepared";
constexpr llvm::StringLiteral InstrumentedMD = "stm.instrumented";
/// Besides the first: all modules together, at a link (WholeProgram.h).
constexpr llvm::StringLiteral AtLinkMD = "stm.at_link";

bool hasMark(const llvm::Module &M, llvm::StringRef Name);
void setMark(llvm::Module &M, llvm::StringRef Name);
void clearMark(llvm::Module &M, llvm::StringRef Name);

/// The Itanium ABI's name of the transactional version of \p Name.
std::string versionName(llvm::StringRef Name);

/// Whether \p F is a version, here or elsewhere.
inline bool isVersion(const llvm::Function &F) {
  return F.hasFnAttribute(VersionAttr);
}

/// Whether a sanitizer is to see what \p F accesses.
bool isForSanitizer(const llvm::Function &F);

/// "std::foo(int)"
std::string printableName(const llvm::GlobalValue &V);

/// Removes from a version, or from the call of one, every attribute that may be
/// true of the original only.
void keepSoundAttributes(llvm::Function &Version);
void keepSoundAttributes(llvm::CallBase &Call);

} // namespace stm

#endif // STM_PASS_VERSIONS_H
