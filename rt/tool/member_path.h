//===- tool/member_path.h - the member at an offset of a variable *- C++
//-*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TOOL_MEMBER_PATH_H
#define STM_RT_TOOL_MEMBER_PATH_H

#include "tool/report.h"

#include <cstdint>
#include <string>

namespace llvm {
class DWARFContext;
} // namespace llvm

namespace stm::tool {

/// The global variable at \p Address of a module, with members and indices down
/// to a scalar: "bank::accounts[17].balance". Empty: there is none, or nothing
/// is known of it. \p SymbolBegin is where its symbol begins; some variables
/// LLVM finds only by that, static members for one.
std::string memberPath(llvm::DWARFContext &Debug, uint64_t Address,
                       uint64_t SymbolBegin);

/// A local variable, likewise, and whose it is if that function is inlined.
struct LocalVariable {
  std::string Path;            ///< Empty: none is known there.
  std::string InlinedFunction; ///< Mangled; empty: it isn't.
};
/// What lies at a place in the frame of the function that the code at \p Pc of
/// a module is in. Nothing where there may be two.
LocalVariable localVariable(llvm::DWARFContext &Debug, uint64_t Pc,
                            const PlaceInFrame &Place);

} // namespace stm::tool

#endif // STM_RT_TOOL_MEMBER_PATH_H
