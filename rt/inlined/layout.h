//===- inlined/layout.h - what inlined barriers know ------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Programs carry copies of tx/barriers.h in them: they go on working with a
// newer libstm.so only as long as this holds. Whoever changes a line, or what
// the fast paths do with these fields, increments STM_ABI_VERSION
// (stm/runtime_abi.def).
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_INLINED_LAYOUT_H
#define STM_RT_INLINED_LAYOUT_H

#include "abi/rtl.h"
#include "tx/barriers.h"

namespace stm::rt {

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winvalid-offsetof"
struct InlinedLayout {
  static_assert(STM_ABI_VERSION == 7);

  static_assert(sizeof(Orec) == 24 && offsetof(Orec, Word) == 0);
  static_assert(OrecTableBits == 20 && StripeBits == 5);

  static_assert(offsetof(Tx, ReadBound) == 8);
  static_assert(offsetof(Tx, Reads) == 24);
  static_assert(offsetof(decltype(Tx::Reads), Next) == 0);
  static_assert(offsetof(decltype(Tx::Reads), Limit) == 8);
  static_assert(offsetof(Tx, MyLock) == 64);
  static_assert(offsetof(Tx, Undo) == 104);
  static_assert(offsetof(UndoLog, Next) == 0);
  static_assert(offsetof(UndoLog, Limit) == 8);
  static_assert(offsetof(Tx, PendingQuiescence) == 192);

  static_assert(sizeof(UndoRecord) == 24);
  static_assert(offsetof(UndoRecord, Where) == 0);
  static_assert(offsetof(UndoRecord, Previous) == 8);
  static_assert(UndoRecord::AddressBits == 48);

  // Nothing of the programs', but offsetof is used here.
  static_assert(offsetof(Tx, Site) + sizeof(Tx::Site) == CacheLine);
  static_assert(offsetof(Tx, InTransaction) == offsetof(Tx, Mode) + 1);
  static_assert(offsetof(Tx, SlowWrites) == offsetof(Tx, Mode) + 2);
  static_assert(offsetof(Tx, IsUnusual) == offsetof(Tx, Mode) + 3);
  static_assert(offsetof(Tx, HasCounts) == offsetof(Tx, HasWork) + 1);
};
#pragma clang diagnostic pop

} // namespace stm::rt

#endif // STM_RT_INLINED_LAYOUT_H
