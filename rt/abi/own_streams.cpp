//===- abi/own_streams.cpp - libstdc++'s objects ----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "abi/own_streams.h"

namespace stm::rt::abi {

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

Size Own::textBytes() const {
  std::streambuf *Buffer = statesOf(CurrentTx->Foreign, Which).rdbuf();
  return static_cast<const std::stringbuf *>(Buffer)->view().size();
}

} // namespace stm::rt::abi
