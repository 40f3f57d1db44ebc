//===- abi/rtl.h - prototypes of the runtime's entry points -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// runtime_abi.def, expanded into C++. Nothing here is written a second time.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_ABI_RTL_H
#define STM_RT_ABI_RTL_H

#include "base/port.h"
#include "stm/abi.h"

namespace stm::rt::abi {

using Void = void;
using Bool = bool;
using U8 = uint8_t;
using U16 = uint16_t;
using U32 = uint32_t;
using U64 = uint64_t;
using I32 = int32_t;
using I64 = int64_t;
using F32 = float;
using F64 = double;
using Size = size_t;
using Ptr = void *;
using CPtr = const void *;
struct HashNeed {
  bool Needed;
  size_t Buckets;
};
struct CharsEnd {
  char *End;
  I32 Error; ///< A std::errc.
};
/// std::streampos: two registers.
struct StreamPos {
  I64 Offset;
  U64 State;
};
/// std::error_condition: two registers.
struct ErrorCondition {
  I32 Value;
  CPtr Category;
};
/// One pointer. Not trivial, so it is returned where std::exception_ptr is.
struct ExceptionPtr {
  explicit ExceptionPtr(void *Object); ///< By a write barrier.
  ExceptionPtr(const ExceptionPtr &) = delete;
  ~ExceptionPtr() {}
  void *Object;
};

/// libstdc++'s std::string. Not trivial, either.
struct StdString {
  StdString(const char *Text, Size Length); ///< By barriers.
  StdString(const StdString &) = delete;
  ~StdString() {}
  char *Data;
  Size Length;
  union {
    Size Capacity;
    char Short[16];
  };
};

/// libstdc++'s std::filesystem::path, likewise.
struct FsPath {
  template <class F> explicit FsPath(F Make) { Make(this); }
  FsPath(const FsPath &) = delete;
  ~FsPath() {}
  void *Words[5];
};

/// libstdc++'s std::pair<const std::string *, size_t>: two registers.
struct TextPlace {
  CPtr Of;
  Size Index;
};

// What the pass needs to know about unwinding the compiler need not: all of
// them may leave through a checkpoint.
#define STM_RTL(Name, Ret, Args, Attrs, Doc) STM_EXPORT Ret Name Args;
#define STM_WRAP(Original, Ret, Args, Attrs, Doc)                              \
  STM_EXPORT Ret __stm_wrap_##Original Args;
#define STM_FIRST(Name, Ret, Args, Doc) STM_EXPORT Ret Name Args;
#define STM_SLOW(Name, Ret, Args, Doc) STM_EXPORT STM_SPARING Ret Name Args;

extern "C" {
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wreturn-type-c-linkage" // Two are.
#define __stm_atomic __stm_atomic_declared_in_abi_h
#define __stm_snapshot __stm_snapshot_declared_in_abi_h
#define __stm_nested __stm_nested_declared_in_abi_h
#define __stm_cancelled_without_value __stm_cancelled_declared_in_abi_h
#define __stm_on_commit_copy __stm_on_commit_copy_declared_in_stm_h
#define __stm_on_abort_copy __stm_on_abort_copy_declared_in_stm_h
#define __stm_block_begin __stm_block_begin_declared_in_abi_h
#define __stm_block_end __stm_block_end_declared_in_abi_h
#define __stm_uninstrumented __stm_uninstrumented_declared_in_stm_h
#include "stm/runtime_abi.def"
#undef __stm_atomic
#undef __stm_snapshot
#undef __stm_nested
#undef __stm_cancelled_without_value
#undef __stm_on_commit_copy
#undef __stm_on_abort_copy
#undef __stm_block_begin
#undef __stm_block_end
#undef __stm_uninstrumented
#pragma clang diagnostic pop
}

} // namespace stm::rt::abi

#endif // STM_RT_ABI_RTL_H
