//===- report/report_file.cpp - opens the file of a report ----------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/report_file.h"

#include <cerrno>
#include <climits>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stm::rt {

namespace {

// Under the report's lock, and too large for a stack.
char Folder[PATH_MAX];

/// The folder of \p Path, held open so that it stays the one that is looked at.
/// \p Name is what is left of the path.
int openFolderOf(const char *Path, const char *&Name) {
  const char *Slash = strrchr(Path, '/');
  Name = Slash ? Slash + 1 : Path;
  strcpy(Folder, ".");
  if (Slash) {
    auto Length = static_cast<size_t>(Slash + 1 - Path);
    if (Length >= sizeof(Folder)) {
      errno = ENAMETOOLONG;
      return -1;
    }
    memcpy(Folder, Path, Length);
    Folder[Length] = 0;
  }
  return open(Folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
}

bool isShared(int Folder) {
  struct stat S;
  return fstat(Folder, &S) != 0 || S.st_mode & (S_IWGRP | S_IWOTH);
}

/// What is wrong with it. Null: nothing.
const char *whyNotOurs(int Fd) {
  struct stat S;
  if (fstat(Fd, &S) != 0)
    return strerrordesc_np(errno);
  if (!S_ISREG(S.st_mode))
    return "in a folder that others may write to it must be a plain file";
  if (S.st_uid != geteuid())
    return "it is another user's, in a folder that others may write to";
  if (S.st_nlink != 1)
    return "it has several names, in a folder that others may write to";
  return nullptr;
}

int openIn(int Folder, const char *Name, bool Append, const char *&Why) {
  bool Shared = isShared(Folder);
  int Flags = O_WRONLY | O_CREAT | O_CLOEXEC | (Append ? O_APPEND : 0) |
              // A pipe must not keep us waiting before it is looked at.
              (Shared ? O_NOFOLLOW | O_NONBLOCK : 0);
  int Fd = openat(Folder, Name, Flags, 0666);
  if (Fd < 0) {
    Why = Shared && errno == ELOOP
              ? "it is a link, in a folder that others may write to"
              : strerrordesc_np(errno);
    return -1;
  }
  if (Shared && (Why = whyNotOurs(Fd))) {
    close(Fd);
    return -1;
  }
  // Not when it was opened: it was not known yet whose it is. A terminal can't
  // be shortened, and needn't be.
  if (!Append && ftruncate(Fd, 0) != 0)
    errno = 0;
  return Fd;
}

} // namespace

int openReportFile(const char *Path, bool Append, const char *&Why) {
  const char *Name;
  int Folder = openFolderOf(Path, Name);
  if (Folder < 0) {
    Why = strerrordesc_np(errno);
    return -1;
  }
  int Fd = openIn(Folder, Name, Append, Why);
  close(Folder);
  return Fd;
}

} // namespace stm::rt
