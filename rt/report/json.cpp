//===- report/json.cpp - emitting JSON --------------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/json.h"

#include "base/check.h"

namespace stm::rt {

using namespace __sanitizer;

namespace {

/// How many bytes of \p Text are one well-formed character of UTF-8 (RFC 3629:
/// the shortest form, no surrogates, up to U+10FFFF); 0: none.
unsigned lengthOfCharacter(const unsigned char *Text) {
  auto Continues = [&](unsigned I, unsigned char From, unsigned char To) {
    return Text[I] >= From && Text[I] <= To;
  };
  unsigned char First = Text[0];
  if (First < 0x80)
    return 1;
  if (First < 0xC2)
    return 0;
  if (First < 0xE0)
    return Continues(1, 0x80, 0xBF) ? 2 : 0;
  if (First < 0xF0) {
    unsigned char From = First == 0xE0 ? 0xA0 : 0x80;
    unsigned char To = First == 0xED ? 0x9F : 0xBF;
    return Continues(1, From, To) && Continues(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (First < 0xF5) {
    unsigned char From = First == 0xF0 ? 0x90 : 0x80;
    unsigned char To = First == 0xF4 ? 0x8F : 0xBF;
    return Continues(1, From, To) && Continues(2, 0x80, 0xBF) &&
                   Continues(3, 0x80, 0xBF)
               ? 4
               : 0;
  }
  return 0;
}

} // namespace

void JsonWriter::append(const char *Text, size_t Length) {
  char Piece[128];
  while (Length) {
    size_t Bytes = Min(Length, sizeof(Piece) - 1);
    internal_memcpy(Piece, Text, Bytes);
    Piece[Bytes] = 0;
    Out.Append(Piece);
    Text += Bytes;
    Length -= Bytes;
  }
}

void JsonWriter::begin(char Bracket, Layout How) {
  beforeValue();
  append(&Bracket, 1);
  STM_CHECK(Depth + 1 != MaxDepth);
  bool Inherited = IsInOneLine[Depth];
  ++Depth;
  HasElements[Depth] = false;
  IsInOneLine[Depth] = Inherited || How == InOneLine;
}

void JsonWriter::end(char Bracket) {
  bool WasEmpty = !HasElements[Depth];
  bool WasInOneLine = IsInOneLine[Depth];
  --Depth;
  if (!WasEmpty && !WasInOneLine)
    newLine();
  append(&Bracket, 1);
  if (!Depth)
    Out.Append("\n");
}

void JsonWriter::newLine() {
  Out.Append("\n");
  for (unsigned I = 0; I != Depth; ++I)
    Out.Append("  ");
}

void JsonWriter::beforeValue() {
  if (AfterKey) {
    AfterKey = false;
    return;
  }
  if (!Depth)
    return;
  if (HasElements[Depth])
    Out.Append(IsInOneLine[Depth] ? ", " : ",");
  HasElements[Depth] = true;
  if (!IsInOneLine[Depth])
    newLine();
}

void JsonWriter::key(const char *Name) {
  beforeValue();
  quoted(Name);
  Out.Append(": ");
  AfterKey = true;
}

void JsonWriter::signedValue(int64_t Number) {
  beforeValue();
  char Digits[24];
  internal_snprintf(Digits, sizeof(Digits), "%lld",
                    static_cast<long long>(Number));
  Out.Append(Digits);
}

void JsonWriter::value(uint64_t Number) {
  beforeValue();
  char Digits[24];
  internal_snprintf(Digits, sizeof(Digits), "%llu",
                    static_cast<unsigned long long>(Number));
  Out.Append(Digits);
}

void JsonWriter::boolean(bool Value) {
  beforeValue();
  Out.Append(Value ? "true" : "false");
}

void JsonWriter::null() {
  beforeValue();
  Out.Append("null");
}

void JsonWriter::string(const char *Text) {
  if (!Text)
    return null();
  beforeValue();
  quoted(Text);
}

void JsonWriter::fraction(double Value) {
  constexpr double Most = 1e12;
  if (!(Value > -Most && Value < Most))
    return null();
  beforeValue();
  auto Millionths =
      static_cast<unsigned long long>((Value < 0 ? -Value : Value) * 1e6 + 0.5);
  char Digits[32];
  internal_snprintf(Digits, sizeof(Digits), "%s%llu.%06llu",
                    Value < 0 && Millionths ? "-" : "", Millionths / 1000000,
                    Millionths % 1000000);
  Out.Append(Digits);
}

void JsonWriter::quoted(const char *Text) {
  Out.Append("\"");
  auto *At = reinterpret_cast<const unsigned char *>(Text);
  while (*At) {
    const unsigned char *Run = At;
    unsigned Length = 0;
    while (*At && *At >= 0x20 && *At != '"' && *At != '\\' &&
           (Length = lengthOfCharacter(At)))
      At += Length;
    append(reinterpret_cast<const char *>(Run), static_cast<size_t>(At - Run));
    if (!*At)
      break;
    constexpr char Hex[] = "0123456789abcdef";
    const char Escaped[] = {'\\', static_cast<char>(*At)};
    const char Code[] = {'\\', 'u', '0', '0', Hex[*At >> 4], Hex[*At & 15]};
    if (*At == '"' || *At == '\\')
      append(Escaped, sizeof(Escaped));
    else if (*At < 0x20)
      append(Code, sizeof(Code));
    else
      Out.Append("\xEF\xBF\xBD"); // U+FFFD
    ++At;
  }
  Out.Append("\"");
}

} // namespace stm::rt
