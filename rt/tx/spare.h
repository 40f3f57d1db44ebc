//===- tx/spare.h - a result that is none -----------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A function that is STM_SPARING may use the registers of its result freely: its
// caller expects them to be overwritten. Two more than none save two pushes,
// which a locked instruction would wait for.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_SPARE_H
#define STM_RT_TX_SPARE_H

#include "base/port.h"

namespace stm::rt {

struct Spare {
  uintptr_t Registers[2];
};

STM_FAST_PATH Spare leaveSpare() {
  Spare Anything;
  asm("" : "=r"(Anything.Registers[0]), "=r"(Anything.Registers[1]));
  return Anything;
}

} // namespace stm::rt

#endif // STM_RT_TX_SPARE_H
