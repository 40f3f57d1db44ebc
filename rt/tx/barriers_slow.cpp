//===- tx/barriers_slow.cpp - reads and writes that don't just pass -------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "base/options.h"
#include "base/wait.h"
#include "report/own_code.h"
#include "tx/barriers.h"
#include "tx/exclusive.h"
#include "tx/first_write.h"
#include "tx/read_as_of.h"
#include "version/read_guards.h"

#include <algorithm>
#include <mutex>

namespace stm::rt {

namespace {

/// Repetitions are dropped before a large read set grows: it stays within twice
/// the size of the orec table, however long the transaction. It grows unless
/// that has freed half of it, so that the walk is paid for by as many reads. A
/// set of this size stays in the processor's own caches.
constexpr size_t CompactReadsFrom = size_t{1} << 13;

uint32_t indexOf(const void *Address) {
  return orecIndex(reinterpret_cast<uintptr_t>(Address));
}

bool makeRoomInReads(Tx &Self) {
  std::lock_guard Guard(Self.ReadsLock); // Somebody may vouch for it.
  if (Self.Reads.size() >= CompactReadsFrom &&
      Self.RepeatedReads.dropFrom(Self.Reads) &&
      Self.Reads.size() <= Self.Reads.capacity() / 2)
    return true;
  return Self.Reads.grow();
}

/// For a read. What isn't to be logged goes where the last ones went.
void makeRoom(Tx &Self, uintptr_t Pc) {
  if (Self.isLogged() || Self.Reads.capacity() == 0) {
    Self.liftReads();
    if (Self.Reads.isFull() && !makeRoomInReads(Self))
      Self.outOfLogMemory(Pc);
  } else {
    Self.Reads.clear();
    Self.Reads.limit(Tx::UnloggedReads);
  }
}

void appendRead(Tx &Self, uint32_t Index, uintptr_t Pc) {
  if (STM_UNLIKELY(Self.Reads.isFull()))
    makeRoom(Self, Pc);
  Self.Reads.pushUnchecked(Index);
}

/// What one access may spend on a stripe that others keep locking and changing
/// before it gives the attempt up.
class AccessBudget {
public:
  /// For an access of \p Bytes.
  explicit AccessBudget(size_t Bytes) : Bytes(Bytes) {}

  /// Another's lock: whoever holds it may be waiting for one of ours.
  void waitForLock(Tx &Self, ConflictKind Kind, const void *Address, Orec &O,
                   uintptr_t Pc) {
    for (; Spins; --Spins) {
      arch::pause();
      if (!O.load().isLocked())
        return;
    }
    // It is about to give way; or is a collector's, which waits for nobody.
    if (STM_UNLIKELY(Self.runsAlone() || O.load() == OrecWord::collectors()))
      return Wait.pause();
    if (Guards.covers(static_cast<uint32_t>(&O - OrecTable)))
      giveWay(Self, Address, O, Pc);
    Self.conflict(Kind, Address, &O, Pc, Bytes);
  }

  /// To the inevitable transaction, which has read or written it. As a rule it
  /// does what takes long, so there is no point in trying again before its end.
  void waitForGuard(Tx &Self, const void *Address, Orec &O, uintptr_t Pc) {
    for (; Spins; --Spins) {
      arch::pause();
      if (!Guards.covers(static_cast<uint32_t>(&O - OrecTable)))
        return;
    }
    giveWay(Self, Address, O, Pc);
  }

  /// A snapshot waits for whoever hasn't linked what it writes: an attempt that
  /// began before the snapshot, or for an instant. Nobody of these waits for
  /// it. Who runs beside others waits for a writer that is about to give way.
  void waitAsReader() { Wait.pause(); }

  void moveSnapshot(Tx &Self, const void *Address, Orec &O, uintptr_t Pc) {
    Orec *Stale = &O;
    if (Extensions-- == 0 || !Self.extendSnapshot(Stale))
      Self.conflict(ConflictKind::Validation, Address, Stale, Pc, Bytes);
  }

private:
  [[noreturn]] void giveWay(Tx &Self, const void *Address, Orec &O,
                            uintptr_t Pc) {
    Self.InevitablePeriod = tokenPeriod();
    // Looked at once more: of a later one's guards it isn't known.
    Self.WaitsForInevitable =
        Guards.covers(static_cast<uint32_t>(&O - OrecTable));
    Self.conflict(ConflictKind::Inevitable, Address, &O, Pc, Bytes);
  }

  size_t Bytes;
  Waiter Wait;
  int64_t Spins = options().Spin;
  unsigned Extensions = 16;
};

/// Room in the logs of an attempt that runs beside others. False: there was no
/// memory, and it runs alone now.
bool makeRoomBeside(Tx &Self, size_t Bytes) {
  Self.liftReads();
  if (STM_LIKELY((!Self.Reads.isFull() || makeRoomInReads(Self)) &&
                 (!Self.Locks.isFull() || Self.Locks.grow())))
    for (;;) {
      if (STM_LIKELY(Self.Undo.hasRoom(Bytes)))
        return true;
      if (!Self.Undo.grow(/*Versioned=*/!Self.Locks.empty()))
        break;
    }
  Self.goAlone();
  return false;
}

/// The same for an attempt that runs beside others. A value that was loaded
/// before its stripe was guarded doesn't stand.
bool settleGuarded(Tx &Self, uint32_t Index, OrecWord Word) {
  if (Guards.covers(Index))
    // It may be locked for a moment, by a writer that is about to give way.
    return !Word.isLocked();
  STM_TEST_POINT(ReadBeforeGuard);
  if (makeRoomBeside(Self, 0))
    Self.guardStripe(Index);
  return STM_MUTATION(GuardsTooLate);
}

/// The orec of \p Address, loaded after \p Value, said \p Word. True: the value
/// stands, or is by now what the snapshot sees. False: it must be loaded again.
/// Otherwise the attempt ends.
bool settleRead(Tx &Self, const void *Address, Orec &O, OrecWord Word,
                void *Value, size_t Bytes, AccessBudget &Budget, uintptr_t Pc) {
  if (Self.ownsWord(Word)) {
    if (STM_UNLIKELY(Self.Reads.isFull()) && !Self.IsBeside)
      makeRoom(Self, Pc); // Or the next one comes here too.
    return true;
  }
  if (STM_UNLIKELY(Self.IsBeside)) {
    if (Self.isOwnFrame(Address) ||
        settleGuarded(Self, static_cast<uint32_t>(&O - OrecTable), Word))
      return true;
    if (Word.isLocked())
      Budget.waitAsReader();
    return false;
  }
  if (STM_UNLIKELY(Self.isDirect()))
    return true; // It has gone alone just now.
  if (STM_UNLIKELY(Self.Mode == ReadMode::Unfenced)) {
    Self.endBegin(Pc); // What was loaded before doesn't count.
    return false;
  }
  bool Stands = !Word.isLocked() && Word.timestamp() <= Self.Snapshot;
  if (STM_UNLIKELY(Self.Snap != SnapshotMode::None) && !Stands)
    Stands = Self.readVersion(Address, Value, Bytes, Pc);
  if (Stands) {
    STM_TEST_POINT(ReadBeforeNote);
    appendRead(Self, static_cast<uint32_t>(&O - OrecTable), Pc);
    // (37) As in tryPass: looked at once more after it has been noted.
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (Self.Snap == SnapshotMode::None && O.load() != Word &&
        !STM_MUTATION(NotedSlowly)) {
      Self.Reads.pop();
      return false;
    }
    if (STM_UNLIKELY(Self.Culprit.NeedsReader))
      Self.noteReader(Address, Value, Bytes, O, Pc);
    if (STM_UNLIKELY(Self.isAsked()))
      Self.answer(); // Having noted what is to be current then, too.
    return true;
  }
  if (Self.isOwnFrame(Address))
    return true;
  if (Self.Snap != SnapshotMode::None)
    Budget.waitAsReader();
  else if (Word.isLocked())
    Budget.waitForLock(Self, ConflictKind::ReadLocked, Address, O, Pc);
  else if (Self.Mode == ReadMode::Logged)
    Budget.moveSnapshot(Self, Address, O, Pc);
  else
    Self.conflict(ConflictKind::Validation, Address, &O, Pc, Bytes);
  return false;
}

/// The lock, where \p Word is no other's and may be overwritten.
bool tryLockStripe(Tx &Self, uint32_t Index, OrecWord Word, const void *Address,
                   size_t Bytes, uintptr_t Pc) {
  Orec &O = OrecTable[Index];
  if (!O.tryLock(Word, Self.MyLock))
    return false;
  O.note(WriterNote::of(programPc(Pc), Address, Bytes));
  Self.Locks.pushUnchecked(Index);
  return true;
}

/// Locks the stripe for an attempt that nobody rolls back; returns its word
/// before. There is room to note it.
OrecWord lockStripeBeside(Tx &Self, uint32_t Index, const void *Address,
                          size_t Bytes, uintptr_t Pc) {
  // Others that take the lock from here on give way.
  Self.guardStripe(Index);
  Waiter Wait;
  for (;; Wait.pause()) {
    OrecWord Word = OrecTable[Index].load();
    if (Self.ownsWord(Word) ||
        (!Word.isLocked() &&
         tryLockStripe(Self, Index, Word, Address, Bytes, Pc)))
      return Word;
  }
}

/// Locks the stripe; returns its word before. \p Kind: what it is if another
/// keeps it locked.
OrecWord lockStripe(Tx &Self, const void *Address, size_t Bytes, uintptr_t Pc,
                    ConflictKind Kind = ConflictKind::WriteLocked) {
  Orec &O = orecOf(Address);
  auto Index = static_cast<uint32_t>(&O - OrecTable);
  if (STM_UNLIKELY(Self.IsBeside))
    return lockStripeBeside(Self, Index, Address, Bytes, Pc);
  AccessBudget Budget(Bytes);
  for (;;) {
    OrecWord Word = O.load();
    if (Self.ownsWord(Word))
      return Word;
    if (Word.isLocked()) {
      Budget.waitForLock(Self, Kind, Address, O, Pc);
    } else if (Word.timestamp() > Self.Snapshot &&
               !STM_MUTATION(WriteOverNewer)) {
      Budget.moveSnapshot(Self, Address, O, Pc);
    } else if (STM_UNLIKELY(Guards.isUp() && Guards.covers(Index))) {
      // Not even for a moment, or whoever guards it might never find it free.
      Budget.waitForGuard(Self, Address, O, Pc);
    } else {
      // Room for the note first: a lock that nobody knows of is never released.
      if (STM_UNLIKELY(Self.Locks.isFull()) && !Self.Locks.grow())
        Self.outOfLogMemory(Pc);
      if (tryLockStripe(Self, Index, Word, Address, Bytes, Pc)) {
        bool IsMissed = false;
        if (Guards.allowLock(Index) ||
            (!(IsMissed = Self.isMissed()) && !Guards.covers(Index)))
          return Word;
        Self.Locks.pop();
        O.putBack(Word);
        if (IsMissed)
          Self.giveWayToAlone(Pc);
        Budget.waitForGuard(Self, Address, O, Pc);
      }
    }
  }
}

/// Whether the memory is stored to without more ado. Otherwise the attempt is
/// an update, and there is room for a record: a lock without one could not be
/// released as readers of versions expect it.
bool prepareWrite(Tx &Self, void *Address, size_t Bytes, uintptr_t Pc) {
  if (STM_UNLIKELY(Self.SlowWrites && !Self.Versioned)) {
    if (Self.storesPlainly(Address, Bytes, Pc))
      return true;
  } else if (Self.isOwnFrame(Address)) {
    Self.endBegin(Pc); // The pass took it for the first lock.
    return true;
  }
  if (STM_UNLIKELY(Self.IsBeside) && !makeRoomBeside(Self, Bytes))
    return true;
  while (STM_UNLIKELY(!Self.Undo.hasRoom(Bytes)))
    if (!Self.Undo.grow(Self.Versioned && !Self.Locks.empty()))
      Self.outOfLogMemory(Pc);
  if (Self.Locks.empty())
    Self.startWriting(Self.IsBeside || Versioning.isOn());
  return false;
}

/// \p Record of a versioned attempt, on its chain before the store. \p IsFirst:
/// of its stripe.
STM_FAST_PATH void linkWrite(Tx &Self, UndoRecord &Record, uint32_t Index,
                             bool IsFirst) {
  STM_TEST_POINT(WriteBeforeLink);
  if (STM_MUTATION(MarkLinkedEarly))
    OrecTable[Index].markLinked(Self.MyLock);
  if (IsFirst || !STM_MUTATION(NoLinkOfLaterWrites))
    Self.Undo.link(Record, Index);
  STM_TEST_POINT(WriteBeforeMarkLinked);
  if (IsFirst)
    OrecTable[Index].markLinked(Self.MyLock);
  STM_TEST_POINT(WriteBeforeStore);
}

/// A record of what is there, under the stripe's lock, and on its chain if the
/// attempt is versioned. The store may follow.
void logOldBytes(Tx &Self, void *Address, size_t Bytes, OrecWord Previous) {
  UndoRecord *Record = Self.Undo.tryAppend(Address, Bytes, Previous);
  copyFromShared(reinterpret_cast<char *>(Record) - UndoRecord::payload(Bytes),
                 Address, Bytes);
  if (STM_UNLIKELY(Self.Versioned))
    linkWrite(Self, *Record, orecIndex(reinterpret_cast<uintptr_t>(Address)),
              !Self.ownsWord(Previous));
}

template <class T>
STM_FAST_PATH T readSlowAt(const void *Address, uintptr_t Pc) {
  Tx &Self = *CurrentTx;
  Orec &O = orecOf(Address);
  if (Self.isDirect())
    return __atomic_load_n(static_cast<const T *>(Address), __ATOMIC_RELAXED);
  Self.meetFaults(Pc);
  AccessBudget Budget(sizeof(T));
  for (;;) {
    T Value = loadShared(static_cast<const T *>(Address));
    STM_TEST_POINT(ReadBeforeWord);
    if (STM_MUTATION(ReadUnchecked))
      return Value;
    if (settleRead(Self, Address, O, O.load(), &Value, sizeof(T), Budget, Pc))
      return Value;
  }
}

template <class T>
STM_FAST_PATH void writeSlowAt(void *Address, T Value, uintptr_t Pc) {
  Tx &Self = *CurrentTx;
  auto *Typed = static_cast<T *>(Address);
  if (Self.isDirect())
    return __atomic_store_n(Typed, Value, __ATOMIC_RELAXED);
  Self.meetFaults(Pc);
  if (prepareWrite(Self, Address, sizeof(T), Pc)) {
    *Typed = Value;
    return;
  }
  OrecWord Previous = lockStripe(Self, Address, sizeof(T), Pc);
  logOldBytes(Self, Address, sizeof(T), Previous);
  storeShared(Typed, Value);
}

/// All of a write but the store, while snapshots run and where nothing stands
/// in its way. Otherwise false. \p Old: what is there.
template <class T>
STM_FAST_PATH bool tryLogLinked(Tx &Self, T *Address, T &Old, uintptr_t Pc) {
  if (STM_LIKELY((Self.Versioned || (!Self.SlowWrites && Self.Locks.empty() &&
                                     Versioning.isOn())) &&
                 !Self.isOwnFrame(Address) && !Self.Locks.isFull() &&
                 Self.Undo.hasRoom(sizeof(T)))) {
    uint32_t Index = orecIndex(reinterpret_cast<uintptr_t>(Address));
    // A scan may have them all. Together, or each would be waited for: a locked
    // instruction lets nothing after it begin.
    OrecTable[Index].fetchHead();
    Self.Undo.fetchAhead();
    OrecWord Word = peekToWrite(OrecTable[Index], Address);
    bool IsFirst = !Self.ownsWord(Word);
    if (STM_LIKELY(!IsFirst || Word.raw() <= Self.Snapshot)) {
      if (!Self.Versioned)
        Self.startWriting(/*WithVersions=*/true);
      if (!IsFirst ||
          STM_LIKELY(tryLockUnguarded(Index, Word, Self.MyLock, Address,
                                      sizeof(T), GivenPc{Pc}))) {
        UndoRecord *Record = Self.Undo.append(Address, sizeof(T), Word);
        Old = __atomic_load_n(Address, __ATOMIC_RELAXED);
        memcpy(reinterpret_cast<char *>(Record) - 8, &Old, sizeof(T));
        if (IsFirst)
          Self.Locks.pushUnchecked(Index);
        linkWrite(Self, *Record, Index, IsFirst);
        return true;
      }
    }
  }
  return false;
}

template <class T>
STM_FAST_PATH bool tryWriteLinked(Tx &Self, void *Address, T Value,
                                  uintptr_t Pc) {
  auto *Typed = static_cast<T *>(Address);
  T Old;
  if (!tryLogLinked(Self, Typed, Old, Pc))
    return false;
  storeShared(Typed, Value);
  return true;
}

} // namespace

namespace {
template <class T>
STM_SLOW_PATH T readUnknown(const void *Address, uintptr_t Pc) {
  return readSlowAt<T>(Address, Pc);
}
/// Spares no more registers than it must.
template <class T>
STM_SLOW_PATH STM_SPARING T readUnknownSparing(const void *Address) {
  return readUnknown<T>(Address, STM_CALLER_PC);
}

template <class T>
STM_FAST_PATH bool tryReadPast(const void *Address, T &Value) {
  return CurrentTx->Past.tryRead(static_cast<const T *>(Address), Value);
}

/// Nearly all else that a scan beside an updater comes here for. False if more
/// is to be done than to walk.
template <class T>
STM_FAST_PATH bool tryReadAsOf(const void *Address, T &Value) {
  Tx &Self = *CurrentTx;
  if (STM_UNLIKELY(Self.Mode != ReadMode::Unlogged ||
                   Self.Snap == SnapshotMode::None || Self.Reads.isFull() ||
                   Self.isAsked() || STM_INJECTS_AT_READS ||
                   Self.isOwnFrame(Address) || !Self.Captured.empty()))
    return false;
  Value = loadShared(static_cast<const T *>(Address));
  return STM_LIKELY(readAsOf(Self, Address, &Value, sizeof(T)) ==
                    VersionRead::Done);
}
/// As few registers as it needs, which are more than tryReadPast does.
template <class T>
STM_SLOW_PATH STM_SPARING T readAsOfSparing(const void *Address) {
  T Value;
  if (tryReadAsOf(Address, Value))
    return Value;
  STM_TAIL return readUnknownSparing<T>(Address);
}
} // namespace

template <class T> STM_SLOW_PATH T readSlow(const void *Address) {
  T Value;
  if (tryReadPast(Address, Value) || tryReadAsOf(Address, Value))
    return Value;
  return readUnknown<T>(Address, STM_CALLER_PC);
}
template <class T>
STM_SLOW_PATH STM_SPARING T readSlowSparing(const void *Address) {
  T Value;
  if (tryReadPast(Address, Value))
    return Value;
  // All that an inevitable transaction reads comes here.
  if (CurrentTx->isDirect())
    return __atomic_load_n(static_cast<const T *>(Address), __ATOMIC_RELAXED);
  STM_TAIL return readAsOfSparing<T>(Address);
}

// Each is a leaf as long as it can be one.
namespace {
template <class T>
STM_SLOW_PATH void writeSlow(void *, void *Address, T Value) {
  writeSlowAt(Address, Value, STM_CALLER_PC);
}
} // namespace

template <class T, WriteCaller Caller>
void writeLinked(void *Self, void *Address, T Value) {
  uintptr_t Pc = STM_CALLER_PC;
  if (STM_UNLIKELY(
          (Caller == WriteCaller::Any && isOwnCode(Pc)) ||
          !tryWriteLinked(*static_cast<Tx *>(Self), Address, Value, Pc)))
    STM_TAIL return writeSlow(Self, Address, Value);
}

template <class T>
STM_SLOW_PATH T readToWriteSlow(void *Descriptor, void *Address) {
  uintptr_t Pc = STM_CALLER_PC;
  Tx &Self = *static_cast<Tx *>(Descriptor);
  auto *Typed = static_cast<T *>(Address);
  T Value;
  if (STM_LIKELY(!Self.Reads.isFull()) &&
      STM_LIKELY(tryLogLinked(Self, Typed, Value, Pc))) {
    Self.Reads.pushUnchecked(indexOf(Address));
    return Value;
  }
  if (!Self.isDirect())
    Self.meetFaults(Pc);
  if (!Self.isDirect() && !prepareWrite(Self, Address, sizeof(T), Pc)) {
    // Who would write doesn't want to be told that it would: it reads.
    OrecWord Previous =
        lockStripe(Self, Address, sizeof(T), Pc, ConflictKind::ReadLocked);
    logOldBytes(Self, Address, sizeof(T), Previous);
    if (STM_LIKELY(!Self.IsBeside))
      appendRead(Self, indexOf(Address), Pc);
  }
  return __atomic_load_n(Typed, __ATOMIC_RELAXED);
}

#define STM_INSTANTIATE(T)                                                     \
  template T readToWriteSlow<T>(void *, void *);                               \
  template T readSlow<T>(const void *);                                        \
  template STM_SPARING T readSlowSparing<T>(const void *);                     \
  template void writeLinked<T, WriteCaller::Any>(void *, void *, T);           \
  template void writeLinked<T, WriteCaller::Program>(void *, void *, T);
STM_INSTANTIATE(uint8_t)
STM_INSTANTIATE(uint16_t)
STM_INSTANTIATE(uint32_t)
STM_INSTANTIATE(uint64_t)
#undef STM_INSTANTIATE

namespace {

/// Calls \p Do(piece of the shared side, offset, bytes) for each stripe.
template <class F> void forEachStripe(const void *Shared, size_t Bytes, F Do) {
  auto Address = reinterpret_cast<uintptr_t>(Shared);
  for (size_t Offset = 0; Offset != Bytes;) {
    size_t Room = StripeBytes - (Address + Offset) % StripeBytes;
    size_t Piece = std::min(Room, Bytes - Offset);
    Do(Address + Offset, Offset, Piece);
    Offset += Piece;
  }
}

} // namespace

/// One piece that did not just pass.
STM_SLOW_PATH static void readPieceSlow(Tx &Self, void *To, const void *From,
                                        size_t Bytes, uintptr_t Pc) {
  Orec &O = orecOf(From);
  Self.meetFaults(Pc);
  AccessBudget Budget(Bytes);
  do
    copyFromShared(To, From, Bytes);
  while (!settleRead(Self, From, O, O.load(), To, Bytes, Budget, Pc));
}

void readRange(void *Private, const void *Shared, size_t Bytes, uintptr_t Pc) {
  Tx &Self = *CurrentTx;
  if (Self.isDirect()) {
    memcpy(Private, Shared, Bytes);
    return;
  }
  auto *To = static_cast<char *>(Private);
  forEachStripe(Shared, Bytes, [&](uintptr_t At, size_t Offset, size_t Piece) {
    auto *From = reinterpret_cast<const void *>(At);
    copyFromShared(To + Offset, From, Piece);
    if (STM_UNLIKELY(!tryPass(Self, At)))
      readPieceSlow(Self, To + Offset, From, Piece, Pc);
  });
}

void writeRange(void *Shared, const void *Private, size_t Bytes, uintptr_t Pc) {
  Tx &Self = *CurrentTx;
  if (Self.isDirect() || Self.isOwnFrame(Shared)) {
    Self.endBegin(Pc); // As in prepareWrite.
    memcpy(Shared, Private, Bytes);
    return;
  }
  Self.meetFaults(Pc);
  auto *From = static_cast<const char *>(Private);
  forEachStripe(Shared, Bytes, [&](uintptr_t At, size_t Offset, size_t Piece) {
    auto *To = reinterpret_cast<void *>(At);
    if (prepareWrite(Self, To, Piece, Pc)) {
      memcpy(To, From + Offset, Piece);
      return;
    }
    OrecWord Previous = lockStripe(Self, To, Piece, Pc);
    logOldBytes(Self, To, Piece, Previous);
    copyIntoShared(To, From + Offset, Piece);
  });
}

} // namespace stm::rt
