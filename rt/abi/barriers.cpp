//===- abi/barriers.cpp - entry points of the barriers ----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/barriers.h"
#include "tx/attempt.h"
#include "tx/first_write.h"

#include "abi/rtl.h"
#include "abi/words.h"

namespace stm::rt::abi {

namespace {

template <class T> STM_FAST_PATH T read(CPtr Address) {
  T Value;
  if (STM_LIKELY(tryRead(*CurrentTx, static_cast<const T *>(Address), Value)))
    return Value;
  STM_TAIL return readSlow<T>(Address);
}

template <class T>
__attribute__((noinline)) void writeFirstHere(Ptr Self, Ptr Address, T Value) {
  writeFirst<T, WriteCaller::Any>(Self, Address, Value);
}

template <class T> STM_FAST_PATH void write(Ptr Address, T Value) {
  Tx &Self = *CurrentTx;
  if (STM_UNLIKELY(!tryWrite(Self, static_cast<T *>(Address), Value)))
    return writeFirstHere<T>(&Self, Address, Value);
}

STM_SLOW_PATH void readRangeSlow(Ptr Private, CPtr Shared, Size Bytes) {
  readRange(Private, Shared, Bytes, STM_CALLER_PC);
}

/// By itself: others would save the registers that it needs.
__attribute__((noinline)) void readHalves(Ptr Private, CPtr Shared,
                                          Size Bytes) {
  uint32_t Halves[4];
  if (STM_UNLIKELY(!tryReadHalves(
          *CurrentTx, static_cast<const uint32_t *>(Shared), Halves)))
    STM_TAIL return readRangeSlow(Private, Shared, Bytes);
  memcpy(Private, Halves, sizeof(Halves));
}

} // namespace

std::optional<int> tryCompareStrings(const void *A, const void *B,
                                     size_t Limit) {
  Tx &Self = *CurrentTx;
  return tryCompareStrings<StripeBytes>(
      A, B, Limit, loadShared<uint64_t>, [&Self](const uint64_t *Word) {
        return STM_LIKELY(tryPass(Self, reinterpret_cast<uintptr_t>(Word)));
      });
}

extern "C" {

U8 __stm_read_u8(CPtr Addr) { return read<U8>(Addr); }
U16 __stm_read_u16(CPtr Addr) { return read<U16>(Addr); }
U32 __stm_read_u32(CPtr Addr) { return read<U32>(Addr); }
U64 __stm_read_u64(CPtr Addr) { return read<U64>(Addr); }

void __stm_write_u8(Ptr Addr, U8 Value) { write(Addr, Value); }
void __stm_write_u16(Ptr Addr, U16 Value) { write(Addr, Value); }
void __stm_write_u32(Ptr Addr, U32 Value) { write(Addr, Value); }
void __stm_write_u64(Ptr Addr, U64 Value) { write(Addr, Value); }

void __stm_read_range(Ptr Private, CPtr Shared, Size Bytes) {
  if (STM_LIKELY(Bytes == 16)) {
    auto At = reinterpret_cast<uintptr_t>(Shared);
    uint64_t Words[2];
    if (STM_LIKELY(At % 8 == 0) &&
        STM_LIKELY(tryReadTwo(*CurrentTx, static_cast<const uint64_t *>(Shared),
                              Words[0], Words[1]))) {
      memcpy(Private, Words, 16);
      return;
    }
    if (At % 4 == 0)
      STM_TAIL return readHalves(Private, Shared, Bytes);
  }
  STM_TAIL return readRangeSlow(Private, Shared, Bytes);
}
void __stm_write_range(Ptr Shared, CPtr Private, Size Bytes) {
  writeRange(Shared, Private, Bytes, STM_CALLER_PC);
}

void __stm_count(CPtr Counts) {
  if (!CurrentTx->InTransaction)
    return;
  Counters &To = CurrentTx->Facts.Counts;
  auto *Next = static_cast<const U32 *>(Counts);
#define STM_COUNT(Kind, Member) To.Kind.bump(*Next++);
#include "stm/runtime_abi.def"
}

STM_SPARING U8 __stm_read_slow_u8(CPtr Addr) {
  STM_TAIL return readSlowSparing<U8>(Addr);
}
STM_SPARING U16 __stm_read_slow_u16(CPtr Addr) {
  STM_TAIL return readSlowSparing<U16>(Addr);
}
STM_SPARING U32 __stm_read_slow_u32(CPtr Addr) {
  STM_TAIL return readSlowSparing<U32>(Addr);
}
STM_SPARING U64 __stm_read_slow_u64(CPtr Addr) {
  STM_TAIL return readSlowSparing<U64>(Addr);
}

#define STM_READ_TO_WRITE(Bits)                                                \
  U##Bits __stm_read_to_write_first_u##Bits(Ptr Self, Ptr Addr) {              \
    return readToWrite<U##Bits>(Self, Addr);                                   \
  }                                                                            \
  U##Bits __stm_read_to_write_ahead_u##Bits(Ptr Self, Ptr Addr, CPtr Next) {   \
    return readToWriteAhead<U##Bits>(Self, Addr, Next);                        \
  }                                                                            \
  U##Bits __stm_read_to_write_u##Bits(Ptr Addr) {                              \
    return readToWrite<U##Bits>(CurrentTx, Addr);                              \
  }                                                                            \
  void __stm_write_read_u##Bits(Ptr Addr, U##Bits Value) {                     \
    storeShared(static_cast<U##Bits *>(Addr), Value);                          \
  }
STM_READ_TO_WRITE(8)
STM_READ_TO_WRITE(16)
STM_READ_TO_WRITE(32)
STM_READ_TO_WRITE(64)
#undef STM_READ_TO_WRITE

#define STM_WRITE_FIRST(Bits)                                                  \
  void __stm_write_first_u##Bits(Ptr Self, Ptr Addr, U##Bits Value) {          \
    writeFirst<U##Bits, WriteCaller::Program>(Self, Addr, Value);              \
  }                                                                            \
  void __stm_write_ahead_u##Bits(Ptr Self, Ptr Addr, U##Bits Value,            \
                                 CPtr Next) {                                  \
    writeFirstAhead<U##Bits>(Self, Addr, Value, Next);                         \
  }
STM_WRITE_FIRST(8)
STM_WRITE_FIRST(16)
STM_WRITE_FIRST(32)
STM_WRITE_FIRST(64)
#undef STM_WRITE_FIRST

} // extern "C"

} // namespace stm::rt::abi
