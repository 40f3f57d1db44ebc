#!/usr/bin/env python3
# ===- differential/generate.py - random C++ programs ------------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
#   generate.py SEED > program.cpp
#
# A program prints the same checksums whether its blocks are transactions
# (-DTRANSACTIONS) or not. It has no undefined behaviour: numbers are unsigned,
# shifts and indices are masked, and fuel ends what would go on for ever.
#
# Another thread runs blocks meanwhile, that touch something else, so that there are
# barriers, and waits between the blocks of the loop that the program ends with.
#
# Compiled with -DPART=0 and with -DPART=1 it is a program of two files, each with
# every other function.

import random
import sys

PROLOGUE = r"""
#include <algorithm>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <map>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>
#ifdef TRANSACTIONS
#include <atomic>
#include <stm/stm.hpp>
#include <thread>
#define BLOCK(...) stm::atomic([&] __VA_ARGS__)
#else
#define BLOCK(...) ([&] __VA_ARGS__)()
#endif

// Linkage of what all functions use, and of what only this file does, if it is one.
#ifdef PART
#define SHARED inline
#define OWN inline
#define IS_IN(K) (K % 2 == PART)
#else
#define SHARED
#define OWN static
#define PART 0
#define IS_IN(K) 1
#endif

using Word = uint64_t;
struct Bits { unsigned a : 3; int b : 7; Word c : 41; bool d : 1; unsigned e : 12; };
struct __attribute__((packed)) Packed { char c; int i; short s; long l; double d; };
union Mixed { int i[4]; Word l[2]; double d[2]; unsigned char c[16]; };
typedef unsigned Vector __attribute__((vector_size(16)));
struct Shape {
  Word Weight = 1;
  virtual ~Shape() { Destroyed += Weight; }
  virtual Word step(Word X) { return Weight += X; }
  inline static Word Destroyed = 0;
};
struct Round : Shape { Word step(Word X) override { return Weight = Weight * 31 + X; } };
struct Edgy : virtual Shape {
  unsigned short Edges[5] = {1, 2, 3, 4, 5};
  Word step(Word X) override { return Weight ^= Edges[X % 5]++ * (X | 1); }
};
struct Failure : std::runtime_error {
  Word Code;
  Failure(Word Code) : std::runtime_error("failure"), Code(Code) {}
};

#define OUT_OF_LINE __attribute__((noinline))
#define OUT_OF_LINE_SHARED SHARED OUT_OF_LINE
struct Cell {
  Word A, B;
  Cell *Next;
  Word *Own;
  OUT_OF_LINE Cell(Word A, Word B, Cell *Next) : A(A), B(B), Next(Next) {
    if ((A & 63) == 5) throw Failure(B);
    Own = &this->B;
    this->A ^= B;
  }
  OUT_OF_LINE Cell(const Cell &C) : A(C.A), B(C.B), Next(nullptr), Own(&B) { *Own += A; }
  OUT_OF_LINE Word bump(Word X) { A += X; B = B * 3 + A; return *Own += A; }
};
SHARED Cell *Chain;
OWN Word Factor, Factors[4];

SHARED Word Fuel;
SHARED Word Words[16];
SHARED unsigned char Bytes[64];
SHARED Bits Fields[3];
SHARED Packed Tight[3];
SHARED Mixed Union;
SHARED Vector Lanes[2];
SHARED long double Long = 1;
SHARED unsigned __int128 Wide = 1;
SHARED double Real = 1;
SHARED std::vector<Word> List;
SHARED std::map<unsigned, Word> Tree;
SHARED std::string Text;
SHARED std::vector<std::unique_ptr<Shape>> Shapes;
SHARED thread_local Word Local[4];

struct Guard { Word &X; ~Guard() { X += 3; } };
SHARED bool burn() { return Fuel ? (--Fuel, true) : false; }
SHARED Word sum(int Count, ...) {
  va_list Args;
  va_start(Args, Count);
  Word Sum = 0;
  while (Count--)
    Sum = Sum * 7 + va_arg(Args, Word);
  va_end(Args);
  return Sum;
}
SHARED Word deep(Word N, Word X) { return N && burn() ? deep(N - 1, X * 5 + N) + Words[N & 15] : X; }
template <class T> T loadAt(unsigned Offset) { T X; memcpy(&X, Bytes + Offset % (64 - sizeof(T)), sizeof(T)); return X; }
template <class T> void storeAt(unsigned Offset, T X) { memcpy(Bytes + Offset % (64 - sizeof(T)), &X, sizeof(T)); }
SHARED Word length() { Word N = 0; for (Cell *C = Chain; C; C = C->Next) ++N; return N; }
OUT_OF_LINE_SHARED Cell *make(Word X) {
  Cell *C = new Cell(X | 6, X, nullptr);
  C->A += X >> 3;
  return C;
}
OUT_OF_LINE_SHARED Word enter(Cell *C, bool Known) {
  C->A += 3;
  if (Known) { C->Next = Chain; Chain = C; }
  C->B ^= C->A;
  return Known && Chain->Next ? Chain->Next->bump(C->B) : C->B;
}
OUT_OF_LINE_SHARED Cell mix(Word X, const Cell &With) {
  Cell C(X | 6, With.B, nullptr);
  for (Word I = 0; I != (X & 3); ++I) C.A = C.A * 5 + With.A;
  return C;
}
OUT_OF_LINE_SHARED void swapInto(Cell &X, Cell &Y, Word Z) { X.A += Z; Y.A ^= X.A; X.B -= Y.A; Y.B += Z; }
// Byte by byte, from any address on, to a zero at the latest.
SHARED const char *tail(unsigned From) { Bytes[63] = 0; return (const char *)Bytes + From % 64; }
SHARED Word hash(const char *S) { Word H = 5; for (; *S; ++S) H = H * 33 + (unsigned char)*S; return H; }
SHARED Word common(const char *X, const char *Y) { Word N = 0; while (X[N] && X[N] == Y[N]) ++N; return N; }
SHARED Word count(const unsigned char *P, Word N, unsigned char What) { Word Sum = 0; for (Word I = 0; I != N; ++I) Sum += P[I] == What; return Sum; }
SHARED Word fold(Word H, Word X) { return (H ^ X) * 0x9e3779b97f4a7c15u + (H >> 29); }
#ifdef TRANSACTIONS
struct Beside {
  Word Ticks = 0;
  std::atomic<bool> Ends = false;
  std::thread Other{[this] {
    while (!Ends) {
      stm::atomic([this] { ++Ticks; });
      std::this_thread::yield();
    }
  }};
  ~Beside() { Ends = true; Other.join(); }
};
#else
struct Beside {};
#endif
SHARED Word checksum() {
  Word H = Fuel + Shape::Destroyed;
  for (Word W : Words) H = fold(H, W);
  for (unsigned char B : Bytes) H = fold(H, B);
  for (Bits &B : Fields) H = fold(H, B.a + B.b * 8u + B.c * 3 + B.d + B.e * 77u);
  for (Packed &P : Tight) H = fold(H, (Word)P.c + P.i + P.s * 3 + P.l + (Word)(long)P.d);
  H = fold(H, Union.l[0] ^ Union.l[1] * 3);
  for (Vector &V : Lanes) for (int I = 0; I != 4; ++I) H = fold(H, V[I]);
  H = fold(H, (Word)Long); H = fold(H, (Word)Wide ^ (Word)(Wide >> 64)); H = fold(H, (Word)Real);
  for (Word W : List) H = fold(H, W);
  for (auto &[K, V] : Tree) H = fold(H, K * 13 + V);
  for (char C : Text) H = fold(H, C);
  for (auto &S : Shapes) H = fold(H, S ? S->Weight : 5);
  for (Word W : Local) H = fold(H, W);
  for (Cell *C = Chain; C; C = C->Next) H = fold(H, C->A + *C->Own);
  return H;
}
"""


class Generator:
    def __init__(self, seed):
        self.r = random.Random(seed)
        self.labels = 0

    def pick(self, *what):
        return self.r.choice(what)

    def constant(self):
        return self.pick("0", "1", "7", "255", "0x8000000000000001", str(self.r.randrange(1 << 32))) + "u"

    def leaf(self, n):
        e = lambda: self.leaf(n - 1) if n > 0 else self.pick("a", "b", "c")
        i = self.r.randrange
        return self.r.choice(
            [
                "a", "b", "c", "Box[%d]" % i(4), self.constant(),
                "Words[(%s) & 15]" % e(), "Words[%d]" % i(16), "Bytes[%d]" % i(64),
                "(Word)Fields[%d].%s" % (i(3), self.pick("a", "b", "c", "d", "e")),
                "(Word)Tight[%d].%s" % (i(3), self.pick("c", "i", "s", "l")),
                self.pick("Union.i[%d]" % i(4), "Union.l[%d]" % i(2), "Union.c[%d]" % i(16)),
                "Lanes[%d][%d]" % (i(2), i(4)),
                "loadAt<%s>(%s)" % (self.pick("uint16_t", "uint32_t", "Word"), e()),
                "(Word)(Wide >> %d)" % i(100), "(Word)(Long / 3)", "(Word)(Real * 2)",
                "List.size()", "(List.empty() ? 1 : List[(%s) %% List.size()])" % e(),
                "Tree.count((%s) & 15)" % e(), "(Word)Text.size()", "Local[%d]" % i(4),
                "Factor", "Factors[(%s) & 3]" % e(), "(Chain ? Chain->A : 4)",
                "sum(%d, (Word)%s, (Word)%s, (Word)%s)" % (i(4), e(), e(), e()),
                "deep((%s) & 7, %s)" % (e(), e()),
                "hash(tail(%s))" % e(), "hash(Text.c_str())", "common(tail(%s), Text.c_str())" % e(),
                "count(Bytes + %d, (%s) & 15, (unsigned char)%s)" % (i(48), e(), e()),
                "(Word)(strcmp(tail(%s), tail(%s)) < 0)" % (e(), e()),
                "(Word)(strncmp(Text.c_str(), tail(%s), (%s) & 31) > 0)" % (e(), e()),
                "strlen(tail(%s))" % e(), "(Word)%s()" % self.pick("rand", "random"),
            ]
        )

    def expression(self, n=2):
        if n == 0:
            return self.leaf(1)
        e = lambda: self.expression(n - 1)
        return self.r.choice(
            [
                lambda: "(%s %s %s)" % (e(), self.pick("+", "-", "*", "^", "|", "&"), e()),
                lambda: "(%s %s (%s & 63))" % ("(Word)" + e(), self.pick("<<", ">>"), e()),
                lambda: "(%s %s (%s | 1))" % (e(), self.pick("/", "%"), e()),
                lambda: "(%s < %s ? %s : %s)" % (e(), e(), e(), e()),
                lambda: self.leaf(1),
            ]
        )()

    def block(self, k, n):
        return "{ " + " ".join(self.statement(k, n) for _ in range(self.r.randrange(1, 4))) + " }"

    def simple(self, k):
        e, i = self.expression, self.r.randrange
        choices = [
            "%s = %s;" % (self.pick("a", "b", "c", "Box[%d]" % i(4)), e()),
            "Words[(%s) & 15] %s= %s;" % (e(1), self.pick("", "+", "^", "-"), e()),
            "Words[%d] = %s;" % (i(16), e()),
            "Bytes[%d] = (unsigned char)%s;" % (i(64), e()),
            "Fields[%d].%s = %s & 1;" % (i(3), "d", e()),
            "Fields[%d].%s = (%s) %% 60;" % (i(3), self.pick("b", "e"), e()),
            "Fields[%d].c = %s;" % (i(3), e()),
            "Fields[%d] = Fields[%d];" % (i(3), i(3)),
            "Tight[%d].%s = (%s) %% 100;" % (i(3), self.pick("c", "i", "s", "l", "d"), e()),
            "Tight[%d] = Tight[%d];" % (i(3), i(3)),
            "Union.%s = %s;" % (self.pick("i[%d]" % i(4), "l[%d]" % i(2), "c[%d]" % i(16)), "(int)" + e()),
            "Lanes[%d] = Lanes[%d] * 3 + Vector{(unsigned)a, (unsigned)b, 7, (unsigned)%s};" % (i(2), i(2), e(1)),
            "storeAt<%s>(%s, %s);" % (self.pick("uint16_t", "uint32_t", "Word"), e(1), e()),
            "Long = Long / 2 + ((%s) %% 1000);" % e(),
            "Real = Real / 4 + ((%s) %% 512);" % e(),
            "Wide = Wide * %s + %s;" % (e(1), e()),
            "if (List.size() < 40) List.push_back(%s);" % e(),
            "if (!List.empty()) List.erase(List.begin() + (%s) %% List.size());" % e(),
            "std::sort(List.begin(), List.end());",
            "Tree[(%s) & 15] += %s;" % (e(1), e()),
            "Tree.erase((%s) & 15);" % e(),
            'if (Text.size() < 60) Text += std::to_string(%s);' % e(),
            "if (Text.size() > 9) Text = Text.substr((%s) %% 5, 12) + 'x';" % e(1),
            "if (Shapes.size() < 9) Shapes.push_back(std::make_unique<%s>());" % self.pick("Shape", "Round", "Edgy"),
            "if (!Shapes.empty()) Shapes.erase(Shapes.begin() + (%s) %% Shapes.size());" % e(1),
            "if (!Shapes.empty()) a += Shapes[(%s) %% Shapes.size()]->step(%s);" % (e(1), e()),
            "Local[%d] += %s;" % (i(4), e()),
            "memmove(Bytes + %d, Bytes + %d, (%s) %% 20);" % (i(40), i(40), e(1)),
            "memset(Bytes + %d, (int)a, %d);" % (i(40), i(20)),
            "{ Cell L(%s, %s, nullptr); L.bump(%s); a += L.A + *L.Own; }" % (e(1), e(1), e(1)),
            "if (length() < 9) c += enter(new Cell(%s, %s, nullptr), true);" % (e(1), e(1)),
            "for (Word I = 0; I != 3 && length() < 9; ++I) { Cell *N = make(%s + I); N->B ^= I; enter(N, true); N->A += I; }" % e(1),
            "{ Cell L = mix(%s, Chain ? *Chain : Cell(6, b, nullptr)); b ^= enter(&L, false); }" % e(1),
            "{ Cell L(6, a, nullptr), M(7, %s, nullptr); swapInto(L, %s, b); c ^= L.B + M.A; }" % (e(1), self.pick("L", "M", "Chain ? *Chain : M")),
            "{ Cell *N = make(%s); swapInto(*N, *(%s), a); a ^= N->A; delete N; }" % (e(1), self.pick("N", "Chain ? Chain : N")),
            "if (Cell *N = Chain) { Chain = N->Next; b ^= N->A; delete N; }",
            "{ Guard G{%s}; b ^= %s; }" % (self.pick("a", "Words[3]", "Local[1]"), e()),
            "{ auto F = [&, k = a](Word x) { c += x * k; Words[2] ^= c; return c; }; b += F(%s); }" % e(1),
        ]
        if k:
            call = "%s(%s, %s)" % ("f%d" % i(k), e(1), e(1))
            choices += ["a = %s;" % call, "Words[5] += %s;" % call,
                        "b = Table[(%s) %% %d](a, c);" % (e(1), k)] * 2
        return self.r.choice(choices)

    def statement(self, k, n):
        if n == 0:
            return self.simple(k)
        e = self.expression
        kind = self.r.randrange(10)
        if kind == 0:
            return "if (%s & 1) %s else %s" % (e(1), self.block(k, n - 1), self.block(k, n - 1))
        if kind == 1:
            v = "i%d" % self.r.randrange(1 << 30)
            return "for (Word %s = 0; %s != (%s & 7) && burn(); ++%s) %s" % (v, v, e(0).replace("Box", "Box"), v, self.block(k, n - 1))
        if kind == 2:
            cases = " ".join("case %d: %s %s" % (c, self.statement(k, n - 1), self.pick("break;", "[[fallthrough]];")) for c in range(3))
            return "switch ((%s) & 3) { %s default: %s }" % (e(1), cases, self.simple(k))
        if kind == 3:
            self.labels += 1
            return "L%d: %s if (%s & 1 && burn()) goto L%d;" % (self.labels, self.simple(k), e(1), self.labels)
        if kind == 4:
            return ("try { %s if (%s & 1) throw Failure(%s); %s } catch (const Failure &F) { a ^= F.Code + F.what()[0]; %s }"
                    % (self.simple(k), e(1), e(1), self.simple(k), self.simple(k)))
        if kind == 5:
            return "try { if (%s & 3) throw %s; %s } catch (...) { %s }" % (
                e(1), self.pick("1", "(Word)a", "std::string(\"thrown\")"), self.simple(k), self.simple(k))
        if kind == 6:
            return "{ Word Copy[4]; memcpy(Copy, Box, sizeof(Copy)); %s Box[0] += Copy[(%s) & 3]; }" % (self.block(k, n - 1), e(1))
        return self.simple(k)

    @staticmethod
    def external(function, declaration, k):
        return "#if IS_IN(%d)\n%s#else\n%s;\n#endif\n" % (k, function, declaration)

    def function(self, k):
        body = "\n  ".join(self.statement(k, 2) for _ in range(self.r.randrange(4, 10)))
        attribute = self.pick("", "", "__attribute__((noinline)) ", "OWN ")
        guard = "  if (!burn()) return a ^ b;\n  Word c = a + b, Box[4] = {a, b, 1, 2};\n"
        throws = "  if ((a & 31) == 9) throw Failure(b);\n" if self.r.random() < 0.4 else ""
        text = "%sWord f%d(Word a, Word b) {\n%s  %s\n%s  return a + b * 3 + c + Box[%s & 3];\n}\n" % (
            attribute, k, guard, body, throws, "a")
        return text if attribute == "OWN " else self.external(text, "Word f%d(Word, Word)" % k, k)

    def program(self):
        count = self.r.randrange(3, 7)
        parts = [PROLOGUE]
        for k in range(count):
            if k:
                parts.append("static Word (*const Table%d[])(Word, Word) = {%s};\n#undef Table\n#define Table Table%d\n"
                             % (k, ", ".join("f%d" % j for j in range(k)), k))
            parts.append(self.function(k))
        parts.append(
            """#if PART == 0
static OUT_OF_LINE Word alternate(Word Start) {
  Word a = Start, b = Start * 5, c = 1, Box[4] = {a, b, 1, 2};
  Fuel = 400;
  for (Word I = 0; I != 4; ++I) {
    BLOCK(%s);
    %s
    BLOCK({ c += f%d(a, I); });
    %s
  }
  return a + b * 3 + c + Box[Start & 3];
}
int main() {
  [[maybe_unused]] Beside Thread;
  for (Word Round = 0; Round != 12; ++Round) {
    Word Result = 0;
    Factor = Round * 3 + 1;
    Factors[Round & 3] += Round;
    try {
      Result = BLOCK({
        Fuel = 400;
        return f%d(Round, Round * 77);
      });
    } catch (const Failure &F) {
      Result = F.Code + 99;
    }
    printf("%%llx %%llx\\n", (unsigned long long)Result, (unsigned long long)checksum());
    try {
      Result = alternate(Round);
    } catch (const Failure &F) {
      Result = F.Code + 98;
    }
    printf("%%llx %%llx\\n", (unsigned long long)Result, (unsigned long long)checksum());
  }
}
#endif
""" % (self.block(count - 1, 1), self.block(count - 1, 1), count - 1, self.simple(count - 1), count - 1))
        return "".join(parts)


if __name__ == "__main__":
    sys.stdout.write(Generator(int(sys.argv[1])).program())
