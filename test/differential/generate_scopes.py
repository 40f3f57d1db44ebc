#!/usr/bin/env python3
# ===- differential/generate_scopes.py - accesses around what is undone ------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
"""generate_scopes.py SEED prints a C++ program whose functions store to and load from
a few overlapping objects (global, on the heap, on the stack), all sizes mixed, with
nested blocks between that are cancelled now and then, and calls. Without transactions
a cancelled block puts back a copy of everything."""

import random
import sys

rng = random.Random(int(sys.argv[1]))
SIZE = 96  # Bytes of an object.
TYPES = [("U8", 1), ("U16", 2), ("U32", 4), ("U64", 8), ("Two", 8), ("Double", 8)]

print("""#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
typedef uint8_t U8;
typedef uint16_t U16 __attribute__((may_alias));
typedef uint32_t U32 __attribute__((may_alias));
typedef uint64_t U64 __attribute__((may_alias));
typedef double Double __attribute__((may_alias));
typedef uint64_t Two __attribute__((vector_size(16), aligned(8), may_alias));
constexpr unsigned Size = %d;
alignas(32) static char Global[3 * Size];
static char *Heap;
static char *Stack; // Of the block that runs.
#ifdef TRANSACTIONS
#include <stm/stm.hpp>
template <class F> static bool block(F Body) { return stm::try_atomic([=] { Body(); }); }
template <class F> static void flat(F Body) { stm::atomic([=] { Body(); }); }
static void leave() { stm::cancel(); }
#else
struct Leave {};
static void leave() { throw Leave(); }
template <class F> static void flat(F Body) { Body(); }
template <class F> static bool block(F Body) {
  char *Objects[] = {Global, Heap, Stack};
  char Saved[3][3 * Size];
  char *StackNow = Stack;
  for (int I = 0; I != 3; ++I)
    if (Objects[I])
      memcpy(Saved[I], Objects[I], 3 * Size);
  try {
    Body();
    return true;
  } catch (Leave) {
    Stack = StackNow;
    for (int I = 0; I != 3; ++I)
      if (Objects[I])
        memcpy(Objects[I], Saved[I], 3 * Size);
    return false;
  }
}
#endif
static double asDouble(U64 X) { return double(X %% 1000); }
""" % SIZE)


def place(size):
    """Few, so that much is accessed more than once."""
    base = rng.choice("PPQ")
    offset = rng.choice([0, 8, 16, 24, 32, 40]) + (rng.randrange(8 // size) * size if size < 8 else 0)
    return "(%s + %d)" % (base, offset)


def access():
    name, size = rng.choice(TYPES)
    return "*(%s *)%s" % (name, place(size)), name


def store(indent, value):
    what, name = access()
    if name == "Two":
        value = "Two{%s, %s + 1}" % (value, value)
    elif name == "Double":
        value = "asDouble(%s)" % value
    print("%s%s = %s;" % (indent, what, value))


def load(indent):
    what, name = access()
    if name == "Two":
        print("%s{ Two V = %s; X = X * 31 + V[0] + 7 * V[1]; }" % (indent, what))
    elif name == "Double":
        print("%s{ U64 V; memcpy(&V, &%s, 8); X = X * 31 + V; }" % (indent, what))
    else:
        print("%sX = X * 31 + %s;" % (indent, what))


def statement(indent, depth, function):
    kind = rng.randrange(24)
    if kind < 7:
        store(indent, "X + %d" % rng.randrange(100))
    elif kind < 13:
        load(indent)
    elif kind < 15:
        name, size = rng.choice(TYPES[:4])
        print("%s*(%s *)%s %s= X | 1;" % (indent, name, place(size), rng.choice("+^-")))
    elif kind == 15:
        print("%smemset(%s, int(X & 255), %s);" % (indent, place(1), rng.choice(["8", "16", "33", "X % 9"])))
    elif kind == 16:
        print("%smemmove(%s, %s, %s);" % (indent, place(8), place(8), rng.choice(["8", "24", "32", "X % 9"])))
    elif kind == 17 and function:
        print("%sX ^= f%d(%s, %s);" % (indent, rng.randrange(function), rng.choice(["P", "Q", "Stack", "Heap"]), rng.choice(["P", "Q", "Global"])))
    elif depth:
        if kind < 20:
            print("%sif (X & %d) {" % (indent, 1 << rng.randrange(6)))
            statements(indent + "  ", depth - 1, function)
            if rng.randrange(2):
                print("%s} else {" % indent)
                statements(indent + "  ", depth - 1, function)
            print("%s}" % indent)
        elif kind == 20:
            i = "I%d" % depth
            print("%sfor (unsigned %s = 0; %s != %d; ++%s) {" % (indent, i, i, rng.randrange(1, 4), i))
            statements(indent + "  ", depth - 1, function)
            print("%s}" % indent)
        elif kind == 21:
            print("%sflat([=, Outer = X] {" % indent)
            print("%s  U64 X = Outer;" % indent)
            statements(indent + "  ", depth - 1, function)
            print("%s  *(U64 *)P ^= X;\n%s});" % (indent, indent))
        else:
            print("%sX += block([=, Outer = X] {" % indent)
            print("%s  U64 X = Outer;" % indent)
            statements(indent + "  ", depth - 1, function)
            print("%s  if (X & %d)\n%s    leave();" % (indent, 1 << rng.randrange(4), indent))
            print("%s  *(U64 *)Q += X;\n%s});" % (indent, indent))
    else:
        store(indent, "X")


def statements(indent, depth, function):
    for _ in range(rng.randrange(2, 7)):
        statement(indent, depth, function)


FUNCTIONS = 5
for function in range(FUNCTIONS):
    print("__attribute__((noinline)) static U64 f%d(char *P, char *Q) {\n  U64 X = %d;" % (function, rng.randrange(1 << 20)))
    statements("  ", 3, function)
    statements("  ", 3, function)
    print("  return X;\n}\n")

print("""static U64 all() {
  U64 Sum = 0;
  for (unsigned I = 0; I != 3 * Size; ++I)
    Sum = Sum * 1099511628211u + U8(Global[I]) * 256u + U8(Heap[I]);
  return Sum;
}

int main() {
  Heap = static_cast<char *>(calloc(3, Size)) + 0;
  for (unsigned I = 0; I != 3 * Size; ++I)
    Global[I] = Heap[I] = char(I * 37 + %d);
  char *Places[] = {Global, Global + 8, Global + 16, Global + Size, Heap, Heap + 16};
  for (unsigned I = 0; I != 36; ++I) {
    bool Done = block([=] {
      char Mine[3 * Size] = {1, 2, 3};
      Stack = Mine;
      char *P = Places[I %% 6], *Q = I %% 5 == 0 ? Mine : Places[I / 6];
      U64 X = I;""" % rng.randrange(256))
for function in reversed(range(FUNCTIONS)):
    print("      X = X * 31 + f%d(P, Q);" % function)
print("""      for (char C : Mine)
        X = X * 31 + U8(C);
      Stack = nullptr;
      *(U64 *)(Global + 2 * Size) += X;
      if (X % 5 == 0)
        leave();
    });
    printf("%d %016llx\\n", Done, static_cast<unsigned long long>(all()));
  }
}""")
