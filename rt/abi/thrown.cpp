//===- abi/thrown.cpp - exceptions of code without barriers ---------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "abi/thrown.h"

#include "tx/cxa.h"
#include "tx/registry.h"

#include <new>

namespace stm::rt::abi {

void noteThrown() {
  Tx &Self = *CurrentTx;
  if (!Self.isRevocable())
    return;
  CxaException *Thrown = CxaException::caught(Self.Eh->Caught);
  // Without memory for the note it is lost with the attempt, if at all.
  if (Thrown && !Self.Allocations.hasAllocated(Thrown->object()))
    Self.noteAllocation({Thrown->object(), 0, 0, Deallocator::Exception},
                        sizeof(std::bad_alloc));
}

} // namespace stm::rt::abi
