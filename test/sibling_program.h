//===- test/sibling_program.h - another program of this build ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_SIBLING_PROGRAM_H
#define STM_TEST_SIBLING_PROGRAM_H

#include <cstdio>
#include <cstdlib>
#include <string>
#include <unistd.h>

namespace stm::check {

/// What runs programs of this build, where the machine itself doesn't; else
/// null.
inline const char *emulator() { return getenv("STM_TEST_EMULATOR"); }

/// Of \p Program in this one's folder.
inline std::string siblingPath(const std::string &Program) {
  char Path[4096] = {};
  if (readlink("/proc/self/exe", Path, sizeof(Path) - 1) <= 0)
    return "";
  std::string Folder(Path);
  Folder.resize(Folder.rfind('/'));
  return Folder + "/" + Program;
}

/// Runs it; \p Variables and \p Arguments are as for a shell.
/// \returns all that it says; empty if it can't be started.
inline std::string runSibling(const std::string &Variables,
                              const std::string &Program,
                              const std::string &Arguments, bool &Fails) {
  Fails = true;
  std::string Command = "ulimit -c 0; " + Variables + " exec ";
  if (emulator())
    Command += std::string(emulator()) + " ";
  Command += "'" + siblingPath(Program) + "' " + Arguments + " 2>&1";
  FILE *Out = popen(Command.c_str(), "r");
  if (!Out)
    return "";
  std::string Said;
  char Buffer[4096];
  while (size_t Bytes = fread(Buffer, 1, sizeof(Buffer), Out))
    Said.append(Buffer, Bytes);
  Fails = pclose(Out) != 0;
  return Said;
}

} // namespace stm::check

#endif // STM_TEST_SIBLING_PROGRAM_H
