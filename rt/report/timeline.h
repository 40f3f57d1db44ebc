//===- report/timeline.h - the newest events of a thread --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A ring, which takes its memory at its first event. All zero is empty. Under
// the lock of the facts that it belongs to.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_TIMELINE_H
#define STM_RT_REPORT_TIMELINE_H

#include "report/fact_table.h"
#include "stm/abi.h"

#include <cstdint>

namespace stm::rt {

enum class EventKind : uint8_t { Commit, Abort, Inevitable, Waiting };

/// As the report's formats call it.
constexpr const char *nameOf(EventKind Kind) {
  switch (Kind) {
  case EventKind::Commit:
    return "commit";
  case EventKind::Abort:
    return "abort";
  case EventKind::Inevitable:
    return "inevitable";
  case EventKind::Waiting:
    return "waiting";
  }
  return nullptr;
}

struct Event {
  uint64_t Began; ///< In ticks.
  uint64_t Ended;
  stm_site Block;
  uintptr_t VictimPc;     ///< Of an abort; 0: not known.
  uint32_t CulpritThread; ///< Of an abort; 0: not known.
  EventKind Kind;
};

class Timeline {
public:
  static constexpr uint32_t MaxEvents = 4096; ///< 256 KB

  void add(const Event &E) {
    if (!Ring && !(Ring = static_cast<Event *>(
                       mapFactMemory(MaxEvents * sizeof(Event)))))
      return;
    Ring[Added++ % MaxEvents] = E;
  }

  /// The newest \p Most, oldest first.
  template <class FnT> void forEach(uint32_t Most, FnT Fn) const {
    uint64_t Kept = Added < MaxEvents ? Added : MaxEvents;
    for (uint64_t I = Added - (Kept < Most ? Kept : Most); I != Added; ++I)
      Fn(Ring[I % MaxEvents]);
  }

  void clear() {
    if (Ring)
      unmapFactMemory(Ring, MaxEvents * sizeof(Event));
    *this = {};
  }

private:
  Event *Ring = nullptr;
  uint64_t Added = 0;
};

} // namespace stm::rt

#endif // STM_RT_REPORT_TIMELINE_H
