//===- e2e/Language/memory.cpp - malloc, free, new, delete in blocks ------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The operators are replaced by ones that count: what an attempt that was
// rolled back allocates is given back, what it frees is not.
//
// RUN: %levels %t %s %stmxx
// RUN: %if !sanitized %{ %two_levels %t %s %stmxx -g -fsanitize=address %}
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cstring>
#include <new>

std::atomic<long> Live{0};

STM_PURE void count(long By) { Live += By; }

struct Counted {
  long Value;
  explicit Counted(long V) : Value(V) {}
  ~Counted() { Value = -1; }
  static void *operator new(size_t Bytes) {
    void *Block = malloc(Bytes);
    return Block;
  }
  static void operator delete(void *Block) { free(Block); }
};

struct alignas(64) Aligned {
  char Bytes[64];
};

int main() {
  Rival Other;
  char *Text = strdup("original");
  auto *Old = new Counted(1);
  Counted *Fresh = nullptr;
  stm::atomic([&] {
    EXPECT(Old && Old->Value == 1);
    EXPECT(strcmp(Text, "original") == 0);
    Fresh = new Counted(2);
    delete Old;
    Old = nullptr;
    char *Copy = static_cast<char *>(malloc(100));
    strcpy(Copy, Text);
    free(Text);
    Text = Copy;
    Text[0] = 'O';
    Text = static_cast<char *>(realloc(Text, 1000));
    EXPECT(strcmp(Text, "Original") == 0);
    int *Zero = static_cast<int *>(calloc(10, sizeof(int)));
    EXPECT(Zero[9] == 0);
    free(Zero);
    auto *A = new Aligned;
    EXPECT(reinterpret_cast<uintptr_t>(A) % 64 == 0);
    memset(A, 3, sizeof(*A));
    EXPECT(A->Bytes[63] == 3);
    delete A;
    int *Array = new int[50]();
    EXPECT(Array[49] == 0);
    delete[] Array;
    int *None = new (std::nothrow) int(4);
    EXPECT(*None == 4);
    delete None;
    void *Posix = nullptr;
    EXPECT(posix_memalign(&Posix, 128, 100) == 0);
    EXPECT(reinterpret_cast<uintptr_t>(Posix) % 128 == 0);
    free(Posix);
    free(nullptr);
    Other.strike();
  });
  EXPECT(Old == nullptr && Fresh->Value == 2);
  EXPECT(strcmp(Text, "Original") == 0);
  delete Fresh;
  free(Text);
  EXPECT(inevitableSoFar() == 0);
}
