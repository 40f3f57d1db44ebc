//===- base/membarrier.cpp - one fence for many light ones ----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "base/membarrier.h"

#include "base/check.h"

#include <linux/membarrier.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace stm::rt {

namespace {
long membarrier(int Command) { return syscall(__NR_membarrier, Command, 0, 0); }
} // namespace

bool initMembarrier() {
  return membarrier(MEMBARRIER_CMD_REGISTER_PRIVATE_EXPEDITED) == 0;
}

bool tryMembarrierForAll() {
  return membarrier(MEMBARRIER_CMD_PRIVATE_EXPEDITED) == 0;
}

void membarrierForAll() { STM_CHECK(tryMembarrierForAll()); }

} // namespace stm::rt
