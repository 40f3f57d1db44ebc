//===- abi/network_wraps.cpp - addresses as text ----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libc's functions on private copies. They compute; none asks the network.
//
//===----------------------------------------------------------------------===//

#include "abi/private_args.h"

#include <algorithm>
#include <arpa/inet.h>
#include <cstring>

namespace stm::rt::abi {

namespace {

Size addressBytes(I32 Family) {
  return Family == AF_INET    ? sizeof(in_addr)
         : Family == AF_INET6 ? sizeof(in6_addr)
                              : 0;
}

} // namespace

extern "C" {

I32 __stm_wrap_inet_pton(I32 Family, CPtr Text, Ptr Out) {
  char Address[sizeof(in6_addr)];
  int Result = inet_pton(Family, PrivateString(Text), Address);
  if (Result == 1)
    __stm_write_range(Out, Address, addressBytes(Family));
  return Result;
}

Ptr __stm_wrap_inet_ntop(I32 Family, CPtr Address, Ptr Out, U32 Bytes) {
  char Copy[sizeof(in6_addr)], Text[INET6_ADDRSTRLEN];
  if (Size Length = addressBytes(Family))
    __stm_read_range(Copy, Address, Length);
  if (!inet_ntop(Family, Copy, Text, std::min<U32>(Bytes, sizeof(Text))))
    return nullptr;
  __stm_write_range(Out, Text, strlen(Text) + 1);
  return Out;
}

I32 __stm_wrap_inet_aton(CPtr Text, Ptr Out) {
  in_addr Address;
  int Result = inet_aton(PrivateString(Text), &Address);
  if (Result && Out)
    __stm_write_range(Out, &Address, sizeof(Address));
  return Result;
}

U32 __stm_wrap_inet_addr(CPtr Text) { return inet_addr(PrivateString(Text)); }

} // extern "C"

} // namespace stm::rt::abi
