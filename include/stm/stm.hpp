//===- stm/stm.hpp - software transactional memory for C++ ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_STM_HPP
#define STM_STM_HPP

#include "stm/stm.h"

#include <cstddef>
#include <memory>
#include <new>
#include <optional>
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

/// What a block returned that was left in the way \p How.
template <class F, class R>
R take(Block<F, R> &B, int How, const char *Name, const char *File,
       unsigned Line) {
  if constexpr (!std::is_void_v<R>)
    if (__builtin_expect(How != STM_BLOCK_DONE, 0))
      __stm_cancelled_without_value(Name, File, Line);
  return B.take();
}

/// A hook's callable that is called and destroyed.
template <class F> struct OwnedHook {
  static void call(void *Self) {
    std::unique_ptr<F> Function(static_cast<F *>(Self));
    std::move (*Function)();
  }
};

/// One that is as good as its bytes.
template <class F> struct CopiedHook {
  static void call(void *Self) { (*static_cast<F *>(Self))(); }
};

template <class F>
inline constexpr bool IsCopiedHook =
    std::is_trivially_copyable_v<F> && sizeof(F) <= STM_HOOK_BYTES_ &&
    alignof(F) <= alignof(std::max_align_t);

template <class R> struct OptionalOf {
  using type = std::optional<R>;
};
template <> struct OptionalOf<void> {
  using type = bool;
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
  int How = __stm_atomic(&decltype(Block)::run, &Block, &Site);
  return detail::take(Block, How, name, file, line);
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
/// delays none of them, however long it takes, but those that are inevitable and
/// run alone.
///
/// \p f may read, allocate, and write its own locals and memory that it
/// allocated itself. What it finds out it *returns*; it stores nothing through
/// captured references or pointers. A write that the compiler sees is an error
/// when compiling, any other when it happens, but in a snapshot that is part of
/// another transaction, and in one that runs alone, where it just happens.
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
  int How = __stm_snapshot(&decltype(Block)::run, &Block, &Site);
  return detail::take(Block, How, name, file, line);
}

template <class F,
          class = std::enable_if_t<!std::is_convertible_v<F &&, const char *>>>
auto snapshot(F &&f, const char *file = __builtin_FILE(),
              unsigned line = __builtin_LINE()) -> decltype(f()) {
  return snapshot(nullptr, std::forward<F>(f), file, line);
}

/// As atomic, for blocks that may be cancelled (stm::cancel): returns an
/// std::optional of what \p f returns, empty if it was; for a \p f that returns
/// nothing, whether it was not cancelled.
template <class F>
auto try_atomic(const char *name, F &&f, const char *file = __builtin_FILE(),
                unsigned line = __builtin_LINE()) ->
    typename detail::OptionalOf<decltype(f())>::type {
  using R = decltype(f());
  static_assert(!std::is_reference_v<R>, "return a pointer instead");
  detail::Block<F, R> Block{std::forward<F>(f)};
  const stm_site Site{name, file, line};
  int How = __stm_atomic(&decltype(Block)::run, &Block, &Site);
  if constexpr (std::is_void_v<R>) {
    return How == STM_BLOCK_DONE;
  } else {
    if (How != STM_BLOCK_DONE)
      return std::nullopt;
    return Block.take();
  }
}

template <class F,
          class = std::enable_if_t<!std::is_convertible_v<F &&, const char *>>>
auto try_atomic(F &&f, const char *file = __builtin_FILE(),
                unsigned line = __builtin_LINE()) {
  return try_atomic(nullptr, std::forward<F>(f), file, line);
}

/// See stm_cancel. In a block that returns a value: see try_atomic.
[[noreturn]] inline void cancel() { stm_cancel(); }

/// See stm_cancel_outer. Also in a block that returns a value, if the outermost
/// one doesn't.
[[noreturn]] inline void cancel_outer() { stm_cancel_outer(); }

/// See stm_retry.
[[noreturn]] inline void retry() { stm_retry(); }

/// The type of cancel_on_throw.
struct cancel_on_throw_t {
  explicit cancel_on_throw_t() = default;
};
/// `stm::atomic(stm::cancel_on_throw, f)`.
inline constexpr cancel_on_throw_t cancel_on_throw{};

/// As atomic, but an exception that leaves \p f undoes the block first, and
/// then goes on. Inside another transaction only this block is undone. (The end
/// of the thread still commits it.)
///
/// The exception object keeps what it holds: memory that the block allocated
/// stays if the exception has a pointer to it, directly or through such memory.
/// In an inevitable transaction nothing can be undone: an exception that leaves
/// \p f then ends the program, with a message.
template <class F>
auto atomic(cancel_on_throw_t, F &&f, const char *file = __builtin_FILE(),
            unsigned line = __builtin_LINE()) -> decltype(f()) {
  using R = decltype(f());
  return atomic(
      nullptr,
      [&]() -> R {
        detail::Block<F &, R> Inner{f};
        int How = __stm_nested(&decltype(Inner)::run, &Inner, STM_CATCH_THROW);
        if (How == STM_BLOCK_CANCELLED)
          stm_cancel();
        return detail::take(Inner, How, nullptr, file, line);
      },
      file, line);
}

/// Runs \p f() or, if that calls stm::retry, undoes it and runs \p g() in its
/// place. If that calls stm::retry too, the transaction sleeps until something
/// that either has read changes, and begins again. One transaction, or part of
/// the one around it; may be nested. stm::cancel in either undoes both and
/// leaves the call, as for atomic.
template <class F, class G>
auto or_else(F &&f, G &&g, const char *file = __builtin_FILE(),
             unsigned line = __builtin_LINE()) -> decltype(f()) {
  using R = decltype(f());
  return atomic(
      nullptr,
      [&]() -> R {
        detail::Block<F &, R> First{f};
        int How = __stm_nested(&decltype(First)::run, &First, STM_CATCH_RETRY);
        if (How == STM_BLOCK_RETRIED)
          return g();
        if (How == STM_BLOCK_CANCELLED)
          stm_cancel();
        return detail::take(First, How, nullptr, file, line);
      },
      file, line);
}

/// \p f() is called after the outermost transaction has committed: see
/// stm_on_commit. A copy of \p f is kept until then, or moved from it; it is
/// destroyed after its call, exactly once. That of a rolled back attempt has
/// never been: what it was made of is undone. Outside of a transaction \p f()
/// is called at once.
template <class F> void on_commit(F &&f) {
  using D = std::decay_t<F>;
  if constexpr (detail::IsCopiedHook<D>) {
    const D Copy = std::forward<F>(f);
    __stm_on_commit_copy(&detail::CopiedHook<D>::call, &Copy, sizeof(D));
  } else {
    stm_on_commit(&detail::OwnedHook<D>::call, new D(std::forward<F>(f)));
  }
}

/// \p f() is called after each attempt that is rolled back: see stm_on_abort.
/// What it captures must be as good as its bytes (pointers, references,
/// numbers): anything else would be undone with the attempt.
template <class F> void on_abort(F &&f) {
  using D = std::decay_t<F>;
  static_assert(detail::IsCopiedHook<D>,
                "stm::on_abort: capture pointers, references and numbers only; "
                "objects would be undone with the attempt");
  const D Copy = std::forward<F>(f);
  __stm_on_abort_copy(&detail::CopiedHook<D>::call, &Copy, sizeof(D));
}

/// See stm_deferred_write.
inline void deferred_write(int fd, const void *bytes, std::size_t count) {
  stm_deferred_write(fd, bytes, count);
}

// The caller's literal is none here.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-security"
/// See stm_deferred_printf. \p to is a descriptor or a FILE *.
template <class... Args>
[[gnu::always_inline]] inline int deferred_printf(int to, const char *format,
                                                  Args... args) {
  return stm_deferred_printf(to, format, args...);
}
template <class... Args>
[[gnu::always_inline]] inline int deferred_printf(FILE *to, const char *format,
                                                  Args... args) {
  return stm_deferred_fprintf(to, format, args...);
}
#pragma GCC diagnostic pop

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
