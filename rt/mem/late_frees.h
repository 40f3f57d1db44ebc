//===- mem/late_frees.h - what is freed after a later wait ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block that a transaction has freed must stay until no older attempt can
// read it. Where the commit leaves the wait for these (Tx::PendingQuiescence),
// so do its frees: some, and small ones, since a thread may keep them for long.
//
// Only where libc and the C++ library give blocks back, from modules of their
// own: the program's own deallocators would be called too late for code that
// looks at what they do, and a sanitizer's for what it finds.
//
// A signal's handler may run blocks between any two lines of release. It has
// awaited its own when it returns. (In a commit's last steps it may not.)
//
// Owner only.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_MEM_LATE_FREES_H
#define STM_RT_MEM_LATE_FREES_H

#include "mem/allocation_log.h"

namespace stm::rt {

class LateFrees {
public:
  static constexpr uint32_t Most = 64;
  static constexpr size_t MostBytes = 4096; ///< Each.

  bool empty() const { return Count == 0; }

  /// Moves here what \p Log has freed. False: there is something that can't
  /// wait; the log has that still, and perhaps others.
  bool take(AllocationLog &Log);
  /// After quiescence of all that has been taken.
  void release();
  /// A child has none of its parent's other threads, nor what they keep. And
  /// what a handler's siglongjmp has interrupted doesn't go on.
  void abandon() {
    Count = 0;
    IsBusy = false;
  }

private:
  uint32_t Count = 0;
  bool IsBusy = false; ///< By what a handler has interrupted.
  AllocatedBlock Blocks[Most] = {};
};

/// From the runtime's constructor, before other threads.
void findDeallocators();
/// Whether there are late frees; for tests.
extern bool LibrariesFree;

} // namespace stm::rt

#endif // STM_RT_MEM_LATE_FREES_H
