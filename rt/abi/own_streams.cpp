//===- abi/own_streams.cpp - libstdc++'s objects ----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "abi/own_streams.h"

namespace stm::rt::abi {

static void writePointer(void *Where, const void *Value) {
  __stm_write_u64(Where, reinterpret_cast<U64>(Value));
}

/// A new string in place of what is there. Like libstdc++ it has an own
/// terminator.
static void makeString(StdString *String, const char *Text, Size Length) {
  char *Data = String->Short;
  if (Length >= sizeof(String->Short)) {
    Data = static_cast<char *>(__stm_wrap__Znwm(Length + 1));
    __stm_write_u64(&String->Capacity, Length);
  }
  __stm_write_range(Data, Text, Length + 1);
  writePointer(&String->Data, Data);
  __stm_write_u64(&String->Length, Length);
}

StdString::StdString(const char *Text, Size Length) {
  makeString(this, Text, Length);
}

void assignString(StdString *String, const char *Text, Size Length) {
  auto *Data = reinterpret_cast<char *>(__stm_read_u64(&String->Data));
  bool IsShort = Data == String->Short;
  Size Capacity =
      IsShort ? sizeof(String->Short) - 1 : __stm_read_u64(&String->Capacity);
  if (Length > Capacity) {
    makeString(String, Text, Length);
    if (!IsShort)
      __stm_wrap__ZdlPv(Data);
    return;
  }
  __stm_write_range(Data, Text, Length + 1);
  __stm_write_u64(&String->Length, Length);
}

bool makeRoomForOwn(Tx &Self, uintptr_t Pc) {
  if (Self.Foreign.makeRoom())
    return true;
  if (!Self.IsBeside)
    Self.outOfLogMemory(Pc);
  Self.goAlone();
  return false;
}

OwnString::OwnString(uintptr_t Pc) {
  static constexpr ForeignObjects::Class Class = {
      sizeof(std::string),
      [](const void *) -> ForeignObjects::Marks { return {}; },
      destroy<std::string>};
  Tx &Self = *CurrentTx;
  if (makeRoomForOwn(Self, Pc))
    Self.addForeign(&Text, Class);
}

void OwnString::read(CPtr String) {
  auto *Of = static_cast<const StdString *>(String);
  auto *Data = reinterpret_cast<const char *>(__stm_read_u64(&Of->Data));
  Size Length = __stm_read_u64(&Of->Length);
  notingThrown([&] { Text.resize(Length); });
  __stm_read_range(Text.data(), Data, Length);
}

static const std::ios &statesOf(const ForeignObjects &Objects, size_t Which) {
  return *reinterpret_cast<const std::ios *>(
      Objects.address(Which) + Objects.classOf(Which).Bytes - sizeof(std::ios));
}

/// Whether the library calls nothing of the program's for it, and throws
/// nothing. What a stream's own buffer was when it was made its rdbuf still is:
/// nobody has a version that sets it.
static bool isOrdinary(const std::ios &States) {
  return States.exceptions() == std::ios::goodbit && !States.tie();
}

Own::Own(CPtr Stream, const char *What, uintptr_t Pc) {
  Tx &Self = *CurrentTx;
  if (Self.isDirect())
    return;
  Which = Self.ownForeign(Stream);
  if (Which != ForeignObjects::None &&
      isOrdinary(statesOf(Self.Foreign, Which)))
    return;
  Which = ForeignObjects::None;
  Self.becomeInevitable(What, Pc);
}

} // namespace stm::rt::abi
