//===- version/status.h - an attempt's status -------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One cell for each attempt whose records are linked, in each chunk of its log.
//
//   63 62
//    0  0  time: the attempt has ended; its commit's or rollback's timestamp
//    0  1  in flight
//    1  0  committing; 60..0: L, which the time will exceed; 61: readers wait
//          for the time instead of raising L
//    1  1  forwarded; 47..0: the attempt's first cell
//
// Invariants
//  1. In flight -> committing -> time. L only grows. A time is for ever.
//  2. committing is stored before the attempt takes a timestamp from the clock,
//     so a reader whose snapshot is not below the attempt's time doesn't find
//     it in flight.
//  3. The time, when published, exceeds every L that a reader has set.
//
// Thread safety: the owner writes, but for push(); any thread reads.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_VERSION_STATUS_H
#define STM_RT_VERSION_STATUS_H

#include "base/test_point.h"
#include "base/wait.h"
#include "version/clock.h"

namespace stm::rt {

class StatusCell {
public:
  void startInFlight() { store(InFlight, __ATOMIC_RELAXED); }
  /// This cell stands for \p First, in another chunk of the same attempt.
  void forwardTo(const StatusCell &First) {
    store(STM_MUTATION(NotForwarded)
              ? InFlight
              : Forwarded | reinterpret_cast<uintptr_t>(&First),
          __ATOMIC_RELAXED);
  }
  /// Of an attempt that has its time: when its records are linked only then,
  /// and in cells that were forwarded, before the first one's chunk may be
  /// reused.
  void setTime(Timestamp Time) { store(Time, __ATOMIC_RELAXED); }

  /// Before the clock is advanced (invariant 2): that read-modify-write (6)
  /// releases the store to whoever reads its timestamp or a later one (7).
  void startCommitting(Timestamp Now) {
    if (load(__ATOMIC_RELAXED) == InFlight && !STM_MUTATION(CommittingLate))
      store(Committing | Now, __ATOMIC_RELAXED);
  }
  /// Publishes \p Time, if it exceeds what readers have demanded. If not, the
  /// attempt must take a newer timestamp.
  /// (18) acq_rel. Release: pairs with (19), the attempt's stores come with the
  /// time. Acquire: pairs with the reader's (18) in isNewer: the timestamp
  /// taken next exceeds that reader's snapshot.
  bool publish(Timestamp Time) {
    uint64_t Expected = load(__ATOMIC_RELAXED);
    while (lowerBound(Expected) < Time || STM_MUTATION(PushesIgnored))
      if (__atomic_compare_exchange_n(&Raw, &Expected, Time, /*weak=*/false,
                                      __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
        return true;
    return false;
  }

  /// From here on readers wait for the time. Before the timestamp that will be
  /// it is taken.
  void forbidPushes() {
    if (!STM_MUTATION(PushedForEver))
      __atomic_fetch_or(&Raw, NoPushes, __ATOMIC_ACQ_REL);
  }

  /// Whether the attempt's time is, or from now on will be, newer than \p S.
  bool isNewer(Timestamp S) {
    // (19) acquire: pairs with (18).
    uint64_t Now = load(__ATOMIC_ACQUIRE);
    if (STM_UNLIKELY((Now & Kind) == Forwarded))
      return target(Now).isNewer(S);
    for (Waiter Wait;;) {
      if (!(Now & Kind))
        return Now > S;
      if (Now == InFlight || lowerBound(Now) >= S)
        return true;
      if (STM_UNLIKELY(Now & NoPushes)) {
        Wait.pause();
        Now = load(__ATOMIC_ACQUIRE); // (19)
        continue;
      }
      // (18) acq_rel: pairs with the owner's, both ways.
      if (__atomic_compare_exchange_n(&Raw, &Now, Committing | S,
                                      /*weak=*/false, __ATOMIC_ACQ_REL,
                                      __ATOMIC_ACQUIRE))
        return true;
    }
  }

  /// The time; only of an attempt that has ended.
  Timestamp time() const {
    uint64_t Now = load(__ATOMIC_ACQUIRE); // (19)
    return STM_UNLIKELY(Now & Kind) ? target(Now).time() : Now;
  }
  bool hasEnded() const {
    uint64_t Now = load(__ATOMIC_ACQUIRE); // (19)
    return (Now & Kind) == Forwarded ? target(Now).hasEnded() : !(Now & Kind);
  }

private:
  static constexpr uint64_t Committing = uint64_t{1} << 63;
  static constexpr uint64_t InFlight = uint64_t{1} << 62;
  static constexpr uint64_t Forwarded = Committing | InFlight;
  static constexpr uint64_t Kind = Forwarded;
  static constexpr uint64_t NoPushes = uint64_t{1} << 61;

  static Timestamp lowerBound(uint64_t Value) {
    return Value & ~(Kind | NoPushes);
  }

  uint64_t load(int Order) const { return __atomic_load_n(&Raw, Order); }
  void store(uint64_t Value, int Order) {
    __atomic_store_n(&Raw, Value, Order);
  }
  static StatusCell &target(uint64_t Value) {
    return *reinterpret_cast<StatusCell *>(Value & ~Kind);
  }

  uint64_t Raw;
};
static_assert(sizeof(StatusCell) == 8);

} // namespace stm::rt

#endif // STM_RT_VERSION_STATUS_H
