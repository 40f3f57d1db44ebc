//===- abi/exception_ptr_wraps.cpp - std::exception_ptr ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Exceptions from before the transaction are counted by the rules of
// mem/count_log.h. What was thrown, or made, in this attempt is nobody else's:
// it is counted where it is, and an abort frees it, whatever the count says.
//
//===----------------------------------------------------------------------===//

#include "abi/counting.h"
#include "abi/rtl.h"
#include "tx/cxa.h"

#include <cxxabi.h>
#include <exception>
#include <typeinfo>

namespace stm::rt::abi {

extern "C" {
// libstdc++'s, as functions of the one pointer that a std::exception_ptr is.
STM_EXPORT void
originalRelease(void **) __asm__("_ZNSt15__exception_ptr13exception_ptr10_M_"
                                 "releaseEv");
STM_EXPORT void (*originalGetUnexpected())() __asm__("_ZSt14get_unexpectedv");
}

namespace {

void *pointee(CPtr Pointer) {
  return reinterpret_cast<void *>(__stm_read_u64(Pointer));
}
void pointTo(Ptr Pointer, void *Object) {
  __stm_write_u64(Pointer, reinterpret_cast<uint64_t>(Object));
}

void dropPlainly(void *Object) {
  void *Pointer = Object;
  originalRelease(&Pointer);
}

void dropLater(void *Object, uint32_t Uses, uint32_t) {
  while (Uses--)
    dropPlainly(Object);
}

bool isMine(const void *Object) {
  return !CurrentTx->isDirect() && CurrentTx->Allocations.hasAllocated(Object);
}

/// Of an exception that this attempt has made: logged, for inner blocks that
/// are undone.
void changeMine(void *Object, int By) {
  std::atomic<int> &References = CxaException::references(Object);
  int Now = References.load(std::memory_order_relaxed);
  __stm_write_u32(&References, static_cast<U32>(Now + By));
}

/// Null where the count is changed on the spot.
CountRow *rowOf(void *Object, uintptr_t Pc) {
  return isMine(Object) ? nullptr : countRow(Object, dropLater, Pc);
}

void take(void *Object, uintptr_t Pc) {
  std::atomic<int> &References = CxaException::references(Object);
  if (isMine(Object))
    return changeMine(Object, 1);
  CountRow *Row = rowOf(Object, Pc);
  if (!Row)
    References.fetch_add(1, std::memory_order_acq_rel);
  else if (!takeReference(Row->Use, References, Pc))
    objectIsGone(&References, Pc);
}

void giveUp(void *Object, uintptr_t Pc) {
  if (CountRow *Row = rowOf(Object, Pc))
    return Row->Use.release();
  if (!isMine(Object))
    return dropPlainly(Object);
  if (CxaException::references(Object) != 1)
    return changeMine(Object, -1);
  destroyException(*(static_cast<CxaException *>(Object) - 1));
  freeExceptionAtEnd(Object, Pc);
}

void release(Ptr Self, uintptr_t Pc) {
  if (void *Object = pointee(Self))
    giveUp(Object, Pc);
}

void freeDependent(CxaException *Dependent) {
  __cxxabiv1::__cxa_free_dependent_exception(
      reinterpret_cast<__cxxabiv1::__cxa_dependent_exception *>(Dependent));
}

/// The end of a dependent exception's last handler.
void endDependent(_Unwind_Reason_Code Reason, _Unwind_Exception *Unwind) {
  if (Reason != _URC_FOREIGN_EXCEPTION_CAUGHT && Reason != _URC_NO_REASON)
    std::terminate();
  CxaException *Dependent = CxaException::of(Unwind);
  void *Object = Dependent->Type;
  CurrentTx->Allocations.forgetAllocation(Dependent);
  freeDependent(Dependent);
  if (Object)
    giveUp(Object, STM_CALLER_PC);
}

/// As libstdc++ does it, but for the log. \p Object has a reference for it.
[[noreturn]] void throwDependent(void *Object, uintptr_t Pc) {
  Tx &Self = *CurrentTx;
  auto *Dependent = reinterpret_cast<CxaException *>(
      __cxxabiv1::__cxa_allocate_dependent_exception());
  if (!Self.isDirect() &&
      !Self.noteAllocation({Dependent, 0, 0, Deallocator::DependentException},
                           sizeof(CxaException))) {
    freeDependent(Dependent);
    Self.outOfLogMemory(Pc);
  }
  Dependent->Type = Object;
  Dependent->UnexpectedHandler = originalGetUnexpected();
  Dependent->TerminateHandler = std::get_terminate();
  Dependent->UnwindHeader.exception_class = CxaException::DependentClass;
  Dependent->UnwindHeader.exception_cleanup = endDependent;
  reinterpret_cast<EhGlobals *>(__cxxabiv1::__cxa_get_globals())->Uncaught += 1;
  _Unwind_RaiseException(&Dependent->UnwindHeader);
  // Nobody catches it.
  __cxxabiv1::__cxa_begin_catch(&Dependent->UnwindHeader);
  std::terminate();
}

/// std::nested_exception.
struct Nested {
  const void *VTable;
  void *Pointer;
};

} // namespace

ExceptionPtr::ExceptionPtr(void *Object) { pointTo(this, Object); }

extern "C" {

Ptr __stm_wrap___cxa_init_primary_exception(Ptr Object, Ptr Type,
                                            Ptr Destructor) {
  return __cxxabiv1::__cxa_init_primary_exception(
      Object, static_cast<std::type_info *>(Type),
      reinterpret_cast<void (*)(void *)>(
          transactionalDestructor(Destructor, STM_CALLER_PC)));
}

ExceptionPtr __stm_wrap__ZSt17current_exceptionv() {
  CurrentTx->beforeUnchecked(STM_CALLER_PC);
  CurrentTx->beforeTelling(STM_CALLER_PC); // It counts at once.

  void *Object; // Never given up here.
  new (&Object) std::exception_ptr(std::current_exception());
  if (Object && isMine(Object)) {
    CxaException::references(Object).fetch_sub(1, std::memory_order_relaxed);
    changeMine(Object, 1);
  } else if (Object) {
    if (CountRow *Row = rowOf(Object, STM_CALLER_PC))
      ++Row->Use.Added;
  }
  return ExceptionPtr(Object);
}

void __stm_wrap__ZSt17rethrow_exceptionNSt15__exception_ptr13exception_ptrE(
    Ptr Pointer) {
  void *Object = pointee(Pointer);
  take(Object, STM_CALLER_PC);
  throwDependent(Object, STM_CALLER_PC);
}

void __stm_wrap__ZNSt15__exception_ptr13exception_ptrC1EPv(Ptr Self,
                                                           Ptr Object) {
  pointTo(Self, Object);
  if (Object)
    take(Object, STM_CALLER_PC);
}

void __stm_wrap__ZNSt15__exception_ptr13exception_ptr9_M_addrefEv(Ptr Self) {
  if (void *Object = pointee(Self))
    take(Object, STM_CALLER_PC);
}

void __stm_wrap__ZNSt15__exception_ptr13exception_ptr10_M_releaseEv(Ptr Self) {
  release(Self, STM_CALLER_PC);
  pointTo(Self, nullptr);
}

void __stm_wrap__ZNSt16nested_exceptionD1Ev(Ptr Self) {
  release(&static_cast<Nested *>(Self)->Pointer, STM_CALLER_PC);
}
void __stm_wrap__ZNSt16nested_exceptionD2Ev(Ptr Self) {
  release(&static_cast<Nested *>(Self)->Pointer, STM_CALLER_PC);
}
void __stm_wrap__ZNSt16nested_exceptionD0Ev(Ptr Self) {
  release(&static_cast<Nested *>(Self)->Pointer, STM_CALLER_PC);
  __stm_wrap__ZdlPvm(Self, sizeof(Nested));
}

} // extern "C"

} // namespace stm::rt::abi
