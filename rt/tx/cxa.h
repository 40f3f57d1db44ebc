//===- tx/cxa.h - the C++ runtime's exceptions ------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The header before each thrown object, as the Itanium C++ ABI lays it out
// (exception handling, 2.2.1); libstdc++ and libc++abi agree on this tail of
// it.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_CXA_H
#define STM_RT_TX_CXA_H

#include "base/port.h"

#include <atomic>
#include <unwind.h>

namespace stm::rt {

struct CxaException {
  void *Type; ///< Of a dependent one: the object that it shares.
  void (*Destructor)(void *);
  void (*UnexpectedHandler)();
  void (*TerminateHandler)();
  CxaException *Next;
  int HandlerCount;
  int HandlerSwitchValue;
  const unsigned char *ActionRecord;
  const unsigned char *LanguageSpecificData;
  _Unwind_Ptr CatchTemp;
  void *AdjustedPtr;
  _Unwind_Exception UnwindHeader;

  void *object() { return this + 1; }

  /// How many handlers and std::exception_ptrs share \p Object. Before the
  /// header: 16 bytes, the first of libstdc++'s, the second half of
  /// libc++abi's.
  static std::atomic<int> &references(void *Object) {
    auto *Header = static_cast<CxaException *>(Object) - 1;
    bool IsClang =
        Header->UnwindHeader.exception_class >> 8 == 0x434c4e47432b2b;
    return *reinterpret_cast<std::atomic<int> *>(
        reinterpret_cast<char *>(Header) - (IsClang ? 8 : 16));
  }

  /// The exception whose handler runs, \p Caught being the C++ runtime's head
  /// of its list; null if there is none, or it is not a C++ exception.
  static CxaException *caught(void *Caught) {
    return find(Caught, /*LowestByte=*/0);
  }
  static CxaException *of(_Unwind_Exception *Unwind) {
    return reinterpret_cast<CxaException *>(Unwind + 1) - 1;
  }
  static constexpr uint64_t DependentClass = 0x474e5543432b2b01; // GNUCC++\1
  /// The same for one that shares another's object (std::rethrow_exception).
  static CxaException *caughtDependent(void *Caught) {
    return find(Caught, /*LowestByte=*/1);
  }

private:
  static constexpr uint64_t GnuClass = 0x474e5543432b2b00;   // GNUCC++\0
  static constexpr uint64_t ClangClass = 0x434c4e47432b2b00; // CLNGC++\0

  /// Vendor and language are the upper seven bytes of the class; the lowest is
  /// 1 for a dependent one. libc++abi's list points to 16 bytes before: to what
  /// has its count.
  static CxaException *find(void *Caught, uint64_t LowestByte) {
    if (!Caught)
      return nullptr;
    auto *E = static_cast<CxaException *>(Caught);
    if (E->UnwindHeader.exception_class == (GnuClass | LowestByte))
      return E;
    E = reinterpret_cast<CxaException *>(static_cast<char *>(Caught) + 16);
    return E->UnwindHeader.exception_class == (ClangClass | LowestByte)
               ? E
               : nullptr;
  }
};
static_assert(sizeof(CxaException) == 112);

} // namespace stm::rt

#endif // STM_RT_TX_CXA_H
