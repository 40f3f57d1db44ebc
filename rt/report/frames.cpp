//===- report/frames.cpp - whose variable lies on a stack -----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/frames.h"

#include "report/facts.h"
#include "report/own_code.h"

#include <unwind.h>

namespace stm::rt {

namespace {

constexpr unsigned MaxFrames = 32;
constexpr unsigned MaxWaiting = 64;
/// As many lists are made, then one in so many: programs that join a thread a
/// task, or sleep for each, must not pay for it.
constexpr uint32_t FirstLists = 64;
constexpr uint32_t OneListIn = 64;
/// What is larger isn't one frame (code that changes stacks).
constexpr uintptr_t LargestFrame = 1 << 20;
/// Stacks are not larger, mostly; of more nothing is known.
constexpr uintptr_t LargestStack = 64 << 20;

struct FrameBegin {
  uintptr_t Pc, Sp, Fp;
};

/// Calls \p Visit(Frame, End) for each frame of the caller's stack, innermost
/// first, until that is false.
template <class F> void walkFrames(F Visit) {
  struct Walk {
    F &Visit;
    FrameBegin Last;
  } State = {Visit, {}};
  auto Step = [](_Unwind_Context *Context, void *Arg) {
    auto &W = *static_cast<Walk *>(Arg);
    int IsInterrupted = 0;
    FrameBegin Here = {_Unwind_GetIPInfo(Context, &IsInterrupted),
                       _Unwind_GetCFA(Context),
                       _Unwind_GetGR(Context, arch::FramePointer)};
    FrameBegin Last = W.Last;
    if (Last.Pc && (Here.Sp <= Last.Sp || !W.Visit(Last, Here.Sp)))
      return _URC_END_OF_STACK;
    W.Last = Here;
    return IsInterrupted ? _URC_END_OF_STACK : _URC_NO_REASON;
  };
  _Unwind_Backtrace(Step, &State);
}

bool isInFrame(const FrameBegin &Frame, uintptr_t End, uintptr_t Address) {
  return Address >= Frame.Sp && Address < End &&
         End - Frame.Sp <= LargestFrame && !isOwnCode(Frame.Pc - 1);
}

PlaceInFrame placeIn(const FrameBegin &Frame, uintptr_t End,
                     uintptr_t Address) {
  return {Frame.Pc, static_cast<uint32_t>(Address - Frame.Sp),
          static_cast<int32_t>(Address - Frame.Fp),
          static_cast<uint32_t>(End - Address)};
}

struct FrameList {
  std::atomic<bool> IsTaken; ///< Relaxed: the lock is what orders the rest.
  FactLock Lock;
  // Under it.
  unsigned Count;
  FrameBegin Frames[MaxFrames];
  uintptr_t End; ///< Of the last one.
};
constinit FrameList Lists[MaxWaiting] = {};
constinit std::atomic<uint32_t> ListsWanted{0};

bool wantsList() {
  uint32_t Before = ListsWanted.fetch_add(1, std::memory_order_relaxed);
  return HasReports && (Before < FirstLists || Before % OneListIn == 0);
}

/// Null: others have all.
FrameList *takeList() {
  for (FrameList &List : Lists)
    if (!List.IsTaken.load(std::memory_order_relaxed) &&
        !List.IsTaken.exchange(true, std::memory_order_relaxed))
      return &List;
  return nullptr;
}

PlaceInFrame findIn(const FrameList &List, uintptr_t Address) {
  for (unsigned I = 0; I != List.Count; ++I) {
    uintptr_t End = I + 1 == List.Count ? List.End : List.Frames[I + 1].Sp;
    if (isInFrame(List.Frames[I], End, Address))
      return placeIn(List.Frames[I], End, Address);
  }
  return {};
}

PlaceInFrame findInOwn(uintptr_t Address) {
  PlaceInFrame Found = {};
  auto Here = reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
  if (Address - Here >= LargestStack)
    return Found;
  walkFrames([&](const FrameBegin &Frame, uintptr_t End) {
    if (isInFrame(Frame, End, Address))
      Found = placeIn(Frame, End, Address);
    return End <= Address;
  });
  return Found;
}

} // namespace

PlaceInFrame findWaitingFrame(uintptr_t Address) {
  for (FrameList &List : Lists) {
    if (!List.IsTaken.load(std::memory_order_relaxed) || !List.Lock.tryLock())
      continue;
    PlaceInFrame Found = findIn(List, Address);
    List.Lock.unlock();
    if (Found.Pc)
      return Found;
  }
  return {};
}

PlaceInFrame findFrame(uintptr_t Address) {
  PlaceInFrame Found = findWaitingFrame(Address);
  return Found.Pc ? Found : findInOwn(Address);
}

int showFrames() {
  FrameList *List = wantsList() ? takeList() : nullptr;
  if (!List)
    return -1;
  List->Lock.lock();
  List->Count = 0;
  walkFrames([&](const FrameBegin &Frame, uintptr_t End) {
    if (!List->Count && isOwnCode(Frame.Pc - 1))
      return true;
    List->Frames[List->Count++] = Frame;
    List->End = End;
    return List->Count != MaxFrames;
  });
  List->Lock.unlock();
  return static_cast<int>(List - Lists);
}

void hideFrames(int Shown) {
  if (Shown < 0)
    return;
  FrameList &List = Lists[Shown];
  List.Lock.lock();
  List.Count = 0;
  List.Lock.unlock();
  List.IsTaken.store(false, std::memory_order_relaxed);
}

void forgetWaitingFrames() {
  for (FrameList &List : Lists) {
    List.Lock.reset();
    List.Count = 0;
    List.IsTaken.store(false, std::memory_order_relaxed);
  }
}

} // namespace stm::rt
