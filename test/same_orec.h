//===- test/same_orec.h - stripes that share an orec ------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_SAME_OREC_H
#define STM_TEST_SAME_OREC_H

#include "version/orec.h"

namespace stm::check {

/// The next address, some 32 MB or a few times that further on, whose orec is
/// that of \p Address.
inline uintptr_t nextOfSameOrec(uintptr_t Address) {
  uintptr_t Next = Address + rt::StripeBytes * uintptr_t{1000000};
  while (rt::orecIndex(Next) != rt::orecIndex(Address))
    Next += rt::StripeBytes;
  return Next;
}

} // namespace stm::check

#endif // STM_TEST_SAME_OREC_H
