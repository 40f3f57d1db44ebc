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
#include "tx/lone.h"
#include "version/read_guards.h"

namespace stm::rt {

/// Where a write comes from: the program itself, which the lock's site then is,
/// or perhaps the runtime's version of memcpy, say.
enum class WriteCaller : uint8_t { Program, Any };
/// The same while snapshots run, or where more has to be done.
template <class T, WriteCaller Caller>
void writeLinked(void *Self, void *Address, T Value);

/// Asked where it is needed: it stands in memory, and a register that keeps it
/// until then costs an instruction more.
struct CallerPc {
  STM_FAST_PATH uintptr_t operator()() const { return STM_CALLER_PC; }
};
struct GivenPc {
  uintptr_t Pc;
  STM_FAST_PATH uintptr_t operator()() const { return Pc; }
};

/// One attempt at the lock. False: somebody else has the stripe, or guards it.
template <class PcOf>
STM_FAST_PATH bool tryLockUnguarded(uint32_t Index, OrecWord Word,
                                    OrecWord Mine, const void *Address,
                                    size_t Bytes, PcOf Pc) {
  Orec &O = OrecTable[Index];
  // Before the locked instruction, which what is computed after it waits for.
  uint64_t Note = WriterNote::of(Pc(), Address, Bytes).raw();
  asm("" : "+r"(Note));
  if (!O.tryLock(Word, Mine))
    return false;
  O.note(WriterNote(Note));
  if (STM_LIKELY(Guards.allowLock(Index)))
    return true;
  O.putBack(Word);
  return false;
}

/// Both ways to lock a stripe whose word is unlocked and as of the snapshot or
/// before (another's lock is above every snapshot). \p Word becomes what it
/// was.
struct LockAsAnybody {
  template <class PcOf>
  static STM_FAST_PATH bool tryLock(Tx &Self, uint32_t Index, OrecWord &Word,
                                    const void *Address, size_t Bytes,
                                    PcOf Pc) {
    Word = OrecTable[Index].peek();
    return STM_LIKELY(Word.raw() <= Self.Snapshot) &&
           STM_LIKELY(
               tryLockUnguarded(Index, Word, Self.MyLock, Address, Bytes, Pc));
  }
};
struct LockAlone {
  /// False also if the thread isn't lone any more.
  template <class PcOf>
  static STM_FAST_PATH bool tryLock(Tx &Self, uint32_t Index, OrecWord &Word,
                                    const void *, size_t, PcOf Pc) {
    bool Locked = false;
    inLoneStep(Self, [&] {
      Word = OrecTable[Index].peek();
      Locked = STM_LIKELY(Word.raw() <= Self.Snapshot);
      if (!Locked)
        return;
      OrecTable[Index].lockAlone(Self.MyLock);
      OrecTable[Index].note(WriterNote::ofCode(Pc()));
    });
    return Locked;
  }
};

// All room is made sure of first, so that nothing can fail once the stripe is
// locked. The order also keeps everything in registers that a leaf need not
// save: a locked instruction waits for each store before it.
template <class How, class T, class PcOf>
STM_FAST_PATH bool tryWriteFirst(Tx &Self, void *Address, T Value, PcOf Pc) {
  if (STM_LIKELY(!Self.SlowWrites && !Self.isOwnFrame(Address) &&
                 !Self.Locks.isFull() && Self.Undo.hasRoom(sizeof(T)))) {
    uint32_t Index = orecIndex(reinterpret_cast<uintptr_t>(Address));
    // Or the guard's bit is kept in a register of its own, before the mask.
    asm("" : "+r"(Index));
    OrecWord Word(0);
    if (STM_LIKELY(How::tryLock(Self, Index, Word, Address, sizeof(T), Pc))) {
      Self.Locks.pushUnchecked(Index);
      storeLogged(Self, static_cast<T *>(Address), Value, Word);
      return true;
    }
  }
  return false;
}

// Ways of their own: together they would need a register more than a leaf has.
template <class T>
__attribute__((noinline)) void writeFirstAlone(void *Self, void *Address,
                                               T Value) {
  if (STM_UNLIKELY(!tryWriteFirst<LockAlone>(*static_cast<Tx *>(Self), Address,
                                             Value, CallerPc())))
    STM_TAIL return writeLinked<T, WriteCaller::Program>(Self, Address, Value);
}

/// For the runtime's versions of library functions: the lock's site is the
/// program's, a few frames up.
template <class T>
__attribute__((noinline)) void writeFirstFromOwnCode(void *Descriptor,
                                                     void *Address, T Value) {
  Tx &Self = *static_cast<Tx *>(Descriptor);
  GivenPc Pc = {programPc(STM_CALLER_PC)};
  bool Done = Self.IsLone.load(std::memory_order_relaxed)
                  ? tryWriteFirst<LockAlone>(Self, Address, Value, Pc)
                  : !Versioning.isOn() &&
                        tryWriteFirst<LockAsAnybody>(Self, Address, Value, Pc);
  if (STM_UNLIKELY(!Done))
    STM_TAIL return writeLinked<T, WriteCaller::Any>(Descriptor, Address,
                                                     Value);
}

STM_FAST_PATH void meetFaultsAtWrite(void *Self) {
  if (STM_INJECTS_AT_READS && static_cast<Tx *>(Self)->InTransaction)
    static_cast<Tx *>(Self)->meetFaults(STM_CALLER_PC);
}

/// Neither lone, nor while snapshots run.
template <class T, WriteCaller Caller>
STM_FAST_PATH void writeFirstAsAnybody(void *Self, void *Address, T Value) {
  if (STM_UNLIKELY(!tryWriteFirst<LockAsAnybody>(*static_cast<Tx *>(Self),
                                                 Address, Value, CallerPc())))
    STM_TAIL return writeLinked<T, Caller>(Self, Address, Value);
}

template <class T, WriteCaller Caller>
STM_FAST_PATH void writeFirst(void *Self, void *Address, T Value) {
  meetFaultsAtWrite(Self);
  if (Caller == WriteCaller::Any && isOwnCode(STM_CALLER_PC))
    STM_TAIL return writeFirstFromOwnCode<T>(Self, Address, Value);
  // First: no snapshot runs beside a lone thread. Should one begin now, the
  // lone step fails, or the commit hands over (version/README.md).
  if (static_cast<Tx *>(Self)->IsLone.load(std::memory_order_relaxed))
    STM_TAIL return writeFirstAlone<T>(Self, Address, Value);
  if (STM_UNLIKELY(Versioning.isOn()))
    STM_TAIL return writeLinked<T, Caller>(Self, Address, Value);
  STM_TAIL return writeFirstAsAnybody<T, Caller>(Self, Address, Value);
}

/// What this write and the next one need. The processor doesn't ask for all of
/// it at once by itself: the lock that comes first lets nothing after it begin.
STM_FAST_PATH void fetchToWrite(const void *Address, const void *Next) {
  arch::prefetchForWrite(Address);
  orecOf(Next).fetchToLock();
  arch::prefetchForWrite(Next);
}

// Not STM_TAIL, whose caller must have the same arguments; they are tail calls
// all the same.
template <class T>
STM_FAST_PATH void writeFirstAhead(void *Self, void *Address, T Value,
                                   const void *Next) {
  meetFaultsAtWrite(Self);
  if (static_cast<Tx *>(Self)->IsLone.load(std::memory_order_relaxed))
    return writeFirstAlone<T>(Self, Address, Value);
  fetchToWrite(Address, Next);
  if (STM_UNLIKELY(Versioning.isOn()))
    return writeLinked<T, WriteCaller::Program>(Self, Address, Value);
  return writeFirstAsAnybody<T, WriteCaller::Program>(Self, Address, Value);
}

/// A load of what is about to be overwritten: the same, less the store. The
/// read is noted too: whoever retries waits for what it has read.
template <class T> T readToWriteSlow(void *Self, void *Address);

template <class How, class T>
STM_FAST_PATH bool tryReadToWrite(Tx &Self, T *Address, T &Value) {
  if (STM_UNLIKELY(Self.SlowWrites || Self.isOwnFrame(Address) ||
                   Self.Locks.isFull() || Self.Reads.isFull() ||
                   !Self.Undo.hasRoom(sizeof(T))))
    return false;
  uint32_t Index = orecIndex(reinterpret_cast<uintptr_t>(Address));
  asm("" : "+r"(Index)); // As above.
  OrecWord Word = peekToWrite(OrecTable[Index], Address);
  if (STM_LIKELY(Word != Self.MyLock)) {
    if (STM_UNLIKELY(
            !How::tryLock(Self, Index, Word, Address, sizeof(T), CallerPc())))
      return false;
    Self.Locks.pushUnchecked(Index);
  }
  // What was loaded before is loaded again rather than kept.
  std::atomic_signal_fence(std::memory_order_seq_cst);
  Self.Reads.pushUnchecked(Index);
  Value = logForStore(Self, Address, Word);
  return true;
}

template <class T>
__attribute__((noinline)) T readToWriteAlone(void *Self, void *Address) {
  T Value;
  if (STM_LIKELY(tryReadToWrite<LockAlone>(*static_cast<Tx *>(Self),
                                           static_cast<T *>(Address), Value)))
    return Value;
  STM_TAIL return readToWriteSlow<T>(Self, Address);
}

template <class T>
STM_FAST_PATH T readToWriteAsAnybody(void *Self, void *Address) {
  T Value;
  if (STM_LIKELY(tryReadToWrite<LockAsAnybody>(
          *static_cast<Tx *>(Self), static_cast<T *>(Address), Value)))
    return Value;
  STM_TAIL return readToWriteSlow<T>(Self, Address);
}

template <class T> STM_FAST_PATH T readToWrite(void *Self, void *Address) {
  meetFaultsAtWrite(Self);
  if (static_cast<Tx *>(Self)->IsLone.load(std::memory_order_relaxed))
    STM_TAIL return readToWriteAlone<T>(Self, Address);
  if (STM_UNLIKELY(Versioning.isOn()))
    STM_TAIL return readToWriteSlow<T>(Self, Address);
  STM_TAIL return readToWriteAsAnybody<T>(Self, Address);
}

template <class T>
STM_FAST_PATH T readToWriteAhead(void *Self, void *Address, const void *Next) {
  meetFaultsAtWrite(Self);
  if (static_cast<Tx *>(Self)->IsLone.load(std::memory_order_relaxed))
    return readToWriteAlone<T>(Self, Address);
  fetchToWrite(Address, Next);
  if (STM_UNLIKELY(Versioning.isOn()))
    return readToWriteSlow<T>(Self, Address);
  return readToWriteAsAnybody<T>(Self, Address);
}

} // namespace stm::rt

#endif // STM_RT_TX_FIRST_WRITE_H
