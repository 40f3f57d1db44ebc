//===- pass/HostCheck.cpp - which LLVM loads this plugin --------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A plugin works with the LLVM that it was compiled for. In another one it
// would crash in its first call, which may be a static constructor: so the
// version is asked for before those, and through the C interface, which stays.
//
//===----------------------------------------------------------------------===//

#include "llvm/Config/llvm-config.h"
#include <cstdio>
#include <dlfcn.h>
#include <unistd.h>

namespace {

// Before constructors without a priority.
__attribute__((constructor(101))) void checkHost() {
  using GetVersion = void (*)(unsigned *, unsigned *, unsigned *);
  auto Ask =
      reinterpret_cast<GetVersion>(dlsym(RTLD_DEFAULT, "LLVMGetVersion"));
  if (!Ask)
    return; // A host that links LLVM statically, or none: the loader decides.
  unsigned Major, Minor, Patch;
  Ask(&Major, &Minor, &Patch);
  if (Major == LLVM_VERSION_MAJOR)
    return;
  fprintf(stderr,
          "error: libstm-pass-%d.so is for LLVM %d, but this is LLVM %u: use "
          "libstm-pass-%u.so (stm-clang and stm-clang++ choose by themselves, "
          "see STM_CLANG_VERSION)\n",
          LLVM_VERSION_MAJOR, LLVM_VERSION_MAJOR, Major, Major);
  _exit(1);
}

} // namespace
