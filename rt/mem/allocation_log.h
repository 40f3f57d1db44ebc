//===- mem/allocation_log.h - malloc and free of a transaction --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a transaction allocates is freed by its rollback; what it frees is freed
// after its commit, when quiescence has been waited for: until then an older
// attempt may still read the block.
//
// Owner only. The blocks are the program's: they go back to whichever allocator
// it has.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_MEM_ALLOCATION_LOG_H
#define STM_RT_MEM_ALLOCATION_LOG_H

#include "mem/log_memory.h"

#include <span>

namespace stm::rt {

/// The function that gives a block back.
enum class Deallocator : uint8_t {
  Free,
  Delete,
  DeleteArray,
  DeleteSized,
  DeleteArraySized,
  DeleteAligned,
  DeleteArrayAligned,
  DeleteSizedAligned,
  DeleteArraySizedAligned,
  Exception,          ///< __cxa_free_exception.
  DependentException, ///< __cxa_free_dependent_exception.
  ExceptionText, ///< What a std::logic_error or std::runtime_error points to.
};

/// Before the text of a standard exception (a std::string as it was before
/// C++11): {length, capacity, references}.
inline constexpr size_t ExceptionTextHeader = 24;

struct AllocatedBlock {
  void *Block;
  size_t Bytes; ///< As allocated; for the sized forms.
  size_t Align; ///< For the aligned forms.
  Deallocator How;

  void release() const;
};

class AllocationLog {
public:
  /// False if the log could not grow: nothing was noted.
  bool noteAllocation(const AllocatedBlock &Block) {
    return Allocated.push(Block);
  }
  bool noteFree(const AllocatedBlock &Block) { return Freed.push(Block); }
  /// The block was given back during the attempt by somebody else (an exception
  /// that ended): the rollback must leave it alone.
  void forgetAllocation(void *Block);

  /// Whether this attempt has allocated it. Searches from the newest.
  bool hasAllocated(const void *Block) const;

  /// Whether \p Address is in one of its blocks.
  bool contains(const void *Address) const;

  bool hasFrees() const { return !Freed.empty(); }
  /// The newest one, which isn't noted any more. False: there is none.
  bool takeFree(AllocatedBlock &Block) {
    if (Freed.empty())
      return false;
    Block = Freed.back();
    Freed.pop();
    return true;
  }

  /// Of an inner block.
  struct Mark {
    size_t Allocated = 0, Freed = 0;
  };
  Mark mark() const { return {Allocated.size(), Freed.size()}; }
  /// What was noted before \p M keeps its place from here on.
  void keepBelow(const Mark &M) { Kept = M.Allocated; }
  Mark kept() const { return {Kept, 0}; }
  /// What has happened since \p M is undone: what was freed is not, what was
  /// allocated, unless \p Stays(block), goes back at the attempt's end,
  /// whichever way that ends: until then the undo log may write to it. False:
  /// no memory to note that.
  template <class F> bool undoTo(const Mark &M, F Stays) {
    Freed.truncate(Freed.begin() + M.Freed);
    for (const AllocatedBlock &B : since(M))
      if (B.Block && !Stays(B.Block) && !Freed.push(B))
        return false;
    return true;
  }
  /// What has been allocated since \p M.
  std::span<const AllocatedBlock> since(const Mark &M) const {
    return {Allocated.begin() + M.Allocated, Allocated.end()};
  }

  /// Commit: allocations stay; frees wait for releaseFreed.
  void commit() {
    if (STM_UNLIKELY(!Allocated.empty()))
      Allocated.clear();
  }
  /// After quiescence. A deallocator of the program's may itself run
  /// transactions on this thread, so the log is empty before the first call.
  void releaseFreed();
  /// The same, but each block goes to \p Take.
  template <class F> void takeFreed(F Take) {
    for (const AllocatedBlock &Block : Freed)
      Take(Block);
    Freed.clear();
    Freed.shrink();
  }
  /// Rollback, first half: frees are forgotten, and what was allocated isn't
  /// noted any more. Deallocators may run transactions on this thread.
  LogVector<AllocatedBlock> startRollBack();
  /// Second half: \p Blocks go to \p Take, newest first.
  void finishRollBack(LogVector<AllocatedBlock> Blocks,
                      void (*Take)(const AllocatedBlock &));
  /// Takes a block of its own back before anybody has seen it. False: it isn't
  /// one.
  bool takeAllocation(const void *Block, AllocatedBlock &Note);

private:
  /// A null block is one that was taken back.
  LogVector<AllocatedBlock> Allocated;
  LogVector<AllocatedBlock> Freed;
  size_t Kept = 0; ///< So many of Allocated aren't moved: an inner block runs.
};

} // namespace stm::rt

#endif // STM_RT_MEM_ALLOCATION_LOG_H
