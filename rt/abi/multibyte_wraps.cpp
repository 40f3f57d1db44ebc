//===- abi/multibyte_wraps.cpp - characters of the locale's code ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libc's conversions on private copies, the program's state of one among them.
// Where the program gives none, libc keeps one for itself, which a rollback
// couldn't restore. They are inevitable then, but for those that begin anew in
// each call, and those to bytes, which have nothing to keep.
//
// That is so in UTF-8 and in most codes of one byte. In others a character may
// wait for the next one, in either direction, and what a part of the text gives
// depends on more than that part: with these all are inevitable.
//
//===----------------------------------------------------------------------===//

#include "abi/fortify.h"
#include "abi/private_args.h"
#include "tx/registry.h"

#include <algorithm>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <cuchar>
#include <cwchar>
#include <initializer_list>
#include <langinfo.h>

namespace stm::rt::abi {

namespace {

constexpr Size Invalid = ~Size{0}, Incomplete = Invalid - 1;

/// Whether no character of the locale's code waits for the next one.
bool isSimple() {
  const char *Code = nl_langinfo(CODESET);
  if (MB_CUR_MAX != 1)
    return strcmp(Code, "UTF-8") == 0;
  // Letters there are followed by their accents.
  for (const char *Other : {"TCVN5712-1", "CP1255", "CP1258"})
    if (strcmp(Code, Other) == 0)
      return false;
  return true;
}

/// Whether libc's function is to be called as it stands. \p IsLibcs: with its
/// own state, that it needs.
bool isAlone(bool IsLibcs = false) {
  if (IsLibcs)
    __stm_become_inevitable("conversion of characters with libc's own state");
  else if (!isSimple())
    __stm_become_inevitable("conversion of characters in a code with states");
  else
    return false;
  return true;
}

const char *bytes(CPtr Text) { return static_cast<const char *>(Text); }
char *bytes(Ptr Text) { return static_cast<char *>(Text); }
const wchar_t *wides(CPtr Text) { return static_cast<const wchar_t *>(Text); }
wchar_t *wides(Ptr Text) { return static_cast<wchar_t *>(Text); }
mbstate_t *state(Ptr Shared) { return static_cast<mbstate_t *>(Shared); }

/// The program's, or the initial one; given back by store().
class State {
public:
  explicit State(Ptr Shared) : Shared(Shared) {
    if (Shared)
      __stm_read_range(&Before, Shared, sizeof(Before));
    Now = Before;
  }
  mbstate_t *get() { return &Now; }
  void store() {
    // What stands in an initial state beside that nobody looks at.
    if (mbsinit(&Before) && mbsinit(&Now))
      return;
    if (Shared && memcmp(&Before, &Now, sizeof(Now)) != 0)
      __stm_write_range(Shared, &Now, sizeof(Now));
  }

private:
  Ptr Shared;
  mbstate_t Before = {};
  mbstate_t Now;
};

/// \p Convert one character, a byte at a time, so that none behind it is read.
template <class T, class F>
Size toOne(Ptr Out, CPtr Text, Size Bytes, State &Has, F Convert) {
  T Made{};
  Size Result = Incomplete;
  if (!Text) {
    Result = Convert(static_cast<T *>(nullptr), "", 1, Has.get());
    Has.store();
    return Result;
  }
  for (Size I = 0; I != Bytes; ++I) {
    auto Byte = static_cast<char>(__stm_read_u8(bytes(Text) + I));
    Result = Convert(&Made, &Byte, 1, Has.get());
    if (Result == Incomplete)
      continue;
    if (Result == 1)
      Result = I + 1;
    break;
  }
  if (Out && Result != Invalid && Result != Incomplete)
    __stm_write_range(Out, &Made, sizeof(T));
  if (Result != Invalid)
    Has.store();
  return Result;
}

/// glibc's mbtowc and mblen look at the first byte even of none.
bool isAtEnd(CPtr Text) { return !__stm_read_u8(Text); }

Size toOneWide(Ptr Out, CPtr Text, Size Bytes, State &Has) {
  return toOne<wchar_t>(Out, Text, Bytes, Has, ::mbrtowc);
}

/// \p Convert one character to bytes.
template <class F> Size fromOne(Ptr Out, State &Has, F Convert) {
  char Made[MB_LEN_MAX];
  Size Result = Convert(Out ? Made : nullptr, Has.get());
  if (Result == Invalid)
    return Result;
  if (Out && Result)
    __stm_write_range(Out, Made, Result);
  Has.store();
  return Result;
}

/// How much was converted, and behind what. Null: behind the terminator.
struct Converted {
  Size Count;
  CPtr Rest;
};

Size times(Size A, Size B) {
  Size Product;
  return __builtin_mul_overflow(A, B, &Product) ? NoLimit : Product;
}

/// What codes have in common: it is a character of its own, in both directions.
bool isPlainAscii(I32 C) { return C > 0 && C < 0x80; }

/// How many bytes of \p Text, of at most \p Bytes, libc looks at for \p Count
/// characters: none behind the last one, the terminator or an invalid byte. The
/// text may be a field that ends where the program's memory does.
Size bytesLookedAt(CPtr Text, Size Bytes, Size Count, mbstate_t Has) {
  Size Done = 0;
  while (Done != Bytes && Count) {
    auto Byte = static_cast<char>(__stm_read_u8(bytes(Text) + Done++));
    if (isPlainAscii(Byte) && mbsinit(&Has)) {
      --Count;
      continue;
    }
    wchar_t Made;
    Size Result = mbrtowc(&Made, &Byte, 1, &Has);
    if (Result == Invalid || Result == 0)
      break;
    Count -= Result != Incomplete;
  }
  return Done;
}

/// How many of \p Wides elements of \p Text it looks at for \p Bytes bytes.
Size widesLookedAt(CPtr Text, Size Wides, Size Bytes) {
  Size Done = 0;
  while (Done != Wides && Bytes) {
    auto Wide = static_cast<wchar_t>(__stm_read_u32(wides(Text) + Done++));
    if (isPlainAscii(Wide)) {
      --Bytes;
      continue;
    }
    char Made[MB_LEN_MAX];
    mbstate_t Initial = {};
    Size Result = wcrtomb(Made, Wide, &Initial);
    if (Result == Invalid || !Wide || Result > Bytes)
      break;
    Bytes -= Result;
  }
  return Done;
}

/// At most \p Bytes bytes of \p Text to at most \p Count wide characters. Where
/// \p To is null they are only counted.
Converted toWide(Ptr To, CPtr Text, Size Bytes, Size Count, State &Has) {
  Size Given = bytesLookedAt(Text, Bytes, To ? Count : NoLimit, *Has.get());
  PrivateString Copy(Text, Given);
  const char *Begin = Copy, *At = Begin;
  if (!To)
    return {mbsnrtowcs(nullptr, &At, Given, 0, Has.get()), Text};
  Count = std::min(Count, Given);
  PrivateBlock Room(Count * sizeof(wchar_t) + 1);
  if (!Room.data())
    CurrentTx->outOfLogMemory(STM_CALLER_PC);
  State Before = Has;
  auto *Made = reinterpret_cast<wchar_t *>(Room.data());
  // Behind a character that breaks off the two leave different addresses.
  Size Result = Bytes == NoLimit
                    ? mbsrtowcs(Made, &At, Count, Has.get())
                    : mbsnrtowcs(Made, &At, Given, Count, Has.get());
  Size Written = Result;
  if (Result == Invalid) { // What is before that has been written.
    const char *Again = Begin;
    Written = mbsnrtowcs(nullptr, &Again, static_cast<Size>(At - Begin), 0,
                         Before.get());
    if (Written == Invalid)
      Written = 0;
  } else if (!At) {
    ++Written;
  }
  __stm_write_range(To, Made, Written * sizeof(wchar_t));
  return {Result, At ? bytes(Text) + (At - Begin) : nullptr};
}

/// At most \p Wides characters of \p Text to at most \p Bytes bytes.
Converted toBytes(Ptr To, CPtr Text, Size Wides, Size Bytes, State &Has) {
  Size Given = widesLookedAt(Text, Wides, To ? Bytes : NoLimit);
  PrivateWide Copy(Text, Given);
  const wchar_t *Begin = Copy, *At = Begin;
  if (!To)
    return {wcsnrtombs(nullptr, &At, Given, 0, Has.get()), Text};
  Bytes = std::min(Bytes, times(Given, MB_LEN_MAX));
  PrivateBlock Room(Bytes + 1);
  if (!Room.data())
    CurrentTx->outOfLogMemory(STM_CALLER_PC);
  State Before = Has;
  Size Result = wcsnrtombs(Room.data(), &At, Given, Bytes, Has.get());
  Size Written = Result;
  if (Result == Invalid) {
    const wchar_t *Again = Begin;
    Written = wcsnrtombs(nullptr, &Again, static_cast<Size>(At - Begin), 0,
                         Before.get());
    if (Written == Invalid)
      Written = 0;
  } else if (!At) {
    ++Written;
  }
  __stm_write_range(To, Room.data(), Written);
  return {Result, At ? wides(Text) + (At - Begin) : nullptr};
}

/// The functions that also say how far they have come.
template <auto Convert>
Size goOn(Ptr To, Ptr From, Size Limit, Size Room, Ptr Shared) {
  State Has(Shared);
  auto Text = reinterpret_cast<CPtr>(__stm_read_u64(From));
  Converted Is = Convert(To, Text, Limit, Room, Has);
  if (To) {
    __stm_write_u64(From, reinterpret_cast<U64>(Is.Rest));
    if (Is.Count != Invalid)
      Has.store();
  }
  return Is.Count;
}

/// Of the whole string, from the initial state on.
template <auto Convert> Size whole(Ptr To, CPtr Text, Size Room) {
  State Initial(nullptr);
  return Convert(To, Text, NoLimit, Room, Initial).Count;
}

} // namespace

extern "C" {

Size __stm_wrap_mbrtowc(Ptr Out, CPtr Text, Size Bytes, Ptr Shared) {
  if (isAlone(!Shared))
    return mbrtowc(wides(Out), bytes(Text), Bytes, state(Shared));
  State Has(Shared);
  return toOneWide(Out, Text, Bytes, Has);
}
Size __stm_wrap_mbrlen(CPtr Text, Size Bytes, Ptr Shared) {
  if (isAlone(!Shared))
    return mbrlen(bytes(Text), Bytes, state(Shared));
  State Has(Shared);
  return toOneWide(nullptr, Text, Bytes, Has);
}
Size __stm_wrap_mbrtoc16(Ptr Out, CPtr Text, Size Bytes, Ptr Shared) {
  if (isAlone(!Shared))
    return mbrtoc16(static_cast<char16_t *>(Out), bytes(Text), Bytes,
                    state(Shared));
  State Has(Shared);
  // The second half of a pair: libc then doesn't look at the text.
  if (Has.get()->__count < 0) {
    char16_t Second;
    Size Result = mbrtoc16(&Second, "", 1, Has.get());
    if (Out)
      __stm_write_u16(Out, Second);
    Has.store();
    return Result;
  }
  return toOne<char16_t>(Out, Text, Bytes, Has, ::mbrtoc16);
}
Size __stm_wrap_mbrtoc32(Ptr Out, CPtr Text, Size Bytes, Ptr Shared) {
  if (isAlone(!Shared))
    return mbrtoc32(static_cast<char32_t *>(Out), bytes(Text), Bytes,
                    state(Shared));
  State Has(Shared);
  return toOne<char32_t>(Out, Text, Bytes, Has, ::mbrtoc32);
}
Size __stm_wrap_wcrtomb(Ptr Out, I32 Wide, Ptr Shared) {
  if (isAlone())
    return wcrtomb(bytes(Out), static_cast<wchar_t>(Wide), state(Shared));
  State Has(Shared);
  return fromOne(Out, Has, [=](char *To, mbstate_t *S) {
    return wcrtomb(To, static_cast<wchar_t>(Wide), S);
  });
}
Size __stm_wrap_c32rtomb(Ptr Out, I32 Wide, Ptr Shared) {
  if (isAlone())
    return c32rtomb(bytes(Out), static_cast<char32_t>(Wide), state(Shared));
  State Has(Shared);
  return fromOne(Out, Has, [=](char *To, mbstate_t *S) {
    return c32rtomb(To, static_cast<char32_t>(Wide), S);
  });
}
Size __stm_wrap_c16rtomb(Ptr Out, U16 Wide, Ptr Shared) {
  if (isAlone(!Shared)) // Libc's may hold the first half.
    return c16rtomb(bytes(Out), Wide, state(Shared));
  State Has(Shared);
  return fromOne(Out, Has,
                 [=](char *To, mbstate_t *S) { return c16rtomb(To, Wide, S); });
}
I32 __stm_wrap_mbsinit(CPtr Shared) {
  if (!Shared)
    return 1;
  State Has(const_cast<Ptr>(Shared));
  return mbsinit(Has.get());
}
I32 __stm_wrap_mbtowc(Ptr Out, CPtr Text, Size Bytes) {
  if (isAlone())
    return mbtowc(wides(Out), bytes(Text), Bytes);
  if (!Text)
    return mbtowc(nullptr, nullptr, 0); // Its state is the initial one.
  if (!Bytes && isAtEnd(Text)) {
    if (Out)
      __stm_write_u32(Out, 0);
    return 0;
  }
  State Initial(nullptr);
  Size Result = toOneWide(Out, Text, Bytes, Initial);
  return Result >= Incomplete ? -1 : static_cast<I32>(Result);
}
I32 __stm_wrap_mblen(CPtr Text, Size Bytes) {
  if (isAlone())
    return mblen(bytes(Text), Bytes);
  if (!Text)
    return mblen(nullptr, 0);
  if (!Bytes && isAtEnd(Text))
    return 0;
  State Initial(nullptr);
  Size Result = toOneWide(nullptr, Text, Bytes, Initial);
  return Result >= Incomplete ? -1 : static_cast<I32>(Result);
}
I32 __stm_wrap_wctomb(Ptr Out, I32 Wide) {
  if (isAlone())
    return wctomb(bytes(Out), static_cast<wchar_t>(Wide));
  if (!Out)
    return wctomb(nullptr, 0);
  return static_cast<I32>(__stm_wrap_wcrtomb(Out, Wide, nullptr));
}

Size __stm_wrap_mbsrtowcs(Ptr To, Ptr From, Size Count, Ptr Shared) {
  if (isAlone(!Shared))
    return mbsrtowcs(wides(To), static_cast<const char **>(From), Count,
                     state(Shared));
  return goOn<toWide>(To, From, NoLimit, Count, Shared);
}
Size __stm_wrap_mbsnrtowcs(Ptr To, Ptr From, Size Bytes, Size Count,
                           Ptr Shared) {
  if (isAlone(!Shared))
    return mbsnrtowcs(wides(To), static_cast<const char **>(From), Bytes, Count,
                      state(Shared));
  return goOn<toWide>(To, From, Bytes, Count, Shared);
}
Size __stm_wrap_wcsrtombs(Ptr To, Ptr From, Size Bytes, Ptr Shared) {
  if (isAlone())
    return wcsrtombs(bytes(To), static_cast<const wchar_t **>(From), Bytes,
                     state(Shared));
  return goOn<toBytes>(To, From, NoLimit, Bytes, Shared);
}
Size __stm_wrap_wcsnrtombs(Ptr To, Ptr From, Size Wides, Size Bytes,
                           Ptr Shared) {
  if (isAlone())
    return wcsnrtombs(bytes(To), static_cast<const wchar_t **>(From), Wides,
                      Bytes, state(Shared));
  return goOn<toBytes>(To, From, Wides, Bytes, Shared);
}
Size __stm_wrap_mbstowcs(Ptr To, CPtr Text, Size Count) {
  if (isAlone())
    return mbstowcs(wides(To), bytes(Text), Count);
  return whole<toWide>(To, Text, Count);
}
Size __stm_wrap_wcstombs(Ptr To, CPtr Text, Size Bytes) {
  if (isAlone())
    return wcstombs(bytes(To), wides(Text), Bytes);
  return whole<toBytes>(To, Text, Bytes);
}

// With the object's size (_FORTIFY_SOURCE), in elements.
Size __stm_wrap___mbstowcs_chk(Ptr To, CPtr Text, Size Count, Size Room) {
  requireRoom(Count, Room);
  return __stm_wrap_mbstowcs(To, Text, Count);
}
Size __stm_wrap___wcstombs_chk(Ptr To, CPtr Text, Size Bytes, Size Room) {
  requireRoom(Bytes, Room);
  return __stm_wrap_wcstombs(To, Text, Bytes);
}
Size __stm_wrap___mbsrtowcs_chk(Ptr To, Ptr From, Size Count, Ptr Shared,
                                Size Room) {
  requireRoom(Count, Room);
  return __stm_wrap_mbsrtowcs(To, From, Count, Shared);
}
Size __stm_wrap___mbsnrtowcs_chk(Ptr To, Ptr From, Size Bytes, Size Count,
                                 Ptr Shared, Size Room) {
  requireRoom(Count, Room);
  return __stm_wrap_mbsnrtowcs(To, From, Bytes, Count, Shared);
}
Size __stm_wrap___wcsrtombs_chk(Ptr To, Ptr From, Size Bytes, Ptr Shared,
                                Size Room) {
  requireRoom(Bytes, Room);
  return __stm_wrap_wcsrtombs(To, From, Bytes, Shared);
}
Size __stm_wrap___wcsnrtombs_chk(Ptr To, Ptr From, Size Wides, Size Bytes,
                                 Ptr Shared, Size Room) {
  requireRoom(Bytes, Room);
  return __stm_wrap_wcsnrtombs(To, From, Wides, Bytes, Shared);
}
Size __stm_wrap___wcrtomb_chk(Ptr Out, I32 Wide, Ptr Shared, Size Room) {
  requireRoom(MB_CUR_MAX, Room);
  return __stm_wrap_wcrtomb(Out, Wide, Shared);
}
I32 __stm_wrap___wctomb_chk(Ptr Out, I32 Wide, Size Room) {
  requireRoom(MB_CUR_MAX, Room);
  return __stm_wrap_wctomb(Out, Wide);
}

} // extern "C"

} // namespace stm::rt::abi
