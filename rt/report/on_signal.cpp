//===- report/on_signal.cpp - a report when a signal comes ----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/on_signal.h"

#include "base/no_signals.h"

#include <cerrno>
#include <csignal>
#include <pthread.h>
#include <semaphore.h>

namespace stm::rt {

namespace {

sem_t Requests;
void (*WriteReport)();

void request(int) {
  int SavedErrno = errno;
  sem_post(&Requests);
  errno = SavedErrno;
}

void *serve(void *) {
  for (;;)
    if (sem_wait(&Requests) == 0)
      WriteReport();
  return nullptr;
}

/// The program's signals are handled by the program's threads.
void startThread() {
  sem_init(&Requests, /*pshared=*/0, 0);
  NoSignals Blocked;
  pthread_attr_t Attributes;
  pthread_attr_init(&Attributes);
  pthread_attr_setdetachstate(&Attributes, PTHREAD_CREATE_DETACHED);
  pthread_t Thread;
  pthread_create(&Thread, &Attributes, serve, nullptr);
  pthread_attr_destroy(&Attributes);
}

} // namespace

void reportOnSignal(int Signal, void (*Write)()) {
  WriteReport = Write;
  startThread();
  struct sigaction Action = {};
  Action.sa_handler = request;
  Action.sa_flags = SA_RESTART;
  sigaction(Signal, &Action, nullptr);
}

void reportOnSignalInChild() {
  if (WriteReport)
    startThread();
}

} // namespace stm::rt
