//===- abi/memory_wraps.cpp - malloc and new in transactions ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each calls the program's own function, so replaced operators keep working.
// Room in the log comes first: a block that nobody knows of could not be
// undone.
//
// Fresh memory is written without barriers: whoever could still read the
// block's former content has been waited for before it was freed, or has no way
// to it.
//
//===----------------------------------------------------------------------===//

#include "abi/rtl.h"
#include "abi/thrown.h"
#include "tx/barriers.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <malloc.h>
#include <new>

namespace stm::rt::abi {

namespace {

Ptr noteAllocation(Ptr Block, Size Bytes, Deallocator How, Size Align,
                   uintptr_t Pc) {
  Tx &Self = *CurrentTx;
  if (Block && !Self.isDirect()) {
    AllocatedBlock Note{Block, 0, Align, How};
    if (!Self.noteAllocation(Note, Bytes)) {
      if (Self.IsBeside) {
        Self.goAlone();
        return Block;
      }
      Note.release();
      Self.outOfLogMemory(Pc);
    }
  }
  return Block;
}

void freeLater(const AllocatedBlock &Block, uintptr_t Pc) {
  Tx &Self = *CurrentTx;
  if (!Block.Block)
    return;
  if (Self.isDirect())
    return Block.release();
  if (Self.noteFree(Block, Pc))
    return;
  if (!Self.IsBeside)
    Self.outOfLogMemory(Pc);
  Self.goAlone();
  Block.release();
}

std::align_val_t alignment(Size Align) {
  return static_cast<std::align_val_t>(Align);
}

} // namespace

extern "C" {

Ptr __stm_wrap_malloc(Size Bytes) {
  return noteAllocation(malloc(Bytes), Bytes, Deallocator::Free, 0,
                        STM_CALLER_PC);
}

Ptr __stm_wrap_calloc(Size Count, Size Bytes) {
  return noteAllocation(calloc(Count, Bytes), Count * Bytes, Deallocator::Free,
                        0, STM_CALLER_PC);
}

Ptr __stm_wrap_realloc(Ptr Block, Size Bytes) {
  if (CurrentTx->isDirect())
    return realloc(Block, Bytes);
  uintptr_t Pc = STM_CALLER_PC;
  Ptr Moved = noteAllocation(malloc(Bytes), Bytes, Deallocator::Free, 0, Pc);
  if (!Block)
    return Moved;
  if (!Moved && Bytes)
    return nullptr; // The old block stays, as with realloc.
  if (Moved) {
    Size Old = malloc_usable_size(Block);
    readRange(Moved, Block, Old < Bytes ? Old : Bytes, Pc);
  }
  freeLater({Block, 0, 0, Deallocator::Free}, Pc);
  return Moved;
}

Ptr __stm_wrap_reallocarray(Ptr Block, Size Count, Size Bytes) {
  Size All;
  if (__builtin_mul_overflow(Count, Bytes, &All)) {
    errno = ENOMEM;
    return nullptr;
  }
  return __stm_wrap_realloc(Block, All);
}

Ptr __stm_wrap_aligned_alloc(Size Align, Size Bytes) {
  return noteAllocation(aligned_alloc(Align, Bytes), Bytes, Deallocator::Free,
                        0, STM_CALLER_PC);
}

Ptr __stm_wrap_memalign(Size Align, Size Bytes) {
  return noteAllocation(memalign(Align, Bytes), Bytes, Deallocator::Free, 0,
                        STM_CALLER_PC);
}

Ptr __stm_wrap_valloc(Size Bytes) {
  return noteAllocation(valloc(Bytes), Bytes, Deallocator::Free, 0,
                        STM_CALLER_PC);
}

I32 __stm_wrap_posix_memalign(Ptr Result, Size Align, Size Bytes) {
  Ptr Block = nullptr;
  if (int Error = posix_memalign(&Block, Align, Bytes))
    return Error;
  noteAllocation(Block, Bytes, Deallocator::Free, 0, STM_CALLER_PC);
  writeRange(Result, &Block, sizeof(Block), STM_CALLER_PC);
  return 0;
}

void __stm_wrap_free(Ptr Block) {
  freeLater({Block, 0, 0, Deallocator::Free}, STM_CALLER_PC);
}

Ptr __stm_wrap__Znwm(Size Bytes) {
  return noteAllocation(notingThrown([=] { return operator new(Bytes); }),
                        Bytes, Deallocator::Delete, 0, STM_CALLER_PC);
}
Ptr __stm_wrap__Znam(Size Bytes) {
  return noteAllocation(notingThrown([=] { return operator new[](Bytes); }),
                        Bytes, Deallocator::DeleteArray, 0, STM_CALLER_PC);
}
Ptr __stm_wrap__ZnwmRKSt9nothrow_t(Size Bytes, CPtr) {
  return noteAllocation(operator new(Bytes, std::nothrow), Bytes,
                        Deallocator::Delete, 0, STM_CALLER_PC);
}
Ptr __stm_wrap__ZnamRKSt9nothrow_t(Size Bytes, CPtr) {
  return noteAllocation(operator new[](Bytes, std::nothrow), Bytes,
                        Deallocator::DeleteArray, 0, STM_CALLER_PC);
}
Ptr __stm_wrap__ZnwmSt11align_val_t(Size Bytes, Size Align) {
  return noteAllocation(
      notingThrown([=] { return operator new(Bytes, alignment(Align)); }),
      Bytes, Deallocator::DeleteAligned, Align, STM_CALLER_PC);
}
Ptr __stm_wrap__ZnamSt11align_val_t(Size Bytes, Size Align) {
  return noteAllocation(
      notingThrown([=] { return operator new[](Bytes, alignment(Align)); }),
      Bytes, Deallocator::DeleteArrayAligned, Align, STM_CALLER_PC);
}
Ptr __stm_wrap__ZnwmSt11align_val_tRKSt9nothrow_t(Size Bytes, Size Align,
                                                  CPtr) {
  return noteAllocation(operator new(Bytes, alignment(Align), std::nothrow),
                        Bytes, Deallocator::DeleteAligned, Align,
                        STM_CALLER_PC);
}
Ptr __stm_wrap__ZnamSt11align_val_tRKSt9nothrow_t(Size Bytes, Size Align,
                                                  CPtr) {
  return noteAllocation(operator new[](Bytes, alignment(Align), std::nothrow),
                        Bytes, Deallocator::DeleteArrayAligned, Align,
                        STM_CALLER_PC);
}

void __stm_wrap__ZdlPv(Ptr Block) {
  freeLater({Block, 0, 0, Deallocator::Delete}, STM_CALLER_PC);
}
void __stm_wrap__ZdaPv(Ptr Block) {
  freeLater({Block, 0, 0, Deallocator::DeleteArray}, STM_CALLER_PC);
}
void __stm_wrap__ZdlPvm(Ptr Block, Size Bytes) {
  freeLater({Block, Bytes, 0, Deallocator::DeleteSized}, STM_CALLER_PC);
}
void __stm_wrap__ZdaPvm(Ptr Block, Size Bytes) {
  freeLater({Block, Bytes, 0, Deallocator::DeleteArraySized}, STM_CALLER_PC);
}
void __stm_wrap__ZdlPvSt11align_val_t(Ptr Block, Size Align) {
  freeLater({Block, 0, Align, Deallocator::DeleteAligned}, STM_CALLER_PC);
}
void __stm_wrap__ZdaPvSt11align_val_t(Ptr Block, Size Align) {
  freeLater({Block, 0, Align, Deallocator::DeleteArrayAligned}, STM_CALLER_PC);
}
void __stm_wrap__ZdlPvmSt11align_val_t(Ptr Block, Size Bytes, Size Align) {
  freeLater({Block, Bytes, Align, Deallocator::DeleteSizedAligned},
            STM_CALLER_PC);
}
void __stm_wrap__ZdaPvmSt11align_val_t(Ptr Block, Size Bytes, Size Align) {
  freeLater({Block, Bytes, Align, Deallocator::DeleteArraySizedAligned},
            STM_CALLER_PC);
}
void __stm_wrap__ZdlPvRKSt9nothrow_t(Ptr Block, CPtr) {
  freeLater({Block, 0, 0, Deallocator::Delete}, STM_CALLER_PC);
}
void __stm_wrap__ZdaPvRKSt9nothrow_t(Ptr Block, CPtr) {
  freeLater({Block, 0, 0, Deallocator::DeleteArray}, STM_CALLER_PC);
}
void __stm_wrap__ZdlPvSt11align_val_tRKSt9nothrow_t(Ptr Block, Size Align,
                                                    CPtr) {
  freeLater({Block, 0, Align, Deallocator::DeleteAligned}, STM_CALLER_PC);
}
void __stm_wrap__ZdaPvSt11align_val_tRKSt9nothrow_t(Ptr Block, Size Align,
                                                    CPtr) {
  freeLater({Block, 0, Align, Deallocator::DeleteArrayAligned}, STM_CALLER_PC);
}

} // extern "C"

} // namespace stm::rt::abi
