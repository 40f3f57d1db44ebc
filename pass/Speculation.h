//===- pass/Speculation.h - loads stay behind their tests -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// `if (Ready) use(Data)`: a load of Data hoisted above the test of Ready is
// harmless under a lock. In a transaction, whose snapshot may move forward
// between the two, it can give the Data of before a plain `Data = 1` with the
// Ready of after `atomic { Ready = 1; }`: extending the snapshot validates what
// transactions wrote, and nobody's transaction wrote Data. So between
// PipelineStart and OptimizerLast the optimizer is kept from what is known to
// do that:
//
//  - speculated loads (SimplifyCFG, GVN, LICM, vectorizers): none in functions
//    with sanitize_thread, which all get;
//  - LICM's scalar promotion, which loads in the preheader all the same;
//  - ArgumentPromotion, which loads in the caller what the callee tests first;
//  - vectorized early exits (LLVM 20 and later), which load past the exit.
//
// The last three know no attribute: they are switched off for the compilation.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PASS_SPECULATION_H
#define STM_PASS_SPECULATION_H

#include "llvm/IR/Module.h"
#include "llvm/IR/PassInstrumentation.h"

namespace stm {

/// Switches off what is switched for a whole compilation.
void keepOptimizerFromSpeculating(
    llvm::PassInstrumentationCallbacks *Callbacks);

/// Marks the functions of \p M, and takes the marks back.
void forbidSpeculation(llvm::Module &M);
void allowSpeculation(llvm::Module &M);

} // namespace stm

#endif // STM_PASS_SPECULATION_H
