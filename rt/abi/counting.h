//===- abi/counting.h - reference counts in transactions --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What the wraps of counted objects share. See mem/count_log.h.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_ABI_COUNTING_H
#define STM_RT_ABI_COUNTING_H

#include "abi/clone_table.h"
#include "tx/cxa.h"
#include "tx/registry.h"

#include <atomic>

namespace stm::rt::abi {

/// The row by which references to \p Object are counted. Null where its counts
/// are changed on the spot: outside of transactions, in an inevitable one, and
/// if this attempt has made the object.
inline CountRow *countRow(void *Object, DropReferences Drop, uintptr_t Pc) {
  Tx &Self = *CurrentTx;
  if (Self.isDirect())
    return nullptr;
  Self.beforeUnchecked(Pc); // Counts are looked at plainly.
  CountRow *Row = Self.Counts.row(Object, Drop);
  if (!Row)
    Self.outOfLogMemory(Pc);
  Self.HasCounts = true;
  return Row->NewCounts ? nullptr : Row;
}

/// \p None: what the count is once there are no references.
template <class T> bool addUnlessNone(std::atomic<T> &Count, T None) {
  T Now = Count.load(std::memory_order_relaxed);
  while (Now != None)
    if (Count.compare_exchange_weak(Now, Now + 1, std::memory_order_acq_rel,
                                    std::memory_order_relaxed))
      return true;
  return false;
}

/// False: there is no such object any more.
template <class T>
bool takeReference(CountChange &Change, std::atomic<T> &Count, uintptr_t Pc,
                   T None = 0) {
  if (Change.takeOver())
    return true;
  CurrentTx->beforeTelling(Pc); // It counts at once.
  if (!addUnlessNone(Count, None))
    return false;
  ++Change.Added;
  return true;
}

/// The C++ runtime calls an exception's destructor when the last handler ends,
/// which may be inside the transaction: it must be the version with barriers.
/// (Outside of one its barriers are plain accesses.)
void *transactionalDestructor(void *Destructor, uintptr_t Pc);

/// Of an exception that this attempt has made. Its memory stays until the
/// attempt has ended, whichever way: the undo log may still write to it.
void destroyException(CxaException &Exception);
void freeExceptionAtEnd(void *Object, uintptr_t Pc);

/// A snapshot has found a pointer, as of its time, to what is destroyed by now.
/// It starts again, as of a newer time; if that doesn't help, alone.
[[noreturn]] inline void objectIsGone(const void *Count, uintptr_t Pc) {
  Tx &Self = *CurrentTx;
  if (Self.Attempts > 2) {
    Self.startAlone("copy of a shared_ptr to what is destroyed by now", Pc);
  }
  Self.conflict(ConflictKind::Validation, Count, nullptr, Pc);
}

} // namespace stm::rt::abi

#endif // STM_RT_ABI_COUNTING_H
