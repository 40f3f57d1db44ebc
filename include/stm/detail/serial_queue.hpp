//===- stm/detail/serial_queue.hpp - handlers that appear serial -*- C++
//-*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a strand is for an event loop: handlers run in the order in which they
// were put. They run ahead on the pool, each as a transaction, and commit in
// that order (ordered.hpp). What they ask of the loop's thread is handed to it
// after their commit, in the same order.
//
//===----------------------------------------------------------------------===//

#ifndef STM_DETAIL_SERIAL_QUEUE_HPP
#define STM_DETAIL_SERIAL_QUEUE_HPP

#include "stm/detail/ordered.hpp"

#include <deque>
#include <map>
#include <type_traits>

namespace stm {
namespace detail {

/// What a handler wants done by the loop's thread.
struct LoopJob {
  LoopJob *Next = nullptr;
  void (*Run)(LoopJob *Self) = nullptr; ///< Owns itself.
};
template <class F> struct LoopCall final : LoopJob {
  F What;
  explicit LoopCall(F What) : What(std::move(What)) {
    Run = [](LoopJob *J) {
      std::unique_ptr<LoopCall> Mine(static_cast<LoopCall *>(J));
      std::move(Mine->What)();
    };
  }
};
struct LoopJobs {
  LoopJob *First = nullptr, *Last = nullptr;
  void push(LoopJob *J) {
    (First ? Last->Next : First) = J;
    Last = J;
  }
};

class SerialQueue : public std::enable_shared_from_this<SerialQueue> {
public:
  struct Handler {
    /// Filled by the handler's transaction.
    LoopJobs Asked;
    const char *Name = nullptr;
    Place Where = {};
    /// In the transaction; destroys what was called.
    void (*Invoke)(Handler *) = nullptr;
    virtual ~Handler() = default;
  };
  template <class F> struct HandlerOf final : Handler {
    std::optional<F> What;
    explicit HandlerOf(F &&Function) : What(std::move(Function)) {
      Where = placeOf<F>();
      Invoke = [](Handler *H) {
        auto *Self = static_cast<HandlerOf *>(H);
        std::move (*Self->What)();
        Self->What.reset();
      };
    }
  };

  virtual ~SerialQueue() = default;

  /// In a transaction: when it has committed.
  template <class F> void put(const char *Name, F &&Function) {
    Handler *H = new HandlerOf<std::decay_t<F>>(
        std::decay_t<F>(std::forward<F>(Function)));
    H->Name = Name;
    if (stm_in_transaction())
      stm::on_commit([Self = shared_from_this(), H] { Self->push(H); });
    else
      push(H);
  }

  /// \p Function() on the loop's thread: in a handler after its commit, in
  /// order; in another transaction after that one's; else at once.
  template <class F> void ask(F &&Function) {
    auto *J = new LoopCall<std::decay_t<F>>(
        std::decay_t<F>(std::forward<F>(Function)));
    Handler *Here = current();
    if (!stm_in_transaction())
      J->Run(J);
    else if (Here)
      Here->Asked.push(J);
    else
      stm::on_commit([Self = shared_from_this(), J] {
        LoopJobs One;
        One.push(J);
        Self->handOver(One);
      });
  }

protected:
  /// Calls Run of each on the loop's thread, soon, in the order of the calls.
  virtual void handOver(LoopJobs Jobs) = 0;
  /// There is something to do, or nothing any more: the loop stays.
  virtual void hold(bool Busy) = 0;
  /// What a worker gives up last: until then the loop mustn't be destroyed.
  virtual std::shared_ptr<void> loopsGuard() { return nullptr; }
  /// On the loop's thread.
  static void runJobs(LoopJobs Jobs) {
    // What the handlers have taken out of shared memory is read plainly by who
    // writes to a socket.
    stm::atomic([] {});
    for (LoopJob *J = Jobs.First; J;) {
      LoopJob *Next = J->Next;
      J->Run(J);
      J = Next;
    }
  }

private:
  static Handler *&currentOfThread() {
    thread_local Handler *Current = nullptr;
    return Current;
  }
  STM_PURE static Handler *current() { return currentOfThread(); }

  struct Worker final : Job {
    std::shared_ptr<void> Last;
    std::shared_ptr<SerialQueue> Of; // Destroyed first.
  };

  void push(Handler *H) {
    std::lock_guard Guard(M);
    if (Unfinished++ == 0)
      hold(true);
    Waiting.push_back(H);
    if (Workers >= Pool::get().size())
      return;
    ++Workers;
    auto *W = new Worker;
    W->Last = loopsGuard();
    W->Of = shared_from_this();
    W->Run = [](Job *J) {
      std::unique_ptr<Worker> Mine(static_cast<Worker *>(J));
      Mine->Of->work();
    };
    Pool::get().post(W);
  }

  void work() {
    OnlyTransactions Here;
    std::unique_lock Guard(M);
    while (!Waiting.empty()) {
      Handler *H = Waiting.front();
      Waiting.pop_front();
      uint64_t Index = NextIndex++;
      Guard.unlock();
      run(H, Index);
      Guard.lock();
      finish(H, Index);
    }
    --Workers;
  }

  void run(Handler *H, uint64_t Index) {
    uint64_t Rollbacks = 0;
    currentOfThread() = H;
    try {
      runInTurn(Turns, Index, Rollbacks, H->Name, H->Where,
                [H] { H->Invoke(H); });
    } catch (...) {
      // As from any handler of the loop's. The next one's turn is now.
      struct Rethrow {
        std::exception_ptr Error;
        void operator()() const { std::rethrow_exception(Error); }
      };
      H->Asked.push(new LoopCall<Rethrow>(Rethrow{std::current_exception()}));
      __atomic_store_n(&Turns.now, Index + 1, __ATOMIC_RELEASE);
    }
    currentOfThread() = nullptr;
  }

  /// With M held.
  void finish(Handler *H, uint64_t Index) {
    Finished.emplace(Index, H);
    for (auto At = Finished.begin();
         At != Finished.end() && At->first == NextToHandOver;
         At = Finished.begin()) {
      ++NextToHandOver;
      Handler *Done = At->second;
      Finished.erase(At);
      if (Done->Asked.First)
        handOver(Done->Asked);
      delete Done;
      if (--Unfinished == 0)
        hold(false);
    }
  }

  std::mutex M;
  std::deque<Handler *> Waiting;
  uint64_t NextIndex = 0, NextToHandOver = 0, Unfinished = 0;
  unsigned Workers = 0;
  std::map<uint64_t, Handler *> Finished; ///< Not yet in order.
  alignas(64) stm_turns Turns = {0, 0};
};

} // namespace detail
} // namespace stm

#endif // STM_DETAIL_SERIAL_QUEUE_HPP
