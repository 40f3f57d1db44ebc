//===- abi/io_wraps.cpp - system calls that others go on beside -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// They can't be undone, so the transaction becomes inevitable; what they touch
// of the program's memory is known, so others may run beside it: the system
// sees private copies only. (Calls by which another thread can learn how far
// the block has come are not here: it would see the memory of before.)
//
// All of them are points where pthread_cancel ends the thread.
//
//===----------------------------------------------------------------------===//

#include "abi/own_io.h"
#include "abi/rtl.h"
#include "tx/barriers.h"

#include <cerrno>
#include <cstdlib>
#include <ctime>
#include <unistd.h>

namespace stm::rt::abi {

namespace {

/// False: the transaction runs alone, or there is none; the call may be made as
/// it stands.
bool goBeside(const char *Reason, uintptr_t Pc) {
  CurrentTx->becomeInevitable(Reason, Pc, Company::Beside);
  return CurrentTx->IsBeside;
}

/// Freed also where the thread is cancelled.
class PrivateBuffer {
public:
  explicit PrivateBuffer(Size Bytes)
      : Block(Bytes <= sizeof(Small) ? Small : malloc(Bytes)) {}
  ~PrivateBuffer() {
    if (Block != Small)
      free(Block);
  }
  PrivateBuffer(const PrivateBuffer &) = delete;
  PrivateBuffer &operator=(const PrivateBuffer &) = delete;
  void *get() const { return Block; }

private:
  char Small[512];
  void *Block;
};

/// \p Read(buffer) fills up to \p Bytes bytes; returns as read() does.
template <class F>
Size readInto(Ptr Buffer, Size Bytes, const char *Reason, uintptr_t Pc,
              F Read) {
  if (!goBeside(Reason, Pc))
    return static_cast<Size>(Read(Buffer));
  PrivateBuffer Private(Bytes);
  if (!Private.get()) {
    CurrentTx->goAlone();
    return static_cast<Size>(Read(Buffer));
  }
  ssize_t Got;
  {
    OwnIo Mine;
    Got = Read(Private.get());
  }
  if (Got > 0) {
    int Error = errno;
    writeRange(Buffer, Private.get(), static_cast<Size>(Got), Pc);
    errno = Error;
  }
  return static_cast<Size>(Got);
}

/// \p Sleep(time, left) as nanosleep.
template <class F>
I32 sleepFor(CPtr Time, Ptr Left, const char *Reason, uintptr_t Pc, F Sleep) {
  if (!goBeside(Reason, Pc))
    return Sleep(static_cast<const timespec *>(Time),
                 static_cast<timespec *>(Left));
  timespec PrivateTime, PrivateLeft = {-1, 0};
  readRange(&PrivateTime, Time, sizeof(timespec), Pc);
  I32 Result = Sleep(&PrivateTime, Left ? &PrivateLeft : nullptr);
  if (Left && PrivateLeft.tv_sec >= 0) {
    int Error = errno;
    writeRange(Left, &PrivateLeft, sizeof(timespec), Pc);
    errno = Error;
  }
  return Result;
}

} // namespace

extern "C" {

I32 __stm_wrap_nanosleep(CPtr Time, Ptr Left) {
  return sleepFor(Time, Left, "call to nanosleep", STM_CALLER_PC, nanosleep);
}

I32 __stm_wrap_clock_nanosleep(I32 Clock, I32 Flags, CPtr Time, Ptr Left) {
  return sleepFor(Time, Left, "call to clock_nanosleep", STM_CALLER_PC,
                  [&](const timespec *T, timespec *L) {
                    return clock_nanosleep(Clock, Flags, T, L);
                  });
}

Size __stm_wrap_read(I32 File, Ptr Buffer, Size Bytes) {
  return readInto(Buffer, Bytes, "call to read", STM_CALLER_PC,
                  [&](void *To) { return read(File, To, Bytes); });
}

Size __stm_wrap_pread(I32 File, Ptr Buffer, Size Bytes, Size Offset) {
  return readInto(Buffer, Bytes, "call to pread", STM_CALLER_PC, [&](void *To) {
    return pread(File, To, Bytes, static_cast<off_t>(Offset));
  });
}

} // extern "C"

} // namespace stm::rt::abi
