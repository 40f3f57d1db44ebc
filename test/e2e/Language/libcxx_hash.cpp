//===- e2e/Language/libcxx_hash.cpp - libc++'s hash function --------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libc++ has had it in its library since 21. Here the program has one of that
// name, in a file compiled without the plugin: transactions hash what they see,
// by that function, without becoming inevitable.
//
// RUN: %cxx -DLIBRARY -c %s -o %t.o
// RUN: %at_O2 %t %s %stmxx %t.o
//
//===----------------------------------------------------------------------===//

#include <cstddef>

extern "C" size_t libcxxsHash(const void *,
                              size_t) __asm__("_ZNSt3__113__hash_memoryEPKvm");

#ifdef LIBRARY
size_t libcxxsHash(const void *Data, size_t Bytes) {
  size_t Hash = Bytes;
  for (size_t I = 0; I != Bytes; ++I)
    Hash = Hash * 31 + static_cast<const unsigned char *>(Data)[I];
  return Hash;
}
#else
#include "e2e.h"

#include <string>

int main() {
  for (size_t Bytes : {0, 5, 300, 5000}) {
    std::string Key(Bytes, 'k');
    size_t Plain = libcxxsHash(Key.data(), Bytes);
    optimistically("hash", [&] {
      if (Bytes)
        Key[Bytes / 2] = 'x';
      EXPECT((libcxxsHash(Key.data(), Bytes) == Plain) == (Bytes == 0));
      if (Bytes)
        Key[Bytes / 2] = 'k';
      EXPECT(libcxxsHash(Key.data(), Bytes) == Plain);
    });
  }
}
#endif
