//===- base/shared_copy.h - copies of memory that others access meanwhile -===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Naturally aligned words where both sides allow it, else bytes, each an atomic
// access: a torn copy is caught by the orec, but the access itself must be
// defined. No call of memcpy, in which ThreadSanitizer would see the access but
// not what orders it. (1) and (2) are in MEMORY_ORDER.md.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_BASE_SHARED_COPY_H
#define STM_RT_BASE_SHARED_COPY_H

#include "base/port.h"

#include <cstring>

namespace stm::rt {

/// (2) acquire: pairs with (1): who sees a dirty value also sees its lock.
template <class T> STM_FAST_PATH T loadShared(const T *Address) {
  return __atomic_load_n(Address, __ATOMIC_ACQUIRE);
}

/// The same for a load of the program's own, which may have been seq_cst.
template <class T> STM_FAST_PATH T loadSharedInOrder(const T *Address) {
  return __atomic_load_n(Address, __ATOMIC_SEQ_CST);
}

/// (1) release: pairs with (2).
template <class T> STM_FAST_PATH void storeShared(T *Address, T Value) {
  __atomic_store_n(Address, Value, __ATOMIC_RELEASE);
}

inline void copyFromShared(void *To, const void *From, size_t Bytes) {
  auto *Out = static_cast<char *>(To);
  auto *In = static_cast<const char *>(From);
  while (Bytes) {
    if (Bytes >= 8 && reinterpret_cast<uintptr_t>(In) % 8 == 0) {
      uint64_t Word = loadShared(reinterpret_cast<const uint64_t *>(In));
      memcpy(Out, &Word, 8);
      In += 8, Out += 8, Bytes -= 8;
    } else if (Bytes >= 4 && reinterpret_cast<uintptr_t>(In) % 4 == 0) {
      uint32_t Word = loadShared(reinterpret_cast<const uint32_t *>(In));
      memcpy(Out, &Word, 4);
      In += 4, Out += 4, Bytes -= 4;
    } else {
      *Out++ = loadShared(In++);
      --Bytes;
    }
  }
}

inline void copyIntoShared(void *To, const void *From, size_t Bytes) {
  auto *Out = static_cast<char *>(To);
  auto *In = static_cast<const char *>(From);
  while (Bytes) {
    if (Bytes >= 8 && reinterpret_cast<uintptr_t>(Out) % 8 == 0) {
      uint64_t Word;
      memcpy(&Word, In, 8);
      storeShared(reinterpret_cast<uint64_t *>(Out), Word);
      In += 8, Out += 8, Bytes -= 8;
    } else if (Bytes >= 4 && reinterpret_cast<uintptr_t>(Out) % 4 == 0) {
      uint32_t Word;
      memcpy(&Word, In, 4);
      storeShared(reinterpret_cast<uint32_t *>(Out), Word);
      In += 4, Out += 4, Bytes -= 4;
    } else {
      storeShared(Out++, *In++);
      --Bytes;
    }
  }
}

} // namespace stm::rt

#endif // STM_RT_BASE_SHARED_COPY_H
