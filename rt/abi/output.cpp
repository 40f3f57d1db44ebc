//===- abi/output.cpp - deferred output for users ---------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is to be written is copied into the descriptor's own buffers first, by
// the transaction's reads, which may roll back: the buffers have an owner all
// the time. printf's formats are taken apart, since their strings are shared
// memory too; each conversion is then printed by libc from private copies.
//
//===----------------------------------------------------------------------===//

#include "abi/rtl.h"
#include "base/check.h"
#include "stm/stm.h"
#include "tx/barriers.h"
#include "tx/registry.h"

#include <cstdarg>
#include <cstdint>
#include <cstring>
#include <cwchar>

using namespace stm::rt;

namespace {

[[noreturn]] void outOfMemory(Tx &Self, size_t Bytes, uintptr_t Pc) {
  if (!Self.isRevocable())
    reportOutOfMemory("deferred output", Bytes);
  Self.outOfLogMemory(Pc);
}

char *makeRoom(Tx &Self, size_t Bytes, uintptr_t Pc) {
  char *Room = Self.Output.makeRoom(Bytes);
  if (!Room)
    outOfMemory(Self, Bytes, Pc);
  return Room;
}

/// The output is complete. Outside of a transaction it is written at once.
void endPiece(Tx &Self, int Descriptor, FILE *File, uintptr_t Pc) {
  if (!Self.Output.endPiece(Descriptor, File))
    outOfMemory(Self, sizeof(void *), Pc);
  if (Self.InTransaction) {
    Self.HasWork = true;
    Self.IsUnusual = true; // Its commit is.
    return;
  }
  Self.Output.lockOrder();
  Self.Output.takeTicketAndUnlock();
  Self.Output.write();
}

/// Takes a format apart and appends what it says to the output.
class Formatter {
public:
  Formatter(Tx &Self, va_list From, uintptr_t Pc) : Self(Self), Pc(Pc) {
    va_copy(Args, From);
  }
  ~Formatter() { va_end(Args); }
  Formatter(const Formatter &) = delete;
  Formatter &operator=(const Formatter &) = delete;

  /// False: a conversion that isn't known; nothing was appended.
  bool run(const char *Format) {
    DeferredOutput::Mark Before = Self.Output.mark();
    const char *At = copy(0, Format, length(Format, SIZE_MAX));
    while (*At) {
      const char *Percent = strchrnul(At, '%');
      append(At, static_cast<size_t>(Percent - At));
      At = Percent;
      if (*At && !convert(At)) {
        Self.Output.undoTo(Before);
        return false;
      }
    }
    return true;
  }

private:
  /// Of a shared string, at most \p Most.
  size_t length(const char *String, size_t Most) {
    size_t Length = 0;
    while (Length != Most && abi::__stm_read_u8(String + Length) != 0)
      ++Length;
    return Length;
  }

  const char *copy(unsigned Which, const char *String, size_t Length) {
    LogVector<char> &To = Self.Output.scratch(Which);
    To.clear();
    if (!reserve(To, Length + 1))
      outOfMemory(Self, Length, Pc);
    readRange(To.begin(), String, Length, Pc);
    To.begin()[Length] = 0;
    return To.begin();
  }

  void append(const char *Bytes, size_t Count) {
    memcpy(makeRoom(Self, Count, Pc), Bytes, Count);
    Self.Output.append(Count);
  }

  template <class... T> void print(T... Values) {
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wformat-nonliteral"
#pragma clang diagnostic ignored "-Wformat-security"
    int Count = snprintf(nullptr, 0, Spec, Values...);
    if (Count <= 0)
      return;
    auto Bytes = static_cast<size_t>(Count);
    snprintf(makeRoom(Self, Bytes + 1, Pc), Bytes + 1, Spec, Values...);
#pragma clang diagnostic pop
    Self.Output.append(Bytes);
  }

  void put(char C) {
    if (SpecLength < sizeof(Spec) - 1)
      Spec[SpecLength++] = C;
    Spec[SpecLength] = 0;
  }
  /// `*` or digits; what they say.
  long number(const char *&At, bool &IsThere) {
    long Value = 0;
    if (*At == '*') {
      ++At;
      IsThere = true;
      Value = va_arg(Args, int);
      return Value;
    }
    while (*At >= '0' && *At <= '9') {
      IsThere = true;
      Value = Value * 10 + (*At++ - '0');
    }
    return Value;
  }
  void putNumber(long Value) {
    char Digits[24];
    snprintf(Digits, sizeof(Digits), "%ld", Value);
    for (const char *D = Digits; *D; ++D)
      put(*D);
  }

  /// \p At is at the '%', and then behind the conversion.
  bool convert(const char *&At) {
    SpecLength = 0;
    put(*At++);
    while (*At && strchr("-+ #0'", *At))
      put(*At++);
    bool HasWidth = false, HasPrecision = false;
    long Width = number(At, HasWidth);
    if (*At == '$')
      return false;
    if (HasWidth)
      putNumber(Width);
    long Precision = -1;
    if (*At == '.') {
      ++At;
      Precision = number(At, HasPrecision);
      if (Precision >= 0) {
        put('.');
        putNumber(Precision);
      }
    }
    char Length = 0;
    if (*At && strchr("hlqLjzt", *At)) {
      Length = *At++;
      put(Length);
      if (*At == Length && (Length == 'h' || Length == 'l')) {
        Length = Length == 'h' ? 'H' : 'q';
        put(*At++);
      }
    }
    char Conversion = *At;
    if (!Conversion)
      return false;
    ++At;
    put(Conversion);
    switch (Conversion) {
    case '%':
      append("%", 1);
      return true;
    case 'd':
    case 'i':
    case 'u':
    case 'o':
    case 'x':
    case 'X':
      return printInteger(Length);
    case 'e':
    case 'E':
    case 'f':
    case 'F':
    case 'g':
    case 'G':
    case 'a':
    case 'A':
      if (Length == 'L')
        print(va_arg(Args, long double));
      else
        print(va_arg(Args, double));
      return true;
    case 'c':
      if (Length)
        return false;
      print(va_arg(Args, int));
      return true;
    case 'p':
      print(va_arg(Args, void *));
      return true;
    case 's':
      if (Length)
        return false;
      printString(va_arg(Args, const char *), Precision);
      return true;
    default:
      return false; // %n, %ls, %m and what others may know.
    }
  }

  bool printInteger(char Length) {
    switch (Length) {
    case 0:
    case 'h':
    case 'H':
      print(va_arg(Args, int));
      return true;
    case 'l':
      print(va_arg(Args, long));
      return true;
    case 'q':
    case 'L':
      print(va_arg(Args, long long));
      return true;
    case 'j':
      print(va_arg(Args, intmax_t));
      return true;
    case 'z':
      print(va_arg(Args, size_t));
      return true;
    case 't':
      print(va_arg(Args, ptrdiff_t));
      return true;
    }
    return false;
  }

  void printString(const char *Shared, long Precision) {
    if (Shared)
      Shared =
          copy(1, Shared,
               length(Shared, Precision < 0 ? SIZE_MAX
                                            : static_cast<size_t>(Precision)));
    print(Shared);
  }

  Tx &Self;
  va_list Args;
  uintptr_t Pc;
  char Spec[96];
  size_t SpecLength = 0;
};

/// Plain memory.
void formatDirectly(Tx &Self, const char *Format, va_list Args, uintptr_t Pc) {
  va_list Again;
  va_copy(Again, Args);
  int Count = vsnprintf(nullptr, 0, Format, Again);
  va_end(Again);
  if (Count <= 0)
    return;
  auto Bytes = static_cast<size_t>(Count);
  vsnprintf(makeRoom(Self, Bytes + 1, Pc), Bytes + 1, Format, Args);
  Self.Output.append(Bytes);
}

int format(int Descriptor, FILE *File, const char *Format, va_list Args,
           uintptr_t Pc) {
  Tx &Self = currentTx();
  size_t Before = Self.Output.mark().Bytes;
  if (!Self.isDirect() && !Formatter(Self, Args, Pc).run(Format))
    Self.becomeInevitable("a conversion that stm_deferred_printf doesn't know",
                          Pc);
  if (Self.isDirect())
    formatDirectly(Self, Format, Args, Pc);
  auto Count = static_cast<int>(Self.Output.mark().Bytes - Before);
  endPiece(Self, Descriptor, File, Pc);
  return Count;
}

} // namespace

extern "C" {

STM_EXPORT void stm_deferred_write(int Descriptor, const void *Bytes,
                                   size_t Count) {
  Tx &Self = currentTx();
  readRange(makeRoom(Self, Count, STM_CALLER_PC), Bytes, Count, STM_CALLER_PC);
  Self.Output.append(Count);
  endPiece(Self, Descriptor, nullptr, STM_CALLER_PC);
}

STM_EXPORT int stm_deferred_printf(int Descriptor, const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int Count = format(Descriptor, nullptr, Format, Args, STM_CALLER_PC);
  va_end(Args);
  return Count;
}

STM_EXPORT int stm_deferred_fprintf(FILE *File, const char *Format, ...) {
  va_list Args;
  va_start(Args, Format);
  int Count = format(-1, File, Format, Args, STM_CALLER_PC);
  va_end(Args);
  return Count;
}

} // extern "C"
