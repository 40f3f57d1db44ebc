//===- abi/error_category_wraps.cpp - std::error_code -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An error code is a number and the address of a category, whose functions are
// virtual, and libstdc++'s own. These compute, read constants, and make
// strings. What a program has derived from std::error_category has versions of
// its own, which what is inherited calls.
//
//===----------------------------------------------------------------------===//

#include "abi/thrown.h"
#include "abi/virtual_tables.h"

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <future>
#include <ios>
#include <string>
#include <system_error>

// As in own_streams.h.
extern template class std::basic_string<char>;

namespace stm::rt::abi {

namespace {

// In the virtual table of a category. (Between the first two stands what gives
// a string as it was before C++11.)
constexpr unsigned NameSlot = 2, MessageSlot = 4, ConditionSlot = 5,
                   OfConditionSlot = 6, OfCodeSlot = 7;

/// Of a std::error_code, or a std::error_condition.
struct Code {
  I32 Value;
  U64 Category;
};
static_assert(sizeof(Code) == sizeof(std::error_code) &&
              sizeof(Code) == sizeof(std::error_condition));

/// More than the longest text of any language, "Unknown error" and a number.
constexpr Size MostBytes = 1024;

/// What the library asks strerror for, which may give back a text of the
/// thread's.
const char *textOf(I32 Error, char (&Room)[MostBytes]) {
  return strerror_r(Error, Room, MostBytes);
}

// --- The library's own -------------------------------------------------------

struct Originals {
  const char *(*Name)(CPtr);
  std::string (*Message)(CPtr, int);
  ErrorCondition (*Condition)(CPtr, I32);
  bool (*IsCondition)(CPtr, I32, CPtr);
  bool (*IsCode)(CPtr, CPtr, I32);
};

enum Category : unsigned { Generic, System, Streams, Futures, CategoryCount };
Originals Library[CategoryCount];

template <unsigned Which> const char *name(CPtr Self) {
  return Library[Which].Name(Self);
}

template <unsigned Which> ErrorCondition condition(CPtr Self, I32 Error) {
  return Library[Which].Condition(Self, Error);
}

// They may be overridden, for their speed.
template <unsigned Which>
bool isCondition(CPtr Self, I32 Error, CPtr Condition) {
  Code Private;
  __stm_read_range(&Private, Condition, sizeof(Private));
  return Library[Which].IsCondition(Self, Error, &Private);
}
template <unsigned Which> bool isCode(CPtr Self, CPtr Error, I32 Condition) {
  Code Private;
  __stm_read_range(&Private, Error, sizeof(Private));
  return Library[Which].IsCode(Self, &Private, Condition);
}

template <unsigned Which> StdString message(CPtr Self, I32 Error) {
  char Text[MostBytes];
  if (Which == Generic || Which == System) {
    const char *Is = textOf(Error, Text);
    return StdString(Is, strlen(Is));
  }
  // Barriers may abandon the frame, so they don't find a string in it.
  Size Length = notingThrown([&] {
    std::string Is = Library[Which].Message(Self, Error);
    Size Bytes = std::min(Is.size(), MostBytes - 1);
    memcpy(Text, Is.c_str(), Bytes + 1);
    Text[Bytes] = 0;
    return Bytes;
  });
  return StdString(Text, Length);
}

template <unsigned Which> void registerVersions(const std::error_category &Of) {
  void *const *Table = virtualTableOf(Of);
  if (!Table)
    return;
  Library[Which] = {
      reinterpret_cast<decltype(Originals::Name)>(Table[NameSlot]),
      reinterpret_cast<decltype(Originals::Message)>(Table[MessageSlot]),
      reinterpret_cast<decltype(Originals::Condition)>(Table[ConditionSlot]),
      reinterpret_cast<decltype(Originals::IsCondition)>(
          Table[OfConditionSlot]),
      reinterpret_cast<decltype(Originals::IsCode)>(Table[OfCodeSlot])};
  // What isn't overridden has a row in runtime_abi.def, which comes first.
  const stm_clone Rows[] = {
      {Table[NameSlot], reinterpret_cast<Ptr>(name<Which>)},
      {Table[MessageSlot], reinterpret_cast<Ptr>(message<Which>)},
      {Table[ConditionSlot], reinterpret_cast<Ptr>(condition<Which>)},
      {Table[OfConditionSlot], reinterpret_cast<Ptr>(isCondition<Which>)},
      {Table[OfCodeSlot], reinterpret_cast<Ptr>(isCode<Which>)}};
  registerClones(Rows, sizeof(Rows) / sizeof(Rows[0]));
}

/// Before blocks run.
__attribute__((constructor)) void registerCategories() {
  registerVersions<Generic>(std::generic_category());
  registerVersions<System>(std::system_category());
  registerVersions<Streams>(std::iostream_category());
  registerVersions<Futures>(std::future_category());
}

} // namespace

// --- What categories inherit -------------------------------------------------

extern "C" {

ErrorCondition
__stm_wrap__ZNKSt3_V214error_category23default_error_conditionEi(CPtr Self,
                                                                 I32 Error) {
  return {Error, Self};
}

bool __stm_wrap__ZNKSt3_V214error_category10equivalentEiRKSt15error_condition(
    CPtr Self, I32 Error, CPtr Condition) {
  auto Of = callVirtual<ErrorCondition>(
      Self, ConditionSlot,
      "call to std::error_category::default_error_condition", STM_CALLER_PC,
      Error);
  auto *With = static_cast<const Code *>(Condition);
  return Of.Value == static_cast<I32>(__stm_read_u32(&With->Value)) &&
         reinterpret_cast<U64>(Of.Category) == __stm_read_u64(&With->Category);
}

bool __stm_wrap__ZNKSt3_V214error_category10equivalentERKSt10error_codei(
    CPtr Self, CPtr Error, I32 Condition) {
  auto *Of = static_cast<const Code *>(Error);
  return reinterpret_cast<U64>(Self) == __stm_read_u64(&Of->Category) &&
         Condition == static_cast<I32>(__stm_read_u32(&Of->Value));
}

ErrorCondition
__stm_wrap__ZNKSt10error_code23default_error_conditionEv(CPtr Self) {
  auto *Of = static_cast<const Code *>(Self);
  return callVirtual<ErrorCondition>(
      reinterpret_cast<CPtr>(__stm_read_u64(&Of->Category)), ConditionSlot,
      "call to std::error_category::default_error_condition", STM_CALLER_PC,
      static_cast<I32>(__stm_read_u32(&Of->Value)));
}

// --- std::system_error -------------------------------------------------------

STM_EXPORT extern void *const
    systemErrorTable[] __asm__("_ZTVSt12system_error");
STM_EXPORT extern char systemErrorType __asm__("_ZTISt12system_error");
STM_EXPORT void systemErrorDestructor() __asm__("_ZNSt12system_errorD1Ev");

void __stm_wrap__ZSt20__throw_system_errori(I32 Error) {
  /// A std::system_error.
  struct Thrown {
    U64 VirtualTable;
    char *What;
    Code Is;
  };
  static_assert(sizeof(Thrown) == sizeof(std::system_error));
  char Room[MostBytes];
  const char *Text = textOf(Error, Room);
  auto *Object = static_cast<Thrown *>(
      __stm_wrap___cxa_allocate_exception(sizeof(Thrown)));
  __stm_wrap__ZNSt13runtime_errorC2EPKc(Object, Text);
  __stm_write_u64(&Object->VirtualTable,
                  reinterpret_cast<U64>(systemErrorTable + 2));
  __stm_write_u32(&Object->Is.Value, static_cast<U32>(Error));
  __stm_write_u64(&Object->Is.Category,
                  reinterpret_cast<U64>(&std::generic_category()));
  __stm_wrap___cxa_throw(Object, &systemErrorType,
                         reinterpret_cast<Ptr>(systemErrorDestructor));
  __builtin_unreachable();
}

} // extern "C"

} // namespace stm::rt::abi
