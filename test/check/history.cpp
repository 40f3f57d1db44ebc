//===- check/history.cpp - what transactions read and wrote ---------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "history.h"

#include <algorithm>

namespace stm::check {

std::string nameOf(const Attempt &A) {
  return "T" + std::to_string(A.Thread) + "." + std::to_string(A.Number) +
         (A.Committed ? " (committed)" : " (aborted)");
}

std::string toText(const History &H) {
  std::vector<const Attempt *> ByBegin;
  for (const Attempt &A : H.Attempts)
    ByBegin.push_back(&A);
  std::sort(
      ByBegin.begin(), ByBegin.end(),
      [](const Attempt *A, const Attempt *B) { return A->Begin < B->Begin; });
  std::string Text;
  for (const Attempt *A : ByBegin) {
    Text += nameOf(*A) + " [" + std::to_string(A->Begin) + ", " +
            std::to_string(A->End) + "]:";
    for (size_t I = A->First; I != A->Last; ++I) {
      const Operation &O = H.Operations[I];
      Text += O.What == Operation::Read ? " reads " : " writes ";
      Text += H.Cells[O.Cell].Name + " = " + std::to_string(O.Value) +
              (I + 1 == A->Last ? "" : ",");
    }
    Text += '\n';
  }
  return Text;
}

} // namespace stm::check
