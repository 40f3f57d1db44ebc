//===- stm/stm.hpp - software transactional memory for C++ ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_STM_HPP
#define STM_STM_HPP

#include "stm/stm.h"

#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace stm {
namespace detail {

/// What a block needs: the callable, and room for what it returns.
template <class F, class R> struct Block {
  F &Callable;
  alignas(R) unsigned char Result[sizeof(R)];

  explicit Block(F &What) : Callable(What) {}
  static void run(void *Self) {
    auto *B = static_cast<Block *>(Self);
    ::new (static_cast<void *>(B->Result)) R(B->Callable());
  }
  R take() {
    R *Stored = std::launder(reinterpret_cast<R *>(Result));
    struct Destroy {
      R *Object;
      ~Destroy() { std::destroy_at(Object); }
    } D{Stored};
    return std::move(*Stored);
  }
};

template <class F, class R> struct Block<F, R &> {
  F &Callable;
  R *Result = nullptr;

  explicit Block(F &What) : Callable(What) {}
  static void run(void *Self) {
    auto *B = static_cast<Block *>(Self);
    B->Result = std::addressof(B->Callable());
  }
  R &take() { return *Result; }
};

template <class F> struct Block<F, void> {
  F &Callable;

  explicit Block(F &What) : Callable(What) {}
  static void run(void *Self) { static_cast<Block *>(Self)->Callable(); }
  void take() {}
};

} // namespace detail

/// Runs \p f() as one transaction: as if no other transaction ran meanwhile. On
/// a conflict it is rolled back and run again, so \p f may be called several
/// times; what it did to memory in the attempts before is undone. What can't be
/// undone (I/O) makes the transaction inevitable first.
///
/// Returns what \p f returns. An exception that leaves \p f commits the
/// transaction and goes on, as with a lock. Inside another transaction the call
/// is part of that one.
///
/// \p name (a string that lives as long as the program) stands in reports,
/// which otherwise show file and line of the call.
template <class F>
auto atomic(const char *name, F &&f, const char *file = __builtin_FILE(),
            unsigned line = __builtin_LINE()) -> decltype(f()) {
  detail::Block<std::remove_reference_t<F>, decltype(f())> Block{f};
  const stm_site Site{name, file, line};
  __stm_atomic(&decltype(Block)::run, &Block, &Site);
  return Block.take();
}

template <class F,
          class = std::enable_if_t<!std::is_convertible_v<F &&, const char *>>>
auto atomic(F &&f, const char *file = __builtin_FILE(),
            unsigned line = __builtin_LINE()) -> decltype(f()) {
  return atomic(nullptr, std::forward<F>(f), file, line);
}

/// See stm_become_inevitable.
inline void become_inevitable(const char *why) { stm_become_inevitable(why); }

/// See stm_last_abort_info.
inline stm_abort_info last_abort_info() {
  stm_abort_info Info;
  stm_last_abort_info(&Info);
  return Info;
}

} // namespace stm

#endif // STM_STM_HPP
