//===- rt/version_memory_test.cpp - blocks that snapshots may read --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "version_testing.h"

#include "gc/deferred_frees.h"

#include <new>

namespace {
/// What operator delete is asked to free while it is watched.
std::atomic<void *> Watched{nullptr};
std::atomic<unsigned> Released{0};
} // namespace

static void release(void *Block) {
  if (Block && Block == Watched.load())
    ++Released;
  free(Block);
}

// All forms, so that a sanitizer's are not linked beside them.
void *operator new(size_t Bytes) { return malloc(Bytes); }
void *operator new[](size_t Bytes) { return malloc(Bytes); }
void *operator new(size_t Bytes, std::align_val_t Align) {
  return aligned_alloc(static_cast<size_t>(Align), Bytes);
}
void *operator new(size_t Bytes, const std::nothrow_t &) noexcept {
  return malloc(Bytes);
}
void operator delete(void *Block) noexcept { release(Block); }
void operator delete[](void *Block) noexcept { release(Block); }
void operator delete(void *Block, size_t) noexcept { release(Block); }
void operator delete[](void *Block, size_t) noexcept { release(Block); }
void operator delete(void *Block, std::align_val_t) noexcept { release(Block); }
void operator delete(void *Block, size_t, std::align_val_t) noexcept {
  release(Block);
}

namespace stm::rt::testing {

namespace {

/// The program's own blocks that snapshots may read.
class VersionMemoryTest : public VersionTest {
protected:
  VersionMemoryTest() { Released = 0; }
  ~VersionMemoryTest() override { Watched = nullptr; }

  static uint64_t *newBlock(uint64_t Value) {
    auto *Block = static_cast<uint64_t *>(operator new(64));
    *Block = Value;
    Watched = Block;
    return Block;
  }
  static SnapshotMode snapshotMode(Stepped &U) {
    SnapshotMode How = SnapshotMode::None;
    U.run([&] { How = CurrentTx->Snap; });
    return How;
  }
};

TEST_F(VersionMemoryTest,
       ABlockThatATransactionFreesOutlivesTheSnapshotsThatMayReadIt) {
  static struct alignas(64) {
    uint64_t *Block;
  } X;
  X.Block = newBlock(7);
  auto Pointer = [] {
    return reinterpret_cast<uint64_t *>(
        __stm_read_u64(reinterpret_cast<uint64_t *>(&X.Block)));
  };
  auto R = std::make_unique<OpenSnapshot>();
  commitElsewhere([&] {
    uint64_t *Block = Pointer();
    __stm_write_u64(reinterpret_cast<uint64_t *>(&X.Block), 0);
    __stm_wrap__ZdlPv(Block);
  });
  OpenSnapshot Newer; // Can't get at it: doesn't hold it up.
  EXPECT_EQ(Released, 0u);
  if (Released == 0) {
    uint64_t Seen = 0;
    R->run([&] { Seen = read(*Pointer()); });
    EXPECT_EQ(Seen, 7u);
  }
  stm_collect(2);
  EXPECT_EQ(Released, 0u);
  R.reset();
  EXPECT_EQ(Released, 1u);
  EXPECT_FALSE(hasDeferredFrees());
}

TEST_F(VersionMemoryTest,
       ABlockWhoseAllocationIsRolledBackOutlivesTheSnapshotsThatRun) {
  static Cell X;
  auto R = std::make_unique<OpenSnapshot>();
  OpenUpdate U;
  U.run([] {
    auto *Block = static_cast<uint64_t *>(__stm_wrap__Znwm(64));
    Watched = Block;
    write(*Block, 1);
    write(X.Value, reinterpret_cast<uintptr_t>(Block));
  });
  U.rollBack();
  EXPECT_EQ(Released, 0u);
  EXPECT_EQ(R->read(X), 0u);
  U.finish();
  EXPECT_EQ(Released, 0u);
  R.reset();
  EXPECT_EQ(Released, 1u);
}

TEST_F(VersionMemoryTest,
       ABlockThatIsDeferredJustAsTheLastSnapshotEndsIsFreedByTheNextUpdate) {
  static Cell X;
  auto R = std::make_unique<OpenSnapshot>();
  uint64_t *Block = newBlock(7);
  OpenUpdate U;
  U.run([&] {
    write(X.Value, 1);
    __stm_wrap__ZdlPv(Block);
  });
  Stop At(TestPoint::DeferBeforePush);
  U.arm(At);
  U.startFinish();
  At.awaitArrival();
  R.reset();
  EXPECT_FALSE(hasDeferredFrees());
  At.release();
  U.finish();
  EXPECT_EQ(Released, 0u);
  commitElsewhere(X, 2);
  EXPECT_EQ(Released, 1u);
  EXPECT_FALSE(hasDeferredFrees());
}

TEST_F(VersionMemoryTest, WithoutSnapshotsNothingIsDeferred) {
  uint64_t *Block = newBlock(1);
  atomically([&] { __stm_wrap__ZdlPv(Block); });
  EXPECT_EQ(Released, 1u);
}

TEST_F(VersionMemoryTest,
       ASnapshotThatWasWithdrawnStillHoldsBlocksUntilItNotices) {
  static Cell X;
  OpenSnapshot R;
  uint64_t *Block = newBlock(7);
  commitElsewhere([&] {
    write(X.Value, 1);
    __stm_wrap__ZdlPv(Block);
  });
  EXPECT_EQ(Released, 0u);
  ParsedOptions.MemoryLimitMb = 1;
  deferFree({malloc(2 << 20), 0, 0, Deallocator::Free}, Clock.now());
  collectSlice();
  stm_collect(1);
  EXPECT_EQ(Released, 0u);
  R.run([] { read(X.Value); });
  EXPECT_EQ(R.attempts(), 2u);
  stm_collect(1);
  EXPECT_EQ(Released, 1u);
  EXPECT_EQ(R.read(X), 1u);
}

TEST_F(VersionMemoryTest, ASnapshotUsesAndFreesItsOwnBlocks) {
  OpenSnapshot R;
  uint64_t Seen = 0;
  R.run([&] {
    auto *Block = static_cast<uint64_t *>(__stm_wrap__Znwm(64));
    Watched = Block;
    write(*Block, 5);
    Seen = read(*Block);
    __stm_wrap__ZdlPv(Block);
  });
  EXPECT_EQ(Seen, 5u);
  EXPECT_EQ(Released, 1u);
}

/// One that reads as of a snapshot because it kept failing, and may write after
/// all. A block that it allocates may have been another's since the snapshot.
TEST_F(VersionMemoryTest, AFailingUpdateThatGoesOnAsASnapshotSeesItsOwnBlocks) {
  static Cell X;
  uint64_t *Block = newBlock(0);
  OpenUpdate U;
  for (int I = 0; I != 16 && snapshotMode(U) != SnapshotMode::Tracked; ++I)
    U.rollBack();
  ASSERT_EQ(snapshotMode(U), SnapshotMode::Tracked);
  EXPECT_EQ(U.read(X), 0u);
  commitElsewhere([&] { write(*Block, 1); });
  ASSERT_GT(orecOf(Block).load().raw(), U.snapshot());
  uint64_t Seen = 0;
  U.run([&] {
    // What malloc does once the other thread has freed it plainly.
    CurrentTx->noteAllocation({Block, 0, 0, Deallocator::Delete}, 64);
    *Block = 5; // As the pass writes fresh memory.
    Seen = read(*Block);
  });
  EXPECT_EQ(Seen, 5u);
  U.write(*Block, 6);
  EXPECT_EQ(U.read(*Block), 6u);
  EXPECT_EQ(snapshotMode(U), SnapshotMode::Tracked);
  unsigned Before = U.attempts();
  U.finish();
  EXPECT_EQ(U.attempts(), Before);
  EXPECT_EQ(*Block, 6u);
  operator delete(Block);
}

TEST_F(VersionMemoryTest, OneThatWritesAfterAllIsAnOrdinaryUpdate) {
  static Cell X, Y;
  uint64_t *Block = newBlock(0);
  Stepped Same(Stepped::Outside);
  Same.run([&] {
    atomically([&] {
      if (CurrentTx->Snap != SnapshotMode::Tracked)
        rollBackNow();
      CurrentTx->noteAllocation({Block, 0, 0, Deallocator::Delete}, 64);
      *Block = 1;
      EXPECT_EQ(read(Y.Value), 0u);
      write(X.Value, 1);
      EXPECT_EQ(CurrentTx->Snap, SnapshotMode::None);
    });
  });
  EXPECT_EQ(readNow(X), 1u);
  // The block isn't the thread's own any more.
  uint64_t Seen = ~0u;
  Same.run([&] {
    inSnapshot([&] {
      commitElsewhere([&] { write(*Block, 2); });
      Seen = read(*Block);
    });
  });
  EXPECT_EQ(Seen, 1u);
  operator delete(Block);
}

} // namespace

} // namespace stm::rt::testing
