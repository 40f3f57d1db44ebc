//===- tx/first_write.h - the first write to a stripe -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Out of line also where barriers are inlined, but a leaf where nothing stands
// in its way, and not slow. An ordinary call: whom it spared registers
// (STM_SPARING) would pay for that with pushes, which the locked instruction in
// it waits for.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_FIRST_WRITE_H
#define STM_RT_TX_FIRST_WRITE_H

#include "report/own_code.h"
#include "tx/barriers.h"
#include "version/read_guards.h"

namespace stm::rt {

/// Where a write comes from: the program itself, which the lock's site then is,
/// or perhaps the runtime's version of memcpy, say.
enum class WriteCaller : uint8_t { Program, Any };
/// The same while snapshots run, or where more has to be done.
template <class T, WriteCaller Caller>
void writeLinked(void *Self, void *Address, T Value);

/// One attempt at the lock. False: somebody else has the stripe, or guards it.
STM_FAST_PATH bool tryLockUnguarded(uint32_t Index, OrecWord Word,
                                    OrecWord Mine, WriterNote Note) {
  Orec &O = OrecTable[Index];
  if (!O.tryLock(Word, Mine, Note))
    return false;
  if (STM_LIKELY(Guards.allowLock(Index)))
    return true;
  O.putBack(Word);
  return false;
}

// All room is made sure of first, so that nothing can fail once the stripe is
// locked. The order also keeps everything in registers that a leaf need not
// save: a locked instruction waits for each store before it.
template <class T>
STM_FAST_PATH bool tryWriteFirst(Tx &Self, void *Address, T Value,
                                 uintptr_t Pc) {
  if (STM_LIKELY(!Self.SlowWrites && !Versioning.isOn() &&
                 !Self.isOwnFrame(Address) && !Self.Locks.isFull() &&
                 Self.Undo.hasRoom(sizeof(T)))) {
    uint32_t Index = orecIndex(reinterpret_cast<uintptr_t>(Address));
    OrecWord Word = OrecTable[Index].peek();
    // Another's lock is above every snapshot.
    if (STM_LIKELY(Word.raw() <= Self.Snapshot) &&
        STM_LIKELY(tryLockUnguarded(Index, Word, Self.MyLock,
                                    WriterNote::of(Pc, Address, sizeof(T))))) {
      Self.Locks.pushUnchecked(Index);
      storeLogged(Self, static_cast<T *>(Address), Value, Word);
      return true;
    }
  }
  return false;
}

template <class T, WriteCaller Caller>
STM_FAST_PATH void writeFirst(void *Self, void *Address, T Value) {
  uintptr_t Pc = STM_CALLER_PC;
  if (STM_INJECTS_AT_READS && static_cast<Tx *>(Self)->InTransaction)
    static_cast<Tx *>(Self)->meetFaults(Pc);
  if (STM_UNLIKELY(
          (Caller == WriteCaller::Any && isOwnCode(Pc)) ||
          !tryWriteFirst(*static_cast<Tx *>(Self), Address, Value, Pc)))
    STM_TAIL return writeLinked<T, Caller>(Self, Address, Value);
}

} // namespace stm::rt

#endif // STM_RT_TX_FIRST_WRITE_H
