//===- abi/libcxx_wraps.cpp - what libc++ has out of line -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Its headers are not asked: the runtime is built with another library. What is
// relied on is its stable ABI (version 1) on 64 bits, little endian: a string
// of up to 22 bytes is {2 * length, bytes}, a longer one {capacity | 1, length,
// pointer}. Reference counts: libcxx_shared_ptr_wraps.cpp.
//
// As in libc_wraps.cpp, any barrier may abandon the frame.
//
//===----------------------------------------------------------------------===//

#include "abi/private_args.h"
#include "abi/rtl.h"
#include "tx/barriers.h"
#include "tx/held_locks.h"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdio>
#include <cstdlib>

namespace stm::rt::abi {

/// What hashes has to be the program's own.
extern "C" __attribute__((weak, visibility("default"))) Size
libcxxsHash(CPtr Data, Size Bytes) __asm__("_ZNSt3__113__hash_memoryEPKvm");

namespace {

// --- Strings
// ------------------------------------------------------------------

constexpr Size ShortLength = 22;

void makeString(Ptr Result, const char *Text, Size Length, uintptr_t Pc) {
  U64 Words[3] = {};
  if (Length <= ShortLength) {
    auto *Bytes = reinterpret_cast<char *>(Words);
    Bytes[0] = static_cast<char>(2 * Length);
    memcpy(Bytes + 1, Text, Length);
  } else {
    Size Room = (Length + 16) & ~Size{15};
    Ptr Block = __stm_wrap__Znwm(Room);
    writeRange(Block, Text, Length + 1, Pc);
    Words[0] = Room | 1;
    Words[1] = Length;
    Words[2] = reinterpret_cast<U64>(Block);
  }
  writeRange(Result, Words, sizeof(Words), Pc);
}

template <class T>
void printTo(Ptr Result, const char *Format, T Value, uintptr_t Pc) {
  char Text[400]; // The longest double in %f has 316.
  int Length = snprintf(Text, sizeof(Text), Format, Value);
  makeString(Result, Text, static_cast<Size>(Length), Pc);
}

CPtr bytesOf(CPtr String) {
  U64 First = __stm_read_u64(String);
  auto *Words = static_cast<const char *>(String);
  return First & 1 ? reinterpret_cast<CPtr>(__stm_read_u64(Words + 16))
                   : Words + 1;
}

[[noreturn]] void throwWith(void (*Throw)(CPtr), const char *Name,
                            const char *Why) {
  char Text[64];
  snprintf(Text, sizeof(Text), "%s: %s", Name, Why);
  Throw(Text);
  __builtin_unreachable();
}

/// \p Parse(text, &end); \p Fits(value).
template <class R, class P, class F>
R parse(CPtr String, Ptr Stop, const char *Name, P Parse, F Fits) {
  PrivateNumber Copy(bytesOf(String));
  const char *Begin = Copy;
  char *End;
  int Before = errno;
  errno = 0;
  auto Value = Parse(Begin, &End);
  bool IsOutOfRange = errno == ERANGE || !Fits(Value);
  errno = Before;
  if (IsOutOfRange)
    throwWith(__stm_wrap__ZSt20__throw_out_of_rangePKc, Name, "out of range");
  if (End == Begin)
    throwWith(__stm_wrap__ZSt24__throw_invalid_argumentPKc, Name,
              "no conversion");
  if (Stop)
    __stm_write_u64(Stop, static_cast<U64>(End - Begin));
  return static_cast<R>(Value);
}

constexpr auto Always = [](auto) { return true; };

// --- Sorting
// ------------------------------------------------------------------

/// By <, of what has no barriers of its own.
template <class T> void sortCopy(Ptr First, Ptr Last, uintptr_t Pc) {
  Size Bytes =
      static_cast<Size>(static_cast<char *>(Last) - static_cast<char *>(First));
  PrivateBlock Copy(Bytes);
  if (!Copy.data()) {
    __stm_become_inevitable("std::sort without memory for a copy");
    std::sort(static_cast<T *>(First), static_cast<T *>(Last));
    return;
  }
  readRange(Copy.data(), First, Bytes, Pc);
  auto *Begin = reinterpret_cast<T *>(Copy.data());
  std::sort(Begin, Begin + Bytes / sizeof(T));
  writeRange(First, Copy.data(), Bytes, Pc);
}

void throwIfNot0(int Error) {
  if (Error)
    __stm_wrap__ZSt21__throw_runtime_errorPKc("mutex lock failed");
}

} // namespace

extern "C" {

#define STM_SORT(Code, Type)                                                        \
  void                                                                              \
      __stm_wrap__ZNSt3__16__sortIRNS_6__lessI##Code##Code##EEP##Code##EEvT0_S5_T_( \
          Ptr First, Ptr Last, CPtr) {                                              \
    sortCopy<Type>(First, Last, STM_CALLER_PC);                                     \
  }
STM_SORT(a, signed char)
STM_SORT(c, char)
STM_SORT(d, double)
STM_SORT(e, long double)
STM_SORT(f, float)
STM_SORT(h, unsigned char)
STM_SORT(i, int)
STM_SORT(j, unsigned)
STM_SORT(l, long)
STM_SORT(m, unsigned long)
STM_SORT(s, short)
STM_SORT(t, unsigned short)
STM_SORT(w, wchar_t)
STM_SORT(x, long long)
STM_SORT(y, unsigned long long)

#define STM_TO_STRING(Code, Type, Format)                                      \
  void __stm_wrap__ZNSt3__19to_stringE##Code(Ptr Result, Type Value) {         \
    printTo(Result, Format, Value, STM_CALLER_PC);                             \
  }
STM_TO_STRING(i, I32, "%d")
STM_TO_STRING(j, U32, "%u")
STM_TO_STRING(l, I64, "%ld")
STM_TO_STRING(m, U64, "%lu")
STM_TO_STRING(x, I64, "%ld")
STM_TO_STRING(y, U64, "%lu")
STM_TO_STRING(f, F32, "%f")
STM_TO_STRING(d, F64, "%f")

void __stm_wrap__ZNSt3__1plIcNS_11char_traitsIcEENS_9allocatorIcEEEENS_12basic_stringIT_T0_T1_EEPKS6_RKS9_(
    Ptr Result, CPtr Text, CPtr String) {
  Size TextLength = __stm_wrap_strlen(Text);
  U64 First = __stm_read_u64(String);
  Size StringLength =
      First & 1 ? __stm_read_u64(static_cast<const char *>(String) + 8)
                : (First & 0xff) / 2;
  Size Length = TextLength + StringLength;
  PrivateBlock Both(Length + 1);
  if (!Both.data())
    return __stm_wrap__ZSt17__throw_bad_allocv();
  readRange(Both.data(), Text, TextLength, STM_CALLER_PC);
  readRange(Both.data() + TextLength, bytesOf(String), StringLength,
            STM_CALLER_PC);
  Both.data()[Length] = 0;
  makeString(Result, Both.data(), Length, STM_CALLER_PC);
}

// A function's name with its length, as mangled.
#define STM_STO(Name, Rest)                                                    \
  __stm_wrap__ZNSt3__1##Name##ERKNS_12basic_stringIcNS_11char_traitsIcEENS_9allocatorIcEEEE##Rest

#define STM_STO_INTEGER(Name, Mangled, Type, Function, Fits)                   \
  Type STM_STO(Mangled, Pmi)(CPtr String, Ptr Stop, I32 Base) {                \
    return parse<Type>(                                                        \
        String, Stop, #Name,                                                   \
        [=](const char *Text, char **End) {                                    \
          return Function(Text, End, Base);                                    \
        },                                                                     \
        Fits);                                                                 \
  }
constexpr auto IsInt = [](long Value) {
  return Value >= INT_MIN && Value <= INT_MAX;
};
STM_STO_INTEGER(stoi, 4stoi, I32, strtol, IsInt)
STM_STO_INTEGER(stol, 4stol, I64, strtol, Always)
STM_STO_INTEGER(stoul, 5stoul, U64, strtoul, Always)
STM_STO_INTEGER(stoll, 5stoll, I64, strtoll, Always)
STM_STO_INTEGER(stoull, 6stoull, U64, strtoull, Always)

F32 STM_STO(4stof, Pm)(CPtr String, Ptr Stop) {
  return parse<F32>(String, Stop, "stof", strtof, Always);
}
F64 STM_STO(4stod, Pm)(CPtr String, Ptr Stop) {
  return parse<F64>(String, Stop, "stod", strtod, Always);
}

// Of the standard exceptions the others' constructors are inline.
void __stm_wrap__ZNSt11logic_errorC1ERKNSt3__112basic_stringIcNS0_11char_traitsIcEENS0_9allocatorIcEEEE(
    Ptr Self, CPtr String) {
  __stm_wrap__ZNSt11logic_errorC1EPKc(Self, bytesOf(String));
}
void __stm_wrap__ZNSt11logic_errorC2ERKNSt3__112basic_stringIcNS0_11char_traitsIcEENS0_9allocatorIcEEEE(
    Ptr Self, CPtr String) {
  __stm_wrap__ZNSt11logic_errorC2EPKc(Self, bytesOf(String));
}
void __stm_wrap__ZNSt13runtime_errorC1ERKNSt3__112basic_stringIcNS0_11char_traitsIcEENS0_9allocatorIcEEEE(
    Ptr Self, CPtr String) {
  __stm_wrap__ZNSt13runtime_errorC1EPKc(Self, bytesOf(String));
}
void __stm_wrap__ZNSt13runtime_errorC2ERKNSt3__112basic_stringIcNS0_11char_traitsIcEENS0_9allocatorIcEEEE(
    Ptr Self, CPtr String) {
  __stm_wrap__ZNSt13runtime_errorC2EPKc(Self, bytesOf(String));
}

Size __stm_wrap__ZNSt3__113__hash_memoryEPKvm(CPtr Data, Size Bytes) {
  PrivateBlock Copy(Bytes);
  if (!Copy.data()) {
    __stm_become_inevitable("std::hash without memory for a copy");
    return libcxxsHash(Data, Bytes);
  }
  readRange(Copy.data(), Data, Bytes, STM_CALLER_PC);
  return libcxxsHash(Copy.data(), Bytes);
}

// A std::mutex is a pthread_mutex_t.
#define STM_MUTEX(Class)                                                       \
  void __stm_wrap__ZNSt3__1##Class##4lockEv(Ptr Self) {                        \
    throwIfNot0(lockInTransaction(Self, LockKind::Mutex,                       \
                                  "call to std::mutex::lock", STM_CALLER_PC)); \
  }                                                                            \
  bool __stm_wrap__ZNSt3__1##Class##8try_lockEv(Ptr Self) {                    \
    return tryLockInTransaction(Self, LockKind::Mutex,                         \
                                "call to std::mutex::try_lock",                \
                                STM_CALLER_PC) == 0;                           \
  }                                                                            \
  void __stm_wrap__ZNSt3__1##Class##6unlockEv(Ptr Self) {                      \
    unlockInTransaction(Self, LockKind::Mutex, "call to std::mutex::unlock",   \
                        STM_CALLER_PC);                                        \
  }
STM_MUTEX(5mutex)
STM_MUTEX(15recursive_mutex)

} // extern "C"

} // namespace stm::rt::abi
