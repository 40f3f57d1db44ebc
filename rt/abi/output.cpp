//===- abi/output.cpp - deferred output for users ---------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What is to be written is copied into the descriptor's own buffers first, by
// the transaction's reads, which may roll back: the buffers have an owner all
// the time.
//
//===----------------------------------------------------------------------===//

#include "abi/format.h"
#include "abi/rtl.h"
#include "base/check.h"
#include "stm/stm.h"
#include "tx/barriers.h"
#include "tx/registry.h"

#include <cstdarg>

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

/// In a transaction with barriers. False: a conversion that isn't known;
/// nothing was appended.
bool formatByReads(Tx &Self, const char *Format, va_list Args, uintptr_t Pc) {
  constexpr size_t Guess = 256;
  abi::FormatArgs Once, Again;
  va_copy(Once.List, Args);
  va_copy(Again.List, Args);
  size_t Length =
      abi::formatPrivately(makeRoom(Self, Guess, Pc), Guess, Format, Once);
  if (Length != abi::FormatFailed && Length >= Guess)
    abi::formatPrivately(makeRoom(Self, Length + 1, Pc), Length + 1, Format,
                         Again);
  va_end(Once.List);
  va_end(Again.List);
  if (Length == abi::FormatFailed)
    return false;
  Self.Output.append(Length);
  return true;
}

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
  if (!Self.isDirect() && !formatByReads(Self, Format, Args, Pc))
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
