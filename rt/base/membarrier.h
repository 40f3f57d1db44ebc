//===- base/membarrier.h - one fence for many light ones --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// membarrier(PRIVATE_EXPEDITED): every thread of the process executes a full
// fence. Who runs often then does with compiler fences, and who runs rarely
// pays.
//
// Thread safety: any thread, after initMembarrier().
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_BASE_MEMBARRIER_H
#define STM_RT_BASE_MEMBARRIER_H

#include "base/port.h"

namespace stm::rt {

/// Asks the system for it; again in a fork's child. False: it hasn't got it.
bool initMembarrier();
/// Only if initMembarrier() returned true. False: the system refuses by now.
bool tryMembarrierForAll();
/// Likewise; ends the program then.
void membarrierForAll();

} // namespace stm::rt

#endif // STM_RT_BASE_MEMBARRIER_H
