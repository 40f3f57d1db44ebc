//===- check/cells.cpp - the cells of random programs --------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "cells.h"

#include "../same_orec.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sys/mman.h>

namespace stm::check {

namespace {
constexpr size_t MappedBytes = size_t{8} << 25; ///< To the twin's.
constexpr size_t StripeBytes = 32;
} // namespace

Memory::Memory()
    : Mapping(static_cast<char *>(
          mmap(nullptr, MappedBytes, PROT_READ | PROT_WRITE,
               MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {
  if (Mapping == MAP_FAILED) {
    perror("mmap");
    abort();
  }
  auto Base = reinterpret_cast<uintptr_t>(Mapping);
  auto Place = [&](uint32_t Cell, uintptr_t Where, uintptr_t Beside) {
    Address[Cell] = reinterpret_cast<void *>(Where);
    Neighbour[Cell] = reinterpret_cast<uint64_t *>(Beside);
  };
  Place(U8, Base, Base + 24);
  Place(U16, Base + 2, Base + 24);
  Place(U32, Base + 4, Base + 24);
  Place(U64, Base + 8, Base + 24);
  uintptr_t First = Base + 2 * StripeBytes;
  uintptr_t Second = nextOfSameOrec(First);
  Place(Alone, First, First + 8);
  Place(Twin, Second, Second + 8);
  uintptr_t Range = Base + 5 * StripeBytes - 16;
  Place(Range0, Range, 0);
  Place(Range1, Range + 8, 0);
  Place(Range2, Range + 16, Range + 24);
  uintptr_t Pointer = Base + 8 * StripeBytes;
  Place(BoxCell, Pointer, Pointer + 8);
  Place(Guarded0, Base + 10 * StripeBytes, 0);
  Place(Guarded1, Base + 12 * StripeBytes, 0);
}

Memory::~Memory() {
  free(*box());
  munmap(Mapping, MappedBytes);
}

void Memory::reset() {
  for (uint32_t C = 0; C != CellCount; ++C) {
    Counters[C].Given = 0;
    if (C != BoxCell)
      memset(at(C), 0, sizeOf(C));
  }
  if (!*box())
    *box() = static_cast<Box *>(malloc(sizeof(Box)));
  **box() = {0, ~uint64_t{0}};
}

size_t Memory::sizeOf(uint32_t Cell) { return Cell < U64 ? 1u << Cell : 8; }

uint64_t Memory::fresh(uint32_t Cell) {
  uint64_t Most = Cell == U8 ? 0xff : Cell == U16 ? 0xffff : 0xffffffff;
  uint64_t New = Counters[Cell].Given.fetch_add(1) + 1;
  if (New > Most)
    return 0;
  // Halves that have been mixed up are then nobody's value.
  return sizeOf(Cell) == 8 ? New << 32 | New : New;
}

uint64_t Memory::peek(uint32_t Cell) const {
  if (Cell == BoxCell)
    return valueOf(**box());
  uint64_t Value = 0;
  memcpy(&Value, at(Cell), sizeOf(Cell));
  return Value;
}

std::vector<Cell> Memory::cells() const {
  const char *Names[] = {"u8",     "u16",  "u32",      "u64",
                         "alone",  "twin", "range0",   "range1",
                         "range2", "box",  "guarded0", "guarded1"};
  std::vector<Cell> Result;
  for (const char *Name : Names)
    Result.push_back({Name, 0});
  return Result;
}

} // namespace stm::check
