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
#include <typeinfo>

namespace stm::rt::abi {

void *transactionalDestructor(void *Destructor, uintptr_t Pc) {
  Tx &Self = *CurrentTx;
  if (!Destructor || Self.isDirect())
    return Destructor;
  if (void *Clone = cloneOf(Destructor))
    return Clone;
  Self.becomeInevitable("exception with an uninstrumented destructor", Pc);
  return Destructor;
}

extern "C" {

Ptr __stm_wrap___cxa_allocate_exception(Size Bytes) {
  Ptr Object = __cxxabiv1::__cxa_allocate_exception(Bytes);
  Tx &Self = *CurrentTx;
  if (!Self.isDirect() &&
      !Self.noteAllocation({Object, 0, 0, Deallocator::Exception}, Bytes)) {
    __cxxabiv1::__cxa_free_exception(Object);
    Self.outOfLogMemory(STM_CALLER_PC);
  }
  return Object;
}

void __stm_wrap___cxa_free_exception(Ptr Object) {
  CurrentTx->Allocations.forgetAllocation(Object);
  __cxxabiv1::__cxa_free_exception(Object);
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
  void *Ending = nullptr;
  if (!Self.isDirect()) {
    CxaException *Caught = CxaException::caught(Self.Eh->Caught);
    // Its last handler, and no std::exception_ptr.
    if (Caught && Caught->HandlerCount == 1 &&
        CxaException::references(Caught->object()) == 1)
      Ending = Caught->object();
  }
  // Destroys and frees the object. The destructor's barriers may roll back:
  // then the object is still in the log, and freed with the rest.
  __cxxabiv1::__cxa_end_catch();
  if (Ending)
    Self.Allocations.forgetAllocation(Ending);
}

} // extern "C"

} // namespace stm::rt::abi
