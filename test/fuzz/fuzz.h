//===- fuzz/fuzz.h - what fuzz targets share --------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A target is LLVMFuzzerTestOneInput, as libFuzzer calls it (STM_FUZZ=ON) and
// replay.cpp does, with each file of its corpus.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_FUZZ_FUZZ_H
#define STM_TEST_FUZZ_FUZZ_H

#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/mman.h>
#include <unistd.h>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size);

namespace stm::fuzz {

/// A file of these bytes, for as long as it lives.
class TemporaryFile {
public:
  TemporaryFile(const uint8_t *Data, size_t Size)
      : Fd(memfd_create("input", MFD_CLOEXEC)) {
    if (Fd < 0 || write(Fd, Data, Size) != static_cast<ssize_t>(Size)) {
      perror("memfd");
      abort();
    }
    Path = "/proc/self/fd/" + std::to_string(Fd);
  }
  ~TemporaryFile() { close(Fd); }
  TemporaryFile(const TemporaryFile &) = delete;
  TemporaryFile &operator=(const TemporaryFile &) = delete;
  const std::string &path() const { return Path; }

private:
  int Fd;
  std::string Path;
};

} // namespace stm::fuzz

#endif // STM_TEST_FUZZ_FUZZ_H
