//===- abi/exception_wraps.cpp - exceptions in transactions -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Throwing and catching touches the exception object and the thread's own list
// of caught exceptions. A rollback restores that list's head as it was at the
// begin and frees the objects that the attempt allocated, without destroying
// them: what they were made of is undone with the rest.
//
//===----------------------------------------------------------------------===//

#include "abi/clone_table.h"
#include "abi/counting.h"
#include "abi/rtl.h"
#include "tx/cxa.h"
#include "tx/registry.h"

#include <cxxabi.h>
#include <exception>
#include <new>
#include <typeinfo>

namespace stm::rt::abi {

void *transactionalDestructor(void *Destructor, uintptr_t Pc) {
  Tx &Self = *CurrentTx;
  if (!Destructor || Self.isDirect())
    return Destructor;
  if (void *Clone = cloneInTransaction(Destructor, Pc))
    return Clone;
  Self.becomeInevitable("exception with an uninstrumented destructor", Pc);
  return Destructor;
}

void freeExceptionAtEnd(void *Object, uintptr_t Pc) {
  Tx &Self = *CurrentTx;
  if (!Self.noteFree({Object, 0, 0, Deallocator::Exception}, Pc))
    Self.outOfLogMemory(Pc);
}

void destroyException(CxaException &Exception) {
  if (auto Destroy = Exception.Destructor) {
    Exception.Destructor = nullptr;
    Destroy(Exception.object());
  }
}

extern "C" {

Ptr __stm_wrap___cxa_allocate_exception(Size Bytes) {
  Ptr Object = __cxxabiv1::__cxa_allocate_exception(Bytes);
  Tx &Self = *CurrentTx;
  if (!Self.isDirect() &&
      !Self.noteAllocation({Object, 0, 0, Deallocator::Exception}, Bytes)) {
    if (Self.IsBeside) {
      Self.goAlone();
      return Object;
    }
    __cxxabiv1::__cxa_free_exception(Object);
    Self.outOfLogMemory(STM_CALLER_PC);
  }
  return Object;
}

void __stm_wrap___cxa_free_exception(Ptr Object) {
  Tx &Self = *CurrentTx;
  if (Self.isDirect())
    __cxxabiv1::__cxa_free_exception(Object);
  else
    freeExceptionAtEnd(Object, STM_CALLER_PC);
}

void __stm_wrap___cxa_throw(Ptr Object, Ptr Type, Ptr Destructor) {
  Destructor = transactionalDestructor(Destructor, STM_CALLER_PC);
  __cxxabiv1::__cxa_throw(Object, static_cast<std::type_info *>(Type),
                          reinterpret_cast<void (*)(void *)>(Destructor));
}

void __stm_wrap___cxa_rethrow() {
  Tx &Self = *CurrentTx;
  // An exception from before the transaction: the C++ runtime notes in its
  // header that it was thrown again, which no rollback would undo.
  if (Self.Eh && Self.Eh->Caught == Self.EhAtBegin.Caught)
    Self.becomeInevitable("rethrow of an exception caught outside",
                          STM_CALLER_PC);
  __cxxabiv1::__cxa_rethrow();
}

Ptr __stm_wrap___cxa_begin_catch(Ptr Unwind) {
  return __cxxabiv1::__cxa_begin_catch(Unwind);
}

void __stm_wrap___cxa_end_catch() {
  Tx &Self = *CurrentTx;
  CxaException *Caught =
      Self.isDirect() ? nullptr : CxaException::caught(Self.Eh->Caught);
  if (!Caught || Caught->HandlerCount != 1 || // Not its last handler.
      CxaException::references(Caught->object()) != 1 || // exception_ptr
      !Self.Allocations.hasAllocated(Caught->object()))
    return __cxxabiv1::__cxa_end_catch();
  // The object is destroyed here, but not freed: the undo log may still write
  // to it. Its destructor may roll back.
  void *Object = Caught->object();
  destroyException(*Caught);
  // One reference more than there are: the C++ runtime doesn't free it. (By
  // hand: the current_exception that is known here may be of another C++
  // runtime.)
  CxaException::references(Object).fetch_add(1, std::memory_order_relaxed);
  __cxxabiv1::__cxa_end_catch();
  freeExceptionAtEnd(Object, STM_CALLER_PC); // A snapshot does it now.
}

} // extern "C"

} // namespace stm::rt::abi
