//===- report/output.cpp - where the report goes ----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/output.h"

#include "base/options.h"
#include "report/report_file.h"

#include <cerrno>
#include <climits>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <ctime>
#include <unistd.h>

namespace stm::rt {

namespace {

/// A pipe without a reader answers with SIGPIPE. Blocks it on this thread, and
/// takes one that came meanwhile away.
class WithoutSigpipe {
public:
  WithoutSigpipe() {
    sigemptyset(&Pipe);
    sigaddset(&Pipe, SIGPIPE);
    sigset_t Pending;
    sigpending(&Pending);
    WasPending = sigismember(&Pending, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &Pipe, &Before);
  }
  ~WithoutSigpipe() {
    const timespec Now = {0, 0};
    if (!WasPending)
      sigtimedwait(&Pipe, nullptr, &Now);
    pthread_sigmask(SIG_SETMASK, &Before, nullptr);
  }

private:
  sigset_t Pipe, Before;
  bool WasPending;
};

/// 0, or the error.
int writeAll(int Fd, const char *Text, size_t Length) {
  WithoutSigpipe Guard;
  while (Length) {
    ssize_t Written = write(Fd, Text, Length);
    if (Written < 0 && errno == EINTR)
      continue;
    if (Written <= 0)
      return Written ? errno : EIO;
    Text += Written;
    Length -= static_cast<size_t>(Written);
  }
  return 0;
}

/// %p becomes the process id, %% a percent sign. False if it's too long.
bool expandPath(const char *Pattern, char *Path, size_t Size) {
  size_t Length = 0;
  for (const char *P = Pattern; *P; ++P) {
    int Added;
    if (P[0] == '%' && P[1] == 'p') {
      Added = snprintf(Path + Length, Size - Length, "%d", getpid());
      ++P;
    } else {
      if (P[0] == '%' && P[1] == '%')
        ++P;
      Added = snprintf(Path + Length, Size - Length, "%c", *P);
    }
    Length += static_cast<size_t>(Added);
    if (Length >= Size)
      return false;
  }
  return true;
}

// Under the report's lock, and too large for a stack.
char WantedPath[PATH_MAX];
char BegunPath[PATH_MAX]; ///< Also in a forked child; empty: none yet.

int openFile(const char *Path, const char *&Why) {
  // One file of JSON holds one report.
  bool Again =
      strcmp(Path, BegunPath) == 0 && options().Format == ReportFormat::Text;
  int Fd = openReportFile(Path, Again, Why);
  if (Fd >= 0)
    strcpy(BegunPath, Path);
  return Fd;
}

} // namespace

ReportOutput::ReportOutput() : Fd(STDERR_FILENO), IsFile(false) {
  const char *Pattern = options().ReportPath;
  if (strcmp(Pattern, "stdout") == 0) {
    // Else it would come before what the program has printed.
    fflush(stdout);
    Fd = STDOUT_FILENO;
    return;
  }
  if (!*Pattern || strcmp(Pattern, "stderr") == 0)
    return;
  const char *Why = strerrordesc_np(ENAMETOOLONG);
  int Opened = expandPath(Pattern, WantedPath, sizeof(WantedPath))
                   ? openFile(WantedPath, Why)
                   : -1;
  if (Opened >= 0) {
    Fd = Opened;
    IsFile = true;
    return;
  }
  warn("the file can't be opened", Why, "; the report goes here");
}

ReportOutput::~ReportOutput() {
  if (IsFile)
    close(Fd);
}

bool ReportOutput::wantsColor() const {
  switch (options().Color) {
  case ColorMode::Always:
    return true;
  case ColorMode::Never:
    return false;
  case ColorMode::Auto:
    return isatty(Fd);
  }
  return false;
}

void ReportOutput::write(const char *Text, size_t Length) {
  int Error = writeAll(Fd, Text, Length);
  if (Error && IsFile)
    warn("the report couldn't be written", strerrordesc_np(Error), "");
}

void ReportOutput::sayThatMemoryIsOut() {
  char Message[80];
  int Length = snprintf(Message, sizeof(Message),
                        "==%d== WARNING: llvm-stm: no memory for the report\n",
                        getpid());
  writeAll(STDERR_FILENO, Message, static_cast<size_t>(Length));
}

void ReportOutput::warn(const char *What, const char *Why, const char *After) {
  char Message[400];
  int Length = snprintf(
      Message, sizeof(Message),
      "==%d== WARNING: STM_OPTIONS: report_path=%.150s: %.80s (%s)%s\n",
      getpid(), options().ReportPath, What, Why, After);
  if (Length > 0)
    writeAll(STDERR_FILENO, Message, strnlen(Message, sizeof(Message)));
}

} // namespace stm::rt
