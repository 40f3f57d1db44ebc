//===- weak/instrumented.cpp - what instrumented code calls ---------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// ThreadSanitizer's interface (compiler-rt, tsan_interface.h), membarrier, and
// the system calls and allocators that simulated threads meet.
//
//===----------------------------------------------------------------------===//

#include "machine.h"

#include "base/membarrier.h"
#include "base/test_point.h"

#include <cstdarg>
#include <cstring>
#include <dlfcn.h>
#include <linux/futex.h>
#include <malloc.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unordered_map>

using stm::weak::Machine;

constinit void (*stm::weak::EndThread)(void *) = nullptr;

namespace {
Machine *machineFor(const volatile void *Where) {
  Machine *M = Machine::active();
  return M && M->simulates(Where) ? M : nullptr;
}
uintptr_t at(const volatile void *Where) {
  return reinterpret_cast<uintptr_t>(Where);
}
void plain(const volatile void *Where, size_t Bytes, bool IsWrite) {
  if (Machine *M = Machine::active())
    M->plain(at(Where), Bytes, IsWrite);
}
/// Of the runtime's blocks that were allocated in a simulation.
std::unordered_map<void *, size_t> Sizes;
} // namespace

extern "C" {

void __tsan_init() {}
void __tsan_func_entry(void *) {}
void __tsan_func_exit() {}
void __tsan_vptr_update(void **Where, void *) { plain(Where, 8, true); }
void __tsan_vptr_read(void **Where) { plain(Where, 8, false); }
void __tsan_read_range(void *Where, unsigned long Bytes) {
  plain(Where, Bytes, false);
}
void __tsan_write_range(void *Where, unsigned long Bytes) {
  plain(Where, Bytes, true);
}
void *__tsan_memcpy(void *To, const void *From, size_t Bytes) {
  plain(From, Bytes, false);
  plain(To, Bytes, true);
  return memcpy(To, From, Bytes);
}
void *__tsan_memmove(void *To, const void *From, size_t Bytes) {
  plain(From, Bytes, false);
  plain(To, Bytes, true);
  return memmove(To, From, Bytes);
}
void *__tsan_memset(void *To, int Value, size_t Bytes) {
  plain(To, Bytes, true);
  return memset(To, Value, Bytes);
}

#define STM_PLAIN(N)                                                           \
  void __tsan_read##N(void *Where) { plain(Where, N, false); }                 \
  void __tsan_write##N(void *Where) { plain(Where, N, true); }                 \
  void __tsan_unaligned_read##N(void *Where) { plain(Where, N, false); }       \
  void __tsan_unaligned_write##N(void *Where) { plain(Where, N, true); }       \
  void __tsan_read_write##N(void *Where) { plain(Where, N, true); }            \
  void __tsan_unaligned_read_write##N(void *Where) { plain(Where, N, true); }
STM_PLAIN(1)
STM_PLAIN(2)
STM_PLAIN(4)
STM_PLAIN(8)
STM_PLAIN(16)
#undef STM_PLAIN

void __tsan_atomic_thread_fence(int Order) {
  if (Machine *M = Machine::active())
    M->fence(Order);
  else
    __atomic_thread_fence(__ATOMIC_SEQ_CST);
}
void __tsan_atomic_signal_fence(int) {}

#define STM_UPDATE(N, T, Name, NewValue)                                       \
  T __tsan_atomic##N##_##Name(volatile T *Where, T Value, int Order) {         \
    if (Machine *M = machineFor(Where))                                        \
      return static_cast<T>(                                                   \
          M->update(at(Where), sizeof(T), Order, Order, [=](uint64_t &V) {     \
            auto Old = static_cast<T>(V);                                      \
            static_cast<void>(Old);                                            \
            V = static_cast<T>(NewValue);                                      \
            return true;                                                       \
          }));                                                                 \
    T Old = *Where, New;                                                       \
    do                                                                         \
      New = static_cast<T>(NewValue);                                          \
    while (!__atomic_compare_exchange_n(Where, &Old, New, false,               \
                                        __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST));  \
    return Old;                                                                \
  }
#define STM_ATOMIC_ACCESSES(N, T)                                              \
  T __tsan_atomic##N##_load(const volatile T *Where, int Order) {              \
    if (Machine *M = machineFor(Where))                                        \
      return static_cast<T>(M->load(at(Where), sizeof(T), Order));             \
    return __atomic_load_n(Where, __ATOMIC_SEQ_CST);                           \
  }                                                                            \
  void __tsan_atomic##N##_store(volatile T *Where, T Value, int Order) {       \
    if (Machine *M = machineFor(Where))                                        \
      M->store(at(Where), sizeof(T), Value, Order);                            \
    else                                                                       \
      __atomic_store_n(Where, Value, __ATOMIC_SEQ_CST);                        \
  }                                                                            \
  STM_UPDATE(N, T, exchange, Value)                                            \
  STM_UPDATE(N, T, fetch_add, Old + Value)                                     \
  STM_UPDATE(N, T, fetch_sub, Old - Value)                                     \
  STM_UPDATE(N, T, fetch_and, Old &Value)                                      \
  STM_UPDATE(N, T, fetch_or, Old | Value)                                      \
  STM_UPDATE(N, T, fetch_xor, Old ^ Value)                                     \
  T __tsan_atomic##N##_compare_exchange_val(volatile T *Where, T Expected,     \
                                            T New, int Order, int OnFailure) { \
    if (Machine *M = machineFor(Where))                                        \
      return static_cast<T>(                                                   \
          M->update(at(Where), sizeof(T), Order, OnFailure, [=](uint64_t &V) { \
            if (static_cast<T>(V) != Expected)                                 \
              return false;                                                    \
            V = New;                                                           \
            return true;                                                       \
          }));                                                                 \
    __atomic_compare_exchange_n(Where, &Expected, New, false,                  \
                                __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);           \
    return Expected;                                                           \
  }
STM_ATOMIC_ACCESSES(8, uint8_t)
STM_ATOMIC_ACCESSES(16, uint16_t)
STM_ATOMIC_ACCESSES(32, uint32_t)
STM_ATOMIC_ACCESSES(64, uint64_t)
#undef STM_ATOMIC_ACCESSES
#undef STM_UPDATE

/// Whom it waits for runs on the same thread of the system.
long syscall(long Number, ...) {
  va_list Args;
  va_start(Args, Number);
  long A[6];
  for (long &Arg : A)
    Arg = va_arg(Args, long);
  va_end(Args);
  if (Machine *M = Machine::active(); M && Number == SYS_futex) {
    auto Where = static_cast<uintptr_t>(A[0]);
    if ((A[1] & FUTEX_CMD_MASK) == FUTEX_WAIT)
      M->sleep(Where, static_cast<uint32_t>(A[2]));
    else
      M->wake(Where);
    return 0;
  }
  static auto *System =
      reinterpret_cast<long (*)(long, ...)>(dlsym(RTLD_NEXT, "syscall"));
  return System(Number, A[0], A[1], A[2], A[3], A[4], A[5]);
}

int __real_pthread_key_create(pthread_key_t *, void (*)(void *));
int __wrap_pthread_key_create(pthread_key_t *Key, void (*AtEnd)(void *)) {
  stm::weak::EndThread = AtEnd; // The runtime's is the only one.
  return __real_pthread_key_create(Key, AtEnd);
}

int __real_pthread_mutex_lock(pthread_mutex_t *);
int __real_pthread_mutex_unlock(pthread_mutex_t *);

int __wrap_pthread_mutex_lock(pthread_mutex_t *Mutex) {
  Machine *M = Machine::active();
  if (M)
    M->noteMutex(at(Mutex));
  if (!M || !M->isSimulatedMutex(at(Mutex)))
    return __real_pthread_mutex_lock(Mutex);
  while (pthread_mutex_trylock(Mutex) != 0)
    stm::rt::reachTestPoint(stm::rt::TestPoint::Waits);
  M->hasLocked(at(Mutex));
  return 0;
}
int __wrap_pthread_mutex_unlock(pthread_mutex_t *Mutex) {
  if (Machine *M = Machine::active(); M && M->isSimulatedMutex(at(Mutex)))
    M->unlocks(at(Mutex));
  return __real_pthread_mutex_unlock(Mutex);
}

// The allocators' own synchronization isn't simulated: memory that is given
// back has been used, and what is given out is new.
void *__real_malloc(size_t);
void __real_free(void *);
void *__real_mallocx(size_t, int);
void *__real_rallocx(void *, size_t, int);
void __real_dallocx(void *, int);

void *__wrap_malloc(size_t Bytes) {
  void *Block = __real_malloc(Bytes);
  if (Machine *M = Machine::active(); M && Block)
    M->forget(at(Block), malloc_usable_size(Block));
  return Block;
}
void __wrap_free(void *Block) {
  if (Machine *M = Machine::active(); M && Block)
    M->plain(at(Block), malloc_usable_size(Block), true);
  __real_free(Block);
}
void *__wrap_mallocx(size_t Bytes, int Flags) {
  void *Block = __real_mallocx(Bytes, Flags);
  if (Machine *M = Machine::active(); M && Block) {
    M->forget(at(Block), Bytes);
    Sizes[Block] = Bytes;
  }
  return Block;
}
void __wrap_dallocx(void *Block, int Flags) {
  if (Machine *M = Machine::active(); M && Sizes.count(Block))
    M->giveBack(at(Block), Sizes[Block]);
  __real_dallocx(Block, Flags);
}
void *__wrap_rallocx(void *Old, size_t Bytes, int Flags) {
  void *Block = __real_rallocx(Old, Bytes, Flags);
  if (Machine *M = Machine::active(); M && Block) {
    M->forget(at(Block), Bytes);
    Sizes.erase(Old);
    Sizes[Block] = Bytes;
  }
  return Block;
}
}

namespace stm::rt {

bool initMembarrier() { return true; }

bool tryMembarrierForAll() {
  if (Machine *M = Machine::active())
    M->membarrier();
  return true;
}

void membarrierForAll() { tryMembarrierForAll(); }

} // namespace stm::rt
