//===- stm/transaction_queue.hpp - work that appears serial -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Calls are put into a queue, run in parallel, each as one transaction, and
// appear to have run one after the other:
//
//     stm::transaction_queue Queue;
//     for (const Page &P : Pages)
//       Queue.add([&P] { Index.add(P); });   // may add more itself
//     Queue.run();
//
//===----------------------------------------------------------------------===//

#ifndef STM_TRANSACTION_QUEUE_HPP
#define STM_TRANSACTION_QUEUE_HPP

#include "stm/detail/ordered.hpp"

#include <deque>
#include <stdexcept>
#include <tuple>
#include <vector>

namespace stm {

/// A queue of calls, each of which is a transaction.
///
/// Thread safety: add from any thread, also inside of transactions and while
/// the queue runs; on_progress before it runs; run and run_in_order by one
/// thread at a time, outside of transactions; the destructor when nobody uses
/// it.
///
/// Cost: about 150 ns a call besides what it does, on one thread.
class transaction_queue {
public:
  /// What on_progress tells, as of now.
  struct progress {
    uint64_t executed;  ///< Calls of this run that have been executed.
    uint64_t waiting;   ///< Calls that haven't been.
    uint64_t rollbacks; ///< Attempts of this run that were rolled back.
    unsigned threads;   ///< How many threads run calls.
  };

  /// Runs on at most so many threads; 0: as many as stm::threads().
  explicit transaction_queue(unsigned most_threads = 0) : Most(most_threads) {}
  transaction_queue(const transaction_queue &) = delete;
  transaction_queue &operator=(const transaction_queue &) = delete;
  /// Drops what hasn't been executed.
  ~transaction_queue() {
    while (Task *T = Waiting.pop())
      T->Destroy(T);
  }

  /// Puts `f(args…)` into the queue, copied or moved as std::thread does.
  /// Inside a transaction it is there when that has committed, and never was if
  /// it is rolled back or cancelled. \p name (a string that lives as long as
  /// the program) stands in reports.
  template <class F, class... Args>
  void add(const char *name, F &&f, Args &&...args) {
    using T = Call<std::decay_t<F>, std::decay_t<Args>...>;
    Task *New = new T(std::forward<F>(f), std::forward<Args>(args)...);
    New->Name = name;
    if (stm_in_transaction()) {
      List *Into = listOf(this);
      stm::on_commit([this, New, Into] { Into ? Into->push(New) : push(New); });
    } else {
      push(New);
    }
  }

  template <
      class F, class... Args,
      class = std::enable_if_t<!std::is_convertible_v<F &&, const char *>>>
  void add(F &&f, Args &&...args) {
    add(static_cast<const char *>(nullptr), std::forward<F>(f),
        std::forward<Args>(args)...);
  }

  /// Executes all calls, and those that they add, in parallel, each as one
  /// transaction: as if they ran one after the other in some order. A call may
  /// be executed several times; what attempts did that were rolled back is
  /// undone. As many threads take part as do some good: fewer where more than
  /// half of the attempts are rolled back.
  ///
  /// An exception that leaves a call commits what the call had done (as it does
  /// with stm::atomic), stops the run, and is rethrown here when the calls that
  /// were under way have ended. What wasn't executed stays in the queue;
  /// another run() goes on with it. Should several calls throw, the next run()
  /// begins by throwing the next exception.
  ///
  /// A call that waits with stm::retry lets another thread work meanwhile. If
  /// it waits for what no call will do, run() doesn't return.
  ///
  /// Throws std::logic_error inside a transaction.
  void run() {
    prepare();
    rethrowPending();
    Parallel P(*this);
    P.run();
    Stopping = false;
    rethrowPending();
  }

  /// The same, but with exactly the result of executing the calls one after the
  /// other in the order in which they were added; what a call adds comes behind
  /// all that are there, in the order of those that add it. They run in
  /// parallel all the same, ahead of their turn, and commit in order: a call
  /// that has read what an earlier one then changes runs again. For calls that
  /// probably don't conflict.
  ///
  /// What hooks (stm::on_commit) do isn't in order; deferred output is. What
  /// can't be undone (I/O) waits for the call's turn.
  ///
  /// An exception stops the run just there: no later call has been executed.
  ///
  /// Throws std::logic_error inside a transaction.
  void run_in_order() {
    prepare();
    rethrowPending();
    while (runGeneration()) {
    }
    rethrowPending();
  }

  /// How many calls haven't been executed.
  ///
  /// Thread safety: any thread, outside of transactions.
  size_t size() const {
    std::lock_guard Guard(M);
    return Waiting.Size;
  }
  /// Whether there are none.
  bool empty() const { return size() == 0; }

  /// \p f(progress) is called about once in \p interval while the queue runs:
  /// by one of the threads that run it, outside of transactions, one call at a
  /// time, and not while all of them are in long calls. It must not throw.
  void on_progress(
      std::function<void(const progress &)> f,
      std::chrono::milliseconds interval = std::chrono::milliseconds(100)) {
    OnProgress = std::move(f);
    Interval = interval;
  }

private:
  struct Task {
    Task *Next = nullptr;
    const char *Name = nullptr;
    detail::Place Where = {};
    /// As a transaction; destroys it, unless it throws.
    void (*Run)(Task *) = nullptr;
    /// The same inside of one, without destroying it.
    void (*Invoke)(Task *) = nullptr;
    void (*Destroy)(Task *) = nullptr;
  };

  /// What the destructor of a call that has been executed does may be about
  /// what the call has taken out of shared memory: it is part of the
  /// transaction.
  template <class F, class... Args> struct Call final : Task {
    static constexpr detail::Place Here = detail::placeOf<F>();
    std::tuple<F, Args...> What;

    template <class G, class... As>
    explicit Call(G &&Function, As &&...Arguments)
        : What(std::forward<G>(Function), std::forward<As>(Arguments)...) {
      Where = Here;
      Run = [](Task *Self) {
        auto *C = static_cast<Call *>(Self);
        if constexpr (std::is_trivially_destructible_v<decltype(What)>) {
          stm::atomic(C->Name, [C] { C->invoke(); }, Here.File, Here.Line);
          delete C;
        } else {
          stm::atomic(
              C->Name,
              [C] {
                C->invoke();
                delete C;
              },
              Here.File, Here.Line);
        }
      };
      Invoke = [](Task *Self) { static_cast<Call *>(Self)->invoke(); };
      Destroy = [](Task *Self) { delete static_cast<Call *>(Self); };
    }
    void invoke() {
      std::apply(
          [](F &Function, Args &...Arguments) {
            std::invoke(std::move(Function), std::move(Arguments)...);
          },
          What);
    }
  };

  struct List {
    Task *Head = nullptr, *Tail = nullptr;
    size_t Size = 0;
    void push(Task *T) {
      T->Next = nullptr;
      (Head ? Tail->Next : Head) = T;
      Tail = T;
      ++Size;
    }
    Task *pop() {
      Task *T = Head;
      if (T) {
        Head = T->Next;
        --Size;
      }
      return T;
    }
    void append(List &Other) {
      if (!Other.Head)
        return;
      (Head ? Tail->Next : Head) = Other.Head;
      Tail = Other.Tail;
      Size += Other.Size;
      Other = {};
    }
    void prepend(List &Other) {
      Other.append(*this);
      *this = Other;
      Other = {};
    }
    /// The first \p Count.
    List take(size_t Count) {
      List Taken;
      if (Count >= Size) {
        Taken = *this;
        *this = {};
        return Taken;
      }
      Taken.Head = Head;
      for (; Taken.Size != Count; ++Taken.Size) {
        Taken.Tail = Head;
        Head = Head->Next;
      }
      Size -= Count;
      Taken.Tail->Next = nullptr;
      return Taken;
    }
  };

  /// Where the calls go that a call adds which runs on this thread. Not rolled
  /// back: set again by each attempt.
  struct Adding {
    const transaction_queue *To;
    List *Into;
  };
  static Adding &adding() {
    thread_local Adding Current = {nullptr, nullptr};
    return Current;
  }
  STM_PURE static List *listOf(const transaction_queue *Q) {
    return adding().To == Q ? adding().Into : nullptr;
  }
  STM_PURE static void addInto(const transaction_queue *Q, List *Into) {
    adding() = {Q, Into};
  }
  /// While this thread works for a queue.
  class Nested {
  public:
    Nested(const transaction_queue *To, List *Into) : Before(adding()) {
      addInto(To, Into);
    }
    ~Nested() { adding() = Before; }
    Nested(const Nested &) = delete;
    Nested &operator=(const Nested &) = delete;

  private:
    Adding Before;
  };

  void push(Task *T) {
    std::lock_guard Guard(M);
    Waiting.push(T);
    ++Unfinished;
    if (Hungry)
      HasWork.notify_one();
  }

  static void prepare() {
    if (stm_in_transaction())
      throw std::logic_error(
          "stm::transaction_queue runs inside a transaction");
  }
  void rethrowPending() {
    std::exception_ptr Error;
    {
      std::lock_guard Guard(M);
      if (Errors.empty())
        return;
      Error = Errors.front();
      Errors.pop_front();
    }
    std::rethrow_exception(Error);
  }
  unsigned threadsToUse() const { return Most ? Most : stm::threads(); }

  void tellProgress(detail::Crew &Workers) {
    if (!OnProgress)
      return;
    std::unique_lock Telling(ProgressM, std::try_to_lock);
    auto Now = std::chrono::steady_clock::now();
    if (!Telling || Now < NextProgress)
      return;
    NextProgress = Now + Interval;
    progress P;
    {
      std::lock_guard Guard(M);
      P = {Executed, Unfinished, Workers.rollbacks(), Workers.limit()};
    }
    OnProgress(P);
  }

  /// run().
  class Parallel {
  public:
    explicit Parallel(transaction_queue &Q)
        : Q(Q),
          Workers(Q.threadsToUse(), [this](bool IsHelper) { work(IsHelper); }) {
      std::lock_guard Guard(Q.M);
      Q.Executed = 0;
      Q.Unfinished = Q.Waiting.Size;
      Q.NextProgress = std::chrono::steady_clock::now() + Q.Interval;
    }
    void run() {
      Workers.run();
      detail::OnlyTransactions::settle();
    }

  private:
    /// Calls that a thread takes at a time.
    static constexpr size_t MostAtOnce = 64;

    struct Asleep final : detail::Sleeper {
      Asleep(transaction_queue &Q, detail::Crew &C) : Q(Q), C(C) {}
      void sleeps(bool Asleep) override {
        // What else this thread has taken can't wait for that.
        if (Asleep && Mine) {
          std::lock_guard Guard(Q.M);
          Q.Waiting.append(*Mine);
          Q.HasWork.notify_all();
        }
        C.sleeps(Asleep);
      }
      transaction_queue &Q;
      detail::Crew &C;
      List *Mine = nullptr;
    };

    void work(bool IsHelper) {
      detail::OnlyTransactions Only;
      Asleep Told(Q, Workers);
      List Mine, Added;
      Nested Here(&Q, &Added);
      Told.Mine = &Mine;
      std::unique_lock Guard(Q.M);
      while (!Q.Stopping && Q.Unfinished) {
        if (Q.Waiting.Size == 0) {
          Q.Hungry.fetch_add(1, std::memory_order_relaxed);
          Q.HasWork.wait(Guard);
          Q.Hungry.fetch_sub(1, std::memory_order_relaxed);
          continue;
        }
        Mine = Q.Waiting.take(std::clamp<size_t>(
            Q.Waiting.Size / (2 * Workers.most()), 1, MostAtOnce));
        Guard.unlock();
        uint64_t Done = runSome(Mine, Added);
        Q.tellProgress(Workers);
        Guard.lock();
        Q.Executed += Done;
        Q.Unfinished += Added.Size;
        Q.Unfinished -= Done;
        bool HasMore = Mine.Head || Added.Head;
        Q.Waiting.prepend(Mine);
        Q.Waiting.append(Added);
        if (Q.Hungry && (HasMore || Q.Unfinished == 0 || Q.Stopping))
          Q.HasWork.notify_all();
        if (IsHelper && Workers.leaves())
          return;
      }
      Q.HasWork.notify_all();
    }

    /// Returns how many it has executed.
    uint64_t runSome(List &Mine, List &Added) {
      uint64_t Done = 0, Rollbacks = 0;
      while (Task *T = Mine.pop()) {
        ++Done;
        try {
          T->Run(T);
        } catch (...) {
          std::exception_ptr Error = std::current_exception();
          stm::atomic([T] { T->Destroy(T); });
          std::lock_guard Guard(Q.M);
          Q.Errors.push_back(Error);
          Q.Stopping = true;
        }
        Rollbacks += detail::rollbacks();
        if (Q.Stopping.load(std::memory_order_relaxed) || Added.Size ||
            (Q.Hungry.load(std::memory_order_relaxed) && Mine.Head))
          break;
      }
      Workers.note(Done, Rollbacks);
      return Done;
    }

    transaction_queue &Q;
    detail::Crew Workers;
  };

  /// The calls that are there now, in order. False: there are none, or one has
  /// thrown.
  bool runGeneration() {
    List Now;
    {
      std::lock_guard Guard(M);
      Now = std::exchange(Waiting, List{});
    }
    if (!Now.Head)
      return false;
    std::vector<Task *> Tasks;
    Tasks.reserve(Now.Size);
    for (Task *T = Now.Head; T; T = T->Next)
      Tasks.push_back(T);
    std::vector<List> AddedBy(Tasks.size());
    struct {
      const transaction_queue *To;
      std::vector<Task *> &Tasks;
      std::vector<List> &AddedBy;
      void operator()(uint64_t I) {
        addInto(To, &AddedBy[I]);
        Tasks[I]->Invoke(Tasks[I]);
      }
      void leave() { addInto(nullptr, nullptr); }
      const char *name(uint64_t I) const { return Tasks[I]->Name; }
      detail::Place place(uint64_t I) const { return Tasks[I]->Where; }
    } Step{this, Tasks, AddedBy};
    detail::OrderedLoop Loop(Tasks.size(), Step, threadsToUse());
    uint64_t Done = Loop.run();
    std::lock_guard Guard(M);
    List Rest;
    for (uint64_t I = 0; I != Tasks.size(); ++I) {
      if (I < Done)
        Tasks[I]->Destroy(Tasks[I]);
      else
        Rest.push(Tasks[I]);
    }
    for (List &L : AddedBy)
      Rest.append(L);
    Waiting.prepend(Rest);
    if (!Loop.error())
      return true;
    Errors.push_back(Loop.error());
    return false;
  }

  mutable std::mutex M;
  std::condition_variable HasWork;
  List Waiting;
  size_t Unfinished = 0; ///< Waiting, and those that threads have taken.
  uint64_t Executed = 0;
  std::atomic<unsigned> Hungry{0};
  std::atomic<bool> Stopping{false};
  std::deque<std::exception_ptr> Errors;
  const unsigned Most;

  std::function<void(const progress &)> OnProgress;
  std::chrono::milliseconds Interval{100};
  std::mutex ProgressM;
  std::chrono::steady_clock::time_point NextProgress;
};

} // namespace stm

#endif // STM_TRANSACTION_QUEUE_HPP
