//===- mem/version_memory.h - memory for superseded versions ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Chunks of undo logs and records of the old generation, each in a jemalloc
// arena of their own, so that what one generation gives back is not held by the
// other.
//
// Thread safety: any thread.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_MEM_VERSION_MEMORY_H
#define STM_RT_MEM_VERSION_MEMORY_H

#include "version/old_record.h"

namespace stm::rt {

/// Null if there is no more.
UndoChunk *allocateChunk();
void freeChunk(UndoChunk *C);

/// Room for \p Payload bytes and an OldRecord behind them; null if there is no
/// more.
OldRecord *allocateOldRecord(size_t Payload);
void freeOldRecord(OldRecord *R);

/// Bytes in chunks (those that are being written included) and in old records.
size_t chunkBytes();
size_t oldBytes();

/// Gives what is unused back to the system. Takes as long as there is much.
void purgeVersionMemory();

} // namespace stm::rt

#endif // STM_RT_MEM_VERSION_MEMORY_H
