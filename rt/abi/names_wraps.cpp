//===- abi/names_wraps.cpp - names of files, and patterns -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libc's functions on private copies; none looks at a file.
//
//===----------------------------------------------------------------------===//

#include "abi/private_args.h"
#include "tx/registry.h"

#include <cstring>
#include <fnmatch.h>

// libgen.h calls one by the other's name.
extern "C" {
STM_EXPORT char *__xpg_basename(char *);
STM_EXPORT char *dirname(char *);
}

namespace stm::rt::abi {

namespace {

/// Not by libc's own: the program may have one of the name.
const char *lastPart(const char *Path) {
  const char *Slash = strrchr(Path, '/');
  return Slash ? Slash + 1 : Path;
}

/// \p Original may change the string, and returns a part of it or a constant.
template <class F> Ptr changeCopy(Ptr Path, F Original) {
  if (!Path)
    return Original(nullptr);
  PrivateString Copy(Path);
  Size Bytes = strlen(Copy) + 1;
  PrivateBlock Changed(Bytes);
  if (!Changed.data())
    CurrentTx->outOfLogMemory(STM_CALLER_PC);
  memcpy(Changed.data(), Copy, Bytes);
  char *Begin = Changed.data(), *Found = Original(Begin);
  for (Size I = 0; I != Bytes; ++I)
    if (Begin[I] != static_cast<const char *>(Copy)[I])
      __stm_write_u8(static_cast<char *>(Path) + I, static_cast<U8>(Begin[I]));
  return Found >= Begin && Found < Begin + Bytes
             ? static_cast<char *>(Path) + (Found - Begin)
             : Found;
}

} // namespace

extern "C" {

Ptr __stm_wrap_basename(CPtr Path) { return findOnCopy<lastPart>(Path); }
Ptr __stm_wrap___xpg_basename(Ptr Path) {
  return changeCopy(Path, __xpg_basename);
}
Ptr __stm_wrap_dirname(Ptr Path) { return changeCopy(Path, dirname); }
I32 __stm_wrap_fnmatch(CPtr Pattern, CPtr Text, I32 Flags) {
  return onCopies<fnmatch>(Pattern, Text, Flags);
}

} // extern "C"

} // namespace stm::rt::abi
