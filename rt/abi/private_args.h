//===- abi/private_args.h - arguments as private copies ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a function of libc reads of shared memory is copied by barriers, and the
// function itself, whatever it is, works on the copy.
//
// A barrier may abandon the frame, so copies that are too large for it are
// blocks in the transaction's allocation log until they are given back.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_ABI_PRIVATE_ARGS_H
#define STM_RT_ABI_PRIVATE_ARGS_H

#include "abi/rtl.h"

#include <type_traits>

namespace stm::rt::abi {

inline constexpr Size NoLimit = ~Size{0};

/// Uninitialized private memory.
class PrivateBlock {
public:
  explicit PrivateBlock(Size Bytes);
  PrivateBlock(const PrivateBlock &) = delete;
  ~PrivateBlock();

  /// Null if there is no memory.
  char *data() { return Data; }

private:
  alignas(16) char Small[240];
  char *Data;
};

/// A string, or at most \p Limit bytes of one, with a terminator.
class PrivateString {
public:
  explicit PrivateString(CPtr Shared, Size Limit = NoLimit);

  operator const char *() { return Copy.data(); }

private:
  Size Length;
  PrivateBlock Copy;
};

/// Of a string no more than what could be a number.
class PrivateNumber {
public:
  explicit PrivateNumber(CPtr Shared);

  operator const char *() { return Copy; }

private:
  PrivateString Copy;
};

/// A wide string, or at most \p Limit elements of one, with a terminator.
class PrivateWide {
public:
  explicit PrivateWide(CPtr Shared, Size Limit = NoLimit);

  operator const wchar_t *() { return data(); }
  wchar_t *data() { return reinterpret_cast<wchar_t *>(Copy.data()); }
  Size length() const { return Length; }

private:
  Size Length;
  PrivateBlock Copy;
};

/// Strings are copied, what else there is goes as it is.
template <class T>
using Private = std::conditional_t<std::is_same_v<T, CPtr>, PrivateString, T>;

/// \p Original on copies of its strings.
template <auto Original, class... Args> auto onCopies(Args... A) {
  return Original(Private<Args>(A)...);
}

/// The same; the result points into the first string, or is null.
template <auto Original, class... Args> Ptr findOnCopy(CPtr Text, Args... A) {
  PrivateString Copy(Text);
  const char *Begin = Copy;
  const char *Found = Original(Begin, Private<Args>(A)...);
  return Found ? const_cast<char *>(static_cast<const char *>(Text)) +
                     (Found - Begin)
               : nullptr;
}

/// The same with a number at the begin of the string, whose end is asked for.
template <auto Original, class... Args>
auto parseOnCopy(CPtr Text, Ptr End, Args... A) {
  PrivateNumber Copy(Text);
  const char *Begin = Copy;
  char *Stop = nullptr; // As it stays if the base is wrong.
  auto Result = Original(Begin, &Stop, A...);
  if (End && Stop)
    __stm_write_u64(End, reinterpret_cast<U64>(Text) +
                             static_cast<U64>(Stop - Begin));
  return Result;
}

/// The version of \p Name, by \p Parse; and that of it as C23 has it, with
/// numbers in base 2, by `newest`, where libc has it.
#define STM_PARSE(Parse, Ret, Name)                                            \
  Ret __stm_wrap_##Name(CPtr Text, Ptr End, I32 Base) {                        \
    return Parse<Name>(Text, End, Base);                                       \
  }                                                                            \
  Ret __stm_wrap___isoc23_##Name(CPtr Text, Ptr End, I32 Base) {               \
    return Parse<newest<__stm_newer_##Name, Name>>(Text, End, Base);           \
  }

} // namespace stm::rt::abi

#endif // STM_RT_ABI_PRIVATE_ARGS_H
