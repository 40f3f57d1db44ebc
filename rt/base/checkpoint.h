//===- base/checkpoint.h - where a rolled back attempt resumes --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// enterCheckpoint calls a function; the call returns 0 when the function does,
// or what resumeCheckpoint was given if that was called meanwhile, further down
// the stack. To the compiler it is an ordinary call that returns once: no
// `returns_twice`, no setjmp. (`__builtin_setjmp` was tried and corrupted a
// pointer that lived across it.)
//
// The function is jumped to, and returns to enterCheckpoint's caller: a call
// and a return less. So the result comes in memory; it lies in the struct.
//
// Saved are the callee-saved registers, the stack pointer and the return
// address, in the struct and not on the stack: when an exception left the
// function, the frame is gone but the struct still says how to resume.
//
// Floating-point control words are callee-saved too, but not saved: whatever
// sets them (fesetround, assembly) makes the transaction inevitable first.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_BASE_CHECKPOINT_H
#define STM_RT_BASE_CHECKPOINT_H

#include "base/port.h"

namespace stm::rt {

/// Layout known to checkpoint_<arch>.S.
struct Checkpoint {
  uintptr_t Sp; ///< Of the frame that called enterCheckpoint.
  uintptr_t Pc;
  uintptr_t Registers[20];
  int Value; ///< What enterCheckpoint returns; 0 before and after.
};
static_assert(offsetof(Checkpoint, Registers) == 16);

extern "C" {
void __stm_enter_checkpoint(Checkpoint *C, void (*Function)(void *), void *Arg);
[[noreturn]] void __stm_resume_checkpoint(const Checkpoint *C);
}

/// Calls \p Function(\p Arg). Exceptions pass through.
inline int enterCheckpoint(Checkpoint &C, void (*Function)(void *), void *Arg) {
  __stm_enter_checkpoint(&C, Function, Arg);
  int Value = C.Value;
  if (__builtin_expect(Value != 0, 0))
    C.Value = 0;
  return Value;
}
/// Makes the enterCheckpoint that filled \p C return \p Value (not 0). Only
/// while Function runs: its frames are abandoned. \p C is the very one.
[[noreturn]] inline void resumeCheckpoint(Checkpoint &C, int Value) {
  C.Value = Value;
  __stm_resume_checkpoint(&C);
}

} // namespace stm::rt

#endif // STM_RT_BASE_CHECKPOINT_H
