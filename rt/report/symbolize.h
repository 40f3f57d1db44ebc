//===- report/symbolize.h - frames as the reader knows them -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A stack of return addresses becomes a list of frames, inlined ones included.
// Left out are the runtime's own, those of stm.hpp, and what calls main or a
// thread's function. A transactional version has its original's name.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_SYMBOLIZE_H
#define STM_RT_REPORT_SYMBOLIZE_H

#include "report/sanitizer.h"

#include <stddef.h>
#include <stdint.h>

namespace stm::rt {

/// Strings may be null; they belong to the Frames that hold the frame.
struct Frame {
  char *Function; ///< Demangled.
  char *File;     ///< Without strip_path_prefix.
  char *Module;
  uintptr_t Pc;
  uintptr_t ModuleOffset;
  int Line;
  int Column;
  bool IsLibrary; ///< Of the standard library or another system header.
};

class Frames {
public:
  Frames() = default;
  ~Frames();
  Frames(const Frames &) = delete;
  Frames &operator=(const Frames &) = delete;

  /// The frames of a return address, innermost first. False where the rest of
  /// the stack is of no interest.
  bool append(uintptr_t ReturnAddress);
  void appendStack(uint32_t StackId);

  size_t size() const { return List.size(); }
  bool empty() const { return List.size() == 0; }
  const Frame &operator[](size_t I) const { return List[I]; }

  /// The innermost frame of the user's code, the line to be shown; else the
  /// innermost; null if there is none.
  const Frame *userFrame() const;
  /// What userFrame() called in a library; null if it is the innermost itself.
  const Frame *libraryFrame() const;

private:
  __sanitizer::InternalMmapVector<Frame> List;
};

/// A copy of \p Name as a user would write it, to be freed with InternalFree:
/// demangled, a transactional version (_ZGTt…) under its original's name,
/// without what compilers append to copies, and without ABI tags.
char *readableName(const char *Name);

/// Removes "." and ".." components in place: gcc's headers are found through
/// "/usr/lib/gcc/x86_64-linux-gnu/12/../../../../include".
void simplifyPath(char *Path);

/// Whether \p File is a system header, the standard library's source or ours.
bool isLibraryFile(const char *File);

/// Whether the readable name \p Function is of the runtime or of stm.hpp.
bool isOwnFunction(const char *Function);

/// If the readable name \p Function is of what calls a block's callable, the
/// callable's, to be freed with InternalFree; else null. Where there is no
/// debug information that is all that is known of a callable that was inlined.
char *callableOf(const char *Function);

} // namespace stm::rt

#endif // STM_RT_REPORT_SYMBOLIZE_H
