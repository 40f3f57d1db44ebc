//===- abi/libc_elements.cpp - libc's functions element by element --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Wide strings, and what of narrow ones and of numbers is called too rarely to
// be fast: a barrier an element, with the ground rules of libc_wraps.cpp.
//
//===----------------------------------------------------------------------===//

#include "abi/fortify.h"
#include "abi/rtl.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <cwchar>

namespace stm::rt::abi {

namespace {

constexpr Size NoLimit = ~Size{0};

U8 readElement(const U8 *From) { return __stm_read_u8(From); }
U32 readElement(const U32 *From) { return __stm_read_u32(From); }
void writeElement(U8 *To, U8 Value) { __stm_write_u8(To, Value); }
void writeElement(U32 *To, U32 Value) { __stm_write_u32(To, Value); }

static_assert(sizeof(wchar_t) == sizeof(U32));
const U32 *wide(CPtr String) { return static_cast<const U32 *>(String); }
U32 *wide(Ptr String) { return static_cast<U32 *>(String); }
const U8 *bytes(CPtr String) { return static_cast<const U8 *>(String); }
U8 *bytes(Ptr String) { return static_cast<U8 *>(String); }

/// As wchar_t's order is.
int order(U32 A, U32 B) {
  auto SignedA = static_cast<wchar_t>(A), SignedB = static_cast<wchar_t>(B);
  return (SignedA > SignedB) - (SignedA < SignedB);
}

template <class T> Size length(const T *String, Size Limit = NoLimit) {
  Size Length = 0;
  while (Length != Limit && readElement(String + Length))
    ++Length;
  return Length;
}

/// With the terminator. Where the copy's is.
template <class T> T *copy(T *To, const T *From) {
  for (;; ++To, ++From) {
    T Element = readElement(From);
    writeElement(To, Element);
    if (!Element)
      return To;
  }
}

/// strncpy, wcsncpy: the first one after the copy, or the end.
template <class T> T *copyPadded(T *To, const T *From, Size Limit) {
  Size Length = length(From, Limit);
  for (Size I = 0; I != Length; ++I)
    writeElement(To + I, readElement(From + I));
  for (Size I = Length; I != Limit; ++I)
    writeElement(To + I, T{0});
  return To + Length;
}

int compareWide(const U32 *A, const U32 *B, Size Limit, bool StopsAtNul) {
  for (; Limit; --Limit, ++A, ++B) {
    U32 OfA = readElement(A), OfB = readElement(B);
    if (OfA != OfB)
      return order(OfA, OfB);
    if (StopsAtNul && !OfA)
      return 0;
  }
  return 0;
}

template <class T> bool isAmong(T Element, const T *Set) {
  for (T Other; (Other = readElement(Set)); ++Set)
    if (Other == Element)
      return true;
  return false;
}

/// Ends the token at the next separator. What is behind that; null: it goes to
/// the text's end.
template <class T> T *cutToken(T *Token, const T *Separators) {
  for (T *At = Token; T Element = readElement(At); ++At)
    if (isAmong(Element, Separators)) {
      writeElement(At, T{0});
      return At + 1;
    }
  return nullptr;
}

/// Where the first element is that is (\p Is) or isn't among \p Set, or the
/// end.
template <class T> Size findAmong(const T *String, const T *Set, bool Is) {
  Size I = 0;
  for (T Element; (Element = readElement(String + I)); ++I)
    if (isAmong(Element, Set) == Is)
      break;
  return I;
}

bool beginsWith(const U32 *String, const U32 *Wanted) {
  for (U32 Element; (Element = readElement(Wanted)); ++String, ++Wanted)
    if (readElement(String) != Element)
      return false;
  return true;
}

/// frexp: its exponent goes to shared memory.
template <auto Original, class T> T splitOff(T Value, Ptr Exponent) {
  int Found;
  T Result = Original(Value, &Found);
  __stm_write_u32(Exponent, static_cast<U32>(Found));
  return Result;
}

/// Of libm. The other name, signgam, may be the program's own.
extern "C" STM_EXPORT int __signgam;

/// lgamma: the sign goes there, where it nearly always is already. Who only
/// reads it has no conflict.
template <auto Original, class T> T logGamma(T Value) {
  int Sign = 0;
  T Result = Original(Value, &Sign);
  if (static_cast<int>(__stm_read_u32(&__signgam)) != Sign)
    __stm_write_u32(&__signgam, static_cast<U32>(Sign));
  return Result;
}

/// remquo: where there is no quotient it leaves what is there.
template <auto Original, class T> T divide(T A, T B, Ptr Quotient) {
  auto Before = static_cast<int>(__stm_read_u32(Quotient)), After = Before;
  T Result = Original(A, B, &After);
  if (After != Before)
    __stm_write_u32(Quotient, static_cast<U32>(After));
  return Result;
}

} // namespace

extern "C" {

Size __stm_wrap_wcslen(CPtr String) { return length(wide(String)); }
Size __stm_wrap_wcsnlen(CPtr String, Size Limit) {
  return length(wide(String), Limit);
}
Ptr __stm_wrap_wcscpy(Ptr To, CPtr From) {
  copy(wide(To), wide(From));
  return To;
}
Ptr __stm_wrap_wcsncpy(Ptr To, CPtr From, Size Count) {
  copyPadded(wide(To), wide(From), Count);
  return To;
}
Ptr __stm_wrap_wcscat(Ptr To, CPtr From) {
  copy(wide(To) + length<U32>(wide(To)), wide(From));
  return To;
}
I32 __stm_wrap_wcscmp(CPtr A, CPtr B) {
  return compareWide(wide(A), wide(B), NoLimit, /*StopsAtNul=*/true);
}
I32 __stm_wrap_wcsncmp(CPtr A, CPtr B, Size Limit) {
  return compareWide(wide(A), wide(B), Limit, /*StopsAtNul=*/true);
}
Ptr __stm_wrap_wcschr(CPtr String, I32 Wanted) {
  for (auto *At = wide(const_cast<Ptr>(String));; ++At) {
    U32 Element = readElement(At);
    if (Element == static_cast<U32>(Wanted))
      return At;
    if (!Element)
      return nullptr;
  }
}
Ptr __stm_wrap_wcsrchr(CPtr String, I32 Wanted) {
  U32 *Found = nullptr;
  for (auto *At = wide(const_cast<Ptr>(String));; ++At) {
    U32 Element = readElement(At);
    if (Element == static_cast<U32>(Wanted))
      Found = At;
    if (!Element)
      return Found;
  }
}
Ptr __stm_wrap_wmemcpy(Ptr To, CPtr From, Size Count) {
  return __stm_wrap_memmove(To, From, Count * sizeof(wchar_t));
}
Ptr __stm_wrap_wmemmove(Ptr To, CPtr From, Size Count) {
  return __stm_wrap_memmove(To, From, Count * sizeof(wchar_t));
}
Ptr __stm_wrap_wmemset(Ptr To, I32 Element, Size Count) {
  for (Size I = 0; I != Count; ++I)
    writeElement(wide(To) + I, static_cast<U32>(Element));
  return To;
}
I32 __stm_wrap_wmemcmp(CPtr A, CPtr B, Size Count) {
  return compareWide(wide(A), wide(B), Count, /*StopsAtNul=*/false);
}
Ptr __stm_wrap_wmemchr(CPtr Block, I32 Wanted, Size Count) {
  auto *At = wide(const_cast<Ptr>(Block));
  for (; Count; --Count, ++At)
    if (readElement(At) == static_cast<U32>(Wanted))
      return At;
  return nullptr;
}

// With the object's size, in elements.
Ptr __stm_wrap___wcscpy_chk(Ptr To, CPtr From, Size Room) {
  requireRoom(length(wide(From)) + 1, Room);
  return __stm_wrap_wcscpy(To, From);
}
Ptr __stm_wrap___wcsncpy_chk(Ptr To, CPtr From, Size Count, Size Room) {
  requireRoom(Count, Room);
  return __stm_wrap_wcsncpy(To, From, Count);
}
Ptr __stm_wrap___wcscat_chk(Ptr To, CPtr From, Size Room) {
  requireRoom(length<U32>(wide(To)) + length(wide(From)) + 1, Room);
  return __stm_wrap_wcscat(To, From);
}
Ptr __stm_wrap___wmemcpy_chk(Ptr To, CPtr From, Size Count, Size Room) {
  requireRoom(Count, Room);
  return __stm_wrap_wmemcpy(To, From, Count);
}
Ptr __stm_wrap___wmemmove_chk(Ptr To, CPtr From, Size Count, Size Room) {
  requireRoom(Count, Room);
  return __stm_wrap_wmemmove(To, From, Count);
}
Ptr __stm_wrap___wmemset_chk(Ptr To, I32 Element, Size Count, Size Room) {
  requireRoom(Count, Room);
  return __stm_wrap_wmemset(To, Element, Count);
}
Ptr __stm_wrap___stpncpy_chk(Ptr To, CPtr From, Size Limit, Size Room) {
  requireRoom(Limit, Room);
  return __stm_wrap_stpncpy(To, From, Limit);
}
Void __stm_wrap___explicit_bzero_chk(Ptr To, Size Bytes, Size Room) {
  requireRoom(Bytes, Room);
  __stm_wrap_explicit_bzero(To, Bytes);
}

Ptr __stm_wrap_stpncpy(Ptr To, CPtr From, Size Limit) {
  return copyPadded(bytes(To), bytes(From), Limit);
}
Ptr __stm_wrap_strchrnul(CPtr String, I32 Wanted) {
  auto *At = bytes(const_cast<Ptr>(String));
  for (U8 Byte; (Byte = readElement(At)) && Byte != static_cast<U8>(Wanted);)
    ++At;
  return At;
}
Ptr __stm_wrap_rawmemchr(CPtr Block, I32 Wanted) {
  auto *At = bytes(const_cast<Ptr>(Block));
  while (readElement(At) != static_cast<U8>(Wanted))
    ++At;
  return At;
}
Ptr __stm_wrap_memccpy(Ptr To, CPtr From, I32 Last, Size Bytes) {
  for (Size I = 0; I != Bytes; ++I) {
    U8 Byte = readElement(bytes(From) + I);
    writeElement(bytes(To) + I, Byte);
    if (Byte == static_cast<U8>(Last))
      return bytes(To) + I + 1;
  }
  return nullptr;
}
Void __stm_wrap_explicit_bzero(Ptr To, Size Bytes) {
  __stm_wrap_memset(To, 0, Bytes);
}
Ptr __stm_wrap_strsep(Ptr Where, CPtr Separators) {
  auto *Begin = reinterpret_cast<U8 *>(__stm_read_u64(Where));
  if (!Begin)
    return nullptr;
  U8 *Rest = cutToken(Begin, bytes(Separators));
  __stm_write_u64(Where, reinterpret_cast<U64>(Rest));
  return Begin;
}
Ptr __stm_wrap_strtok_r(Ptr Text, CPtr Separators, Ptr Where) {
  U8 *At = Text ? bytes(Text) : reinterpret_cast<U8 *>(__stm_read_u64(Where));
  // (glibc stays at the text's end, others remember null.)
  if (!At)
    return nullptr;
  while (U8 Byte = readElement(At)) {
    if (!isAmong(Byte, bytes(Separators)))
      break;
    ++At;
  }
  U8 *Token = readElement(At) ? At : nullptr;
  U8 *Rest = Token ? cutToken(Token, bytes(Separators)) : At;
  if (!Rest)
    Rest = Token + length<U8>(Token);
  __stm_write_u64(Where, reinterpret_cast<U64>(Rest));
  return Token;
}

F64 __stm_wrap_frexp(F64 Value, Ptr Exponent) {
  return splitOff<static_cast<F64 (*)(F64, int *)>(::frexp)>(Value, Exponent);
}
F32 __stm_wrap_frexpf(F32 Value, Ptr Exponent) {
  return splitOff<::frexpf>(Value, Exponent);
}
F64 __stm_wrap_modf(F64 Value, Ptr Whole) {
  F64 Found, Result = modf(Value, &Found);
  __stm_write_u64(Whole, std::bit_cast<U64>(Found));
  return Result;
}
F32 __stm_wrap_modff(F32 Value, Ptr Whole) {
  F32 Found, Result = modff(Value, &Found);
  __stm_write_u32(Whole, std::bit_cast<U32>(Found));
  return Result;
}

// More of wide strings.
Ptr __stm_wrap_wcpcpy(Ptr To, CPtr From) { return copy(wide(To), wide(From)); }
Ptr __stm_wrap_wcpncpy(Ptr To, CPtr From, Size Count) {
  return copyPadded(wide(To), wide(From), Count);
}
Ptr __stm_wrap___wcpcpy_chk(Ptr To, CPtr From, Size Room) {
  requireRoom(length(wide(From)) + 1, Room);
  return __stm_wrap_wcpcpy(To, From);
}
Ptr __stm_wrap___wcpncpy_chk(Ptr To, CPtr From, Size Count, Size Room) {
  requireRoom(Count, Room);
  return __stm_wrap_wcpncpy(To, From, Count);
}
Ptr __stm_wrap_wcsncat(Ptr To, CPtr From, Size Limit) {
  U32 *At = wide(To) + length<U32>(wide(To));
  for (; Limit; --Limit, ++At) {
    U32 Element = readElement(wide(From));
    if (!Element)
      break;
    writeElement(At, Element);
    From = wide(From) + 1;
  }
  writeElement(At, U32{0});
  return To;
}
Ptr __stm_wrap_wmempcpy(Ptr To, CPtr From, Size Count) {
  __stm_wrap_wmemmove(To, From, Count);
  return wide(To) + Count;
}
Ptr __stm_wrap___wmempcpy_chk(Ptr To, CPtr From, Size Count, Size Room) {
  requireRoom(Count, Room);
  return __stm_wrap_wmempcpy(To, From, Count);
}
Ptr __stm_wrap_wcschrnul(CPtr String, I32 Wanted) {
  auto *At = wide(const_cast<Ptr>(String));
  for (U32 Element;
       (Element = readElement(At)) && Element != static_cast<U32>(Wanted);)
    ++At;
  return At;
}
Size __stm_wrap_wcsspn(CPtr String, CPtr Set) {
  return findAmong(wide(String), wide(Set), /*Is=*/false);
}
Size __stm_wrap_wcscspn(CPtr String, CPtr Set) {
  return findAmong(wide(String), wide(Set), /*Is=*/true);
}
Ptr __stm_wrap_wcspbrk(CPtr String, CPtr Set) {
  auto *At = wide(const_cast<Ptr>(String)) +
             findAmong(wide(String), wide(Set), /*Is=*/true);
  return readElement(At) ? At : nullptr;
}
Ptr __stm_wrap_wcsstr(CPtr String, CPtr Wanted) {
  for (auto *At = wide(const_cast<Ptr>(String));; ++At) {
    if (beginsWith(At, wide(Wanted)))
      return At;
    if (!readElement(At))
      return nullptr;
  }
}
Ptr __stm_wrap_wcstok(Ptr Text, CPtr Separators, Ptr Where) {
  U32 *At = Text ? wide(Text) : reinterpret_cast<U32 *>(__stm_read_u64(Where));
  if (!At) // Behind the last one glibc remembers null.
    return nullptr;
  At += findAmong(At, wide(Separators), /*Is=*/false);
  U32 *Token = readElement(At) ? At : nullptr;
  U32 *Rest = Token ? cutToken(Token, wide(Separators)) : nullptr;
  __stm_write_u64(Where, reinterpret_cast<U64>(Rest));
  return Token;
}
Ptr __stm_wrap___wcsncat_chk(Ptr To, CPtr From, Size Limit, Size Room) {
  requireRoom(length<U32>(wide(To)) + length(wide(From), Limit) + 1, Room);
  return __stm_wrap_wcsncat(To, From, Limit);
}

// As BSD had them.
Void __stm_wrap_bzero(Ptr To, Size Bytes) { __stm_wrap_memset(To, 0, Bytes); }
Void __stm_wrap_bcopy(CPtr From, Ptr To, Size Bytes) {
  __stm_wrap_memmove(To, From, Bytes);
}

// More of numbers.
F64 __stm_wrap_lgamma(F64 Value) { return logGamma<::lgamma_r>(Value); }
F32 __stm_wrap_lgammaf(F32 Value) { return logGamma<::lgammaf_r>(Value); }
F64 __stm_wrap_lgamma_r(F64 Value, Ptr Sign) {
  return splitOff<::lgamma_r>(Value, Sign);
}
F32 __stm_wrap_lgammaf_r(F32 Value, Ptr Sign) {
  return splitOff<::lgammaf_r>(Value, Sign);
}
F64 __stm_wrap_remquo(F64 A, F64 B, Ptr Quotient) {
  return divide<static_cast<F64 (*)(F64, F64, int *)>(::remquo)>(A, B,
                                                                 Quotient);
}
F32 __stm_wrap_remquof(F32 A, F32 B, Ptr Quotient) {
  return divide<::remquof>(A, B, Quotient);
}
Void __stm_wrap_sincos(F64 Value, Ptr Sine, Ptr Cosine) {
  F64 S, C;
  ::sincos(Value, &S, &C);
  __stm_write_u64(Sine, std::bit_cast<U64>(S));
  __stm_write_u64(Cosine, std::bit_cast<U64>(C));
}
Void __stm_wrap_sincosf(F32 Value, Ptr Sine, Ptr Cosine) {
  F32 S, C;
  ::sincosf(Value, &S, &C);
  __stm_write_u32(Sine, std::bit_cast<U32>(S));
  __stm_write_u32(Cosine, std::bit_cast<U32>(C));
}

} // extern "C"

} // namespace stm::rt::abi
