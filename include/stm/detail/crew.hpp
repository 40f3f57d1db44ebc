//===- stm/detail/crew.hpp - a thread and its helpers -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A thread that calls run() of something works on it itself, together with
// helpers from the pool. How many of them depends on how often transactions are
// rolled back: beyond a half, threads do each other's work again.
//
// The caller never waits for a helper to start, so runs may be nested and the
// pool busy.
//
//===----------------------------------------------------------------------===//

#ifndef STM_DETAIL_CREW_HPP
#define STM_DETAIL_CREW_HPP

#include "stm/detail/pool.hpp"

#include <algorithm>
#include <functional>
#include <memory>

namespace stm {
namespace detail {

/// Rollbacks of the thread's last transaction.
inline uint32_t rollbacks() {
  stm_abort_info Info;
  return stm_last_abort_info(&Info) == 0 ? Info.attempts : 0;
}

class Crew {
public:
  /// Each of up to \p Most threads calls \p Work(whether it is a helper), which
  /// returns when there is nothing more to do; a helper also when leaves() says
  /// so.
  Crew(unsigned Most, std::function<void(bool)> Work)
      : S(std::make_shared<State>()) {
    S->Most = S->Limit = Most;
    S->Work = std::move(Work);
    S->Self = S;
  }
  Crew(const Crew &) = delete;
  Crew &operator=(const Crew &) = delete;

  /// On the calling thread too. When it returns nobody works any more.
  void run() {
    struct End {
      State &S;
      int Shown;
      ~End() {
        S.end();
        __stm_hide_frames(Shown);
      }
    } E{*S, __stm_show_frames()};
    S->callHelpers();
    S->Work(/*IsHelper=*/false);
  }

  /// There may be something to do for those who have returned.
  void callHelpers() { S->callHelpers(); }
  /// A thread of the crew sleeps: another one may take its place.
  void sleeps(bool Asleep) {
    S->Sleeping += Asleep ? 1 : -1;
    if (Asleep)
      S->callHelpers();
  }
  /// By a helper, which then returns: there are too many.
  bool leaves() {
    if (S->Helpers.load(std::memory_order_relaxed) <
        S->Limit.load(std::memory_order_relaxed) +
            S->Sleeping.load(std::memory_order_relaxed))
      return false;
    std::lock_guard Guard(S->M);
    if (S->Helpers < S->Limit + S->Sleeping)
      return false;
    --S->Helpers;
    return true;
  }
  unsigned limit() const { return S->Limit; }
  unsigned most() const { return S->Most; }

  /// So many transactions have been done, and rolled back so often before that.
  void note(uint64_t Done, uint64_t Rollbacks) {
    S->Done.fetch_add(Done, std::memory_order_relaxed);
    S->Rollbacks.fetch_add(Rollbacks, std::memory_order_relaxed);
    if (S->Most > 1 &&
        S->Done.load(std::memory_order_relaxed) - S->WindowBegan >= Window)
      S->adapt();
  }
  uint64_t rollbacks() const { return S->Rollbacks; }

private:
  static constexpr uint64_t Window = 64;

  struct State {
    std::function<void(bool)> Work;
    std::weak_ptr<State> Self;
    unsigned Most = 1;
    std::mutex M;
    std::condition_variable Ended;
    unsigned Running = 0;
    bool IsOver = false;
    std::atomic<unsigned> Limit{1};
    std::atomic<unsigned> Helpers{0}; ///< Called, and not returned.
    std::atomic<unsigned> Sleeping{0};
    std::atomic<uint64_t> Done{0}, Rollbacks{0};
    // With M.
    std::atomic<uint64_t> WindowBegan{0};
    uint64_t RollbacksBefore = 0;
    unsigned GoodWindows = 0, GoodBeforeMore = 1;

    void callHelpers() {
      std::lock_guard Guard(M);
      while (!IsOver && Helpers + 1 < Limit + Sleeping) {
        ++Helpers;
        auto *H = new Helper;
        H->Run = &Helper::run;
        H->Of = Self.lock();
        Pool::get().post(H);
      }
    }

    void end() {
      std::unique_lock Guard(M);
      IsOver = true;
      Ended.wait(Guard, [&] { return Running == 0; });
    }

    void adapt() {
      std::unique_lock Guard(M);
      uint64_t All = Done - WindowBegan;
      if (All < Window)
        return;
      uint64_t Lost = Rollbacks - RollbacksBefore;
      WindowBegan = Done.load();
      RollbacksBefore = Rollbacks;
      if (Lost > All) { // More than a half was in vain.
        Limit = std::max(1u, Limit / 2);
        GoodWindows = 0;
        GoodBeforeMore = std::min(GoodBeforeMore * 2, 256u);
      } else if (Lost * 3 <= All) {
        if (Limit == Most) {
          GoodBeforeMore = std::max(1u, GoodBeforeMore / 2);
        } else if (++GoodWindows >= GoodBeforeMore) {
          GoodWindows = 0;
          Limit = Limit + 1;
          Guard.unlock();
          callHelpers();
        }
      }
    }
  };

  struct Helper : Job {
    std::shared_ptr<State> Of;
    static void run(Job *J) {
      std::unique_ptr<Helper> Mine(static_cast<Helper *>(J));
      State &S = *Mine->Of;
      {
        std::lock_guard Guard(S.M);
        if (S.IsOver || S.Helpers >= S.Limit + S.Sleeping) {
          --S.Helpers;
          return;
        }
        ++S.Running;
      }
      S.Work(/*IsHelper=*/true);
      std::lock_guard Guard(S.M);
      --S.Running;
      S.Ended.notify_all();
    }
  };

  std::shared_ptr<State> S;
};

/// While it lives, this thread's code outside of transactions touches nothing
/// that they share.
class OnlyTransactions {
public:
  OnlyTransactions() {
    if (Depth++ == 0)
      __stm_only_transactions(1);
  }
  ~OnlyTransactions() {
    if (--Depth == 0)
      __stm_only_transactions(0);
  }
  OnlyTransactions(const OnlyTransactions &) = delete;
  OnlyTransactions &operator=(const OnlyTransactions &) = delete;

  /// After the last of them: what transactions have taken out of shared memory
  /// may be used plainly.
  static void settle() {
    if (Depth == 0)
      stm::atomic([] {});
  }

private:
  static inline thread_local unsigned Depth = 0;
};

} // namespace detail
} // namespace stm

#endif // STM_DETAIL_CREW_HPP
