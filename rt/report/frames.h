//===- report/frames.h - whose variable lies on a stack ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Which function's frame an address is in, while that runs: by the unwind
// tables, of the caller's own stack, and of what lies above a call that a
// thread stays in: pthread_join, a sleep in stm_retry, the models of the
// headers. Of other threads nothing is known: they go on meanwhile, and a wrong
// name would be worse than none.
//
// Thread safety: any thread may do anything at any time. Each list of a waiting
// thread's frames has a lock, which that thread takes before and after that
// call and others try to take for as long as a look takes.
//
// Rules:
// 1. A frame is what lies between the stack pointers of two functions, neither
//    of which is interrupted: behind a signal handler's frame nothing is named.
// 2. A list is there only while its thread stays in the call, so it is right.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_FRAMES_H
#define STM_RT_REPORT_FRAMES_H

#include <cstdint>

namespace stm::rt {

/// Where in a frame an address is. As distances, since debug information says
/// so of variables.
struct PlaceInFrame {
  uintptr_t Pc;     ///< A return address in the function; 0: not known.
  uint32_t FromSp;  ///< From the stack pointer.
  int32_t FromFp;   ///< From what the frame pointer's register has.
  uint32_t FromCfa; ///< Back from the caller's stack pointer.
};

/// Microseconds.
PlaceInFrame findFrame(uintptr_t Address);
/// Of waiting threads only: some 50 ns.
PlaceInFrame findWaitingFrame(uintptr_t Address);

/// The frames of the calling thread above this one are known to all until
/// hideFrames. The first ones of a process, then some: microseconds. Returns
/// what to give to hideFrames, by the same thread.
int showFrames();
void hideFrames(int Shown);

/// While it lives.
class WaitingFrames {
public:
  WaitingFrames() : Shown(showFrames()) {}
  ~WaitingFrames() { hideFrames(Shown); }
  WaitingFrames(const WaitingFrames &) = delete;
  WaitingFrames &operator=(const WaitingFrames &) = delete;

private:
  int Shown;
};

/// In a fork's child, where nobody waits.
void forgetWaitingFrames();

} // namespace stm::rt

#endif // STM_RT_REPORT_FRAMES_H
