//===- pass/ModuleTable.h - the module's clone table ------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_MODULETABLE_H
#define STM_PASS_MODULETABLE_H

#include "VersionMap.h"

namespace stm {

/// Writes the table of {original, version} of all functions whose address the
/// module takes, with the constructor and destructor that announce it to the
/// runtime, and refers to the runtime's ABI symbol.
void writeModuleTable(llvm::Module &M, const Selection &S,
                      VersionMap &Versions);

} // namespace stm

#endif // STM_PASS_MODULETABLE_H
