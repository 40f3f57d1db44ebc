//===- abi/scanf_wraps.cpp - scanf of shared memory -------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libc's own function reads a private copy of the text, and assigns to private
// places, whose sizes the format says. What it has assigned goes to the
// program's by barriers, in the format's order, and no byte more than libc
// would write. So text and format may lie where something is assigned to, and
// places may overlap.
//
//===----------------------------------------------------------------------===//

#include "abi/private_args.h"

#include <algorithm>
#include <cfloat>
#include <cstdarg>
#include <cstring>
#include <string_view>
#include <utility>

// libc's headers call some by the names of others. Those of C23 are in glibc
// from 2.38 on.
extern "C" {
#define STM_SCANF(Name, Args)                                                  \
  STM_EXPORT int __stm_plain_##Name(const char *, const char *,                \
                                    Args) __asm__(#Name)
STM_SCANF(sscanf, ...);
STM_SCANF(vsscanf, va_list);
STM_SCANF(__isoc99_sscanf, ...);
STM_SCANF(__isoc99_vsscanf, va_list);
__attribute__((weak)) STM_SCANF(__isoc23_sscanf, ...);
__attribute__((weak)) STM_SCANF(__isoc23_vsscanf, va_list);
#undef STM_SCANF
}

namespace stm::rt::abi {

namespace {

/// One of libc's three.
struct Scanf {
  int (*Scan)(const char *, const char *, ...);
  int (*ScanList)(const char *, const char *, va_list);
  bool AllocatesByA; ///< "%as", which is "%ms".
};
constexpr Scanf Old = {__stm_plain_sscanf, __stm_plain_vsscanf, true};
constexpr Scanf C99 = {__stm_plain___isoc99_sscanf,
                       __stm_plain___isoc99_vsscanf, false};
Scanf c23() {
  if (!__stm_plain___isoc23_sscanf || !__stm_plain___isoc23_vsscanf)
    return C99;
  return {__stm_plain___isoc23_sscanf, __stm_plain___isoc23_vsscanf, false};
}

/// A va_list can't be passed by reference.
struct ScanArgs {
  va_list List;
};

/// How many places there may be.
constexpr unsigned Most = 32;

/// What one conversion assigns.
struct Conversion {
  enum Kind : char {
    Scalar,
    String, ///< With a terminator.
    Chars,  ///< Without.
    Count   ///< %n: not in the number of those assigned.
  };
  Kind Is;
  Size Bytes; ///< Of a text: at most.

  bool isText() const { return Is == String || Is == Chars; }
};

/// A long double's, without what libc leaves as it was.
constexpr Size LongDoubleBytes = LDBL_MANT_DIG == 64 ? 10 : sizeof(long double);

/// 0: not with this modifier.
Size intBytes(std::string_view Modifier) {
  static_assert(sizeof(long) == 8 && sizeof(long long) == 8 &&
                sizeof(intmax_t) == 8 && sizeof(size_t) == 8 &&
                sizeof(ptrdiff_t) == 8);
  if (Modifier.empty())
    return sizeof(int);
  if (Modifier == "h")
    return sizeof(short);
  if (Modifier == "hh")
    return sizeof(char);
  return Modifier.size() == 1 || Modifier == "ll" ? sizeof(long) : 0;
}

Size realBytes(std::string_view Modifier) {
  if (Modifier.empty())
    return sizeof(float);
  if (Modifier == "l")
    return sizeof(double);
  return Modifier == "L" || Modifier == "ll" || Modifier == "q"
             ? LongDoubleBytes
             : 0;
}

/// All that a format assigns.
class Conversions {
public:
  /// False: there is one that isn't known, or there are too many. The format is
  /// private; of %hn and %hhn it makes %n, whose count can't be a -1.
  bool read(char *Format, Size TextLength, bool AllocatesByA) {
    Longest = TextLength;
    char *At = Format;
    while (At && *At)
      if (*At++ == '%')
        At = readOne(At, AllocatesByA);
    return At;
  }
  unsigned number() const { return Number; }
  const Conversion &operator[](unsigned I) const { return All[I]; }

private:
  /// From behind its '%'; the address behind it, or null.
  char *readOne(char *At, bool AllocatesByA) {
    bool IsAssigned = true;
    for (; *At == '*' || *At == '\''; ++At)
      IsAssigned &= *At != '*';
    Size Width = 0;
    for (; *At >= '0' && *At <= '9'; ++At) {
      if (Width > 99999999)
        return nullptr;
      Width = Width * 10 + static_cast<Size>(*At - '0');
    }
    char *Begin = At;
    while (*At && strchr("hlqjztL", *At))
      ++At;
    std::string_view Modifier(Begin, static_cast<Size>(At - Begin));

    Conversion Next{Conversion::Scalar, 0};
    switch (char Kind = *At++) {
    case '%':
      IsAssigned = false;
      Next.Bytes = 1;
      break;
    case 'd':
    case 'i':
    case 'o':
    case 'u':
    case 'x':
    case 'X':
      Next.Bytes = intBytes(Modifier);
      break;
    case 'n':
      Next.Is = Conversion::Count;
      if (Width)
        return nullptr;
      Next.Bytes = intBytes(Modifier);
      if (*Begin == 'h') {
        memmove(Begin, At - 1, strlen(At - 1) + 1);
        At = Begin + 1;
      }
      break;
    case 'a':
      if (AllocatesByA && *At && strchr("sS[", *At))
        return nullptr;
      [[fallthrough]];
    case 'A':
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
      Next.Bytes = realBytes(Modifier);
      break;
    case 'p':
      Next.Bytes = Modifier.empty() ? sizeof(void *) : 0;
      break;
    case '[':
      At += *At == '^';
      At += *At == ']';
      At = strchr(At, ']');
      if (!At)
        return nullptr;
      ++At;
      [[fallthrough]];
    case 's':
    case 'c':
      if (!Modifier.empty())
        return nullptr;
      // Sanitizers' scanf looks at all that a width says.
      if (Kind == 'c')
        Next = {Conversion::Chars, std::max(Width, Size{1})};
      else
        Next = {Conversion::String, (Width ? Width : Longest) + 1};
      break;
    default: // A position too.
      return nullptr;
    }
    if (!Next.Bytes || (IsAssigned && Number == Most))
      return nullptr;
    if (IsAssigned)
      All[Number++] = Next;
    return At;
  }

  Conversion All[Most];
  unsigned Number = 0;
  Size Longest;
};

/// A number of any type.
struct alignas(16) ScalarPlace {
  char Bytes[16];
};

/// As many as there may be, whoever asks for less: they are all addresses.
template <size_t... I>
int scan(const Scanf &By, const char *Text, const char *Format, char **Places,
         std::index_sequence<I...>) {
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wformat-nonliteral"
  return By.Scan(Text, Format, Places[I]...);
#pragma clang diagnostic pop
}

bool isReached(const ScalarPlace &Place) {
  int Value;
  memcpy(&Value, Place.Bytes, sizeof(Value));
  return Value != -1;
}

I32 scanShared(const Scanf &By, CPtr Text, CPtr Format, ScanArgs &Args) {
  PrivateString OwnText(Text), OwnFormat(Format);
  const char *FormatText = OwnFormat;
  Conversions Wanted;
  Size Length = strlen(OwnText);
  bool IsKnown =
      Wanted.read(const_cast<char *>(FormatText), Length, By.AllocatesByA);
  Size TextBytes = 0;
  for (unsigned I = 0; IsKnown && I != Wanted.number(); ++I)
    if (Wanted[I].isText())
      TextBytes += Wanted[I].Bytes;
  PrivateBlock Texts(TextBytes);
  if (!IsKnown || !Texts.data()) {
    __stm_become_inevitable(
        IsKnown ? "no memory for what scanf assigns"
                : "scanf with %m, wide characters or positions, or too long");
    return By.ScanList(static_cast<const char *>(Text),
                       static_cast<const char *>(Format), Args.List);
  }

  ScalarPlace Scalars[Most];
  memset(Scalars, -1, sizeof(Scalars));
  char *Places[Most] = {};
  Ptr Shared[Most];
  char *NextText = Texts.data();
  for (unsigned I = 0; I != Wanted.number(); ++I) {
    Shared[I] = va_arg(Args.List, void *);
    Places[I] = Wanted[I].isText() ? NextText : Scalars[I].Bytes;
    // There is no terminator in a text: it shows where %c has ended.
    if (Wanted[I].Is == Conversion::Chars)
      memset(NextText, 0, std::min(Wanted[I].Bytes, Length + 1));
    if (Wanted[I].isText())
      NextText += Wanted[I].Bytes;
  }
  int Assigned =
      scan(By, OwnText, FormatText, Places, std::make_index_sequence<Most>());

  int Left = Assigned;
  for (unsigned I = 0; I != Wanted.number(); ++I) {
    Size Bytes = Wanted[I].Bytes;
    if (Wanted[I].Is == Conversion::Count) {
      if (isReached(Scalars[I]))
        __stm_write_range(Shared[I], Places[I], Bytes);
      continue;
    }
    if (Left <= 0)
      continue;
    --Left;
    if (Wanted[I].Is == Conversion::String)
      Bytes = strlen(Places[I]) + 1;
    else if (Wanted[I].Is == Conversion::Chars)
      Bytes = strnlen(Places[I], Bytes);
    __stm_write_range(Shared[I], Places[I], Bytes);
  }
  return Assigned;
}

I32 scanSharedList(const Scanf &By, CPtr Text, CPtr Format, Ptr List) {
  ScanArgs Args;
  va_copy(Args.List, *static_cast<va_list *>(List));
  I32 Assigned = scanShared(By, Text, Format, Args);
  va_end(Args.List);
  return Assigned;
}

} // namespace

extern "C" {

I32 __stm_wrap_sscanf(CPtr Text, CPtr Format, ...) {
  ScanArgs Args;
  va_start(Args.List, Format);
  I32 Assigned = scanShared(Old, Text, Format, Args);
  va_end(Args.List);
  return Assigned;
}

I32 __stm_wrap___isoc99_sscanf(CPtr Text, CPtr Format, ...) {
  ScanArgs Args;
  va_start(Args.List, Format);
  I32 Assigned = scanShared(C99, Text, Format, Args);
  va_end(Args.List);
  return Assigned;
}

I32 __stm_wrap___isoc23_sscanf(CPtr Text, CPtr Format, ...) {
  ScanArgs Args;
  va_start(Args.List, Format);
  I32 Assigned = scanShared(c23(), Text, Format, Args);
  va_end(Args.List);
  return Assigned;
}

I32 __stm_wrap_vsscanf(CPtr Text, CPtr Format, Ptr List) {
  return scanSharedList(Old, Text, Format, List);
}

I32 __stm_wrap___isoc99_vsscanf(CPtr Text, CPtr Format, Ptr List) {
  return scanSharedList(C99, Text, Format, List);
}

I32 __stm_wrap___isoc23_vsscanf(CPtr Text, CPtr Format, Ptr List) {
  return scanSharedList(c23(), Text, Format, List);
}

} // extern "C"

} // namespace stm::rt::abi
