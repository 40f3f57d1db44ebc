//===- abi/plain_random.cpp - rand() outside of transactions ----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a cancelled block has drawn comes next here, too (random_draws.h).
//
// Weak: as in plain_free.cpp.
//
//===----------------------------------------------------------------------===//

#include "abi/next_function.h"
#include "abi/random_draws.h"

#include <cstddef>

#define STM_PLAIN(Type) STM_EXPORT __attribute__((weak)) Type

namespace stm::rt {

namespace {

constinit std::atomic<int (*)()> NextRand{nullptr};
constinit std::atomic<long (*)()> NextRandom{nullptr};
constinit std::atomic<void (*)(unsigned)> NextSrand{nullptr};
constinit std::atomic<void (*)(unsigned)> NextSrandom{nullptr};
constinit std::atomic<char *(*)(unsigned, char *, size_t)> NextInitstate{
    nullptr};
constinit std::atomic<char *(*)(char *)> NextSetstate{nullptr};

} // namespace

extern "C" {

STM_PLAIN(int) rand() {
  if (std::optional<int> Number = drawnBefore())
    return *Number;
  auto *Next = nextFunction(NextRand, "rand");
  return Next ? Next() : 0;
}

STM_PLAIN(long) random() {
  if (std::optional<int> Number = drawnBefore())
    return *Number;
  auto *Next = nextFunction(NextRandom, "random");
  return Next ? Next() : 0;
}

STM_PLAIN(void) srand(unsigned Seed) {
  forgetDraws();
  if (auto *Next = nextFunction(NextSrand, "srand"))
    Next(Seed);
}

STM_PLAIN(void) srandom(unsigned Seed) {
  forgetDraws();
  if (auto *Next = nextFunction(NextSrandom, "srandom"))
    Next(Seed);
}

STM_PLAIN(char *) initstate(unsigned Seed, char *State, size_t Bytes) {
  forgetDraws();
  auto *Next = nextFunction(NextInitstate, "initstate");
  return Next ? Next(Seed, State, Bytes) : nullptr;
}

STM_PLAIN(char *) setstate(char *State) {
  forgetDraws();
  auto *Next = nextFunction(NextSetstate, "setstate");
  return Next ? Next(State) : nullptr;
}

} // extern "C"

} // namespace stm::rt
