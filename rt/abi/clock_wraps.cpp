//===- abi/clock_wraps.cpp - what time it is ------------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reading a clock changes nothing, so it may be done again. The result is
// stored as the transaction's own stores are.
//
//===----------------------------------------------------------------------===//

#include "abi/rtl.h"
#include "tx/barriers.h"

#include <ctime>
#include <sys/time.h>

namespace stm::rt::abi {

namespace {

template <class T> void store(Ptr To, const T &Value, uintptr_t Pc) {
  if (To)
    writeRange(To, &Value, sizeof(T), Pc);
}

} // namespace

extern "C" {

I64 __stm_wrap_time(Ptr Result) {
  time_t Now = ::time(nullptr);
  store(Result, Now, STM_CALLER_PC);
  return Now;
}

I32 __stm_wrap_clock_gettime(I32 Clock, Ptr Result) {
  timespec Now;
  int Error = ::clock_gettime(Clock, &Now);
  if (!Error)
    store(Result, Now, STM_CALLER_PC);
  return Error;
}

I32 __stm_wrap_gettimeofday(Ptr Result, Ptr Zone) {
  timeval Now;
  struct timezone Here;
  int Error = ::gettimeofday(&Now, Zone ? &Here : nullptr);
  if (!Error) {
    store(Result, Now, STM_CALLER_PC);
    if (Zone)
      store(Zone, Here, STM_CALLER_PC);
  }
  return Error;
}

} // extern "C"

} // namespace stm::rt::abi
