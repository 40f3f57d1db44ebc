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

/// Lambdas that capture plain values and references: each attempt may call a
/// copy of its own, whose captures then live in registers. What could change
/// its own state, or costs more to copy, is called where it is.
template <class F>
inline constexpr bool IsCalledAsCopy =
    std::conjunction_v<std::negation<std::is_lvalue_reference<F>>,
                       std::is_trivially_copyable<F>,
                       std::is_invocable<const F &>>;

/// The callable as a block holds it. \p F is as a forwarding reference deduces
/// it.
template <class F, bool AsCopy = IsCalledAsCopy<F>> struct Callable {
  std::remove_reference_t<F> &Function;
  decltype(auto) operator()() const { return Function(); }
};
template <class F> struct Callable<F, true> {
  F Function;
  decltype(auto) operator()() const {
    const F Mine = Function;
    return Mine();
  }
};

/// A block: the callable, and room for what it returns.
template <class F, class R> struct Block {
  Callable<F> Function;
  alignas(R) unsigned char Result[sizeof(R)];

  explicit Block(F &&What) : Function{What} {}
  STM_THUNK_ static void run(void *Self) {
    auto *B = static_cast<Block *>(Self);
    ::new (static_cast<void *>(B->Result)) R(B->Function());
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
  Callable<F> Function;
  R *Result = nullptr;

  explicit Block(F &&What) : Function{What} {}
  STM_THUNK_ static void run(void *Self) {
    auto *B = static_cast<Block *>(Self);
    B->Result = std::addressof(B->Function());
  }
  R &take() { return *Result; }
};

template <class F> struct Block<F, void> {
  Callable<F> Function;

  explicit Block(F &&What) : Function{What} {}
  STM_THUNK_ static void run(void *Self) {
    static_cast<Block *>(Self)->Function();
  }
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
  detail::Block<F, decltype(f())> Block{std::forward<F>(f)};
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

/// Runs \p f() as a snapshot transaction: declared read-only. All that it reads
/// is one consistent state, that of a moment after the call: what had committed
/// before the call is in it. Transactions that write never roll it back, and it
/// never delays them, however long it takes.
///
/// \p f may read, allocate, and write its own locals and memory that it
/// allocated itself. What it finds out it *returns*; it stores nothing through
/// captured references or pointers. A write that the compiler sees is an error
/// when compiling, any other when it happens.
///
///     auto Sum = stm::snapshot([&] {
///       long Sum = 0;
///       for (const Account &A : Accounts)
///         Sum += A.Balance;
///       return Sum;
///     });
///
/// Returns what \p f returns; an exception that leaves \p f goes on. Inside
/// another transaction the call is part of that one. Without the plugin it runs
/// alone, like atomic.
///
/// Outside transactions: what a running snapshot may still read must not be
/// written plainly, destroyed by a destructor that writes, or unmapped before
/// stm_quiesce() has returned. Plain `free` and `delete` of trivially
/// destructible data need no such care: the runtime defers them.
///
/// \p name as for atomic.
template <class F>
auto snapshot(const char *name, F &&f, const char *file = __builtin_FILE(),
              unsigned line = __builtin_LINE()) -> decltype(f()) {
  detail::Block<F, decltype(f())> Block{std::forward<F>(f)};
  const stm_site Site{name, file, line};
  __stm_snapshot(&decltype(Block)::run, &Block, &Site);
  return Block.take();
}

template <class F,
          class = std::enable_if_t<!std::is_convertible_v<F &&, const char *>>>
auto snapshot(F &&f, const char *file = __builtin_FILE(),
              unsigned line = __builtin_LINE()) -> decltype(f()) {
  return snapshot(nullptr, std::forward<F>(f), file, line);
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
