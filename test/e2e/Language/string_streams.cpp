//===- e2e/Language/string_streams.cpp - streams that blocks make ---------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block that makes string streams isn't inevitable: what they give is as
// outside, in attempts that are rolled back while they are alive, too, and none
// of their memory is lost then. On any other stream it is.
//
// RUN: %levels %t %s %stmxx
// RUN: %two_levels %t.17 %s %stmxx -std=c++17
// RUN: %at_O2 %t.static %s %stmxx -static-libstdc++
//
// Where the runtime finds no memory, or attempts fail:
//
// RUN: %if !sanitized %{ \
// RUN:   %stmxx -O2 %s -o %t.faults && \
// RUN:   for s in 1 2 3 4 5 6 7 8; do \
// RUN:     env LD_LIBRARY_PATH=%libdir/checked \
// RUN:       STM_OPTIONS=report=none:inject=abort/9+memory/5:seed=$s \
// RUN:       %t.faults faults || exit 1; \
// RUN:   done %}
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cstring>
#include <iomanip>
#include <iostream>
#include <malloc.h>
#include <memory>
#include <sstream>
#include <string>
#include <vector>

constexpr char Long[] = "a text that is too long for what a string has inside";

/// Shared memory: all that is read and written in blocks.
struct Memory {
  std::string Texts[40];
  int Count = 0;
  std::string Word = Long;
  const char *Pointer = Long;
  bool Bool = false;
  short Short = 0;
  int Int = 0;
  long Number = 0;
  unsigned long long Big = 0;
  float Small = 0;
  double Real = 0;
  char Char = 0;
  char Chars[32] = {};
  char Room[50] = {};
  long Sum = 0;

  void add(std::string Text) { Texts[Count++] = std::move(Text); }
  bool operator==(const Memory &Other) const {
    for (int I = 0; I != Count; ++I)
      if (Texts[I] != Other.Texts[I])
        return false;
    return Count == Other.Count && Word == Other.Word && Bool == Other.Bool &&
           Short == Other.Short && Int == Other.Int && Number == Other.Number &&
           Big == Other.Big && Small == Other.Small && Real == Other.Real &&
           Char == Other.Char && !memcmp(Chars, Other.Chars, sizeof(Chars)) &&
           !memcmp(Room, Other.Room, sizeof(Room)) && Sum == Other.Sum;
  }
};

struct Point {
  int X, Y;
};
std::ostream &operator<<(std::ostream &Out, const Point &P) {
  return Out << '(' << P.X << ", " << P.Y << ')';
}
std::istream &operator>>(std::istream &In, Point &P) {
  char Comma;
  return In >> P.X >> Comma >> P.Y;
}

void print(Memory &M) {
  std::ostringstream Out;
  Out << true << ' ' << short(-3) << ' ' << 4 << ' ' << 5u << ' ' << -6L << ' '
      << 7ull << ' ' << 1.5f << ' ' << -2.25 << ' ' << 'c' << ' ' << M.Pointer
      << ' ' << M.Word << ' ' << static_cast<unsigned char>('u') << ' '
      << static_cast<const void *>(nullptr);
  M.add(Out.str());
  Out.str("");
  Out << std::hex << std::showbase << 255 << std::dec << std::setw(8)
      << std::setfill('*') << 42 << std::left << std::setw(6) << 7 << std::fixed
      << std::setprecision(3) << 3.14159 << std::boolalpha << false << std::endl
      << std::setbase(8) << 64 << std::resetiosflags(std::ios::basefield)
      << std::setiosflags(std::ios::uppercase) << std::scientific << 1e10
      << std::ends << std::flush;
  M.add(Out.str());
  std::ostringstream Other("start", std::ios::ate);
  Other << Point{1, -2} << std::quoted("it's \"so\"");
  Other.put('!').write(Long, 6).seekp(0, std::ios::beg) << "S";
  Other.rdbuf()->sputc('T');
  Other.rdbuf()->sputn(Long, 3);
  M.add(Other.str());
  Other.swap(Out);
  M.add(Out.str());
  Other = std::ostringstream();
  M.add(Other.str());
  for (int I = 0; I != 300; ++I)
    Other << I;
  M.Sum += Other.tellp();
  Other.seekp(std::streampos(3)) << '_';
  M.add(std::move(Other).str());
}

void parse(Memory &M) {
  std::istringstream In("1 -2 3 -4 5 6.5 7.25 x word next, line\nlast");
  In >> M.Bool >> M.Short >> M.Int >> M.Number >> M.Big >> M.Small >> M.Real >>
      M.Char >> M.Word;
  M.Sum += In.get();
  M.Sum += In.peek();
  std::getline(In, M.Texts[30], ',');
  In >> std::ws;
  std::getline(In, M.Texts[31]);
  In.read(M.Chars, 30);
  M.Sum += In.gcount() + In.eof() * 1000 + In.fail() * 100 + !In * 10;
  In.clear();
  std::streampos End = In.tellg();
  In.seekg(End).seekg(2, std::ios::beg);
  In.ignore(3).ignore().unget();
  In.get(M.Chars[31]);
  In >> M.Int >> M.Int >> M.Int >> M.Int >> M.Int; // The last one fails.
  M.Sum += In.good() + 2 * In.bad() + 4 * In.rdstate();
  int Left = 0;
  In.clear();
  In.str("1 2 3 four");
  for (int I; In >> I;)
    Left += I;
  M.Sum += Left;
  std::stringstream Both(std::ios::in | std::ios::out);
  Both << "a,b,," << Long << ",e 8,9";
  for (std::string Field; std::getline(Both, Field, ',');)
    M.add(Field);
  Both.clear();
  Both.str("17,-4");
  Point P = {};
  Both >> P;
  M.Sum += P.X * P.Y;
  // Into arrays: whole lines, parts of them, and what doesn't fit.
  std::istringstream Lines(
      "first line\nsecond;third is longer than that\n\nend");
  Lines.getline(M.Room, sizeof(M.Room));
  M.add(M.Room);
  Lines.getline(M.Room, sizeof(M.Room), ';');
  M.add(M.Room);
  M.Sum += Lines.gcount();
  Lines.get(M.Room, 6).get(M.Room + 10, 20, 'g');
  M.add(M.Room);
  M.add(M.Room + 10);
  Lines.getline(M.Room, 4);
  M.add(M.Room);
  M.Sum += Lines.fail() * 3 + Lines.gcount();
  Lines.clear();
  Lines.getline(M.Room, sizeof(M.Room));
  Lines.getline(M.Room + 20, 20);
  M.Sum += M.Room[20] == 0;
  M.Sum += Lines.readsome(M.Room + 22, 2) + Lines.sync();
  Lines.getline(M.Room, 20);
  M.add(M.Room);
  Lines.getline(M.Room, 20); // There is none.
  M.Sum += Lines.eof() + 2 * Lines.fail() + M.Room[0];
  std::istringstream Words("some words, one by one");
#if __cplusplus >= 202002L
  Words >> M.Room >> std::setw(4) >> M.Room;
  M.add(M.Room);
#endif
  std::ostringstream Rest;
  Rest << Words.rdbuf();
  M.add(Rest.str());
  std::istringstream Chars("sequence");
  for (std::istreambuf_iterator<char> I(Chars), End; I != End; ++I)
    M.Sum += *I;
}

void onHeap(Memory &M) {
  std::unique_ptr<std::ostream> Out(new std::ostringstream);
  *Out << Long << Long;
  M.add(static_cast<std::ostringstream &>(*Out).str());
  std::vector<std::ostringstream> Many;
  for (int I = 0; I != 9; ++I) {
    Many.emplace_back();
    Many.back() << "the stream with the number " << I;
  }
  M.add(Many[0].str() + Many[8].str());
}

void all(Memory &M) {
  print(M);
  parse(M);
}

static void asOutside() {
  Memory Outside;
  all(Outside);
  EXPECT(Outside.Sum != 0 && Outside.Count > 10);
  Memory Inside;
  optimistically("string streams", [&] { all(Inside); });
  EXPECT(Inside == Outside);

  Memory HeapOutside, HeapInside;
  onHeap(HeapOutside);
  stm::atomic([&] { onHeap(HeapInside); }); // Inevitable.
  EXPECT(HeapInside == HeapOutside);
}

static size_t inUse() {
  struct mallinfo2 Info = mallinfo2();
  return Info.uordblks + Info.hblkhd;
}

/// Streams of all kinds are alive, on the stack and elsewhere.
static void rolledBack() {
  long Length = 0;
  Rival Other;
  stm::atomic([&] {
    std::ostringstream Out;
    for (int I = 0; I != 40; ++I)
      Out << Long;
    std::istringstream In(Out.str());
    std::stringstream Both(Long);
    Both << Long << Long;
    std::ostringstream Moved(std::move(Out));
    Out = std::ostringstream("another text, which is as long as the others");
    std::string Word;
    In >> Word >> Word;
    Other.strike();
    Length =
        static_cast<long>(Moved.str().size() + Word.size() + Both.str().size());
  });
  EXPECT(Length == 40 * (sizeof(Long) - 1) + 4 + 2 * (sizeof(Long) - 1));
  EXPECT(stm::last_abort_info().attempts >= 1);
}

static void loseNothing() {
  for (int I = 0; I != 20; ++I)
    rolledBack();
  size_t Before = inUse();
  for (int I = 0; I != 200; ++I)
    rolledBack();
  EXPECT(inUse() < Before + 100000);
}

/// More than there is room for at first, each made of a text.
static void nested(int Depth, std::string &Text) {
  std::stringstream Stream(Text);
  Stream << Depth;
  Text = Stream.str();
  if (Depth)
    nested(Depth - 1, Text);
  Text += Stream.str();
}

static void manyAtOnce() {
  std::string Outside, Inside;
  nested(100, Outside);
  optimistically("many streams", [&] {
    Inside.clear();
    nested(100, Inside);
  });
  EXPECT(Inside == Outside);
}

/// What an inner block has made goes with it; what it does to a stream around
/// it can't be undone.
static void innerBlocks() {
  std::string Text;
  for (int Round = 0; Round != 3; ++Round) {
    stm::atomic([&] {
      std::ostringstream Out;
      Out << "outer";
      stm::atomic([&] {
        std::ostringstream Inner(Long, std::ios::ate);
        Inner << Long;
        Text = Inner.str();
        stm::cancel();
      });
      EXPECT(Text.empty());
      stm::atomic([&] {
        std::ostringstream Inner;
        Inner << Out.str() << " and inner";
        Out << ' ' << Inner.str();
      });
      Text = Out.str();
    });
    EXPECT(Text == "outer outer and inner");
    Text.clear();
  }
}

static std::stringstream *Published = nullptr;

/// What isn't the block's own.
static void others() {
  stm::atomic([] {
    Published = new std::stringstream;
    *Published << "first";
  });
  uint64_t Before = inevitableSoFar();
  stm::atomic([] { *Published << " second"; });
  EXPECT(inevitableSoFar() == Before + 1);
  stm::atomic([] { *Published << std::string_view() << std::setw(3); });
  EXPECT(inevitableSoFar() == Before + 2);
  std::string Text;
  stm::atomic([&] {
    Text = Published->str();
    delete Published;
  });
  EXPECT(Text == "first second");

  std::ostringstream Around;
  Before = inevitableSoFar();
  stm::atomic([&] { Around << "around"; });
  EXPECT(inevitableSoFar() == Before + 1);
  EXPECT(Around.str() == "around");
}

static void imbued() {
  struct Comma : std::numpunct<char> {
    char do_decimal_point() const override { return ','; }
  };
  std::locale Old =
      std::locale::global(std::locale(std::locale::classic(), new Comma));
  std::string Text;
  uint64_t Before = inevitableSoFar();
  stm::atomic([&] {
    std::ostringstream Out;
    Out << 1.5;
    Text = Out.str();
  });
  std::locale::global(Old);
  EXPECT(Text == "1,5");
  EXPECT(inevitableSoFar() == Before + 1); // The facet is the program's.
}

static void throwing() {
  bool Caught = false;
  stm::atomic([&] {
    std::istringstream In("x");
    In.exceptions(std::ios::failbit);
    int I = 0;
    Caught = false;
    try {
      In >> I;
    } catch (const std::ios::failure &) {
      Caught = true;
    }
  });
  EXPECT(Caught);
}

/// Its sync() is the program's.
struct Log : std::stringbuf {
  int Syncs = 0;
  int sync() override {
    ++Syncs;
    return 0;
  }
};

static void tied() {
  Log L;
  std::ostream Out(&L);
  uint64_t Before = inevitableSoFar();
  stm::atomic([&] {
    std::istringstream In("7");
    In.tie(&Out);
    int I;
    In >> I;
  });
  EXPECT(L.Syncs > 0);
  EXPECT(inevitableSoFar() == Before + 1);
}

/// Streams that are left without a destructor, and what is in their place then.
static void abandoned() {
  struct alignas(std::ostringstream) Room {
    char Bytes[sizeof(std::ostringstream)];
  };
  auto Leave = [](Room &R, bool Again) __attribute__((noinline)) {
    auto *Stream = new (&R) std::ostringstream;
    *Stream << Long;
    if (Again)
      memset(&R.Bytes[64], 0x55, sizeof(R.Bytes) - 64);
  };
  for (bool Again : {false, true}) {
    Rival Other;
    stm::atomic([&] {
      Room R;
      Leave(R, Again);
      Other.strike();
    });
  }
}

static void standardStreams() {
  uint64_t Before = inevitableSoFar();
  stm::atomic([] { std::cout << std::flush; });
  EXPECT(inevitableSoFar() == Before + 1);
}

int main(int Count, char **) {
  Memory First;
  if (Count > 1) { // With faults: some run alone, and that is all.
    Memory Expected;
    all(Expected);
    Thread Beside([] {});
    for (int I = 0; I != 20; ++I) {
      Memory M;
      stm::atomic([&] {
        Memory Fresh;
        all(Fresh);
        M = Fresh;
      });
      EXPECT(M == Expected);
    }
    return 0;
  }
#if !__has_feature(address_sanitizer) // Its frames may be on the heap.
  asOutside();
  loseNothing();
  manyAtOnce();
#endif
  innerBlocks();
  others();
  imbued();
  throwing();
  tied();
#if !__has_feature(address_sanitizer) // They leak, as they do without blocks.
  abandoned();
#endif
  standardStreams();
}
