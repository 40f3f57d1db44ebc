//===- pass/UserPolicy.h - the user's list of functions ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_USERPOLICY_H
#define STM_PASS_USERPOLICY_H

#include "llvm/IR/Module.h"

namespace stm {

/// Whether \p Name is \p Pattern, in which `*` stands for any text.
constexpr bool matchesPattern(std::string_view Pattern, std::string_view Name) {
  size_t P = 0, N = 0, Star = Pattern.npos, Mark = 0;
  while (N < Name.size()) {
    if (P < Pattern.size() && Pattern[P] == '*') {
      Star = P++;
      Mark = N;
    } else if (P < Pattern.size() && Pattern[P] == Name[N]) {
      ++P, ++N;
    } else if (Star != Pattern.npos) {
      P = Star + 1;
      N = ++Mark;
    } else {
      return false;
    }
  }
  while (P < Pattern.size() && Pattern[P] == '*')
    ++P;
  return P == Pattern.size();
}

/// Marks the functions that the files of -stm-policy name, PureAttr or
/// InevitableAttr, and keeps them from being inlined before the versions exist.
/// What is wrong with the files is reported.
void applyUserPolicy(llvm::Module &M);

} // namespace stm

#endif // STM_PASS_USERPOLICY_H
