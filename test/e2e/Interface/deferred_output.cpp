//===- e2e/Interface/deferred_output.cpp - output at the commit -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Whole, once, and in the order of the commits, through a pipe that is smaller
// than what is written; nothing of it makes a transaction inevitable.
//
// REQUIRES: llvm-19 || long
// RUN: %levels %t %s %stmxx -Wall -Wextra
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cstring>
#include <fcntl.h>
#include <string>
#include <vector>

alignas(64) long Next = 0;
char Shared[32] = "shared";
std::string Long(300, 'x');

static std::string readAll(int From) {
  std::string All;
  char Buffer[4096];
  for (ssize_t Count; (Count = read(From, Buffer, sizeof(Buffer))) > 0;)
    All.append(Buffer, static_cast<size_t>(Count));
  return All;
}

static void formats() {
  int Pipe[2];
  EXPECT(pipe(Pipe) == 0);
  char Expected[1024];
  int Count = 0;
#define ARGUMENTS                                                              \
  "%s|%.3s|%10s|%-8s|%d|%05d|%+ld|%llx|%#o|%zu|%c|%%|%.2f|%*d|%.*f|%Lg|%p|"    \
  "%hhd|%s\n",                                                                 \
      Shared, Shared, Shared, Shared, -5, 42, 7L, 255LL, 8u, sizeof(int), 'c', \
      2.5, 6, 3, 2, 1.005, 1.5L, static_cast<void *>(Shared), 300,             \
      static_cast<const char *>(nullptr)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wformat"
  int Length = snprintf(Expected, sizeof(Expected), ARGUMENTS);
  stm::atomic([&] { Count = stm_deferred_printf(Pipe[1], ARGUMENTS); });
#pragma clang diagnostic pop
  EXPECT(Count == Length);
  EXPECT(inevitableSoFar() == 0);
  stm::deferred_printf(Pipe[1], "outside %s\n", Shared);
  stm::atomic([&] {
    stm::deferred_write(Pipe[1], "kept\n", 5);
    Shared[0] = 'S';
    stm::deferred_printf(Pipe[1], "%s\n", Shared);
    stm::atomic([&] {
      stm_deferred_write(Pipe[1], "dropped\n", 8);
      stm::cancel();
    });
  });
  Rival Other;
  stm::atomic([&] {
    stm::deferred_printf(Pipe[1], "once\n");
    Other.strike();
  });
  close(Pipe[1]);
  std::string All = readAll(Pipe[0]);
  EXPECT(All == std::string(Expected) + "outside shared\nkept\nShared\nonce\n");
  close(Pipe[0]);
}

static void order() {
  constexpr long Each = 1000;
  int Pipe[2];
  EXPECT(pipe(Pipe) == 0);
  fcntl(Pipe[1], F_SETPIPE_SZ, 4096);
  fcntl(Pipe[1], F_SETFL, O_NONBLOCK);
  std::string All;
  {
    Thread Reader([&] { All = readAll(Pipe[0]); });
    onThreads(4, [&](unsigned Self) {
      for (long I = 0; I != Each; ++I) {
        if (Self == 3) {
          // Only reads: it stands between the two that it saw.
          stm::atomic(
              [&] { stm::deferred_printf(Pipe[1], "saw %ld\n", Next); });
          continue;
        }
        stm::atomic([&] {
          stm::deferred_printf(Pipe[1], "%ld ", Next);
          stm::deferred_printf(Pipe[1], "%s\n", Long.c_str());
          ++Next;
        });
      }
    });
    close(Pipe[1]);
  }
  const char *At = All.c_str();
  long Expected = 0;
  while (*At) {
    char *End;
    bool Saw = strncmp(At, "saw ", 4) == 0;
    long Number = strtol(At + (Saw ? 4 : 0), &End, 10);
    EXPECT(Number == Expected);
    if (Saw) {
      At = End + 1;
      continue;
    }
    EXPECT(*End == ' ' && strncmp(End + 1, Long.c_str(), Long.size()) == 0);
    At = End + 1 + Long.size() + 1;
    ++Expected;
  }
  EXPECT(Expected == 3 * Each);
  close(Pipe[0]);
}

int main() {
  formats();
  order();
  // A stream keeps its own order.
  FILE *File = tmpfile();
  EXPECT(File);
  fprintf(File, "a");
  stm::atomic([&] {
    stm::deferred_printf(File, "%d", 5);
    stm_deferred_fprintf(File, "%c", '-');
  });
  fprintf(File, "b");
  rewind(File);
  char Text[8] = {};
  EXPECT(fgets(Text, sizeof(Text), File) && strcmp(Text, "a5-b") == 0);
  EXPECT(inevitableSoFar() == 0);
}
