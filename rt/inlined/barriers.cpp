//===- inlined/barriers.cpp - the barriers that programs carry ------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Not part of libstm.so: clang makes LLVM bitcode of this file, the plugin has
// that in it, and the pass inlines it (pass/InlineBarriers.cpp).
//
//   __stm_inline_current          the thread's descriptor, once a function
//   __stm_inline_<entry point>    its fast path; its arguments come after the
//                                 descriptor
//   __stm_inline_<…>_<bytes>      what is done for a range of just that size,
//                                 aligned to 8
//   __stm_inline_<…>_<bytes>_align4
//                                 or to 4
//   __stm_inline_<…>_ahead
//                                 that knows where the next write goes
//
// The result must stand in registers: what a function stores to memory of its
// caller's, the caller keeps in memory.
//
//===----------------------------------------------------------------------===//

#include "inlined/layout.h"

namespace stm::rt {

namespace {

template <class T, auto Slow>
STM_FAST_PATH T read(Tx &Self, const void *Address) {
  T Value;
  if (STM_LIKELY(tryRead(Self, static_cast<const T *>(Address), Value)))
    return Value;
  return Slow(Address);
}

template <class T, auto Slow>
STM_FAST_PATH void write(Tx &Self, void *Address, T Value) {
  if (STM_UNLIKELY(!tryWrite(Self, static_cast<T *>(Address), Value)))
    Slow(&Self, Address, Value);
}

/// In plain code, where a thread may get its descriptor between two of them,
/// and a signal's handler may run blocks.
template <class T, auto Slow> STM_FAST_PATH T settledRead(const void *Address) {
  if (CurrentTx->PendingQuiescence != 0)
    return Slow(Address);
  __atomic_signal_fence(__ATOMIC_SEQ_CST);
  return loadSharedInOrder(static_cast<const T *>(Address));
}

/// Two words, of one stripe or of two.
STM_FAST_PATH void readTwo(Tx &Self, const uint64_t *Shared, uint64_t *Words) {
  if (STM_UNLIKELY(!tryReadTwo(Self, Shared, Words[0], Words[1]))) {
    Words[0] = abi::__stm_read_slow_u64(Shared);
    Words[1] = abi::__stm_read_slow_u64(Shared + 1);
  }
}
STM_FAST_PATH void writeTwo(Tx &Self, uint64_t *Shared, const uint64_t *Words) {
  if (STM_UNLIKELY(!tryWriteTwo(Self, Shared, Words))) {
    abi::__stm_write_first_u64(&Self, Shared, Words[0]);
    abi::__stm_write_first_u64(&Self, Shared + 1, Words[1]);
  }
}

/// Some do not just pass: all are read again, each by itself.
template <size_t Count>
STM_FAST_PATH void readWords(Tx &Self, void *Private, const void *Shared) {
  auto *From = static_cast<const uint64_t *>(Shared);
  uint64_t Words[Count];
  if (STM_UNLIKELY(!tryReadWords<Count>(Self, From, Words)))
    for (size_t I = 0; I != Count; ++I)
      Words[I] = abi::__stm_read_slow_u64(From + I);
  memcpy(Private, Words, sizeof(Words));
}

// What is known to be aligned to 4 only, such as pairs of ints and vectors of
// floats, mostly is to 8. Otherwise it takes the way of any range, by way of
// memory that nothing else uses.

STM_FAST_PATH bool isOfWords(const void *Shared) {
  return reinterpret_cast<uintptr_t>(Shared) % 8 == 0;
}
template <size_t Count, class TryRead>
STM_FAST_PATH void readHalves(void *Private, const void *Shared, TryRead Try) {
  uint64_t Words[Count];
  if (STM_UNLIKELY(!isOfWords(Shared) ||
                   !Try(static_cast<const uint64_t *>(Shared), Words))) {
    uint64_t Copy[Count];
    abi::__stm_read_range(Copy, Shared, sizeof(Copy));
    for (size_t I = 0; I != Count; ++I)
      Words[I] = Copy[I];
  }
  memcpy(Private, Words, sizeof(Words));
}
template <size_t Count, class TryWrite>
STM_FAST_PATH void writeHalves(void *Shared, const void *Private,
                               TryWrite Try) {
  uint64_t Words[Count];
  memcpy(Words, Private, sizeof(Words));
  if (STM_UNLIKELY(!isOfWords(Shared) ||
                   !Try(static_cast<uint64_t *>(Shared), Words))) {
    uint64_t Copy[Count];
    for (size_t I = 0; I != Count; ++I)
      Copy[I] = Words[I];
    abi::__stm_write_range(Shared, Copy, sizeof(Copy));
  }
}

} // namespace

extern "C" {

Tx *__stm_inline_current() { return CurrentTx; }

/// What is plain stays plain where no wait is left.
void __stm_inline_settle(Tx *, const void *Address, size_t Bytes) {
  if (CurrentTx->PendingQuiescence != 0)
    abi::__stm_settle(Address, Bytes);
}

#define STM_INLINE_SETTLED(Bits)                                               \
  uint##Bits##_t __stm_inline_settled_read_u##Bits(Tx *,                       \
                                                   const void *Address) {      \
    return settledRead<uint##Bits##_t, abi::__stm_settled_read_u##Bits>(       \
        Address);                                                              \
  }
STM_INLINE_SETTLED(8)
STM_INLINE_SETTLED(16)
STM_INLINE_SETTLED(32)
STM_INLINE_SETTLED(64)

#define STM_INLINE_SCALAR(Bits)                                                \
  uint##Bits##_t __stm_inline_read_u##Bits(Tx *Self, const void *Address) {    \
    return read<uint##Bits##_t, abi::__stm_read_slow_u##Bits>(*Self, Address); \
  }                                                                            \
  void __stm_inline_write_u##Bits(Tx *Self, void *Address,                     \
                                  uint##Bits##_t Value) {                      \
    write<uint##Bits##_t, abi::__stm_write_first_u##Bits>(*Self, Address,      \
                                                          Value);              \
  }                                                                            \
  uint##Bits##_t __stm_inline_read_to_write_u##Bits(Tx *Self, void *Address) { \
    return abi::__stm_read_to_write_first_u##Bits(Self, Address);              \
  }                                                                            \
  void __stm_inline_write_u##Bits##_ahead(                                     \
      Tx *Self, void *Address, uint##Bits##_t Value, const void *Next) {       \
    if (STM_UNLIKELY(                                                          \
            !tryWrite(*Self, static_cast<uint##Bits##_t *>(Address), Value)))  \
      abi::__stm_write_ahead_u##Bits(Self, Address, Value, Next);              \
  }                                                                            \
  uint##Bits##_t __stm_inline_read_to_write_u##Bits##_ahead(                   \
      Tx *Self, void *Address, const void *Next) {                             \
    return abi::__stm_read_to_write_ahead_u##Bits(Self, Address, Next);        \
  }                                                                            \
  void __stm_inline_write_read_u##Bits(Tx *, void *Address,                    \
                                       uint##Bits##_t Value) {                 \
    storeShared(static_cast<uint##Bits##_t *>(Address), Value);                \
  }
STM_INLINE_SCALAR(8)
STM_INLINE_SCALAR(16)
STM_INLINE_SCALAR(32)
STM_INLINE_SCALAR(64)

void __stm_inline_read_range_16(Tx *Self, void *Private, const void *Shared) {
  uint64_t Words[2];
  readTwo(*Self, static_cast<const uint64_t *>(Shared), Words);
  memcpy(Private, Words, sizeof(Words));
}

void __stm_inline_read_range_32(Tx *Self, void *Private, const void *Shared) {
  readWords<4>(*Self, Private, Shared);
}

void __stm_inline_read_range_8_align4(Tx *Self, void *Private,
                                      const void *Shared) {
  readHalves<1>(Private, Shared, [=](const uint64_t *From, uint64_t *Words) {
    return tryRead(*Self, From, Words[0]);
  });
}

void __stm_inline_read_range_16_align4(Tx *Self, void *Private,
                                       const void *Shared) {
  readHalves<2>(Private, Shared, [=](const uint64_t *From, uint64_t *Words) {
    return tryReadTwo(*Self, From, Words[0], Words[1]);
  });
}

void __stm_inline_write_range_16(Tx *Self, void *Shared, const void *Private) {
  uint64_t Words[2];
  memcpy(Words, Private, sizeof(Words));
  writeTwo(*Self, static_cast<uint64_t *>(Shared), Words);
}

void __stm_inline_write_range_8_align4(Tx *Self, void *Shared,
                                       const void *Private) {
  writeHalves<1>(Shared, Private, [=](uint64_t *To, const uint64_t *Words) {
    return tryWrite(*Self, To, Words[0]);
  });
}

void __stm_inline_write_range_16_align4(Tx *Self, void *Shared,
                                        const void *Private) {
  writeHalves<2>(Shared, Private, [=](uint64_t *To, const uint64_t *Words) {
    return tryWriteTwo(*Self, To, Words);
  });
}

} // extern "C"

} // namespace stm::rt
