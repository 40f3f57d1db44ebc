//===- e2e/Language/exception_memory.cpp - objects that were caught -------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The memory of an exception that was caught inside belongs to nobody else
// before the attempt has ended: a rollback writes to it.
//
// RUN: %levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cstring>
#include <malloc.h>

struct Large {
  unsigned char Bytes[400];
};

alignas(64) long X = 0;
unsigned char Pattern = 0;

/// Whoever gets the memory that the exception had.
struct Others {
  static constexpr int Count = 64;
  unsigned char *Blocks[Count];
  static constexpr size_t Size = sizeof(Large) + 128;

  STM_PURE void allocate() {
    for (unsigned char *&Block : Blocks) {
      Block = static_cast<unsigned char *>(malloc(Size));
      memset(Block, 0xAA, Size);
    }
  }
  STM_PURE bool areIntact() const {
    for (const unsigned char *Block : Blocks)
      for (size_t I = 0; I != Size; ++I)
        if (Block[I] != 0xAA)
          return false;
    return true;
  }
};

int main() {
  static Others Mine;
  std::atomic<bool> Done{false};
  Rival Other;
  STM_ATOMIC {
    ++X;
    try {
      Large L;
      for (unsigned char &Byte : L.Bytes)
        Byte = ++Pattern;
      throw L;
    } catch (Large &Caught) {
      for (unsigned char &Byte : Caught.Bytes)
        Byte += 1;
    }
    if (firstTime(Done))
      Mine.allocate();
    Other.strike();
  }
  EXPECT(X == 1);
  EXPECT(Mine.areIntact());
}
