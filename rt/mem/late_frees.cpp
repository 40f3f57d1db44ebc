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
#include <sys/auxv.h>

namespace stm::rt {

constinit bool LibrariesFree = false;

namespace {

/// The module that \p Address is in. Null: none.
const void *moduleOf(const void *Address) {
  Dl_info Info;
  return Address && dladdr(Address, &Info) ? Info.dli_fbase : nullptr;
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
  auto Find = [](const char *Name) {
    return moduleOf(dlsym(RTLD_DEFAULT, Name));
  };
  const void *Program =
      moduleOf(reinterpret_cast<const void *>(getauxval(AT_ENTRY)));
  const void *Mine = moduleOf(&LibrariesFree);
  const void *Libc = Find("malloc_usable_size"), *Free = Find("free");
  const void *Cxx = Find("__cxa_throw");
  if (Free == Mine) // See plain_free.cpp.
    Free = moduleOf(dlsym(RTLD_NEXT, "free"));
  bool Ok = Program && Mine != Program && Libc && Libc != Program &&
            Libc == Find("getpid") && Libc == Free;
  for (const char *Delete : {"_ZdlPv", "_ZdlPvm", "_ZdaPv", "_ZdaPvm"})
    if (const void *Module = Find(Delete);
        Module && (Module != Cxx || Module == Program))
      Ok = false;
  LibrariesFree = Ok;
  dlerror(); // What was not found is nobody's business.
}

bool LateFrees::take(AllocationLog &Log) {
  if (!LibrariesFree || IsBusy)
    return false;
  IsBusy = true;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  bool AllTaken = true;
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
