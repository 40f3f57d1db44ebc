//===- report/own_code.h - the runtime's own frames -------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_OWN_CODE_H
#define STM_RT_REPORT_OWN_CODE_H

#include "base/port.h"

namespace stm::rt {

/// Where libstm.so lies; empty until initOwnCode, and where there is none.
struct OwnCodeRange {
  uintptr_t Begin;
  uintptr_t Bytes;
};
extern STM_HIDDEN OwnCodeRange OwnCode;

/// Whether \p Pc is in libstm.so. Always false where the runtime is linked into
/// the main program, as in its own tests: there only names tell.
inline bool isOwnCode(uintptr_t Pc) {
  return Pc - OwnCode.Begin < OwnCode.Bytes;
}

/// \p Pc, or where the program called the runtime if \p Pc is in the runtime: a
/// barrier of the transactional version of memcpy, say. The runtime keeps frame
/// pointers, so its own frames can be walked without unwind tables.
uintptr_t programPc(uintptr_t Pc);

/// Finds out where the runtime is. Before the first isOwnCode.
void initOwnCode();

} // namespace stm::rt

#endif // STM_RT_REPORT_OWN_CODE_H
