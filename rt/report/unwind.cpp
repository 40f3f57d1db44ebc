//===- report/unwind.cpp - capturing the caller's stack ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// By unwind tables (_Unwind_Backtrace), which is slow and sampled. Not by frame
// pointers: the runtime and most programs are compiled without.
//
//===----------------------------------------------------------------------===//

#include "report/facts.h"
#include "report/own_code.h"
#include "report/sanitizer.h"
#include "report/stack_store.h"

// Every tool that links sanitizer_common defines it.
void __sanitizer::BufferedStackTrace::UnwindImpl(uptr Pc, uptr Bp,
                                                 void *Context, bool, u32 Max) {
  // Without the bounds of the stack the unwinder by frame pointers, its
  // substitute where tables are missing, stops at once.
  Unwind(Max, Pc, Bp, Context, /*stack_top=*/0, /*stack_bottom=*/0,
         /*request_fast_unwind=*/false);
}

namespace stm::rt {

uint32_t captureStack(uintptr_t Pc) {
  using namespace __sanitizer;
  // 2 KB of the user's stack; more of it is unwound than kept, for the frames
  // of the runtime are dropped.
  constexpr u32 OwnFrames = 16;
  BufferedStackTrace Stack;
  Stack.Unwind(StackTrace::GetCurrentPc(), /*bp=*/0, /*context=*/nullptr,
               /*request_fast=*/false, MaxStackDepth + OwnFrames);
  u32 First = 0;
  if (Pc)
    while (First != Stack.size && Stack.trace[First] != Pc)
      ++First;
  if (!Pc || First == Stack.size)
    for (First = 0; First != Stack.size && isOwnCode(Stack.trace[First] - 1);)
      ++First;
  // Nothing left: the stack ends in the runtime (no unwind tables above it).
  if (First == Stack.size)
    return Pc ? putStack(&Pc, 1) : 0;
  return putStack(Stack.trace + First, Stack.size - First);
}

} // namespace stm::rt
