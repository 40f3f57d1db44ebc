//===- report/own_code.cpp - the runtime's own frames -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/own_code.h"

#include <link.h>

namespace stm::rt {

constinit OwnCodeRange OwnCode = {0, 0};

namespace {

/// dl_iterate_phdr names the main program "".
int findOwnObject(dl_phdr_info *Info, size_t, void *) {
  auto Here = reinterpret_cast<uintptr_t>(&initOwnCode);
  for (unsigned I = 0; I != Info->dlpi_phnum; ++I) {
    const ElfW(Phdr) &Segment = Info->dlpi_phdr[I];
    uintptr_t Begin = Info->dlpi_addr + Segment.p_vaddr;
    uintptr_t End = Begin + Segment.p_memsz;
    if (Segment.p_type != PT_LOAD || Here < Begin || Here >= End)
      continue;
    if (Info->dlpi_name && *Info->dlpi_name)
      OwnCode = {Begin, End - Begin};
    return 1;
  }
  return 0;
}

} // namespace

void initOwnCode() { dl_iterate_phdr(findOwnObject, nullptr); }

uintptr_t programPc(uintptr_t Pc) {
  if (STM_LIKELY(!isOwnCode(Pc)))
    return Pc;
  auto *Frame = static_cast<uintptr_t *>(__builtin_frame_address(0));
  for (;;) {
    uintptr_t ReturnsTo = Frame[1];
    if (!isOwnCode(ReturnsTo))
      return ReturnsTo;
    auto *Outer = reinterpret_cast<uintptr_t *>(Frame[0]);
    if (Outer <= Frame)
      return Pc; // Not a frame of ours.
    Frame = Outer;
  }
}

} // namespace stm::rt
