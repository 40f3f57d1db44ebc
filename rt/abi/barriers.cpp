//===- abi/barriers.cpp - entry points of the barriers ----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/barriers.h"

#include "abi/rtl.h"

namespace stm::rt::abi {

extern "C" {

U8 __stm_read_u8(CPtr Addr) { return readBarrier<U8>(Addr); }
U16 __stm_read_u16(CPtr Addr) { return readBarrier<U16>(Addr); }
U32 __stm_read_u32(CPtr Addr) { return readBarrier<U32>(Addr); }
U64 __stm_read_u64(CPtr Addr) { return readBarrier<U64>(Addr); }

void __stm_write_u8(Ptr Addr, U8 Value) { writeBarrier(Addr, Value); }
void __stm_write_u16(Ptr Addr, U16 Value) { writeBarrier(Addr, Value); }
void __stm_write_u32(Ptr Addr, U32 Value) { writeBarrier(Addr, Value); }
void __stm_write_u64(Ptr Addr, U64 Value) { writeBarrier(Addr, Value); }

void __stm_read_range(Ptr Private, CPtr Shared, Size Bytes) {
  readRangeBarrier(Private, Shared, Bytes);
}
void __stm_write_range(Ptr Shared, CPtr Private, Size Bytes) {
  writeRange(Shared, Private, Bytes, STM_CALLER_PC);
}

} // extern "C"

} // namespace stm::rt::abi
