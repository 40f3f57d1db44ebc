//===- rt/abi/plain_io.cpp - I/O by code without barriers -----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Instrumented code becomes inevitable before it calls any of these. What calls
// them in a transaction that isn't is code that somebody has promised to be
// harmless (STM_PURE, a policy), and what that calls in libraries. So the
// transaction becomes inevitable here, before anything has happened; should it
// have to be rolled back for that, it leaves from here, past the frames of that
// code: nothing in those is destroyed.
//
// Not where it can't be: a signal handler has interrupted the transaction
// anywhere, in the runtime too, and isn't part of it.
//
// Outside of transactions this costs the test of one thread-local.
//
// Weak, as in plain_free.cpp: the functions of a sanitizer, or of another
// library that comes first, stand before these, and call them.
//
//===----------------------------------------------------------------------===//

#define __NO_INLINE__ 1 // stdio.h has no bodies then, for what is defined here.
#include "abi/own_io.h"
#include "base/check.h"
#include "base/options.h"
#include "report/own_code.h"
#include "tx/registry.h"
#include "tx/signal_handler.h"

#include <cstdarg>
#include <cstdio>
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

namespace stm::rt {

namespace {

STM_SLOW_PATH void becomeInevitableFor(const char *Function, uintptr_t Pc) {
  Tx &Self = *CurrentTx;
  if (isOwnCode(Pc) || OwnIo::isRunning() || !options().InterceptIo ||
      isInSignalHandler(Self))
    return;
  Self.becomeInevitable(Function, Pc);
}

STM_FAST_PATH void beforeIo(const char *Function, uintptr_t Pc) {
  if (STM_UNLIKELY(!CurrentTx->isDirect()))
    becomeInevitableFor(Function, Pc);
}

/// The function that comes after ours.
template <class F> struct Next {
  const char *Name;
  std::atomic<F *> Known{nullptr};

  F *get() {
    F *Function = Known.load(std::memory_order_relaxed);
    if (STM_UNLIKELY(!Function)) {
      Function = reinterpret_cast<F *>(dlsym(RTLD_NEXT, Name));
      STM_CHECK(Function);
      Known.store(Function, std::memory_order_relaxed);
    }
    return Function;
  }
};

} // namespace

// clang-format off
#define STM_IO(Ret, Name, Params, Args)                                        \
  namespace { constinit Next<Ret Params> Next_##Name{#Name}; }                 \
  extern "C" STM_EXPORT __attribute__((weak)) Ret Name Params {                \
    beforeIo("call to " #Name, STM_CALLER_PC);                                 \
    return Next_##Name.get() Args;                                             \
  }
// By the function that takes a list.
#define STM_IO_PRINT(Name, Params, ListName, Args)                             \
  extern "C" STM_EXPORT __attribute__((weak)) int Name Params {                \
    beforeIo("call to " #Name, STM_CALLER_PC);                                 \
    va_list List;                                                              \
    va_start(List, Format);                                                    \
    int Result = Next_##ListName.get() Args;                                   \
    va_end(List);                                                              \
    return Result;                                                             \
  }
#define STM_IO_OPEN(Name)                                                      \
  namespace { constinit Next<int(const char *, int, ...)> Next_##Name{#Name}; } \
  extern "C" STM_EXPORT __attribute__((weak)) int Name(const char *File,       \
                                                       int Flags, ...) {       \
    beforeIo("call to " #Name, STM_CALLER_PC);                                 \
    va_list List;                                                              \
    va_start(List, Flags);                                                     \
    mode_t Mode = va_arg(List, mode_t);                                        \
    va_end(List);                                                              \
    return Next_##Name.get()(File, Flags, Mode);                               \
  }
// clang-format on

#undef fputc
#undef putc
#undef putchar
#undef fgetc
#undef getc

// --- Descriptors
STM_IO(ssize_t, write, (int To, const void *Bytes, size_t Count),
       (To, Bytes, Count))
STM_IO(ssize_t, pwrite, (int To, const void *Bytes, size_t Count, off_t At),
       (To, Bytes, Count, At))
STM_IO(ssize_t, pwrite64, (int To, const void *Bytes, size_t Count, off_t At),
       (To, Bytes, Count, At))
STM_IO(ssize_t, writev, (int To, const iovec *Parts, int Count),
       (To, Parts, Count))
STM_IO(ssize_t, read, (int From, void *Bytes, size_t Count),
       (From, Bytes, Count))
STM_IO(ssize_t, pread, (int From, void *Bytes, size_t Count, off_t At),
       (From, Bytes, Count, At))
STM_IO(ssize_t, pread64, (int From, void *Bytes, size_t Count, off_t At),
       (From, Bytes, Count, At))
STM_IO(ssize_t, readv, (int From, const iovec *Parts, int Count),
       (From, Parts, Count))
STM_IO_OPEN(open)
STM_IO_OPEN(open64)
STM_IO(int, creat, (const char *File, mode_t Mode), (File, Mode))
STM_IO(int, close, (int File), (File))
STM_IO(int, unlink, (const char *File) noexcept, (File))
STM_IO(int, rename, (const char *From, const char *To) noexcept, (From, To))
STM_IO(int, mkdir, (const char *Folder, mode_t Mode) noexcept, (Folder, Mode))

// --- Sockets
STM_IO(ssize_t, send, (int To, const void *Bytes, size_t Count, int Flags),
       (To, Bytes, Count, Flags))
STM_IO(ssize_t, sendto,
       (int To, const void *Bytes, size_t Count, int Flags,
        const sockaddr *Address, socklen_t Length),
       (To, Bytes, Count, Flags, Address, Length))
STM_IO(ssize_t, sendmsg, (int To, const msghdr *Message, int Flags),
       (To, Message, Flags))
STM_IO(ssize_t, recv, (int From, void *Bytes, size_t Count, int Flags),
       (From, Bytes, Count, Flags))
STM_IO(ssize_t, recvfrom,
       (int From, void *Bytes, size_t Count, int Flags, sockaddr *Address,
        socklen_t *Length),
       (From, Bytes, Count, Flags, Address, Length))
STM_IO(ssize_t, recvmsg, (int From, msghdr *Message, int Flags),
       (From, Message, Flags))
STM_IO(int, connect, (int To, const sockaddr *Address, socklen_t Length),
       (To, Address, Length))
STM_IO(int, accept, (int Socket, sockaddr *Address, socklen_t *Length),
       (Socket, Address, Length))
STM_IO(int, accept4,
       (int Socket, sockaddr *Address, socklen_t *Length, int Flags),
       (Socket, Address, Length, Flags))

// --- Streams of C, and of C++ where they are synchronised
STM_IO(FILE *, fopen, (const char *File, const char *Mode), (File, Mode))
STM_IO(FILE *, fopen64, (const char *File, const char *Mode), (File, Mode))
STM_IO(int, fclose, (FILE * Stream), (Stream))
STM_IO(int, fflush, (FILE * Stream), (Stream))
STM_IO(size_t, fwrite,
       (const void *Bytes, size_t Size, size_t Count, FILE *Stream),
       (Bytes, Size, Count, Stream))
STM_IO(int, fputs, (const char *Text, FILE *Stream), (Text, Stream))
STM_IO(int, puts, (const char *Text), (Text))
STM_IO(int, fputc, (int Byte, FILE *Stream), (Byte, Stream))
STM_IO(int, putc, (int Byte, FILE *Stream), (Byte, Stream))
STM_IO(int, putchar, (int Byte), (Byte))
STM_IO(size_t, fread, (void *Bytes, size_t Size, size_t Count, FILE *Stream),
       (Bytes, Size, Count, Stream))
STM_IO(char *, fgets, (char *Text, int Count, FILE *Stream),
       (Text, Count, Stream))
STM_IO(int, fgetc, (FILE * Stream), (Stream))
STM_IO(int, getc, (FILE * Stream), (Stream))
STM_IO(void, perror, (const char *Text), (Text))
STM_IO(int, vprintf, (const char *Format, va_list List), (Format, List))
STM_IO(int, vfprintf, (FILE * Stream, const char *Format, va_list List),
       (Stream, Format, List))
STM_IO(int, __vprintf_chk, (int Flag, const char *Format, va_list List),
       (Flag, Format, List))
STM_IO(int, __vfprintf_chk,
       (FILE * Stream, int Flag, const char *Format, va_list List),
       (Stream, Flag, Format, List))
STM_IO_PRINT(printf, (const char *Format, ...), vprintf, (Format, List))
STM_IO_PRINT(fprintf, (FILE * Stream, const char *Format, ...), vfprintf,
             (Stream, Format, List))
STM_IO_PRINT(__printf_chk, (int Flag, const char *Format, ...), __vprintf_chk,
             (Flag, Format, List))
STM_IO_PRINT(__fprintf_chk, (FILE * Stream, int Flag, const char *Format, ...),
             __vfprintf_chk, (Stream, Flag, Format, List))

} // namespace stm::rt
