//===- version/orec_table.h - where the orecs lie ---------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_VERSION_OREC_TABLE_H
#define STM_RT_VERSION_OREC_TABLE_H

namespace stm::rt {

/// Once, from the runtime's constructor. Programs with much data look at orecs
/// all over the table, more than the processor has translations for: with huge
/// pages they took 10 to 20 % less time. Each is provided when it is first
/// touched, so a small program pays for a few, 2 MiB each. Where the system has
/// none, or doesn't want them used, nothing happens.
void askForHugePages();

} // namespace stm::rt

#endif // STM_RT_VERSION_OREC_TABLE_H
