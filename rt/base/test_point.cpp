//===- base/test_point.cpp - where tests interfere ------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "base/test_point.h"

#if STM_TEST_POINTS

#include <cstring>

namespace stm::rt {

constinit std::atomic<void (*)(TestPoint)> TestPointHook{nullptr};
constinit std::atomic<bool> WaitsAtTestPoints{false};
constinit std::atomic<Mutation> ActiveMutation{Mutation::None};
constinit std::atomic<uint64_t> LateReads{0};

namespace {
/// As a record's first word: no size, and more than an address has.
constexpr unsigned char PoisonByte = 0xdb;
constexpr uint64_t PoisonWord = 0xdbdbdbdbdbdbdbdb;
} // namespace

void poison(void *Begin, size_t Bytes) { memset(Begin, PoisonByte, Bytes); }

bool isLateRead(const void *Record) {
  if (Record && *static_cast<const uint64_t *>(Record) != PoisonWord)
    return false;
  LateReads.fetch_add(1, std::memory_order_relaxed);
  return true;
}

} // namespace stm::rt

#endif
