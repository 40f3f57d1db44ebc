//===- check/worker.cpp - what one thread of a program does ---------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "worker.h"

#include "scheduler.h"

#include "../rt/tx_testing.h"
#include "base/options.h"
#include "tx/scope.h"

#include <algorithm>
#include <iterator>

namespace stm::check {

using namespace stm::rt::abi;

thread_local constinit Worker *Worker::Current = nullptr;

void Worker::run() {
  const Program &P = *S.Running;
  Numbers = Random(P.Seed * MostThreads + Index);
  Delays = Random(~P.Seed * MostThreads + Index);
  for (unsigned I = 0; I != P.Transactions; ++I) {
    run(P.next(Numbers, Index));
    if (P.Features & Collections)
      makeGarbage();
    if (P.Features & Mutexes && Numbers.oneIn(2))
      changePlainly(Guarded0 + Numbers.below(MutexCount));
  }
  if (P.Features & Waits && Index == 0)
    run(P.last());
}

void Worker::run(const std::vector<Transaction> &Given) {
  for (const Transaction &T : Given)
    run(T);
}

void Worker::run(const Transaction &T) {
  Now = &T;
  Record.begin();
  auto Body = [](void *W) { static_cast<Worker *>(W)->body(0); };
  switch (T.How) {
  case Transaction::Update:
    // Half of them as if they wrote first. Half of these don't; but not beside
    // those that run alone: what they load before they look for these doesn't
    // count, and yet isn't ordered with plain stores.
    if (unsigned Kind = T.Count + T.Steps[0].Cell; T.Count && Kind % 2) {
      WritesFirst = Kind / 2 % 2 || S.Running->Features & AloneOnes;
      rt::testing::beginAsUsual();
      rt::runWritingFirst(Body, Body, this, nullptr);
      WritesFirst = false;
      break;
    }
    rt::runTransaction(Body, Body, this, nullptr);
    break;
  case Transaction::ReadOnly:
    rt::runReadOnly(Body, Body, this, nullptr);
    break;
  case Transaction::Snapshot:
    rt::runSnapshot(Body, Body, this, nullptr);
    break;
  }
  Record.end(/*Committed=*/true);
  Now = nullptr;
}

/// Versions of memory that nobody else reads, so that chunks of them fill up,
/// and collections.
void Worker::makeGarbage() {
  if (Numbers.oneIn(8))
    rt::testing::atomically([] {
      static thread_local rt::testing::Cell Scratch;
      for (unsigned I = 0; I != 512; ++I)
        __stm_write_u64(&Scratch.Value, I);
    });
  if (Numbers.oneIn(32))
    stm_collect(1 + static_cast<int>(Numbers.below(2)));
}

void Worker::body(unsigned First) {
  if (First == 0)
    std::fill(std::begin(HasMutex), std::end(HasMutex), false);
  if (First == 0 && WritesFirst)
    __stm_write_u64(&Mine, 1);
  for (unsigned I = First; I != Now->Count; ++I) {
    const Step &What = Now->Steps[I];
    if (What.What == Step::Nest) {
      struct Rest {
        Worker *W;
        unsigned First;
      } Arg = {this, I + 1};
      auto Body = [](void *A) {
        auto *R = static_cast<Rest *>(A);
        R->W->body(R->First);
      };
      rt::runTransaction(Body, Body, &Arg, nullptr);
      return;
    }
    step(What);
  }
  // Nothing follows a nested block.
  Record.askToCommit();
  for (uint32_t I = 0; I != MutexCount; ++I)
    if (HasMutex[I])
      __stm_wrap_pthread_mutex_unlock(&S.Cells.mutexOf(Guarded0 + I));
}

void Worker::step(const Step &What) {
  if (S.Steps)
    S.Steps->step();
  switch (What.What) {
  case Step::Read:
    read(What.Cell);
    break;
  case Step::ChangeLocked:
    if (uint64_t *Beside = S.Cells.neighbourOf(What.Cell))
      __stm_write_u64(Beside, 1);
    [[fallthrough]];
  case Step::Change:
    read(What.Cell);
    if (uint64_t New = S.Cells.fresh(What.Cell)) {
      Record.write(What.Cell, New);
      store(What.Cell, New);
    }
    break;
  case Step::ReadHalves:
    readHalves(What.Cell);
    break;
  case Step::ChangeHalves:
    readHalves(What.Cell);
    changeHalves(What.Cell);
    break;
  case Step::ReadRange:
    readRange(What.Cell);
    break;
  case Step::ChangeRange:
    readRange(What.Cell);
    changeRange(What.Cell);
    break;
  case Step::ReadBox:
    readBox();
    break;
  case Step::SwapBox:
    swapBox();
    break;
  case Step::RollBack:
    if (rt::testing::optimistic() && !rt::CurrentTx->IsBeside &&
        rt::CurrentTx->Attempts < Now->RollBacks)
      rt::testing::rollBackNow();
    break;
  case Step::GoAlone:
    rt::CurrentTx->becomeInevitable("test", 0, rt::Company::Alone);
    break;
  case Step::GoBeside:
    rt::CurrentTx->becomeInevitable("test", 0, rt::Company::Beside);
    break;
  case Step::AwaitLocked:
    if (uint64_t *Beside = S.Cells.neighbourOf(What.Cell))
      __stm_write_u64(Beside, 1);
    [[fallthrough]];
  case Step::Await:
    await(What.Cell);
    break;
  case Step::Choose:
  case Step::Cancel:
    inner(What);
    break;
  case Step::ReadGuarded:
  case Step::ChangeGuarded:
    guarded(What);
    break;
  case Step::Pause:
    dawdle();
    break;
  case Step::Nest:
    break;
  }
}

void Worker::await(uint32_t Cell) {
  uint64_t Value = load(Cell);
  Record.read(Cell, Value);
  // Not what runs alone for want of memory.
  if (!Value && rt::testing::optimistic())
    stm_retry();
}

void Worker::inner(const Step &What) {
  Inner = &What;
  size_t Before = Record.operations();
  auto Body = [](void *Self) {
    auto &W = *static_cast<Worker *>(Self);
    Step Change = {Step::Change, W.Inner->Cell};
    W.step(Change);
    if (W.Inner->What == Step::Cancel && rt::testing::optimistic())
      stm_cancel();
    W.await(Alone);
  };
  if (rt::runScope(*rt::CurrentTx, Body, Body, this, STM_CATCH_RETRY, 0) !=
      rt::Outcome::Done)
    Record.undoSince(Before);
}

void Worker::guarded(const Step &What) {
  pthread_mutex_t &Mutex = S.Cells.mutexOf(What.Cell);
  bool &IsMine = HasMutex[What.Cell - Guarded0];
  if (!IsMine) {
    dawdle(); // What has been read may change.
    __stm_wrap_pthread_mutex_lock(&Mutex);
  }
  IsMine = true;
  Step Access = {What.What == Step::ReadGuarded ? Step::Read : Step::Change,
                 What.Cell};
  step(Access);
  if (Now->KeepsMutexes || rt::CurrentTx->isInevitable())
    return;
  IsMine = false;
  __stm_wrap_pthread_mutex_unlock(&Mutex);
}

/// Outside of transactions: for the checker it is one that has committed.
void Worker::changePlainly(uint32_t Cell) {
  pthread_mutex_t &Mutex = S.Cells.mutexOf(Cell);
  auto *At = static_cast<uint64_t *>(S.Cells.at(Cell));
  Record.begin();
  pthread_mutex_lock(&Mutex);
  Record.read(Cell, *At);
  dawdle();
  uint64_t New = S.Cells.fresh(Cell);
  Record.write(Cell, New);
  *At = New;
  dawdle();
  Record.askToCommit();
  pthread_mutex_unlock(&Mutex);
  Record.end(/*Committed=*/true);
}

uint64_t Worker::load(uint32_t Cell) {
  void *At = S.Cells.at(Cell);
  switch (Memory::sizeOf(Cell)) {
  case 1:
    return __stm_read_u8(At);
  case 2:
    return __stm_read_u16(At);
  case 4:
    return __stm_read_u32(At);
  default:
    return __stm_read_u64(At);
  }
}
void Worker::store(uint32_t Cell, uint64_t New) {
  void *At = S.Cells.at(Cell);
  switch (Memory::sizeOf(Cell)) {
  case 1:
    return __stm_write_u8(At, static_cast<uint8_t>(New));
  case 2:
    return __stm_write_u16(At, static_cast<uint16_t>(New));
  case 4:
    return __stm_write_u32(At, static_cast<uint32_t>(New));
  default:
    return __stm_write_u64(At, New);
  }
}

void Worker::readHalves(uint32_t Cell) {
  auto *Half = static_cast<uint32_t *>(S.Cells.at(Cell));
  uint64_t Low = __stm_read_u32(Half);
  Record.read(Cell, Low | uint64_t{__stm_read_u32(Half + 1)} << 32);
}
void Worker::changeHalves(uint32_t Cell) {
  auto *Half = static_cast<uint32_t *>(S.Cells.at(Cell));
  uint64_t New = S.Cells.fresh(Cell);
  Record.write(Cell, New);
  __stm_write_u32(Half + 1, static_cast<uint32_t>(New >> 32));
  __stm_write_u32(Half, static_cast<uint32_t>(New));
}

void Worker::readRange(uint32_t Words) {
  uint64_t Copy[3];
  __stm_read_range(Copy, S.Cells.at(Range0), Words * sizeof(uint64_t));
  for (uint32_t I = 0; I != Words; ++I)
    Record.read(Range0 + I, Copy[I]);
}
void Worker::changeRange(uint32_t Words) {
  uint64_t New[3];
  for (uint32_t I = 0; I != Words; ++I) {
    New[I] = S.Cells.fresh(Range0 + I);
    Record.write(Range0 + I, New[I]);
  }
  __stm_write_range(S.Cells.at(Range0), New, Words * sizeof(uint64_t));
}

Box *Worker::readBox() {
  auto *Block = reinterpret_cast<Box *>(
      __stm_read_u64(reinterpret_cast<uint64_t *>(S.Cells.box())));
  dawdle(); // It may be freed now.
  Box Copy;
  Copy.Value = __stm_read_u64(&Block->Value);
  Copy.Inverse = __stm_read_u64(&Block->Inverse);
  Record.read(BoxCell, valueOf(Copy));
  return Block;
}
void Worker::swapBox() {
  Box *Old = readBox();
  auto *New = static_cast<Box *>(__stm_wrap_malloc(sizeof(Box)));
  uint64_t Value = S.Cells.fresh(BoxCell);
  Record.write(BoxCell, Value);
  __stm_write_u64(&New->Value, Value);
  __stm_write_u64(&New->Inverse, ~Value);
  __stm_write_u64(reinterpret_cast<uint64_t *>(S.Cells.box()),
                  reinterpret_cast<uint64_t>(New));
  __stm_wrap_free(Old);
}

void Worker::at(rt::TestPoint Point) {
  ++Points[static_cast<size_t>(Point)];
  if (Point == rt::TestPoint::Waits && !S.Steps)
    return;
  if (!Now && Point < rt::TestPoint::RetireBeforeBound)
    return; // Only garbage is made; that is to be quick.
  if (Now && Point == rt::TestPoint::RolledBack)
    Record.end(/*Committed=*/false);
  const Program &P = *S.Running;
  if (S.Steps && Point == rt::TestPoint::RolledBack)
    // Asked for after some rollbacks of a thread only: not the same each time.
    rt::CurrentTx->Culprit.NeedsReader = false;
  if (S.Steps)
    S.Steps->at(Point);
  else if (Point == P.Often[0] || Point == P.Often[1]
               ? Delays.below(2)
               : Delays.oneIn(P.ElsewhereOneIn))
    dawdle();
  if (Now && Point == rt::TestPoint::BeforeBegin)
    Record.begin();
}

/// Until others have come further, or for a while: they may wait for us.
void Worker::dawdle() {
  if (S.Steps)
    return S.Steps->step();
  Ticket Until = S.Time.newest() + 1 + Delays.below(8);
  for (unsigned I = Delays.below(12); I && S.Time.newest() < Until; --I)
    std::this_thread::yield();
}

void setOptions(const Program &P) {
  using namespace rt;
  ParsedOptions.Quiesce = P.Quiesces ? QuiesceMode::Always : QuiesceMode::Never;
  ParsedOptions.Report = ReportMode::None;
  ParsedOptions.Spin = P.Spin;
  ParsedOptions.InevitableAfter = P.InevitableAfter;
  ParsedOptions.GcYoungKb = P.CollectsEagerly ? 0 : 64;
  ParsedOptions.GcPromoteAfterKb = P.CollectsEagerly ? 0 : 128;
  if (P.Features & Waits)
    transactionsMayLeave(); // As a program says that may call these functions.
}

namespace {
/// Of nobody in particular, when all had ended.
void appendFinalState(History &H, const Memory &M, Tickets &Time) {
  Recorder Last(MostThreads, Time);
  Last.begin();
  for (uint32_t C = 0; C != CellCount; ++C)
    Last.read(C, M.peek(C));
  Last.askToCommit();
  Last.end(/*Committed=*/true);
  Last.moveTo(H);
}
} // namespace

History takeHistory(Shared &S, const std::vector<Worker *> &Workers) {
  History H = {S.Cells.cells(), {}, {}};
  for (Worker *W : Workers)
    W->Record.moveTo(H);
  appendFinalState(H, S.Cells, S.Time);
  return H;
}

} // namespace stm::check
