//===- e2e/Language/indirect_calls.cpp - calls through pointers -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Function pointers, virtual functions, member pointers, std::function: all
// have transactional versions, found at run time. The functions in the other
// file run no transaction of their own.
//
// RUN: %stmxx -O1 -c %inputs/callees.cpp -o %t.callees.o
// RUN: %levels %t %s %stmxx %t.callees.o
//
//===----------------------------------------------------------------------===//

#include "callees.h"
#include "e2e.h"

#include <functional>
#include <memory>

long Shared = 0;

static void addStatic(long *To, long What) { *To += What; }

struct Local : Shape {
  long Side = 3;
  long area() const override { return Side * Side; }
  void grow(long By) override { Side += By; }
};

long (*volatile Hidden)(long) = twice;
void (*Table[])(long *, long) = {addStatic, addElsewhere, subtractElsewhere};

int main() {
  Rival Other;
  Local Square;
  std::unique_ptr<Shape> Far(makeShape());
  std::function<void(long)> Closure = [](long By) { Shared += By; };
  void (Shape::*Member)(long) = &Shape::grow;
  long (*Pointer)(long) = Hidden;

  stm::atomic([&] {
    EXPECT(Shared == 0 && Square.Side == 3 && Far->area() == 10);
    Table[0](&Shared, 1);
    Table[1](&Shared, 10);
    Table[2](&Shared, 4);
    EXPECT(Shared == 7);
    Shape *S = &Square;
    S->grow(2);
    EXPECT(S->area() == 25);
    Far->grow(5);
    EXPECT(Far->area() == 15);
    (Far.get()->*Member)(5);
    (S->*Member)(1);
    Closure(100);
    Shared = Pointer(Shared);
    callBack([](long *To) { *To += 1; }, &Shared);
    Other.strike();
  });
  EXPECT(Shared == 215);
  EXPECT(Square.Side == 6 && Far->area() == 20);
  EXPECT(stm::last_abort_info().attempts >= 1);
  EXPECT(inevitableSoFar() == 0);
}
