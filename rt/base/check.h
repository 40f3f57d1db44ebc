//===- base/check.h - checks, by whose fault it is --------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// STM_DCHECK  ours, in debug builds: an invariant of the runtime.
// STM_CHECK   ours, always: cheap, off the fast paths.
// reportUsageError…  the user's: one function an error, each with a way out.
//
// All end the program: after them no transaction's outcome can be trusted.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_BASE_CHECK_H
#define STM_RT_BASE_CHECK_H

#include "base/port.h"

struct stm_site;

namespace stm::rt {

[[noreturn]] STM_SLOW_PATH void checkFailed(const char *File, int Line,
                                            const char *Condition);

/// stm_quiesce() was called inside a transaction.
[[noreturn]] STM_SLOW_PATH void reportUsageErrorQuiesceInTransaction();

/// STM_TRANSACTION functions were compiled without the plugin; \p Function is
/// an address in one of them.
[[noreturn]] STM_SLOW_PATH void
reportUsageErrorUninstrumentedFunction(const void *Function);

/// A declared snapshot, \p Site, wrote to \p Address, or freed it, at \p Pc.
[[noreturn]] STM_SLOW_PATH void
reportUsageErrorWriteInSnapshot(const stm_site *Site, const void *Address,
                                uintptr_t Pc);

/// A block statement's end without its begin: in C, gcc lets a goto or a case
/// label into one.
[[noreturn]] STM_SLOW_PATH void reportUsageErrorBlockWithoutBegin();

/// \p Function, which ends or undoes a transaction, was called outside of any.
[[noreturn]] STM_SLOW_PATH void
reportUsageErrorOutsideTransaction(const char *Function);

/// \p What would undo a transaction that can't be undone any more.
[[noreturn]] STM_SLOW_PATH void reportUsageErrorInevitable(const char *What,
                                                           const stm_site *Site,
                                                           const char *Reason,
                                                           uintptr_t Pc);

/// stm_retry where nothing can be undone. \p CouldWait: it could wait if it is
/// known to have written nothing.
[[noreturn]] STM_SLOW_PATH void
reportUsageErrorRetryWithoutVersion(const stm_site *Site, const char *Reason,
                                    uintptr_t Pc, bool CouldWait);

/// The same where it was promised not to write before.
[[noreturn]] STM_SLOW_PATH void
reportUsageErrorRetryAfterWriting(const stm_site *Site);

/// What takes such a block out of itself was caught by the program.
[[noreturn]] STM_SLOW_PATH void
reportUsageErrorRetryCaught(const stm_site *Site);

/// stm_retry in a transaction that has read nothing: nothing can wake it.
[[noreturn]] STM_SLOW_PATH void
reportUsageErrorNothingRead(const stm_site *Site);

/// stm_retry in a signal handler's, while its thread sleeps in another one.
[[noreturn]] STM_SLOW_PATH void
reportUsageErrorRetryInSignalHandler(const stm_site *Site);

/// A signal handler has begun a transaction, at \p Site, while its thread was
/// in \p Interrupted.
[[noreturn]] STM_SLOW_PATH void
reportUsageErrorInSignalHandler(const stm_site *Site,
                                const stm_site *Interrupted);

/// A block was cancelled that was to return something.
[[noreturn]] STM_SLOW_PATH void
reportUsageErrorCancelledWithoutValue(const stm_site *Site);

/// A hook (\p Kind: "a commit", "an abort") has thrown.
[[noreturn]] STM_SLOW_PATH void reportUsageErrorHookThrew(const char *Kind);

/// A transaction that runs alone, for \p Reason, at \p ReasonPc, waits at \p Pc
/// for a lock whose owner waits for it at the begin of \p Other.
[[noreturn]] STM_SLOW_PATH void
reportUsageErrorLockDeadlock(const stm_site *Site, const char *Reason,
                             uintptr_t ReasonPc, const void *Lock, uintptr_t Pc,
                             const stm_site *Other);

/// All of the program's \p Threads are asleep in stm_retry; the program goes
/// on waiting.
STM_SLOW_PATH void warnEverybodyWaits(const stm_site *Site, unsigned Threads);

/// A transaction, \p Site, has run alone for \p Seconds, and \p Other waits for
/// it to end; the program goes on waiting.
STM_SLOW_PATH void warnRunsAloneForLong(const stm_site *Site,
                                        const char *Reason, uintptr_t Pc,
                                        unsigned Seconds,
                                        const stm_site *Other);

/// Deferred output could not be written; the program goes on without it.
STM_SLOW_PATH void warnOutputFailed(int Descriptor, size_t Bytes, int Error);

/// There are no timestamps for snapshots any more (version/clock.h).
[[noreturn]] STM_SLOW_PATH void reportClockAtItsEnd();

/// Memory for a thread's descriptor could not be had.
[[noreturn]] STM_SLOW_PATH void reportOutOfMemory(const char *What,
                                                  size_t Bytes);

} // namespace stm::rt

#define STM_CHECK(Condition)                                                   \
  do {                                                                         \
    if (STM_UNLIKELY(!(Condition)))                                            \
      ::stm::rt::checkFailed(__FILE__, __LINE__, #Condition);                  \
  } while (false)

#ifdef NDEBUG
#define STM_DCHECK(Condition)                                                  \
  do {                                                                         \
  } while (false && (Condition))
#else
#define STM_DCHECK(Condition) STM_CHECK(Condition)
#endif

#endif // STM_RT_BASE_CHECK_H
