//===- tx/captured.h - memory that a snapshot allocated ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A declared snapshot may write nothing but its own: its frames, and blocks
// that it has allocated itself. Those are here, by address.
//
// Owner only.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_CAPTURED_H
#define STM_RT_TX_CAPTURED_H

#include "mem/log_memory.h"

#include <map>
#include <new>

namespace stm::rt {

/// Nodes in the runtime's own memory: the program's allocator may run
/// transactions.
template <class T> struct LogAllocator {
  using value_type = T;

  LogAllocator() = default;
  template <class U> LogAllocator(const LogAllocator<U> &) {}
  T *allocate(size_t Count) {
    void *Memory = allocateLogMemory(Count * sizeof(T));
    if (!Memory)
      throw std::bad_alloc();
    return static_cast<T *>(Memory);
  }
  void deallocate(T *Block, size_t) { freeLogMemory(Block); }
  bool operator==(const LogAllocator &) const = default;
};

class CapturedMemory {
public:
  /// False: no memory to note it.
  bool add(const void *Block, size_t Bytes);
  /// False: it isn't one of these.
  bool remove(const void *Block);
  bool contains(const void *Address) { return Blocks && containsSlow(Address); }
  bool empty() const { return !Blocks; }
  void clear() {
    if (STM_UNLIKELY(Blocks != nullptr))
      clearSlow();
  }

private:
  using Map = std::map<uintptr_t, size_t, std::less<>,
                       LogAllocator<std::pair<const uintptr_t, size_t>>>;
  STM_SLOW_PATH void clearSlow();
  bool containsSlow(const void *Address);

  Map *Blocks = nullptr;   ///< Null: none.
  uintptr_t LastBegin = 0; ///< The block looked at last.
  size_t LastBytes = 0;
};

} // namespace stm::rt

#endif // STM_RT_TX_CAPTURED_H
