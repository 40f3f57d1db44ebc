//===- mem/allocation_log.cpp - malloc and free of a transaction ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mem/allocation_log.h"

#include <cstdlib>
#include <cxxabi.h>
#include <malloc.h>
#include <new>

namespace stm::rt {

extern "C" void destroyLogicError(void *) __asm__("_ZNSt11logic_errorD2Ev");

/// Its destructor knows whether other exceptions share the text.
static void releaseExceptionText(void *Block) {
  struct {
    void *VTable;
    char *Text;
  } Error = {nullptr, static_cast<char *>(Block) + ExceptionTextHeader};
  destroyLogicError(&Error);
}

void AllocatedBlock::release() const {
  auto Alignment = static_cast<std::align_val_t>(Align);
  switch (How) {
  case Deallocator::Free:
    return std::free(Block);
  case Deallocator::Delete:
    return ::operator delete(Block);
  case Deallocator::DeleteArray:
    return ::operator delete[](Block);
  case Deallocator::DeleteSized:
    return ::operator delete(Block, Bytes);
  case Deallocator::DeleteArraySized:
    return ::operator delete[](Block, Bytes);
  case Deallocator::DeleteAligned:
    return ::operator delete(Block, Alignment);
  case Deallocator::DeleteArrayAligned:
    return ::operator delete[](Block, Alignment);
  case Deallocator::DeleteSizedAligned:
    return ::operator delete(Block, Bytes, Alignment);
  case Deallocator::DeleteArraySizedAligned:
    return ::operator delete[](Block, Bytes, Alignment);
  case Deallocator::Exception:
    return abi::__cxa_free_exception(Block);
  case Deallocator::DependentException:
    return abi::__cxa_free_dependent_exception(
        static_cast<abi::__cxa_dependent_exception *>(Block));
  case Deallocator::ExceptionText:
    return releaseExceptionText(Block);
  }
}

bool AllocationLog::takeAllocation(const void *Block, AllocatedBlock &Note) {
  for (AllocatedBlock *B = Allocated.end(); B != Allocated.begin();)
    if ((--B)->Block == Block) {
      Note = *B;
      if (static_cast<size_t>(B - Allocated.begin()) < Kept) {
        B->Block = nullptr;
        return true;
      }
      *B = Allocated.back();
      Allocated.pop();
      return true;
    }
  return false;
}

bool AllocationLog::hasAllocated(const void *Block) const {
  for (AllocatedBlock *B = Allocated.end(); B != Allocated.begin();)
    if ((--B)->Block == Block)
      return true;
  return false;
}

bool AllocationLog::contains(const void *Address) const {
  auto At = reinterpret_cast<uintptr_t>(Address);
  for (const AllocatedBlock &B : Allocated)
    if (B.Block && At >= reinterpret_cast<uintptr_t>(B.Block) &&
        At - reinterpret_cast<uintptr_t>(B.Block) <
            (B.Bytes ? B.Bytes : malloc_usable_size(B.Block)))
      return true;
  return false;
}

void AllocationLog::forgetAllocation(void *Block) {
  AllocatedBlock Note;
  takeAllocation(Block, Note);
}

void AllocationLog::releaseFreed() {
  LogVector<AllocatedBlock> Mine;
  Mine.swap(Freed);
  for (const AllocatedBlock &Block : Mine)
    Block.release();
  Mine.clear();
  Mine.shrink();
  if (Freed.begin() == nullptr)
    Freed.swap(Mine);
  else
    freeLogMemory(Mine.begin());
}

LogVector<AllocatedBlock> AllocationLog::startRollBack() {
  Freed.clear();
  LogVector<AllocatedBlock> Mine;
  Mine.swap(Allocated);
  return Mine;
}

void AllocationLog::finishRollBack(LogVector<AllocatedBlock> Blocks,
                                   void (*Take)(const AllocatedBlock &)) {
  for (; !Blocks.empty(); Blocks.pop())
    if (Blocks.back().Block)
      Take(Blocks.back());
  Blocks.shrink();
  if (Allocated.begin() == nullptr)
    Allocated.swap(Blocks);
  else
    freeLogMemory(Blocks.begin());
}

} // namespace stm::rt
