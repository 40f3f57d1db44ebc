//===- abi/random48_wraps.cpp - drand48 and kin -----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libc draws from one state without a lock: it is memory like any other, and
// seed48 tells where it is, as what it returns is a part of it. Each function
// works on a private copy, by its variant that is given the state.
//
//===----------------------------------------------------------------------===//

#include "abi/rtl.h"
#include "tx/registry.h"

#include <bit>
#include <cstddef>
#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <gnu/libc-version.h>

namespace stm::rt::abi {

namespace {

using Words = unsigned short[3];

/// A state of 48 bits as a number.
U64 numberOf(const Words &X) {
  return X[0] | static_cast<U64>(X[1]) << 16 | static_cast<U64>(X[2]) << 32;
}

/// The program may have functions of these names itself.
bool isLibcs(const void *Function) {
  Dl_info Of, Libc;
  return dladdr(Function, &Of) &&
         dladdr(reinterpret_cast<const void *>(&gnu_get_libc_version), &Libc) &&
         Of.dli_fbase == Libc.dli_fbase;
}

/// Libc's, which is left as it was found. Null if that isn't known.
drand48_data *locate() {
  if (!isLibcs(reinterpret_cast<const void *>(&seed48)) ||
      !isLibcs(reinterpret_cast<const void *>(&nrand48)))
    return nullptr;
  // How it goes on: from 0 to c, from 1 to a + c.
  constexpr U64 Mask = (U64{1} << 48) - 1;
  Words Zero = {0, 0, 0}, One = {1, 0, 0};
  nrand48(Zero);
  nrand48(One);
  U64 C = numberOf(Zero), A = (numberOf(One) - C) & Mask;
  Words Any = {0, 0, 0};
  unsigned short *Before = seed48(Any);
  auto *Found = reinterpret_cast<drand48_data *>(
      reinterpret_cast<char *>(Before) - offsetof(drand48_data, __old_x));
  memcpy(Found->__x, Before, sizeof(Found->__x));
  Found->__a = A;
  Found->__c = static_cast<unsigned short>(C);
  return Found;
}

drand48_data *Libcs = nullptr;

/// Before blocks run.
__attribute__((constructor)) void locateLibcs() { Libcs = locate(); }

/// If not, it is inevitable.
bool isKnown(const char *What, uintptr_t Pc) {
  if (!Libcs)
    CurrentTx->becomeInevitable(What, Pc);
  return Libcs;
}

/// \p Draw from, or change, a copy of the state.
template <class F> auto onState(Ptr Shared, F Draw) {
  drand48_data Before, Now;
  __stm_read_range(&Before, Shared, sizeof(Before));
  Now = Before;
  auto Result = Draw(&Now);
  if (memcmp(&Now, &Before, sizeof(Now)) != 0)
    __stm_write_range(Shared, &Now, sizeof(Now));
  return Result;
}

/// \p Draw from the program's words, with the multiplier of \p Shared.
template <class F> auto onWords(Ptr X, Ptr Shared, F Draw) {
  return onState(Shared, [=](drand48_data *Data) {
    Words Now;
    __stm_read_range(Now, X, sizeof(Now));
    auto Result = Draw(Now, Data);
    __stm_write_range(X, Now, sizeof(Now));
    return Result;
  });
}

template <auto Draw, class T> T draw() {
  return onState(Libcs, [](drand48_data *Data) {
    T Result;
    Draw(Data, &Result);
    return Result;
  });
}

template <auto Draw, class T> T drawFrom(Ptr X) {
  return onWords(X, Libcs, [](Words &Now, drand48_data *Data) {
    T Result;
    Draw(Now, Data, &Result);
    return Result;
  });
}

/// The same for the program's own state.
template <auto Draw, class T> I32 drawInto(Ptr Shared, Ptr Result) {
  T Drawn{};
  I32 Error =
      onState(Shared, [&](drand48_data *Data) { return Draw(Data, &Drawn); });
  __stm_write_u64(Result, std::bit_cast<U64>(Drawn));
  return Error;
}

template <auto Draw, class T> I32 drawFromInto(Ptr X, Ptr Shared, Ptr Result) {
  T Drawn{};
  I32 Error = onWords(X, Shared, [&](Words &Now, drand48_data *Data) {
    return Draw(Now, Data, &Drawn);
  });
  __stm_write_u64(Result, std::bit_cast<U64>(Drawn));
  return Error;
}

} // namespace

extern "C" {

#define STM_DRAW(Ret, Name, T)                                                 \
  Ret __stm_wrap_##Name(void) {                                                \
    return isKnown("call to " #Name, STM_CALLER_PC) ? draw<Name##_r, T>()      \
                                                    : Name();                  \
  }
STM_DRAW(F64, drand48, double)
STM_DRAW(I64, lrand48, long)
STM_DRAW(I64, mrand48, long)
#undef STM_DRAW
#define STM_DRAW_FROM(Ret, Name, T)                                            \
  Ret __stm_wrap_##Name(Ptr X) {                                               \
    return isKnown("call to " #Name, STM_CALLER_PC)                            \
               ? drawFrom<Name##_r, T>(X)                                      \
               : Name(static_cast<unsigned short *>(X));                       \
  }
STM_DRAW_FROM(F64, erand48, double)
STM_DRAW_FROM(I64, nrand48, long)
STM_DRAW_FROM(I64, jrand48, long)
#undef STM_DRAW_FROM
Void __stm_wrap_srand48(I64 Seed) {
  if (!isKnown("call to srand48", STM_CALLER_PC))
    return srand48(Seed);
  __stm_wrap_srand48_r(Seed, Libcs);
}
Ptr __stm_wrap_seed48(Ptr X) {
  if (!isKnown("call to seed48", STM_CALLER_PC))
    return seed48(static_cast<unsigned short *>(X));
  __stm_wrap_seed48_r(X, Libcs);
  return Libcs->__old_x;
}

I32 __stm_wrap_drand48_r(Ptr Shared, Ptr Result) {
  return drawInto<drand48_r, double>(Shared, Result);
}
I32 __stm_wrap_lrand48_r(Ptr Shared, Ptr Result) {
  return drawInto<lrand48_r, long>(Shared, Result);
}
I32 __stm_wrap_mrand48_r(Ptr Shared, Ptr Result) {
  return drawInto<mrand48_r, long>(Shared, Result);
}
I32 __stm_wrap_erand48_r(Ptr X, Ptr Shared, Ptr Result) {
  return drawFromInto<erand48_r, double>(X, Shared, Result);
}
I32 __stm_wrap_nrand48_r(Ptr X, Ptr Shared, Ptr Result) {
  return drawFromInto<nrand48_r, long>(X, Shared, Result);
}
I32 __stm_wrap_jrand48_r(Ptr X, Ptr Shared, Ptr Result) {
  return drawFromInto<jrand48_r, long>(X, Shared, Result);
}
I32 __stm_wrap_srand48_r(I64 Seed, Ptr Shared) {
  return onState(Shared,
                 [=](drand48_data *Data) { return srand48_r(Seed, Data); });
}
I32 __stm_wrap_seed48_r(Ptr X, Ptr Shared) {
  Words Now;
  __stm_read_range(Now, X, sizeof(Now));
  return onState(Shared,
                 [&](drand48_data *Data) { return seed48_r(Now, Data); });
}

} // extern "C"

} // namespace stm::rt::abi
