//===- abi/format.cpp - printf into private memory --------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "abi/format.h"

#include "abi/private_args.h"

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstring>

namespace stm::rt::abi {

namespace {

/// Where the characters go: the first \p Bytes of them into \p Out.
class Sink {
public:
  Sink(char *Out, size_t Bytes) : Out(Out), Bytes(Bytes) {}

  size_t length() const { return Length; }
  char *next() const { return Out + std::min(Length, Bytes); }
  size_t room() const { return Bytes - std::min(Length, Bytes); }

  void put(char C) {
    if (room())
      *next() = C;
    ++Length;
  }
  void pad(size_t Count) {
    if (size_t Written = std::min(Count, room())) // There may be no memory.
      memset(next(), ' ', Written);
    Length += Count;
  }
  void copy(const void *Shared, size_t Count) {
    if (size_t Written = std::min(Count, room()))
      __stm_read_range(next(), Shared, Written);
    Length += Count;
  }
  void add(size_t Count) { Length += Count; }
  void terminate() {
    if (Bytes)
      Out[std::min(Length, Bytes - 1)] = 0;
  }

private:
  char *Out;
  size_t Bytes;
  size_t Length = 0;
};

/// One conversion: "%-8.*lf".
struct Conversion {
  char Text[40]; ///< Private, with a terminator.
  unsigned Length = 0;
  bool IsLeft = false;
  bool HasWidthArg = false, HasPrecisionArg = false;
  int Width = 0;
  int Precision = -1;
  char Modifier = 0; ///< 'H' for hh, 'q' for ll.
  char Kind = 0;

  bool isKnown() const {
    // Wide: glibc takes all that make numbers longer for an l.
    if ((Kind == 'c' || Kind == 's') && Modifier && Modifier != 'h' &&
        Modifier != 'H')
      return false;
    return Kind && strchr("diouxXcspeEfFgGaAm%", Kind);
  }

  /// Reads it from behind its '%'; the address behind it. Null: it is none.
  const char *read(const char *At) {
    take('%');
    for (;; ++At) {
      char C = peek(At);
      if (!C || !strchr("-+ #0'", C))
        break;
      IsLeft |= C == '-';
      if (!take(C))
        return nullptr;
    }
    if (!readNumber(At, Width, HasWidthArg))
      return nullptr;
    if (peek(At) == '.') {
      take('.');
      ++At;
      Precision = 0;
      if (!readNumber(At, Precision, HasPrecisionArg))
        return nullptr;
    }
    for (; strchr("hlqjztL", peek(At)) && peek(At); ++At) {
      char C = peek(At);
      Modifier = C == Modifier ? (C == 'h' ? 'H' : 'q') : C;
      if (!take(C))
        return nullptr;
    }
    Kind = peek(At);
    if (!Kind || !take(Kind))
      return nullptr;
    Text[Length] = 0;
    return At + 1;
  }

private:
  static char peek(const char *At) {
    return static_cast<char>(__stm_read_u8(At));
  }
  bool take(char C) {
    if (Length + 1 == sizeof(Text))
      return false;
    Text[Length++] = C;
    return true;
  }
  bool readNumber(const char *&At, int &Number, bool &IsArg) {
    if (peek(At) == '*') {
      IsArg = true;
      ++At;
      return take('*');
    }
    for (; peek(At) >= '0' && peek(At) <= '9'; ++At) {
      if (Number > 99999999 || !take(peek(At)))
        return false;
      Number = Number * 10 + (peek(At) - '0');
    }
    return peek(At) != '$';
  }
};

/// The string of a %s, by hand: how much of it is read depends on the
/// precision.
void putString(Sink &To, const Conversion &C, const char *Shared) {
  size_t Limit = C.Precision < 0 ? NoLimit : static_cast<size_t>(C.Precision);
  static constexpr char Null[] = "(null)";
  if (!Shared) {
    Shared = Null;
    if (Limit < sizeof(Null) - 1)
      Limit = 0;
  }
  size_t Length = __stm_wrap_strnlen(Shared, Limit);
  size_t Width = static_cast<size_t>(C.Width);
  size_t Missing = Width > Length ? Width - Length : 0;
  if (!C.IsLeft)
    To.pad(Missing);
  To.copy(Shared, Length);
  if (C.IsLeft)
    To.pad(Missing);
}

class Formatter {
public:
  Formatter(Sink &To, FormatArgs &Args) : To(To), Args(Args) {}

  bool put(Conversion &C) {
    if (C.HasWidthArg)
      C.Width = va_arg(Args.List, int);
    if (C.HasPrecisionArg)
      C.Precision = va_arg(Args.List, int);
    switch (C.Kind) {
    case 's':
      if (C.Width < 0) {
        C.IsLeft = true;
        C.Width = -C.Width;
      }
      putString(To, C, va_arg(Args.List, const char *));
      return true;
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case 'a':
    case 'A':
      return C.Modifier == 'L' ? print(C, va_arg(Args.List, long double))
                               : print(C, va_arg(Args.List, double));
    case 'p':
      return print(C, va_arg(Args.List, void *));
    case 'm':
    case '%':
      return print(C, 0);
    default:
      return C.Kind == 'c' || !isWide(C.Modifier)
                 ? print(C, va_arg(Args.List, int))
                 : print(C, va_arg(Args.List, long));
    }
  }

private:
  static bool isWide(char Modifier) {
    static_assert(sizeof(long) == 8 && sizeof(intmax_t) == 8 &&
                  sizeof(size_t) == 8 && sizeof(ptrdiff_t) == 8);
    return Modifier && strchr("lqjztL", Modifier);
  }

// The text of the conversion is the program's own.
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wformat-nonliteral"
  template <class T> bool print(const Conversion &C, T Value) {
    int Count;
    if (C.HasWidthArg && C.HasPrecisionArg)
      Count =
          snprintf(To.next(), To.room(), C.Text, C.Width, C.Precision, Value);
    else if (C.HasWidthArg)
      Count = snprintf(To.next(), To.room(), C.Text, C.Width, Value);
    else if (C.HasPrecisionArg)
      Count = snprintf(To.next(), To.room(), C.Text, C.Precision, Value);
    else
      Count = snprintf(To.next(), To.room(), C.Text, Value);
    if (Count < 0)
      return false;
    To.add(static_cast<size_t>(Count));
    return true;
  }
#pragma clang diagnostic pop

  Sink &To;
  FormatArgs &Args;
};

/// Calls \p Put for each conversion of \p Format, and \p Literal for each
/// character between. False: it met one that it doesn't know.
template <class PutF, class LiteralF>
bool forEachConversion(const void *Format, PutF Put, LiteralF Literal) {
  auto *At = static_cast<const char *>(Format);
  while (char C = static_cast<char>(__stm_read_u8(At))) {
    ++At;
    if (C != '%') {
      Literal(C);
      continue;
    }
    Conversion Next;
    At = Next.read(At);
    if (!At || !Next.isKnown() || !Put(Next))
      return false;
  }
  return true;
}

} // namespace

size_t formatPrivately(char *Out, size_t Bytes, const void *Format,
                       FormatArgs &Args) {
  Sink To(Out, Bytes);
  Formatter F(To, Args);
  if (!forEachConversion(
          Format, [&](Conversion &C) { return F.put(C); },
          [&](char C) { To.put(C); }))
    return FormatFailed;
  To.terminate();
  return To.length();
}

bool canFormat(const void *Format) {
  return forEachConversion(
      Format, [](Conversion &) { return true; }, [](char) {});
}

} // namespace stm::rt::abi
