//===- rt/version_read_to_write_test.cpp - reads that lock ----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// tx/first_write.h: what is read and then written in one go.
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

namespace stm::rt::testing {

namespace {

class VersionReadToWriteTest : public VersionTest {};

uint64_t readToWrite(uint64_t &Word) { return __stm_read_to_write_u64(&Word); }
void writeRead(uint64_t &Word, uint64_t Value) {
  __stm_write_read_u64(&Word, Value);
}
/// As compiled code does `Word += By`.
uint64_t add(uint64_t &Word, uint64_t By) {
  uint64_t Old = readToWrite(Word);
  writeRead(Word, Old + By);
  return Old;
}
bool isMine(const Cell &X) { return CurrentTx->ownsWord(X.orec().load()); }

TEST_F(VersionReadToWriteTest, TheReadLocksAndTheStoreIsOne) {
  static Cell X;
  atomically([] {
    EXPECT_EQ(readToWrite(X.Value), 0u);
    EXPECT_TRUE(isMine(X));
    EXPECT_TRUE(peekIs(X, 0));
    writeRead(X.Value, 1);
    EXPECT_TRUE(peekIs(X, 1));
    EXPECT_EQ(read(X.Value), 1u);
  });
  EXPECT_FALSE(X.orec().load().isLocked());
  EXPECT_EQ(readNow(X), 1u);
}

TEST_F(VersionReadToWriteTest, TheSameBesideAnotherThread) {
  static Cell X;
  SecondThread Other;
  atomically([] {
    EXPECT_EQ(add(X.Value, 1), 0u);
    EXPECT_TRUE(isMine(X));
    EXPECT_EQ(add(X.Value, 1), 1u); // Its own lock.
  });
  EXPECT_EQ(readNow(X), 2u);
}

TEST_F(VersionReadToWriteTest, ItIsUndone) {
  static Cell X;
  static uint64_t &Neighbour = *(&X.Value + 1);
  X.Value = 5;
  Neighbour = 6;
  unsigned Attempts = 0;
  atomically([&] {
    EXPECT_EQ(add(X.Value, 1), 5u);
    EXPECT_EQ(add(X.Value, 1), 6u);
    EXPECT_EQ(add(Neighbour, 1), 6u);
    if (++Attempts == 1)
      rollBackNow();
  });
  EXPECT_EQ(Attempts, 2u);
  EXPECT_EQ(X.Value, 7u);
  EXPECT_EQ(Neighbour, 7u);
}

template <class T>
void changeAndUndo(T *Word, T (*Read)(void *), void (*Write)(void *, T)) {
  unsigned char *Bytes = reinterpret_cast<unsigned char *>(Word) - 1;
  memset(Bytes, 0x11, sizeof(T) + 2);
  unsigned Attempts = 0;
  atomically([&] {
    T Old = Read(Word);
    Write(Word, static_cast<T>(~Old));
    if (++Attempts == 1)
      rollBackNow();
    EXPECT_EQ(Old, static_cast<T>(0x1111111111111111));
  });
  for (unsigned I = 0; I != sizeof(T) + 2; ++I)
    EXPECT_EQ(Bytes[I], I == 0 || I == sizeof(T) + 1 ? 0x11 : 0xee) << I;
}

TEST_F(VersionReadToWriteTest, AllSizesLeaveTheirNeighboursAlone) {
  alignas(32) static char Room[64];
  changeAndUndo<uint8_t>(reinterpret_cast<uint8_t *>(Room + 8),
                         __stm_read_to_write_u8, __stm_write_read_u8);
  changeAndUndo<uint16_t>(reinterpret_cast<uint16_t *>(Room + 8),
                          __stm_read_to_write_u16, __stm_write_read_u16);
  changeAndUndo<uint32_t>(reinterpret_cast<uint32_t *>(Room + 8),
                          __stm_read_to_write_u32, __stm_write_read_u32);
  changeAndUndo<uint64_t>(reinterpret_cast<uint64_t *>(Room + 8),
                          __stm_read_to_write_u64, __stm_write_read_u64);
}

TEST_F(VersionReadToWriteTest, OutsideAndInevitableItIsPlain) {
  static Cell X;
  EXPECT_EQ(add(X.Value, 1), 0u);
  atomically([] {
    stm_become_inevitable("test");
    EXPECT_EQ(add(X.Value, 1), 1u);
    EXPECT_FALSE(X.orec().load().isLocked());
  });
  EXPECT_EQ(X.Value, 2u);
}

TEST_F(VersionReadToWriteTest, OwnFramesAreNotLocked) {
  atomically([] {
    Cell Local;
    EXPECT_EQ(add(Local.Value, 1), 0u);
    EXPECT_EQ(Local.Value, 1u);
    EXPECT_FALSE(Local.orec().load().isLocked());
  });
}

TEST_F(VersionReadToWriteTest, ANewerStripeIsReadAsOfNow) {
  static Cell X, Y;
  unsigned Attempts = 0;
  atomically([&] {
    ++Attempts;
    EXPECT_EQ(read(Y.Value), 0u);
    commitElsewhere(X, 5);
    EXPECT_EQ(add(X.Value, 1), 5u);
  });
  EXPECT_EQ(Attempts, 1u);
  EXPECT_EQ(readNow(X), 6u);
}

TEST_F(VersionReadToWriteTest, NoUpdateIsLost) {
  static Cell X;
  constexpr unsigned Threads = 4, Each = 2000;
  std::vector<std::thread> All;
  for (unsigned I = 0; I != Threads; ++I)
    All.emplace_back([] {
      for (unsigned N = 0; N != Each; ++N)
        atomically([] { add(X.Value, 1); });
    });
  for (std::thread &T : All)
    T.join();
  EXPECT_EQ(readNow(X), uint64_t{Threads * Each});
}

TEST_F(VersionReadToWriteTest, SnapshotsReadTheValueBefore) {
  static Cell X, Y;
  Stepped Early(Stepped::Update);
  Early.run([] { add(X.Value, 1); }); // Before there is a reader.
  OpenSnapshot S;
  Early.finish();
  atomically([] {
    EXPECT_EQ(add(Y.Value, 1), 0u);
    EXPECT_TRUE(Y.orec().load().isLinked());
    EXPECT_EQ(add(Y.Value, 1), 1u);
  });
  EXPECT_EQ(S.read(X), 0u);
  EXPECT_EQ(S.read(Y), 0u);
  EXPECT_EQ(readNow(X), 1u);
  EXPECT_EQ(readNow(Y), 2u);
}

TEST_F(VersionReadToWriteTest, BesideOthersItIsGuarded) {
  static Cell X;
  atomically([] {
    CurrentTx->becomeInevitable("test", 0, Company::Beside);
    EXPECT_EQ(add(X.Value, 1), 0u);
    EXPECT_TRUE(isMine(X));
    EXPECT_EQ(add(X.Value, 1), 1u);
    EXPECT_TRUE(CurrentTx->IsBeside);
  });
  EXPECT_EQ(readNow(X), 2u);
}

TEST_F(VersionReadToWriteTest, RetryWaitsForWhatWasReadThatWay) {
  static Cell X;
  std::atomic<unsigned> Attempts{0};
  std::thread Sleeper([&] {
    atomically([&] {
      Attempts.fetch_add(1);
      if (add(X.Value, 1) == 0)
        stm_retry();
    });
  });
  await(
      [] {
        bool Sleeps = false;
        forEachDescriptor([&](Tx &T) {
          Sleeps |= T.Room.State.load() == WaitingRoom::Waiting;
        });
        return Sleeps;
      },
      "a sleeper");
  commitElsewhere(X, 5);
  Sleeper.join();
  EXPECT_EQ(readNow(X), 6u);
  EXPECT_EQ(Attempts.load(), 2u);
}

} // namespace

} // namespace stm::rt::testing
