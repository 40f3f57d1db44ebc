//===- e2e/Language/block_corners.cpp - odd corners of STM_ATOMIC ---------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Blocks in constructors, lambdas, coroutines, templates and initializers, and
// what a block may be left with or consist of: with the plugin as without.
//
// RUN: %one_level %t %s %stmxx -g -w -stm-verify-each
// RUN: %if !sanitized %{ %one_level %t.sanitized %s %stmxx -w -fsanitize=undefined,address %}
// RUN: %at_O2 %t.lto %s %stmxx -w -flto=thin -fuse-ld=lld
// RUN: %at_O2 %t.plain %s %cxx -w %link
//
//===----------------------------------------------------------------------===//

#include "e2e.h"
#include <coroutine>
#include <functional>
#include <map>
#include <string>
#include <tuple>
long G;
struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { throw; }
  };
};
Task coro(int X) {
  int Y = X;
  std::string S = "in the coroutine's frame, really";
  co_await std::suspend_never();
  STM_ATOMIC {
    ++Y;
    S += "!";
    G += Y + S.size();
    if (X == 5)
      co_return;
  }
  co_await std::suspend_never();
  G += Y;
}
struct S0 {
  long A;
  S0();
  ~S0();
};
S0::S0() : A(1) {
  STM_ATOMIC {
    A = 5;
    ++G;
  }
}
S0::~S0() {
  STM_ATOMIC { ++G; }
}
struct S1 : virtual S0 {
  int B;
  S1(int X) try : B(X) {
    STM_ATOMIC {
      B += A;
      if (X == 3)
        throw 1;
    }
  } catch (int) {
    STM_ATOMIC { ++G; }
  }
};
int statics(int X) {
  STM_ATOMIC {
    static std::string Text(X, 'x');
    static thread_local int N = X;
    ++N;
    return Text.size() + N;
  }
}
int bindings() {
  std::map<int, std::string> M = {{1, "a"}, {2, "bb"}};
  std::tuple<int, long> T{1, 2};
  auto [A, B] = T;
  auto &[C, D] = T;
  int R = 0;
  STM_ATOMIC {
    for (auto &[K, V] : M)
      R += K * V.size();
    C += A;
    D += B;
    M.erase(1);
    std::function<int()> F = [&] { return R += 100; };
    F();
    auto [E, H] = T;
    R += E * 1000 + H * 10000;
  }
  EXPECT(M.size() == 1);
  return R;
}
int lambdas() {
  int X = 1;
  auto L = [&]() -> int {
    STM_ATOMIC {
      auto Inner = [&] {
        STM_ATOMIC { ++X; }
        return X;
      };
      return Inner() + X;
    }
  };
  return L() + X;
}
int Init = [] {
  STM_ATOMIC {
    ++G;
    return 5;
  }
}();
template <class... T> long sum(T... X) {
  long R = 0;
  STM_ATOMIC { ((R += X), ...); }
  return R;
}
inline long inlined(long X) {
  STM_ATOMIC {
    G += X;
    return G;
  }
}
long ternary(bool C) {
  long A = 1, B = 2;
  STM_ATOMIC { (C ? A : B) = 7; }
  return A * 10 + B;
}
long select2(bool C) {
  long A = 1, B = 2;
  long &Ref = C ? A : B;
  STM_ATOMIC {
    Ref = 7;
    ++A;
  }
  return A * 10 + B;
}
long bitfields() {
  struct {
    unsigned A : 3, B : 7;
    bool C : 1;
  } X = {1, 2, true};
  STM_ATOMIC {
    X.A++;
    X.B += X.A;
    X.C = false;
  }
  return X.A * 100 + X.B * 10 + X.C;
}
long arrays() {
  int A[3][4] = {};
  long Small[4] = {1, 2, 3, 4};
  STM_ATOMIC {
    for (int I = 0; I < 3; ++I)
      for (int J = 0; J < 4; ++J)
        A[I][J] = I * J;
    for (auto &X : Small)
      X *= 2;
  }
  return A[2][3] + Small[3];
}
_Complex double cplx() {
  _Complex double X = 1;
  STM_ATOMIC { X += 2; }
  return X;
}
typedef float V4 __attribute__((vector_size(16)));
V4 vec() {
  V4 X = {1, 2, 3, 4};
  STM_ATOMIC { X += X; }
  return X;
}
__int128 wide(__int128 X) {
  STM_ATOMIC { X += 1; }
  return X;
}
bool boolean(bool X) {
  STM_ATOMIC { X = !X; }
  return X;
}
int memberPtr() {
  struct P {
    int A = 1;
    int f() { return A; }
  } p;
  int P::*M = &P::A;
  int (P::*F)() = &P::f;
  STM_ATOMIC {
    p.*M = 4;
    return (p.*F)();
  }
}
[[gnu::noinline]] void thrower() { throw std::string("thrown"); }
std::string strings(bool T) {
  std::string R = "a";
  try {
    STM_ATOMIC {
      std::string L = R + "b";
      struct Q {
        std::string &X;
        ~Q() { X += "q"; }
      } q{R};
      if (T)
        thrower();
      R = L;
    }
  } catch (std::string &E) {
    R += E;
  }
  return R;
}
int gotoOverBlock(int X) {
  if (X)
    goto After;
  STM_ATOMIC { ++X; }
After:
  return X;
}
int computed(int X) {
  static const void *T[] = {&&A, &&B};
  STM_ATOMIC { ++X; }
  goto *T[X & 1];
A:
  return 10;
B:
  return 20;
}
int doWhile() {
  int N = 0;
  do {
    STM_ATOMIC {
      if (++N == 3)
        continue;
      if (N == 5)
        break;
    }
  } while (N < 10);
  return N;
}
int rangeFor() {
  std::string S = "abc";
  int N = 0;
  for (char C : S)
    STM_ATOMIC {
      if (C == 'b')
        continue;
      N += C;
    }
  return N;
}
int switchInside(int X) {
  STM_ATOMIC {
    switch (X) {
    case 1:
      return 10;
    case 2:
      X = 5;
      break;
    default:
      goto Out;
    }
  }
  return X;
Out:
  return -1;
}
long manyExits(int X) {
  STM_ATOMIC {
    if (X == 0)
      return 0;
    if (X == 1)
      goto L1;
    if (X == 2)
      goto L2;
    if (X == 3)
      throw 3;
    if (X == 4)
      throw 4L;
  }
  return 5;
L1:
  return 1;
L2:
  return 2;
}
int unreachableEnd(int X) {
  STM_ATOMIC {
    if (X)
      return 1;
    __builtin_unreachable();
  }
}
int stmtExpr(int X) {
  int Y = ({
    int Z = X;
    STM_ATOMIC { Z *= 2; }
    Z + 1;
  });
  return Y;
}
struct NoCopy {
  NoCopy() = default;
  NoCopy(const NoCopy &) = delete;
  int A = 3;
};
NoCopy elided() {
  STM_ATOMIC { return NoCopy(); }
}
int initList() {
  int R = 0;
  STM_ATOMIC {
    for (int X : {1, 2, 3})
      R += X;
  }
  return R;
}
int dtorOrder() {
  std::string Log;
  struct T {
    std::string &L;
    char C;
    ~T() { L += C; }
  };
  {
    T a{Log, 'a'};
    STM_ATOMIC {
      T b{Log, 'b'};
      {
        T c{Log, 'c'};
      }
      T d{Log, 'd'};
    }
    T e{Log, 'e'};
  }
  EXPECT(Log == "cdbea");
  return 1;
}
void asmGoto(int X) {
  STM_ATOMIC {
    asm goto("" : : "r"(X) : : In);
    ++X;
  In:
    ++G;
  }
}
int main() {
  EXPECT(Init == 5);
  G = 0;
  coro(1);
  EXPECT(G == 2 + 33 + 2);
  coro(5);
  {
    S0 A;
    EXPECT(A.A == 5);
  }
  {
    S1 B(2);
    EXPECT(B.B == 7);
  }
  try {
    S1 C(3);
    EXPECT(false);
  } catch (int) {
  }
  EXPECT(statics(3) == 7 && statics(9) == 8);
  EXPECT(bindings() == 5 + 100 + 2000 + 40000);
  EXPECT(lambdas() == 6);
  EXPECT(sum(1, 2L, 3.0f) == 6);
  G = 0;
  EXPECT(inlined(2) == 2 && inlined(3) == 5);
  EXPECT(ternary(true) == 72 && ternary(false) == 17 && select2(true) == 82 &&
         select2(false) == 27);
  EXPECT(bitfields() == 240 && arrays() == 14 && __real__ cplx() == 3 &&
         vec()[3] == 8 && wide(1) == 2 && boolean(false) && memberPtr() == 4);
  EXPECT(strings(false) == "abq" && strings(true) == "aqthrown");
  EXPECT(gotoOverBlock(0) == 1 && gotoOverBlock(5) == 5 && computed(0) == 20 &&
         computed(1) == 10);
  EXPECT(doWhile() == 5 && rangeFor() == 'a' + 'c' && switchInside(1) == 10 &&
         switchInside(2) == 5 && switchInside(3) == -1);
  EXPECT(manyExits(0) == 0 && manyExits(1) == 1 && manyExits(2) == 2 &&
         manyExits(7) == 5);
  try {
    manyExits(3);
    EXPECT(false);
  } catch (int X) {
    EXPECT(X == 3);
  }
  try {
    manyExits(4);
    EXPECT(false);
  } catch (long X) {
    EXPECT(X == 4);
  }
  EXPECT(unreachableEnd(1) == 1 && stmtExpr(4) == 9 && elided().A == 3 &&
         initList() == 6 && dtorOrder());
  asmGoto(1);
  EXPECT(!stm_in_transaction());
}
