//===- weak/memory.cpp - a weak memory, simulated -------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "memory.h"

#include <algorithm>
#include <cstdio>

namespace stm::weak {

namespace {
/// Between a store and the next one when that was done: room for others.
constexpr uint32_t Gap = 1u << 12;
/// Of a location's stores so many newest ones are remembered.
constexpr size_t MostMessages = 8;
} // namespace

void Memory::View::raise(uint32_t L, Time To) {
  if (L >= Seen.size())
    Seen.resize(L + 1);
  Seen[L] = std::max(Seen[L], To);
}

void Memory::View::joinSeen(const View &Other) {
  if (Seen.size() < Other.Seen.size())
    Seen.resize(Other.Seen.size());
  for (size_t I = 0; I != Other.Seen.size(); ++I)
    Seen[I] = std::max(Seen[I], Other.Seen[I]);
}

void Memory::View::join(const View &Other) {
  joinSeen(Other);
  for (unsigned I = 0; I != MostThreads; ++I)
    Known[I] = std::max(Known[I], Other.Known[I]);
}

void Memory::reset() {
  for (unsigned T = 0; T != MostThreads; ++T) {
    Threads[T] = {};
    Threads[T].Now.Known[T] = 1;
  }
  Total = {};
  Batons.clear();
  Locations.clear();
  Index.clear();
  Shadows.clear();
  Race.clear();
}

Memory::Location &Memory::locationOf(uintptr_t Where, uint64_t Real,
                                     uint32_t &Number) {
  auto [It, IsNew] =
      Index.try_emplace(Where, static_cast<uint32_t>(Locations.size()));
  Number = It->second;
  if (!IsNew && Locations[Number].Messages.back().Value == Real)
    return Locations[Number];
  if (!IsNew) {
    // Somebody has stored there plainly.
    Number = It->second = static_cast<uint32_t>(Locations.size());
  }
  Locations.push_back({Where, {}, {}});
  Locations.back().Messages.push_back({0, false, Real, {}});
  return Locations.back();
}

unsigned Memory::readable(const Location &L, Time Least) const {
  unsigned Count = 1;
  while (Count != L.Messages.size() &&
         L.Messages[L.Messages.size() - Count].At > Least)
    ++Count;
  return Count;
}

void Memory::knowMessage(Thread &T, uint32_t L, const Message &M, Order O) {
  T.Now.raise(L, M.At);
  T.Acquired.raise(L, M.At);
  T.Acquired.join(M.Released);
  if (acquires(O))
    T.Now.join(M.Released);
}

Memory::View Memory::released(const Thread &T, uint32_t L, Time At,
                              Order O) const {
  View V = releases(O) ? T.Now : T.Released;
  V.raise(L, At);
  return V;
}

size_t Memory::insert(Location &L, size_t After, Message M) {
  L.Messages.insert(L.Messages.begin() + static_cast<ptrdiff_t>(After) + 1,
                    std::move(M));
  if (L.Messages.size() > MostMessages) {
    L.Messages.erase(L.Messages.begin());
    return After;
  }
  return After + 1;
}

void Memory::tick(unsigned T) { ++Threads[T].Now.Known[T]; }

uint64_t Memory::load(unsigned T, uintptr_t Where, Order O, uint64_t Real) {
  uint32_t N;
  Location &L = locationOf(Where, Real, N);
  Thread &Self = Threads[T];
  if (O == Order::SeqCst)
    Self.Now.raise(N, Total.of(N));
  unsigned Back = Pick(readable(L, Self.Now.of(N)));
  const Message &M = L.Messages[L.Messages.size() - 1 - Back];
  knowMessage(Self, N, M, O);
  if (O == Order::SeqCst)
    Total.raise(N, M.At);
  if (IsMultiCopyAtomic)
    L.OfReaders.joinSeen(Self.Fenced);
  return M.Value;
}

bool Memory::store(unsigned T, uintptr_t Where, uint64_t Mask, uint64_t Value,
                   Order O, uint64_t Real) {
  uint32_t N;
  Location &L = locationOf(Where, Real, N);
  Thread &Self = Threads[T];
  Time Least = Self.Now.of(N);
  if (O == Order::SeqCst)
    Least = std::max(Least, Total.of(N));
  bool IsWhole = Mask == ~uint64_t{0};
  // Where it may come: after the newest, or after an older one that it knows
  // of or needn't.
  std::array<size_t, MostMessages> Places;
  unsigned Count = 0;
  Places[Count++] = L.Messages.size() - 1;
  for (size_t I = L.Messages.size() - 1; IsWhole && I-- > 0;) {
    const Message &M = L.Messages[I];
    if (M.At < Least)
      break;
    if (!M.IsGlued && L.Messages[I + 1].At - M.At > 1)
      Places[Count++] = I;
  }
  size_t After = Places[Pick(Count)];
  bool IsNewest = After == L.Messages.size() - 1;
  Message &Before = L.Messages[After];
  Time At = IsNewest ? Before.At + Gap
                     : Before.At + (L.Messages[After + 1].At - Before.At) / 2;
  Message M = {At, false, (Before.Value & ~Mask) | (Value & Mask),
               released(Self, N, At, O)};
  if (IsNewest)
    M.Released.joinSeen(L.OfReaders);
  if (!IsWhole) {
    M.Released.join(Before.Released);
    Before.IsGlued = true;
  }
  insert(L, After, std::move(M));
  Self.Now.raise(N, At);
  Self.Acquired.raise(N, At);
  if (O == Order::SeqCst)
    Total.raise(N, At);
  tick(T);
  return IsNewest;
}

uint64_t Memory::update(unsigned T, uintptr_t Where, Order O, Order OnFailure,
                        uint64_t Real,
                        const std::function<bool(uint64_t &)> &New,
                        bool &Stored) {
  uint32_t N;
  Location &L = locationOf(Where, Real, N);
  Thread &Self = Threads[T];
  Time Least = Self.Now.of(N);
  if (O == Order::SeqCst)
    Least = std::max(Least, Total.of(N));
  // What can't be followed can only be read, where it isn't what is expected.
  std::array<size_t, MostMessages> Places;
  unsigned Count = 0;
  for (size_t I = L.Messages.size(); I-- > 0;) {
    const Message &M = L.Messages[I];
    if (M.At < Least)
      break;
    bool IsLast = I + 1 == L.Messages.size();
    uint64_t Value = M.Value;
    if (IsLast || (!M.IsGlued && L.Messages[I + 1].At - M.At > 1) ||
        !New(Value))
      Places[Count++] = I;
    if (Count == Places.size())
      break;
  }
  size_t From = Places[Pick(Count)];
  uint64_t Old = L.Messages[From].Value, Value = Old;
  Stored = false;
  if (!New(Value)) {
    knowMessage(Self, N, L.Messages[From], OnFailure);
    if (OnFailure == Order::SeqCst)
      Total.raise(N, L.Messages[From].At);
    return Old;
  }
  bool IsNewest = From + 1 == L.Messages.size();
  Message &Before = L.Messages[From];
  knowMessage(Self, N, Before, O);
  Time At = IsNewest ? Before.At + Gap
                     : Before.At + (L.Messages[From + 1].At - Before.At) / 2;
  Before.IsGlued = true;
  Message M = {At, false, Value, released(Self, N, At, O)};
  M.Released.join(Before.Released); // It continues the release sequence.
  if (IsNewest)
    M.Released.joinSeen(L.OfReaders);
  insert(L, From, std::move(M));
  Self.Now.raise(N, At);
  Self.Acquired.raise(N, At);
  if (O == Order::SeqCst)
    Total.raise(N, At);
  tick(T);
  Stored = IsNewest;
  return Old;
}

void Memory::fence(unsigned T, Order O) {
  Thread &Self = Threads[T];
  if (acquires(O))
    Self.Now.join(Self.Acquired);
  if (O == Order::SeqCst) {
    Self.Now.joinSeen(Total);
    Total.joinSeen(Self.Now);
    Self.Acquired.joinSeen(Self.Now);
    Self.Fenced.joinSeen(Self.Now);
  }
  if (releases(O)) {
    Self.Released = Self.Now;
    tick(T);
  }
}

void Memory::fenceOfAll() {
  for (unsigned Round = 0; Round != 2; ++Round)
    for (unsigned T = 0; T != MostThreads; ++T)
      fence(T, Order::SeqCst);
}

void Memory::putBaton(unsigned T, uintptr_t Which) {
  Batons[Which].join(Threads[T].Now);
  tick(T);
}

void Memory::takeBaton(unsigned T, uintptr_t Which) {
  const View &Baton = Batons[Which];
  Threads[T].Now.join(Baton);
  Threads[T].Acquired.join(Baton);
}

// --- Races
// --------------------------------------------------------------------

void Memory::access(unsigned T, uintptr_t Begin, size_t Bytes, bool IsWrite,
                    bool IsAtomic) {
  uint32_t Mine = Threads[T].Now.Known[T];
  for (uintptr_t At = Begin; At != Begin + Bytes; ++At) {
    Shadow &S = Shadows[At];
    const char *With = nullptr;
    unsigned Other = 0;
    if (!knows(T, S.Write.Thread, S.Write.Clock)) {
      With = "plain write";
      Other = S.Write.Thread;
    }
    for (unsigned U = 0; U != MostThreads && !With; ++U) {
      Other = U;
      if (IsWrite && !knows(T, U, S.Reads[U]))
        With = "plain read";
      else if (!IsAtomic && !knows(T, U, S.AtomicWrite[U].Clock))
        With = "atomic write";
      else if (!IsAtomic && IsWrite && !knows(T, U, S.AtomicReads[U]))
        With = "atomic read";
    }
    if (With && Race.empty()) {
      char Text[200];
      snprintf(Text, sizeof(Text),
               "%s %s of %#zx by thread %u after a %s by %u",
               IsAtomic ? "atomic" : "plain", IsWrite ? "write" : "read",
               static_cast<size_t>(At), T, With, Other);
      Race = Text;
    }
    if (IsAtomic && IsWrite)
      S.AtomicWrite[T] = {Mine, static_cast<uint8_t>(T)};
    else if (IsAtomic)
      S.AtomicReads[T] = Mine;
    else if (IsWrite)
      S.Write = {Mine, static_cast<uint8_t>(T)};
    else
      S.Reads[T] = Mine;
  }
}

void Memory::dropLocations(uintptr_t Begin, size_t Bytes) {
  for (uintptr_t At = Begin & ~uintptr_t{7}; At < Begin + Bytes; At += 8)
    Index.erase(At);
  for (uintptr_t At = Begin; At != Begin + Bytes; ++At)
    Index.erase(small(At));
}

void Memory::plainRead(unsigned T, uintptr_t Begin, size_t Bytes) {
  access(T, Begin, Bytes, /*IsWrite=*/false, /*IsAtomic=*/false);
}

void Memory::plainWrite(unsigned T, uintptr_t Begin, size_t Bytes) {
  access(T, Begin, Bytes, /*IsWrite=*/true, /*IsAtomic=*/false);
  dropLocations(Begin, Bytes);
}

void Memory::atomicAccess(unsigned T, uintptr_t Begin, size_t Bytes,
                          bool IsWrite) {
  access(T, Begin, Bytes, IsWrite, /*IsAtomic=*/true);
}

void Memory::giveBack(unsigned T, uintptr_t Begin, size_t Bytes) {
  for (uintptr_t At = Begin; At != Begin + Bytes; ++At)
    if (Shadows.count(At))
      plainWrite(T, At, 1);
}

void Memory::forget(uintptr_t Begin, size_t Bytes) {
  dropLocations(Begin, Bytes);
  for (uintptr_t At = Begin; At != Begin + Bytes; ++At)
    Shadows.erase(At);
}

} // namespace stm::weak
