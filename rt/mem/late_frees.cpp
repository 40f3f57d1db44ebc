//===- mem/late_frees.cpp - what is freed after a later wait --------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "mem/late_frees.h"

#include "base/test_point.h"

#include <atomic>
#include <dlfcn.h>
#include <malloc.h>

namespace stm::rt {

constinit bool LibrariesFree = false;

namespace {

/// Where the module lies that the program calls \p Name of, but for this one.
/// Null: nobody has it.
const void *moduleOf(const char *Name) {
  Dl_info Mine, Theirs;
  void *Function = dlsym(RTLD_DEFAULT, Name);
  if (!Function || !dladdr(&LibrariesFree, &Mine) || !dladdr(Function, &Theirs))
    return nullptr;
  if (Theirs.dli_fbase == Mine.dli_fbase &&
      (!(Function = dlsym(RTLD_NEXT, Name)) || !dladdr(Function, &Theirs)))
    return nullptr;
  return Theirs.dli_fbase;
}

size_t bytesOf(const AllocatedBlock &Block) {
  switch (Block.How) {
  case Deallocator::Free:
    return malloc_usable_size(Block.Block);
  case Deallocator::DeleteSized:
  case Deallocator::DeleteArraySized:
    return Block.Bytes;
  default:
    return SIZE_MAX;
  }
}

} // namespace

void findDeallocators() {
  const void *Libc = moduleOf("getpid"), *Cxx = moduleOf("__cxa_throw");
  LibrariesFree = Libc && moduleOf("free") == Libc &&
                  moduleOf("malloc_usable_size") == Libc;
  for (const char *Delete : {"_ZdlPv", "_ZdlPvm", "_ZdaPv", "_ZdaPvm"})
    if (const void *Module = moduleOf(Delete); Module && Module != Cxx)
      LibrariesFree = false;
}

bool LateFrees::take(AllocationLog &Log) {
  if (!LibrariesFree || IsBusy)
    return false;
  IsBusy = true;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  bool AllTaken = true;
  // One by one: a handler's block frees what it finds in the log, having waited
  // for longer.
  for (AllocatedBlock Block; AllTaken && Log.takeFree(Block);) {
    std::atomic_signal_fence(std::memory_order_seq_cst);
    if (STM_MUTATION(LateFreesEarly))
      Block.release();
    else if (Count != Most && bytesOf(Block) <= MostBytes)
      Blocks[Count++] = Block;
    else
      AllTaken = !Log.noteFree(Block); // There is room where it was.
  }
  std::atomic_signal_fence(std::memory_order_seq_cst);
  IsBusy = false;
  return AllTaken;
}

void LateFrees::release() {
  if (IsBusy)
    return;
  IsBusy = true;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  while (Count)
    Blocks[--Count].release();
  std::atomic_signal_fence(std::memory_order_seq_cst);
  IsBusy = false;
}

} // namespace stm::rt
