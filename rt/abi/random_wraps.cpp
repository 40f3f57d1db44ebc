//===- abi/random_wraps.cpp - rand() and random() ---------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "abi/random_draws.h"
#include "abi/rtl.h"
#include "stm/stm.h"
#include "tx/registry.h"

#include <bit>
#include <cstdlib>

namespace stm::rt {

namespace {

/// How often somebody has seeded.
constinit std::atomic<uint32_t> Seeds{0};

/// Relaxed: who seeds while others draw can't count on either order.
uint32_t seeds() { return Seeds.load(std::memory_order_relaxed); }

/// A number, and which sequence it is from: a hook's argument.
struct Drawn {
  int Number;
  uint32_t Seeds;
};
static_assert(sizeof(Drawn) == sizeof(void *));

/// A hook: newest first, so what was drawn first ends up last, and is drawn
/// next.
void putBack(void *Arg) {
  auto Was = std::bit_cast<Drawn>(Arg);
  if (Was.Seeds != seeds())
    return;
  Tx &Self = *CurrentTx;
  if (Self.Draws.Seeds != Was.Seeds) {
    Self.Draws.Numbers.clear();
    Self.Draws.Seeds = Was.Seeds;
  }
  Self.Draws.Numbers.push(Was.Number); // There is room.
}

int draw(uintptr_t Pc) {
  Tx &Self = *CurrentTx;
  // First: without memory the attempt ends here, and a number would be lost.
  // (No more can be put back than there are hooks.)
  if (Self.isRevocable() &&
      !(Self.Hooks.makeRoomForAbort() &&
        Self.Draws.Numbers.reserve(Self.Hooks.ofAborts() + 1)))
    Self.outOfLogMemory(Pc);
  Drawn Now = {0, seeds()}; // Of before, should somebody seed meanwhile.
  std::optional<int> Before = drawnBefore();
  Now.Number = Before ? *Before : rand();
  stm_on_abort(putBack, std::bit_cast<void *>(Now));
  return Now.Number;
}

} // namespace

std::optional<int> drawnBefore() {
  Tx &Self = *CurrentTx;
  if (STM_LIKELY(Self.Draws.Numbers.empty()))
    return std::nullopt;
  if (Self.Draws.Seeds != seeds()) {
    Self.Draws.Numbers.clear();
    return std::nullopt;
  }
  int Number = Self.Draws.Numbers.back();
  Self.Draws.Numbers.pop();
  return Number;
}

void forgetDraws() { Seeds.fetch_add(1, std::memory_order_relaxed); }

namespace abi {
extern "C" {
I32 __stm_wrap_rand(void) { return draw(STM_CALLER_PC); }
I64 __stm_wrap_random(void) { return draw(STM_CALLER_PC); }
} // extern "C"
} // namespace abi

} // namespace stm::rt
