//===- e2e/Language/byte_loops.cpp - byte after byte ----------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loops that hash, compare and search strings read words in transactions. They
// find what plain code does, wherever the bytes lie: up to the last one before
// memory that isn't there, after what the transaction itself has written, and
// beside a thread that writes.
//
// RUN: %all_levels %t %s %stmxx
// RUN: %if !sanitized %{ %stmxx -O2 -S -emit-llvm %s -o - | FileCheck %s --check-prefix=WORDS %}
// WORDS-LABEL: define {{.*}}@_ZGTt{{.*}}hash
// WORDS: @llvm.ptrmask
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cstring>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>

/// The optimizer doesn't know that it stays what it is.
long HowMany = 8;

namespace {

__attribute__((noinline)) unsigned long hash(const char *S) {
  unsigned long H = 0;
  for (; *S; ++S)
    H = static_cast<unsigned char>(*S) + H * 65599;
  return H;
}
__attribute__((noinline)) int order(const char *A, const char *B) {
  while (*A && *A == *B)
    ++A, ++B;
  return static_cast<unsigned char>(*A) - static_cast<unsigned char>(*B);
}
__attribute__((noinline)) long count(const char *S, long Bytes, char C) {
  long N = 0;
#pragma clang loop vectorize(disable) unroll(disable)
  for (long I = 0; I < Bytes; ++I)
    N += S[I] == C;
  return N;
}
/// Downwards.
__attribute__((noinline)) const char *last(const char *Begin, const char *End,
                                           char C) {
  while (End != Begin)
    if (*--End == C)
      return End;
  return nullptr;
}
/// What is searched again is written in between.
__attribute__((noinline)) long replaceAll(char *S, char From, char To) {
  long N = 0;
  for (;;) {
    char *At = S;
    while (*At && *At != From)
      ++At;
    if (!*At)
      return N;
    *At = To;
    ++N;
  }
}

/// Tells of bytes that were nobody's business before.
struct Node {
  alignas(64) int IsThere;
};
constexpr long Nodes = 8;
struct Bytes {
  Node Of[Nodes];
  alignas(64) char Value[Nodes];
} Told;
__attribute__((noinline)) long sumOf(const Bytes *B, long Most, long &Found) {
  long I = 0, Sum = 0;
  for (; I < Most && B->Of[I].IsThere; ++I)
    Sum += B->Value[I];
  Found = I;
  return Sum;
}

constexpr long Most = 70;
char *End; ///< Of memory.

void fill(char *At, long Bytes) {
  for (long I = 0; I < Bytes; ++I)
    At[I] = static_cast<char>('a' + (I * 7 + Bytes) % 5);
  At[Bytes] = 0;
}

void checkAlone() {
  char *A = End - 1, *B = End - 2048;
  for (long Bytes = 0; Bytes <= Most; ++Bytes, --A)
    for (long Shift = 0; Shift < 9; ++Shift) {
      fill(A, Bytes);
      fill(B + Shift, Bytes);
      if (Bytes > Shift)
        B[Shift + Bytes - Shift / 2 - 1] = static_cast<char>(200);
      unsigned long Hash = hash(A), HashB = hash(B + Shift);
      int Order = order(A, B + Shift);
      long Count = count(A, Bytes, 'b');
      const char *Last = last(A, A + Bytes, 'c');
      stm::atomic([&] {
        EXPECT(hash(A) == Hash && hash(B + Shift) == HashB);
        EXPECT(order(A, B + Shift) == Order && order(A, A) == 0);
        EXPECT(count(A, Bytes, 'b') == Count);
        EXPECT(last(A, A + Bytes, 'c') == Last);
        EXPECT(replaceAll(A, 'b', 'x') == Count);
        EXPECT(count(A, Bytes, 'b') == 0 && count(A, Bytes, 'x') == Count);
      });
      EXPECT(count(A, Bytes, 'x') == Count);
    }
}

/// Each string is of one letter.
void checkBesideWriter() {
  char *S = End - 40;
  fill(S, 0);
  std::thread Writer([S] {
    for (long I = 0; I < 20000; ++I)
      stm::atomic([&] {
        long Bytes = I % 39;
        for (long J = 0; J < Bytes; ++J)
          S[J] = static_cast<char>('a' + I % 23);
        S[Bytes] = 0;
      });
  });
  for (long I = 0; I < 20000; ++I) {
    long Bytes = 0, Same = 0;
    stm::atomic([&] {
      const char *At = S;
      while (*At)
        ++At;
      Bytes = At - S;
      Same = count(S, Bytes, *S);
    });
    EXPECT(Bytes == Same);
  }
  Writer.join();
}

/// Who writes plainly what it then tells of in a transaction.
void checkBesideTeller() {
  std::atomic<long> Round{0}, Done{0};
  std::thread Teller([&] {
    for (long R = 1; R <= 20000; ++R) {
      while (Round.load() != R)
        sched_yield();
      for (long I = 0; I < Nodes; ++I) {
        Told.Value[I] = 3;
        stm::atomic([I] { Told.Of[I].IsThere = 1; });
      }
      Done.store(R);
    }
  });
  for (long R = 1; R <= 20000; ++R) {
    Told = {};
    Round.store(R);
    for (bool IsLast = false; !IsLast;) {
      IsLast = Done.load() == R;
      long Found = 0, Sum = 0;
      stm::atomic([&] { Sum = sumOf(&Told, HowMany, Found); });
      EXPECT(Sum == 3 * Found);
    }
  }
  Teller.join();
}

/// As std::string of libc++: a short text is inside.
struct Text {
  unsigned char IsLong = 0;
  char Inside[15] = {};
  char *Outside = nullptr;

  explicit Text(const char *S) { init(S, strlen(S)); }
  Text(const Text &Other) {
    if (!Other.IsLong)
      memcpy(static_cast<void *>(this), &Other, sizeof(Other));
    else
      init(Other.Outside, strlen(Other.Outside));
  }
  Text &operator=(const Text &) = delete;
  ~Text() {
    if (IsLong)
      free(Outside);
  }
  __attribute__((noinline)) void init(const char *S, size_t Length) {
    IsLong = Length >= sizeof(Inside);
    char *To =
        IsLong ? Outside = static_cast<char *>(malloc(Length + 1)) : Inside;
    memcpy(To, S, Length + 1);
  }
  const char *begin() const { return IsLong ? Outside : Inside; }
};

Text Short("abc"), Long("a text that is too long for the inside");

/// Inlined, so that the copies are its own.
unsigned long hashOfCopy(const Text &Of) {
  Text Copy(Of);
  unsigned long H = 0;
  for (const char *S = Copy.begin(); *S; ++S)
    H = static_cast<unsigned char>(*S) + H * 65599;
  return H;
}

/// Words of a local that is perhaps not what is read make nothing inevitable.
void checkLocals() {
  for (const Text *T : {&Short, &Long}) {
    unsigned long Expected = hash(T->begin()), Found = 0;
    optimistically("a local's bytes", [&] { Found = hashOfCopy(*T); });
    EXPECT(Found == Expected);
  }
}

} // namespace

int main() {
  long Page = sysconf(_SC_PAGESIZE);
  auto *Pages =
      static_cast<char *>(mmap(nullptr, 3 * Page, PROT_READ | PROT_WRITE,
                               MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  EXPECT(mprotect(Pages + 2 * Page, Page, PROT_NONE) == 0);
  End = Pages + 2 * Page;
  std::thread(checkAlone).join(); // Of a lone thread blocks have no barriers.
  checkLocals();
  checkBesideWriter();
  checkBesideTeller();
}
