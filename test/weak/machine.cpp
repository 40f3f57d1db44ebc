//===- weak/machine.cpp - what the runtime's atomics run on ---------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "machine.h"

#include <cstring>
#include <utility>

namespace stm::weak {

constinit Machine *Machine::Active = nullptr;

namespace {

/// Of a stack's bytes around the stack pointer. Logical threads have 256 KB.
constexpr uintptr_t StackBytes = 128 << 10;
/// Of the thread-local variables, on both sides of the thread pointer.
constexpr uintptr_t ThreadLocalBytes = 64 << 10;

bool isNear(uintptr_t A, uintptr_t B, uintptr_t Bytes) {
  return A - B + Bytes < 2 * Bytes;
}

Order toOrder(int Given) {
  switch (Given) {
  case __ATOMIC_RELAXED:
    return Order::Relaxed;
  case __ATOMIC_CONSUME:
  case __ATOMIC_ACQUIRE:
    return Order::Acquire;
  case __ATOMIC_RELEASE:
    return Order::Release;
  case __ATOMIC_ACQ_REL:
    return Order::AcqRel;
  default:
    return Order::SeqCst;
  }
}

uint64_t realAt(uintptr_t Where, size_t Bytes) {
  uint64_t Value = 0;
  memcpy(&Value, reinterpret_cast<const void *>(Where), Bytes);
  return Value;
}
void setReal(uintptr_t Where, size_t Bytes, uint64_t Value) {
  memcpy(reinterpret_cast<void *>(Where), &Value, Bytes);
}

} // namespace

/// Bytes of a location.
struct Machine::Part {
  uintptr_t Location;
  unsigned Shift = 0;
  uint64_t Mask = ~uint64_t{0};
  uint64_t Real;

  Part(uintptr_t Where, size_t Bytes, bool IsOfEight)
      : Location(Where & ~uintptr_t{7}) {
    if (Bytes < 8 && !IsOfEight) {
      Location = Memory::small(Where);
      Real = realAt(Where, Bytes);
      return;
    }
    Shift = static_cast<unsigned>(Where & 7) * 8;
    if (Bytes < 8)
      Mask = ((uint64_t{1} << Bytes * 8) - 1) << Shift;
    Real = realAt(Location, 8);
  }
  uint64_t of(uint64_t Whole) const { return (Whole & Mask) >> Shift; }
  uint64_t in(uint64_t Whole, uint64_t Value) const {
    return (Whole & ~Mask) | (Value << Shift & Mask);
  }
};

Machine::Machine()
    : Simulated([this](unsigned Count) { return choose(Count); }) {}

Machine::~Machine() { stop(); }

void Machine::ignore(const void *Begin, size_t Bytes) {
  auto At = reinterpret_cast<uintptr_t>(Begin);
  Ignored.push_back({At, At + Bytes});
}

void Machine::start(uint64_t Seed, uint32_t OneIn, Weakening *W) {
  State = Seed;
  StaleOneIn = OneIn;
  Weaker = W;
  Simulated.reset();
  for (uintptr_t &Last : LastStored)
    Last = 0;
  Wakes.clear();
  Active = this;
}

void Machine::stop() {
  if (Active == this)
    Active = nullptr;
  OnAccess = nullptr;
}

unsigned Machine::choose(unsigned Count) {
  if (Count == 1)
    return 0;
  // SplitMix64, as check/random_program.h has it.
  uint64_t Z = State += 0x9e3779b97f4a7c15;
  Z = (Z ^ Z >> 30) * 0xbf58476d1ce4e5b9;
  Z = (Z ^ Z >> 27) * 0x94d049bb133111eb;
  Z ^= Z >> 31;
  if (static_cast<uint32_t>(Z) % StaleOneIn)
    return 0;
  ++Stale;
  return 1 + static_cast<unsigned>(Z >> 40) % (Count - 1);
}

bool Machine::simulates(const volatile void *Where) const {
  auto At = reinterpret_cast<uintptr_t>(Where);
  for (auto [Begin, End] : Ignored)
    if (At >= Begin && At < End)
      return false;
  return true;
}

Order Machine::orderOf(int Given, Kind What, uintptr_t Where) {
  Order O = toOrder(Given);
  if (!Weaker || Weaker->What != What || Weaker->From != O ||
      !Weaker->Is(Where))
    return O;
  ++Weaker->Times;
  return Weaker->To;
}

void Machine::learnMutex(const std::function<void()> &Do) {
  LearnsMutex = true;
  Active = this;
  Do();
  Active = nullptr;
  LearnsMutex = false;
}

void Machine::noteMutex(uintptr_t Where) {
  if (LearnsMutex && !Mutex)
    Mutex = Where;
}

std::vector<uintptr_t> Machine::accessesOf(const std::function<void()> &Do) {
  std::vector<uintptr_t> Where;
  start(0, 1, nullptr);
  Trace = &Where;
  Do();
  Trace = nullptr;
  stop();
  return Where;
}

void Machine::membarrier() {
  if (orderOf(__ATOMIC_SEQ_CST, Kind::Barrier, LastStored[Now]) !=
      Order::Relaxed)
    Simulated.fenceOfAll();
}

void Machine::sleep(uintptr_t Where, uint32_t While) {
  uint32_t Value;
  memcpy(&Value, reinterpret_cast<const void *>(Where), sizeof(Value));
  uint64_t Before = Wakes[Where];
  // The system looks at what is newest.
  if (Value == While)
    do
      rt::reachTestPoint(rt::TestPoint::Waits);
    while (Wakes[Where] == Before);
}

Machine::Part Machine::part(uintptr_t Where, size_t Bytes) {
  if (OnAccess)
    OnAccess(Where);
  if (Trace)
    Trace->push_back(Where);
  return Part(Where, Bytes, Bytes < 8 && IsMixed && IsMixed(Where));
}

uint64_t Machine::load(uintptr_t Where, size_t Bytes, int Given) {
  Part P = part(Where, Bytes);
  Simulated.atomicAccess(Now, Where, Bytes, /*IsWrite=*/false);
  return P.of(Simulated.load(Now, P.Location, orderOf(Given, Kind::Load, Where),
                             P.Real));
}

void Machine::store(uintptr_t Where, size_t Bytes, uint64_t Value, int Given) {
  Part P = part(Where, Bytes);
  Simulated.atomicAccess(Now, Where, Bytes, /*IsWrite=*/true);
  if (Simulated.store(Now, P.Location, P.Mask, Value << P.Shift,
                      orderOf(Given, Kind::Store, Where), P.Real))
    setReal(Where, Bytes, Value);
  LastStored[Now] = Where;
}

uint64_t Machine::update(uintptr_t Where, size_t Bytes, int Given,
                         int OnFailure,
                         const std::function<bool(uint64_t &)> &New) {
  Part P = part(Where, Bytes);
  Simulated.atomicAccess(Now, Where, Bytes, /*IsWrite=*/true);
  uint64_t Result = 0;
  bool Stored;
  uint64_t Old = Simulated.update(
      Now, P.Location, orderOf(Given, Kind::Update, Where), toOrder(OnFailure),
      P.Real,
      [&](uint64_t &Whole) {
        Result = P.of(Whole);
        if (!New(Result))
          return false;
        Whole = P.in(Whole, Result);
        return true;
      },
      Stored);
  if (Stored)
    setReal(Where, Bytes, Result);
  LastStored[Now] = Where;
  return P.of(Old);
}

void Machine::fence(int Given) {
  if (OnAccess)
    OnAccess(0);
  Order O = orderOf(Given, Kind::Fence, LastStored[Now]);
  if (O != Order::Relaxed)
    Simulated.fence(Now, O);
}

void Machine::plain(uintptr_t Begin, size_t Bytes, bool IsWrite) {
  // A thread's own.
  auto Stack = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  auto Locals = reinterpret_cast<uintptr_t>(__builtin_thread_pointer());
  if (isNear(Begin, Stack, StackBytes) ||
      isNear(Begin, Locals, ThreadLocalBytes) ||
      !simulates(reinterpret_cast<const void *>(Begin)))
    return;
  if (IsWrite)
    Simulated.plainWrite(Now, Begin, Bytes);
  else
    Simulated.plainRead(Now, Begin, Bytes);
}

} // namespace stm::weak
