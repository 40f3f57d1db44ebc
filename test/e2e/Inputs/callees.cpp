//===- e2e/Inputs/callees.cpp - functions in another file -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// See callees.h.
//
//===----------------------------------------------------------------------===//

#include "callees.h"

namespace {

struct Strip : Shape {
  long Length = 10;
  long area() const override { return Length; }
  void grow(long By) override { Length += By; }
};

} // namespace

Shape *makeShape() { return new Strip; }
void addElsewhere(long *To, long What) { *To += What; }
void subtractElsewhere(long *To, long What) { *To -= What; }
long difference(long A, long B) { return A - B; }
long hopOver(Hop *S, long Value) {
  S->Next = S->Other;
  return 2 * Value;
}
long twice(long Value) { return Value * 2; }
void callBack(void (*Function)(long *), long *Argument) { Function(Argument); }
extern "C" void addInC(long *To, long What) { *To += What; }
extern "C" const Callees *callees() {
  static const Callees All = {makeShape, addElsewhere};
  return &All;
}
