//===- mem/log_memory.h - the runtime's own memory --------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Logs and descriptors live in a jemalloc of the runtime's own, whose symbols
// are local: the program's malloc stays whatever it is, and what the runtime
// holds never mixes with it.
//
// Thread safety: any thread. None of these ends an attempt.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_MEM_LOG_MEMORY_H
#define STM_RT_MEM_LOG_MEMORY_H

#include "base/port.h"

#include <type_traits>

namespace stm::rt {

/// Where a block comes from. What one arena gives back isn't held by another.
enum class LogArena : uint8_t { General, Young, Old };

/// \p Bytes, aligned to a cache line, zeroed if asked for. Null if there is no
/// more.
void *allocateLogMemory(size_t Bytes, bool Zeroed = false);
void *allocateLogMemory(size_t Bytes, LogArena Arena, size_t Align);
void freeLogMemory(void *Block, LogArena Arena);
/// Gives what is unused back to the system.
void purgeLogMemory(LogArena Arena);
/// Moves the block if it must. Null if there is no more: the old one stays.
void *reallocateLogMemory(void *Block, size_t Bytes);
void freeLogMemory(void *Block);

/// For tests of what happens then: the next \p Count allocations succeed, all
/// after them fail. Negative: none fails.
void failLogMemoryAfterForTesting(int64_t Count);

struct InlinedLayout;

/// A growing array in log memory. Owner only; but if \p IsShared others may
/// read what is in it meanwhile, without order. Whoever moves what is in it, or
/// gives the memory back, has to keep them out.
template <class T, bool IsShared = false> class LogVector {
public:
  T *begin() const { return First; }
  T *end() const { return Next; }
  size_t size() const { return static_cast<size_t>(Next - First); }
  size_t capacity() const { return static_cast<size_t>(End - First); }
  bool empty() const { return Next == First; }
  T &back() const { return Next[-1]; }
  void pop() { set(Next, Next - 1); }
  void clear() { set(Next, First); }
  /// Without room, and what is in it doesn't count, until clear. Release: who
  /// sees it has what the owner did before it behind them.
  void close() { __atomic_store_n(&Next, Limit, __ATOMIC_RELEASE); }
  void truncate(T *End) { set(Next, End); }
  /// By others. What they find before it may be anything.
  T *sharedEnd() const { return __atomic_load_n(&Next, __ATOMIC_ACQUIRE); }

  bool isFull() const { return Next == Limit; }
  /// False if it is full.
  STM_FAST_PATH bool tryPush(const T &Value) {
    T *At = Next;
    // Not worked out ahead of a test that comes before: that costs an
    // instruction, and a register.
    asm("" : "+r"(At));
    if (STM_UNLIKELY(At == Limit))
      return false;
    set(*At, Value);
    set(Next, At + 1);
    return true;
  }
  /// Only if not full.
  STM_FAST_PATH void pushUnchecked(const T &Value) {
    T *At = Next;
    set(*At, Value);
    set(Next, At + 1);
  }
  /// False if memory ran out; nothing is lost then.
  bool push(const T &Value) {
    if (STM_UNLIKELY(isFull()) && !grow())
      return false;
    pushUnchecked(Value);
    return true;
  }

  /// Room for at least one more, and twice as much as before.
  STM_SLOW_PATH bool grow() {
    size_t Size = size();
    size_t NewCapacity = capacity() ? capacity() * 2 : InitialBytes / sizeof(T);
    T *Block =
        static_cast<T *>(reallocateLogMemory(First, NewCapacity * sizeof(T)));
    if (!Block)
      return false;
    First = Block;
    set(Next, Block + Size);
    Limit = End = Block + NewCapacity;
    return true;
  }

  /// Room for \p Count more. False if memory ran out; nothing is lost then.
  bool reserve(size_t Count) {
    while (capacity() - size() < Count)
      if (!grow())
        return false;
    return true;
  }

  /// Gives memory back if a long transaction has left much of it.
  void shrink() {
    if (capacity() * sizeof(T) <= KeptBytes)
      return;
    freeLogMemory(First);
    First = Next = Limit = End = nullptr;
  }

  /// From here on it is full with \p Size, until lift or grow.
  void limit(size_t Size) { Limit = Size < capacity() ? First + Size : End; }
  void lift() { Limit = End; }

  void swap(LogVector &Other) {
    LogVector Copy = *this;
    *this = Other;
    Other = Copy;
  }

private:
  friend struct InlinedLayout;
  template <class U>
  STM_FAST_PATH static void set(U &Where,
                                const std::type_identity_t<U> &Value) {
    if constexpr (IsShared)
      __atomic_store_n(&Where, Value, __ATOMIC_RELAXED);
    else
      Where = Value;
  }

  static constexpr size_t InitialBytes = 4096;
  static constexpr size_t KeptBytes = size_t{4} << 20;

  T *Next = nullptr;
  T *Limit = nullptr; ///< Full there.
  T *First = nullptr;
  T *End = nullptr;
};

} // namespace stm::rt

#endif // STM_RT_MEM_LOG_MEMORY_H
