//===- abi/own_io.h - I/O that the runtime does for the program -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What io_wraps.cpp calls may come to plain_io.cpp by way of a sanitizer's
// function, so by its caller it can't be told from the program's own.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_ABI_OWN_IO_H
#define STM_RT_ABI_OWN_IO_H

#include "base/port.h"

namespace stm::rt {

/// While there is one, this thread's I/O is the runtime's. Ends with the frame
/// also where the thread is cancelled.
class OwnIo {
public:
  OwnIo() { IsRunning = true; }
  ~OwnIo() { IsRunning = false; }
  OwnIo(const OwnIo &) = delete;
  OwnIo &operator=(const OwnIo &) = delete;

  static bool isRunning() { return IsRunning; }

private:
  static inline constinit __thread bool IsRunning = false;
};

} // namespace stm::rt

#endif // STM_RT_ABI_OWN_IO_H
