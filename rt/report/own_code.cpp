//===- report/own_code.cpp - the runtime's own frames -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/own_code.h"

#include <link.h>

namespace stm::rt {

namespace {

uintptr_t OwnBegin, OwnEnd;

/// dl_iterate_phdr names the main program "".
int findOwnObject(dl_phdr_info *Info, size_t, void *) {
  auto Here = reinterpret_cast<uintptr_t>(&initOwnCode);
  for (unsigned I = 0; I != Info->dlpi_phnum; ++I) {
    const ElfW(Phdr) &Segment = Info->dlpi_phdr[I];
    uintptr_t Begin = Info->dlpi_addr + Segment.p_vaddr;
    uintptr_t End = Begin + Segment.p_memsz;
    if (Segment.p_type != PT_LOAD || Here < Begin || Here >= End)
      continue;
    if (Info->dlpi_name && *Info->dlpi_name) {
      OwnBegin = Begin;
      OwnEnd = End;
    }
    return 1;
  }
  return 0;
}

} // namespace

void initOwnCode() { dl_iterate_phdr(findOwnObject, nullptr); }

bool isOwnCode(uintptr_t Pc) { return Pc >= OwnBegin && Pc < OwnEnd; }

} // namespace stm::rt
