//===- stm/future.hpp - results of transactions to come ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A call that runs as a transaction on another thread, and what is to be done
// with its result:
//
//     stm::future<long> Sum = stm::async([&] { return total(Accounts); });
//     Sum.then([](long S) { stm::deferred_printf(1, "%ld\n", S); });
//
// What a call did and its result are there at the same moment: when its
// transaction has committed. What follows starts after that.
//
//===----------------------------------------------------------------------===//

#ifndef STM_FUTURE_HPP
#define STM_FUTURE_HPP

#include "stm/detail/place.hpp"
#include "stm/detail/pool.hpp"

#include <exception>
#include <functional>
#include <memory>
#include <tuple>
#include <vector>
#if defined(__cpp_impl_coroutine)
#include <coroutine>
#endif

namespace stm {

/// What future::get throws of a call that was cancelled. Of no state.
class cancelled : public std::exception {
public:
  /// Its name.
  const char *what() const noexcept override { return "stm::cancelled"; }
};

template <class T> class future;

namespace detail {

struct Nothing {};
template <class T>
using Stored = std::conditional_t<std::is_void_v<T>, Nothing, T>;

enum class FutureState : unsigned char { Pending, Done, Failed, Cancelled };

/// After the commit, or at once outside of a transaction.
inline void postJob(Job *J) {
  stm::on_commit([J] { Pool::get().post(J); });
}

/// \p What() as a transaction, on behalf of a \p User's call.
template <class User, class F> struct TransactionJob final : Job {
  F What;
  explicit TransactionJob(F What) : What(std::move(What)) {
    Run = [](Job *J) {
      std::unique_ptr<TransactionJob> Mine(static_cast<TransactionJob *>(J));
      constexpr Place Here = placeOf<User>();
      stm::atomic(nullptr, [&] { Mine->What(); }, Here.File, Here.Line);
    };
  }
};
template <class User = void, class F> Job *makeJob(F What) {
  return new TransactionJob<User, F>(std::move(What));
}

/// Shared by a call and its futures. Used in transactions only.
template <class T> struct Shared {
  FutureState State = FutureState::Pending;
  std::optional<Stored<T>> Value;
  std::exception_ptr Error;
  std::vector<Job *> Then;

  bool isPending() const { return State == FutureState::Pending; }
  void await(Job *J) {
    if (isPending())
      Then.push_back(J);
    else
      postJob(J);
  }
  void settle(FutureState How) {
    State = How;
    for (Job *J : Then)
      postJob(J);
    Then.clear();
  }
  /// With what \p Call() returns or throws.
  template <class F> void complete(F &&Call) {
    if (!isPending())
      return; // Cancelled.
    try {
      if constexpr (std::is_void_v<T>) {
        Call();
        Value.emplace();
      } else {
        Value.emplace(Call());
      }
      settle(FutureState::Done);
    } catch (...) {
      if (__stm_leaves_to_wait())
        throw;
      fail(std::current_exception());
    }
  }
  void fail(std::exception_ptr Why) {
    if (!isPending())
      return;
    Error = std::move(Why);
    settle(FutureState::Failed);
  }
  bool cancel() {
    if (!isPending())
      return false;
    settle(FutureState::Cancelled);
    return true;
  }
  /// As another one did that wasn't successful.
  template <class U> void followFailure(const Shared<U> &Cause) {
    if (Cause.State == FutureState::Failed)
      fail(Cause.Error);
    else
      cancel();
  }
  void throwFailure() const {
    if (State == FutureState::Failed)
      std::rethrow_exception(Error);
    if (State == FutureState::Cancelled)
      throw cancelled();
  }
  T take() {
    throwFailure();
    if constexpr (!std::is_void_v<T>) {
      if constexpr (std::is_copy_constructible_v<T>)
        return *Value;
      else
        return std::move(*Value);
    }
  }
};

/// \p Function of what a call has returned.
template <class F, class T> decltype(auto) applyTo(F &Function, Shared<T> &S) {
  if constexpr (std::is_void_v<T>)
    return Function();
  else
    return Function(static_cast<const T &>(*S.Value));
}
template <class F, class T> struct ResultOf {
  using type = std::decay_t<std::invoke_result_t<F &, const T &>>;
};
template <class F> struct ResultOf<F, void> {
  using type = std::decay_t<std::invoke_result_t<F &>>;
};

struct Access;

} // namespace detail

/// The result of a call that may not have been executed yet. Copies stand for
/// the same result.
///
/// Thread safety: any member from any thread, also inside of transactions,
/// where they are part of them; a future object itself as any other object.
///
/// Cost: each is a short transaction; one that waits sleeps as in stm::retry.
/// (Without the plugin: where it is a transaction of its own; in a larger one
/// see stm_retry.)
template <class T> class future {
public:
  using value_type = T;

  /// Of nothing: only valid() and assignment are allowed.
  future() = default;
  /// Whether it stands for a call.
  bool valid() const { return S != nullptr; }

  /// Whether there is a result: a value, an exception, or a cancellation.
  bool ready() const {
    detail::Shared<T> *At = S.get();
    return stm::atomic([At] { return !At->isPending(); });
  }

  /// Waits for the result and returns a copy of it (of what can't be copied:
  /// moves it out, so call it once), or throws the exception that left the
  /// call, or stm::cancelled. Inside a transaction it undoes all of it, sleeps,
  /// and runs it again when the result is there. No thread is lost to the pool
  /// meanwhile.
  T get() const {
    detail::Shared<T> *At = S.get();
    return stm::atomic([At]() -> T {
      if (At->isPending())
        __stm_retry_before_writing();
      return At->take();
    });
  }

  /// Waits for the result.
  void wait() const {
    detail::Shared<T> *At = S.get();
    stm::atomic([At] {
      if (At->isPending())
        __stm_retry_before_writing();
    });
  }

  /// Makes stm::cancelled the result, unless there is one already: returns
  /// whether it did. A call that runs is rolled back, so a cancelled call has
  /// done nothing. One that is inevitable by then is waited for, and isn't
  /// cancelled.
  bool cancel() const {
    detail::Shared<T> *At = S.get();
    return stm::atomic([At] { return At->cancel(); });
  }

  /// \p f(value) (or \p f()) as a transaction of its own, begun after that of
  /// this result has committed; returns the future of what it returns. Instead
  /// of calling \p f an exception or a cancellation is passed on. Called in a
  /// transaction, it counts from the commit on.
  template <class F> auto then(F &&f) const {
    using D = std::decay_t<F>;
    using R = typename detail::ResultOf<D, T>::type;
    return stm::atomic([&] {
      auto Result = std::make_shared<detail::Shared<R>>();
      S->await(detail::makeJob<D>(
          [Cause = S, Result, Function = D(std::forward<F>(f))]() mutable {
            if (Cause->State == detail::FutureState::Done)
              Result->complete(
                  [&]() -> R { return detail::applyTo(Function, *Cause); });
            else
              Result->followFailure(*Cause);
          }));
      return future<R>(Result);
    });
  }

#if defined(__cpp_impl_coroutine)
  /// `co_await` outside of transactions: the coroutine goes on, on a thread of
  /// the pool, after the result's transaction has committed; it isn't in a
  /// transaction. Returns and throws what get() does.
  auto operator co_await() const {
    struct Awaiter {
      future Of;
      bool await_ready() const { return Of.ready(); }
      bool await_suspend(std::coroutine_handle<> Waiting) const {
        struct Resume final : detail::Job {
          std::coroutine_handle<> Waiting;
        };
        auto *R = new Resume;
        R->Waiting = Waiting;
        R->Run = [](detail::Job *J) {
          std::unique_ptr<Resume> Mine(static_cast<Resume *>(J));
          Mine->Waiting.resume();
        };
        // It may be resumed, and this object gone, before the call returns.
        auto S = Of.S;
        bool Waits = stm::atomic([&S, R] {
          if (!S->isPending())
            return false;
          S->Then.push_back(R);
          return true;
        });
        if (!Waits)
          delete R;
        return Waits;
      }
      T await_resume() const { return Of.get(); }
    };
    return Awaiter{*this};
  }

  class promise_type;
#endif

private:
  friend struct detail::Access;
  template <class> friend class future;
  explicit future(std::shared_ptr<detail::Shared<T>> S) : S(std::move(S)) {}

  std::shared_ptr<detail::Shared<T>> S;
};

namespace detail {
struct Access {
  template <class T> static future<T> make(std::shared_ptr<Shared<T>> S) {
    return future<T>(std::move(S));
  }
  template <class T>
  static const std::shared_ptr<Shared<T>> &of(const future<T> &F) {
    return F.S;
  }
};
} // namespace detail

/// A result that the program sets itself.
///
/// Thread safety and cost: as future. What it sets in a transaction counts from
/// the commit on.
template <class T> class promise {
public:
  promise() : S(std::make_shared<detail::Shared<T>>()) {}
  promise(promise &&) noexcept = default;
  promise &operator=(promise &&) noexcept = default;
  /// Cancels it if there is no result.
  ~promise() {
    if (S)
      stm::atomic([&] { S->cancel(); });
  }

  /// The future of it.
  future<T> get_future() const { return detail::Access::make(S); }
  /// Sets the value; nothing happens if there is a result.
  template <class... V> void set_value(V &&...value) {
    stm::atomic([&] {
      S->complete([&]() -> T {
        if constexpr (!std::is_void_v<T>)
          return T(std::forward<V>(value)...);
      });
    });
  }
  /// The same with an exception.
  void set_exception(std::exception_ptr error) {
    stm::atomic([&] { S->fail(error); });
  }

private:
  std::shared_ptr<detail::Shared<T>> S;
};

/// Runs `f(args…)`, copied or moved as std::thread does, as a transaction on a
/// thread of the pool, and returns the future of its result. Called in a
/// transaction it is begun after the commit, and never if that is rolled back
/// or cancelled. An exception that leaves \p f commits what \p f has done, with
/// the exception as the result. At the end of the program what has been begun
/// is executed first.
///
/// Thread safety: any thread, also in transactions.
///
/// Cost: a call takes a microsecond or so more than the same block, and wakes a
/// thread.
template <class F, class... Args> auto async(F &&f, Args &&...args) {
  using R = std::decay_t<
      std::invoke_result_t<std::decay_t<F>, std::decay_t<Args>...>>;
  auto S = std::make_shared<detail::Shared<R>>();
  detail::postJob(detail::makeJob<std::decay_t<F>>(
      [S, What = std::tuple<std::decay_t<F>, std::decay_t<Args>...>(
              std::forward<F>(f), std::forward<Args>(args)...)]() mutable {
        S->complete([&]() -> R {
          return std::apply(
              [](auto &Function, auto &...Arguments) -> R {
                return std::invoke(std::move(Function),
                                   std::move(Arguments)...);
              },
              What);
        });
      }));
  return detail::Access::make(S);
}

/// A future that has a value.
template <class T> future<std::decay_t<T>> make_ready_future(T &&value) {
  promise<std::decay_t<T>> P;
  P.set_value(std::forward<T>(value));
  return P.get_future();
}

/// The results of all: ready when all are or, with its exception or
/// cancellation, when the first one fails.
template <class T>
future<std::vector<detail::Stored<T>>>
when_all(std::vector<future<T>> futures) {
  using R = std::vector<detail::Stored<T>>;
  return stm::atomic([&] {
    struct All {
      std::vector<future<T>> Of;
      size_t Left;
      detail::Shared<R> Result;
    };
    auto A = std::make_shared<All>();
    A->Of = futures;
    A->Left = futures.size();
    std::shared_ptr<detail::Shared<R>> Result(A, &A->Result);
    auto Collect = [](All &A) {
      A.Result.complete([&] {
        R Values;
        for (const future<T> &F : A.Of)
          Values.push_back(*detail::Access::of(F)->Value);
        return Values;
      });
    };
    if (futures.empty())
      Collect(*A);
    for (const future<T> &F : A->Of)
      detail::Access::of(F)->await(
          detail::makeJob([A, S = detail::Access::of(F), Collect] {
            if (S->State != detail::FutureState::Done)
              A->Result.followFailure(*S);
            else if (--A->Left == 0)
              Collect(*A);
          }));
    return detail::Access::make(Result);
  });
}

/// The same for several types: a tuple.
template <class... T>
future<std::tuple<detail::Stored<T>...>> when_all(future<T>... futures) {
  using R = std::tuple<detail::Stored<T>...>;
  return stm::atomic([&] {
    struct All {
      std::tuple<future<T>...> Of;
      size_t Left = sizeof...(T);
      detail::Shared<R> Result;
    };
    auto A = std::make_shared<All>();
    A->Of = std::tuple<future<T>...>(futures...);
    std::shared_ptr<detail::Shared<R>> Result(A, &A->Result);
    auto Await = [&](auto S) {
      S->await(detail::makeJob([A, S] {
        if (S->State != detail::FutureState::Done)
          A->Result.followFailure(*S);
        else if (--A->Left == 0)
          A->Result.complete([&] {
            return std::apply(
                [](auto &...F) { return R(*detail::Access::of(F)->Value...); },
                A->Of);
          });
      }));
    };
    (Await(detail::Access::of(futures)), ...);
    return detail::Access::make(Result);
  });
}

/// The index of the first that has a result, whichever kind of; of those that
/// have one already, the first in order.
template <class T> future<size_t> when_any(std::vector<future<T>> futures) {
  return stm::atomic([&] {
    auto Result = std::make_shared<detail::Shared<size_t>>();
    for (size_t I = 0; I != futures.size(); ++I)
      if (!detail::Access::of(futures[I])->isPending()) {
        Result->complete([&] { return I; });
        return detail::Access::make(Result);
      }
    for (size_t I = 0; I != futures.size(); ++I)
      detail::Access::of(futures[I])->await(detail::makeJob([Result, I] {
        Result->complete([&] { return I; });
      }));
    return detail::Access::make(Result);
  });
}

/// The same for several types.
template <class... T> future<size_t> when_any(future<T>... futures) {
  return stm::atomic([&] {
    auto Result = std::make_shared<detail::Shared<size_t>>();
    size_t Index = 0;
    auto Await = [&](auto S) {
      size_t I = Index++;
      if (!S->isPending())
        Result->complete([&] { return I; });
      else if (Result->isPending())
        S->await(detail::makeJob(
            [Result, I] { Result->complete([&] { return I; }); }));
    };
    (Await(detail::Access::of(futures)), ...);
    return detail::Access::make(Result);
  });
}

#if defined(__cpp_impl_coroutine)
namespace detail {
template <class T> struct CoroutineResult {
  std::shared_ptr<Shared<T>> S = std::make_shared<Shared<T>>();
  template <class V> void return_value(V &&Value) {
    stm::atomic([&] { S->complete([&]() -> T { return Value; }); });
  }
};
template <> struct CoroutineResult<void> {
  std::shared_ptr<Shared<void>> S = std::make_shared<Shared<void>>();
  void return_void() {
    stm::atomic([&] { S->complete([] {}); });
  }
};
} // namespace detail

/// A coroutine may return a future: it runs at once, up to its first
/// `co_await`.
template <class T>
class future<T>::promise_type : public detail::CoroutineResult<T> {
public:
  future get_return_object() const { return future(this->S); }
  std::suspend_never initial_suspend() const noexcept { return {}; }
  std::suspend_never final_suspend() const noexcept { return {}; }
  void unhandled_exception() {
    std::exception_ptr Error = std::current_exception();
    stm::atomic([&] { this->S->fail(Error); });
  }
};
#endif

} // namespace stm

#endif // STM_FUTURE_HPP
