//===- apps/common/app.h - a program of the benchmarks ----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each program is one source, compiled once for each side (micro/atomically.h),
// and registers one or more variants of itself. main.cpp runs one of them:
// makes it, lets all threads call work() at the same time, measures that, and
// checks the result. The input depends on the seed only, and not on the number
// of threads.
//
//===----------------------------------------------------------------------===//

#ifndef STM_BENCH_APPS_APP_H
#define STM_BENCH_APPS_APP_H

#include "../../micro/atomically.h"
#include "../../random.h"

struct Input {
  unsigned Threads;
  double Scale; ///< 1: a fraction of a second, plainly.
  uint64_t Seed;

  uint64_t scaled(uint64_t Full, uint64_t Least = 1) const {
    uint64_t Some = static_cast<uint64_t>(static_cast<double>(Full) * Scale);
    return Some < Least ? Least : Some;
  }
};

/// A thread's part of Count things: [Begin, End).
struct Share {
  uint64_t Begin, End;
  Share(uint64_t Count, unsigned Thread, unsigned Threads)
      : Begin(Count * Thread / Threads), End(Count * (Thread + 1) / Threads) {}
};

class App {
public:
  virtual ~App() {}
  /// What one of the threads does.
  virtual void work(unsigned Thread) = 0;
  /// After all threads: null, or what is wrong.
  virtual const char *check() = 0;
  /// How many operations all threads have done together; 0: they aren't
  /// counted.
  virtual uint64_t operations() const { return 0; }
  /// The same on each side with any number of threads; 0: there is no such
  /// thing.
  virtual uint64_t result() const { return 0; }
  /// Further members of the JSON object that main() prints, with a comma before
  /// each.
  virtual void printFacts() const {}
};

/// A program that main() knows, as a static variable of its file.
struct AppKind {
  const char *Name;
  const char *What;
  App *(*Make)(const Input &);
  const AppKind *Next;
  static const AppKind *First;

  AppKind(const char *Name, const char *What, App *(*Make)(const Input &))
      : Name(Name), What(What), Make(Make), Next(First) {
    First = this;
  }
};

template <class T> App *makeApp(const Input &In) { return new T(In); }

#endif // STM_BENCH_APPS_APP_H
