//===- stm/detail/pool.hpp - the threads behind the models ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One pool a program, shared by all models. Its threads run jobs, first come
// first served; a job is plain code that runs transactions. A thread that
// sleeps in stm::retry doesn't count: another one takes its place.
//
// Nothing here is called inside a transaction. What transactions start goes
// through stm::on_commit.
//
// Written here and not taken from oneTBB or Asio: neither lets a thread that
// sleeps inside a task say so to a pool that counts on it, and programs without
// an event loop would have to link one.
//
//===----------------------------------------------------------------------===//

#ifndef STM_DETAIL_POOL_HPP
#define STM_DETAIL_POOL_HPP

#include "stm/stm.hpp"

#include <atomic>
#include <condition_variable>
#include <ctime>
#include <mutex>
#include <thread>

namespace stm {
namespace detail {

/// What a thread of the pool is to do; owns itself.
struct Job {
  Job *Next = nullptr;
  void (*Run)(Job *Self) = nullptr;
};

/// Told when its thread goes to sleep in stm::retry, and when it is up again.
class Sleeper {
public:
  virtual void sleeps(bool Asleep) = 0;
  Sleeper() : Outer(current()) { current() = this; }
  Sleeper(const Sleeper &) = delete;
  Sleeper &operator=(const Sleeper &) = delete;

  static void tell(int Asleep) {
    for (Sleeper *S = current(); S; S = S->Outer)
      S->sleeps(Asleep != 0);
  }

protected:
  ~Sleeper() { current() = Outer; }

private:
  static Sleeper *&current() {
    thread_local Sleeper *Current = nullptr;
    return Current;
  }
  Sleeper *Outer;
};

/// Paces a loop that waits for another thread.
class Pause {
public:
  void operator()() {
    if (++Rounds < 64) {
#if defined(__x86_64__)
      __builtin_ia32_pause();
#endif
    } else if (Rounds < 1000) {
      std::this_thread::yield();
    } else {
      timespec Time = {0, 20000};
      nanosleep(&Time, nullptr);
    }
  }

private:
  unsigned Rounds = 0;
};

class Pool {
public:
  /// Never destroyed: its threads may outlive main. Its work is done first.
  static Pool &get() {
    static Pool *The = new Pool;
    static Drain AtExit{The};
    return *The;
  }

  unsigned size() {
    std::lock_guard Guard(M);
    return Wanted;
  }
  void resize(unsigned Threads) {
    std::lock_guard Guard(M);
    Wanted = Threads ? Threads : 1;
  }

  void post(Job *J) {
    std::lock_guard Guard(M);
    J->Next = nullptr;
    (Head ? Tail->Next : Head) = J;
    Tail = J;
    help();
  }

private:
  struct Drain {
    Pool *P;
    ~Drain() { P->drain(); }
  };
  struct Thread final : Sleeper {
    explicit Thread(Pool &P) : P(P) {}
    void sleeps(bool Asleep) override { P.sleeps(Asleep); }
    Pool &P;
  };

  Pool() {
    Wanted = std::thread::hardware_concurrency();
    if (!Wanted)
      Wanted = 1;
    __stm_on_sleep(&Sleeper::tell);
  }

  void sleeps(bool Asleep) {
    std::lock_guard Guard(M);
    if (Asleep) {
      ++Sleeping;
      help();
      Ended.notify_all();
    } else {
      --Sleeping;
    }
  }

  /// With M held: somebody sees to the jobs.
  void help() {
    if (!Head)
      return;
    if (Idle) {
      Work.notify_one();
    } else if (Live < Wanted + Sleeping) {
      ++Live;
      std::thread([this] { work(); }).detach();
    }
  }

  void work() {
    Thread Self(*this);
    std::unique_lock Guard(M);
    while (Live <= Wanted + Sleeping) {
      if (Job *J = Head) {
        Head = J->Next;
        if (Head)
          help();
        Guard.unlock();
        J->Run(J);
        Guard.lock();
        continue;
      }
      ++Idle;
      Ended.notify_all();
      Work.wait(Guard);
      --Idle;
    }
    --Live;
    help();
    Ended.notify_all();
  }

  /// At the end of the program: nothing that was begun is lost. What still
  /// sleeps then waits for something that nobody will do.
  void drain() {
    std::unique_lock Guard(M);
    Ended.wait(Guard, [&] { return !Head && Live == Idle + Sleeping; });
  }

  std::mutex M;
  std::condition_variable Work, Ended;
  Job *Head = nullptr, *Tail = nullptr;
  unsigned Wanted = 1;   ///< Threads that aren't asleep.
  unsigned Live = 0;     ///< All threads.
  unsigned Idle = 0;     ///< Of them, those without a job.
  unsigned Sleeping = 0; ///< Of them, those in stm::retry.
};

} // namespace detail

/// How many threads run what the models of these headers are given: as many as
/// there are processors, unless set_threads has said otherwise. Those that
/// sleep in stm::retry don't count.
///
/// Thread safety: any thread, outside of transactions.
inline unsigned threads() { return detail::Pool::get().size(); }

/// Sets that number, at least 1. Takes effect as threads finish what they do.
///
/// Thread safety: as threads().
inline void set_threads(unsigned count) { detail::Pool::get().resize(count); }

} // namespace stm

#endif // STM_DETAIL_POOL_HPP
