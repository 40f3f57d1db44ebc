//===- tx/output.cpp - output that is written at the commit ---------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/output.h"

#include "base/check.h"
#include "base/spin_lock.h"

#include <cerrno>
#include <poll.h>
#include <unistd.h>

namespace stm::rt {

namespace {

constinit SpinLock OrderLock;
constinit uint64_t NextTicket = 0; ///< With OrderLock.
constinit std::atomic<uint64_t> Turn{0};

/// 0, or the error.
int writeTo(int Descriptor, const char *Bytes, size_t Count) {
  while (Count) {
    ssize_t Written = ::write(Descriptor, Bytes, Count);
    if (Written >= 0) {
      Bytes += Written;
      Count -= static_cast<size_t>(Written);
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      pollfd Ready = {Descriptor, POLLOUT, 0};
      poll(&Ready, 1, -1);
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

int writeTo(FILE *File, const char *Bytes, size_t Count) {
  return fwrite(Bytes, 1, Count, File) == Count ? 0 : errno;
}

} // namespace

bool reserve(LogVector<char> &Text, size_t Bytes) {
  while (Text.capacity() - Text.size() < Bytes)
    if (!Text.grow())
      return false;
  return true;
}

char *DeferredOutput::makeRoom(size_t Bytes) {
  return reserve(Text, Bytes + 1) ? Text.end() : nullptr; // Never null then.
}

bool DeferredOutput::endPiece(int Descriptor, FILE *File) {
  if (!Pieces.empty() && Pieces.back().Descriptor == Descriptor &&
      Pieces.back().File == File) {
    Pieces.back().End = Text.size();
    return true;
  }
  return Pieces.push({Descriptor, File, Text.size()});
}

void DeferredOutput::lockOrder() {
  OrderLock.lock();
  HoldsOrder = true;
}

void DeferredOutput::unlockOrder() {
  HoldsOrder = false;
  OrderLock.unlock();
}

void DeferredOutput::takeTicketAndUnlock() {
  Ticket = NextTicket++;
  unlockOrder();
}

void DeferredOutput::write() {
  // Acquire: pairs with the release below, for what stdio and the program's
  // own files hold.
  for (uint64_t Now; (Now = Turn.load(std::memory_order_acquire)) != Ticket;)
    sleepWhile(Turn, Now, std::memory_order_acquire);
  int Saved = errno;
  const char *From = Text.begin();
  for (const Piece &P : Pieces) {
    const char *End = Text.begin() + P.End;
    auto Count = static_cast<size_t>(End - From);
    if (int Error = P.File ? writeTo(P.File, From, Count)
                           : writeTo(P.Descriptor, From, Count))
      warnOutputFailed(P.File ? fileno(P.File) : P.Descriptor, Count, Error);
    From = End;
  }
  errno = Saved;
  clear();
  Text.shrink();
  Turn.store(Ticket + 1, std::memory_order_release);
  Turn.notify_all();
}

void resetOutputInChild() {
  OrderLock.unlock();
  Turn.store(NextTicket, std::memory_order_relaxed);
}

} // namespace stm::rt
