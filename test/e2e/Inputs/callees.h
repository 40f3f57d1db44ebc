//===- e2e/Inputs/callees.h - functions in another file ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Defined in callees.cpp, which has no transaction of its own.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_CALLEES_H
#define STM_TEST_CALLEES_H

struct Shape {
  virtual ~Shape() = default;
  virtual long area() const = 0;
  virtual void grow(long By) = 0;
};

Shape *makeShape(); ///< Its area is 10.
void addElsewhere(long *To, long What);
void subtractElsewhere(long *To, long What);
long twice(long Value);
long difference(long A, long B);
/// Where a hop leads, and where the one that hopOver takes.
struct Hop {
  long (*Next)(Hop *, long);
  long (*Other)(Hop *, long);
};
long hopOver(Hop *S, long Value); ///< Twice that; Other is next.
void callBack(void (*Function)(long *), long *Argument);

extern "C" void addInC(long *To, long What);

/// Functions whose address their file takes.
struct Callees {
  Shape *(*Make)();
  void (*Add)(long *To, long What);
};
extern "C" const Callees *callees();

#endif // STM_TEST_CALLEES_H
