//===- abi/stdexcept_wraps.cpp - the standard exceptions --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libstdc++ has the members of std::exception's family out of line. Those with
// a text hold one pointer, to a string as it was before C++11: characters
// behind a header with a count of those who share it, which is an atomic. Here
// the texts are never shared: a copy is a copy. What others share with us loses
// a reference when the transaction has committed, as memory does.
//
// Outside of transactions (an exception that has left one brings its destructor
// along) barriers are plain accesses, and memory is freed at once.
//
//===----------------------------------------------------------------------===//

#include "abi/format.h"
#include "abi/rtl.h"
#include "tx/registry.h"

#include <cstdarg>

namespace stm::rt::abi {

namespace {

struct Error {
  const void *VTable;
  char *Text;
};

struct TextHeader {
  size_t Length;
  size_t Capacity;
  uint64_t MoreReferences;
};
static_assert(sizeof(TextHeader) == ExceptionTextHeader);

TextHeader *headerOf(char *Text) {
  return reinterpret_cast<TextHeader *>(Text) - 1;
}

/// A new text of \p Length characters, with its terminator.
char *makeText(Size Length) {
  auto *Header = static_cast<TextHeader *>(
      __stm_wrap__Znwm(sizeof(TextHeader) + Length + 1));
  *Header = {Length, Length, 0};
  auto *Text = reinterpret_cast<char *>(Header + 1);
  Text[Length] = 0;
  return Text;
}

char *copyText(const void *From, Size Length) {
  char *Text = makeText(Length);
  __stm_read_range(Text, From, Length);
  return Text;
}

char *textOf(const void *Self) {
  return reinterpret_cast<char *>(
      __stm_read_u64(&static_cast<const Error *>(Self)->Text));
}

char *copyTextOf(const void *Other) {
  char *Text = textOf(Other);
  return copyText(Text, __stm_read_u64(&headerOf(Text)->Length));
}

void setText(void *Self, char *Text) {
  __stm_write_u64(&static_cast<Error *>(Self)->Text,
                  reinterpret_cast<uint64_t>(Text));
}

void construct(void *Self, const void *VTable, char *Text) {
  __stm_write_u64(&static_cast<Error *>(Self)->VTable,
                  reinterpret_cast<uint64_t>(VTable));
  setText(Self, Text);
}

void releaseText(char *Text) {
  AllocatedBlock Block{headerOf(Text), 0, 0, Deallocator::ExceptionText};
  Tx &Self = *CurrentTx;
  if (Self.isDirect())
    Block.release();
  else if (!Self.noteFree(Block, STM_CALLER_PC))
    Self.outOfLogMemory(STM_CALLER_PC);
}

void *assign(void *Self, const void *Other) {
  char *Old = textOf(Self);
  setText(Self, copyTextOf(Other));
  releaseText(Old);
  return Self;
}

/// std::__cxx11::basic_string
struct String {
  const char *Data;
  Size Length;
};

char *copyString(const void *From) {
  auto *S = static_cast<const String *>(From);
  auto *Data = reinterpret_cast<const char *>(__stm_read_u64(&S->Data));
  return copyText(Data, __stm_read_u64(&S->Length));
}

char *copyCString(const void *From) {
  return copyText(From, __stm_wrap_strlen(From));
}

/// \p VTable as an object points to it.
const void *addressPoint(void *const *VTable) { return VTable + 2; }

[[noreturn]] void throwText(void *const *VTable, void *Type,
                            void (*Destructor)(), char *Text) {
  Ptr Object = __stm_wrap___cxa_allocate_exception(sizeof(Error));
  construct(Object, addressPoint(VTable), Text);
  __stm_wrap___cxa_throw(Object, Type, reinterpret_cast<Ptr>(Destructor));
  __builtin_unreachable();
}

[[noreturn]] void throwPlain(void *const *VTable, void *Type,
                             void (*Destructor)()) {
  Ptr Object = __stm_wrap___cxa_allocate_exception(sizeof(void *));
  __stm_write_u64(Object, reinterpret_cast<uint64_t>(addressPoint(VTable)));
  __stm_wrap___cxa_throw(Object, Type, reinterpret_cast<Ptr>(Destructor));
  __builtin_unreachable();
}

} // namespace

extern "C" {

// The originals' symbols: what has the same name as a class here.
#define STM_SYMBOLS(Class)                                                     \
  STM_EXPORT extern void *const vtable_##Class[] __asm__("_ZTVSt" #Class);     \
  STM_EXPORT extern char type_##Class __asm__("_ZTISt" #Class);                \
  STM_EXPORT void destructor_##Class() __asm__("_ZNSt" #Class "D1Ev");

// --- With a text ------------------------------------------------------------

#define STM_WITH_TEXT(Class, Bytes)                                            \
  STM_SYMBOLS(Class)                                                           \
  void __stm_wrap__ZNSt##Class##D1Ev(Ptr Self) { releaseText(textOf(Self)); }  \
  void __stm_wrap__ZNSt##Class##D2Ev(Ptr Self) { releaseText(textOf(Self)); }  \
  void __stm_wrap__ZNSt##Class##D0Ev(Ptr Self) {                               \
    releaseText(textOf(Self));                                                 \
    __stm_wrap__ZdlPvm(Self, Bytes);                                           \
  }

#define STM_CONSTRUCTORS(Class, Variant)                                                         \
  void __stm_wrap__ZNSt##Class##Variant##EPKc(Ptr Self, CPtr Text) {                             \
    construct(Self, addressPoint(vtable_##Class), copyCString(Text));                            \
  }                                                                                              \
  void                                                                                           \
      __stm_wrap__ZNSt##Class##Variant##ERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE( \
          Ptr Self, CPtr String) {                                                               \
    construct(Self, addressPoint(vtable_##Class), copyString(String));                           \
  }

#define STM_NAMED(Class, Throw)                                                \
  STM_WITH_TEXT(Class, sizeof(Error))                                          \
  STM_CONSTRUCTORS(Class, C1)                                                  \
  STM_CONSTRUCTORS(Class, C2)                                                  \
  void __stm_wrap__ZSt##Throw##PKc(CPtr Text) {                                \
    throwText(vtable_##Class, &type_##Class, destructor_##Class,               \
              copyCString(Text));                                              \
  }

#define STM_COPIES(Class, Variant)                                             \
  void __stm_wrap__ZNSt##Class##Variant##ERKS_(Ptr Self, CPtr Other) {         \
    construct(Self, addressPoint(vtable_##Class), copyTextOf(Other));          \
  }                                                                            \
  void __stm_wrap__ZNSt##Class##Variant##EOS_(Ptr Self, Ptr Other) {           \
    construct(Self, addressPoint(vtable_##Class), copyTextOf(Other));          \
  }

#define STM_BASE(Class, Throw)                                                 \
  STM_NAMED(Class, Throw)                                                      \
  STM_COPIES(Class, C1)                                                        \
  STM_COPIES(Class, C2)                                                        \
  Ptr __stm_wrap__ZNSt##Class##aSERKS_(Ptr Self, CPtr Other) {                 \
    return assign(Self, Other);                                                \
  }                                                                            \
  Ptr __stm_wrap__ZNSt##Class##aSEOS_(Ptr Self, Ptr Other) {                   \
    return assign(Self, Other);                                                \
  }                                                                            \
  Ptr __stm_wrap__ZNKSt##Class##4whatEv(CPtr Self) { return textOf(Self); }

STM_BASE(11logic_error, 19__throw_logic_error)
STM_BASE(13runtime_error, 21__throw_runtime_error)
STM_NAMED(12domain_error, 20__throw_domain_error)
STM_NAMED(16invalid_argument, 24__throw_invalid_argument)
STM_NAMED(12length_error, 20__throw_length_error)
STM_NAMED(12out_of_range, 20__throw_out_of_range)
STM_NAMED(11range_error, 19__throw_range_error)
STM_NAMED(14overflow_error, 22__throw_overflow_error)
STM_NAMED(15underflow_error, 23__throw_underflow_error)
/// Its code and category stand behind the text.
STM_WITH_TEXT(12system_error, sizeof(Error) + 16)

void __stm_wrap__ZSt24__throw_out_of_range_fmtPKcz(CPtr Format, ...) {
  FormatArgs Args;
  va_start(Args.List, Format);
  Size Length = formatPrivately(nullptr, 0, Format, Args);
  va_end(Args.List);
  char *Text = makeText(Length);
  va_start(Args.List, Format);
  formatPrivately(Text, Length + 1, Format, Args);
  va_end(Args.List);
  throwText(vtable_12out_of_range, &type_12out_of_range,
            destructor_12out_of_range, Text);
}

// --- Without ----------------------------------------------------------------

#define STM_PLAIN(Class)                                                       \
  STM_SYMBOLS(Class)                                                           \
  STM_EXPORT Ptr what_##Class(CPtr Self) __asm__("_ZNKSt" #Class "4whatEv");   \
  void __stm_wrap__ZNSt##Class##D1Ev(Ptr) {}                                   \
  void __stm_wrap__ZNSt##Class##D2Ev(Ptr) {}                                   \
  void __stm_wrap__ZNSt##Class##D0Ev(Ptr Self) {                               \
    __stm_wrap__ZdlPvm(Self, sizeof(void *));                                  \
  }                                                                            \
  Ptr __stm_wrap__ZNKSt##Class##4whatEv(CPtr Self) {                           \
    return what_##Class(Self); /* A constant, whatever Self is. */             \
  }

#define STM_PLAIN_THROWN(Class, Throw)                                         \
  STM_PLAIN(Class)                                                             \
  void __stm_wrap_##Throw() {                                                  \
    throwPlain(vtable_##Class, &type_##Class, destructor_##Class);             \
  }

STM_PLAIN(9exception)
STM_PLAIN(12bad_weak_ptr)
STM_PLAIN_THROWN(13bad_exception, _ZSt21__throw_bad_exceptionv)
STM_PLAIN_THROWN(9bad_alloc, _ZSt17__throw_bad_allocv)
STM_PLAIN_THROWN(8bad_cast, _ZSt16__throw_bad_castv)
STM_PLAIN_THROWN(10bad_typeid, _ZSt18__throw_bad_typeidv)
STM_PLAIN_THROWN(20bad_array_new_length, _ZSt28__throw_bad_array_new_lengthv)
STM_PLAIN_THROWN(17bad_function_call, _ZSt25__throw_bad_function_callv)

void __stm_wrap___cxa_bad_cast() { __stm_wrap__ZSt16__throw_bad_castv(); }
void __stm_wrap___cxa_bad_typeid() { __stm_wrap__ZSt18__throw_bad_typeidv(); }
void __stm_wrap___cxa_throw_bad_array_new_length() {
  __stm_wrap__ZSt28__throw_bad_array_new_lengthv();
}

} // extern "C"

} // namespace stm::rt::abi
