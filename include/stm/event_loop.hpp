//===- stm/event_loop.hpp - handlers in parallel that appear serial -*- C++
//-*-=//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An event loop's handlers on several processors, as if the loop's thread ran
// one after the other: each is a transaction on the pool, and they commit in
// the order in which the loop found them ready. The loop's own thread only
// polls.
//
// Include it after the library that the loop is of:
//
//     #include <asio.hpp>
//     #include <stm/event_loop.hpp>   // stm::serial_executor, stm::async_...
//
//     #include <uv.h>
//     #include <stm/event_loop.hpp>   // stm::uv_serial
//
// What handlers start is issued by the loop's thread after they have committed,
// in order: the functions here do that. Those of the library itself are correct
// in a handler too, but make it inevitable, as any system call does.
//
//===----------------------------------------------------------------------===//

#ifndef STM_EVENT_LOOP_HPP
#define STM_EVENT_LOOP_HPP

#include "stm/detail/serial_queue.hpp"

#include <concepts>

#if !defined(ASIO_HPP) && !defined(UV_H)
#error "include <asio.hpp> or <uv.h> before <stm/event_loop.hpp>"
#endif

namespace stm {

#if defined(ASIO_HPP)

namespace detail {
/// Has the destructor of an io_context wait for those that work for it: the
/// last handler's end is what lets the loop go.
class AsioWorkers final : public asio::execution_context::service {
public:
  using key_type = AsioWorkers;
  static inline asio::execution_context::id id;

  explicit AsioWorkers(asio::execution_context &Io) : service(Io) {}
  std::shared_ptr<void> enter() {
    std::lock_guard Guard(S->M);
    ++S->Count;
    return std::shared_ptr<void>(nullptr, [S = S](void *) {
      std::lock_guard Guard(S->M);
      if (--S->Count == 0)
        S->Left.notify_all();
    });
  }

private:
  void shutdown() noexcept override {
    std::unique_lock Guard(S->M);
    S->Left.wait(Guard, [this] { return S->Count == 0; });
  }
  struct State {
    std::mutex M;
    std::condition_variable Left;
    unsigned Count = 0;
  };
  std::shared_ptr<State> S = std::make_shared<State>();
};

class AsioQueue final : public SerialQueue {
public:
  explicit AsioQueue(asio::any_io_executor Io)
      : Loop(asio::make_strand(Io)),
        Workers(asio::use_service<AsioWorkers>(
            asio::query(Io, asio::execution::context))) {}
  asio::any_io_executor executor() const { return Loop.get_inner_executor(); }

private:
  void handOver(LoopJobs Jobs) override {
    asio::post(Loop, [Jobs] { runJobs(Jobs); });
  }
  void hold(bool Busy) override {
    if (Busy) {
      Work.emplace(asio::prefer(Loop.get_inner_executor(),
                                asio::execution::outstanding_work.tracked));
      return;
    }
    // By the loop: where the last work ends while nobody runs it, it is
    // stopped.
    asio::post(Loop.get_inner_executor(), [Last = std::move(*Work)] {});
    Work.reset();
  }

  std::shared_ptr<void> loopsGuard() override { return Workers.enter(); }

  asio::strand<asio::any_io_executor> Loop;
  AsioWorkers &Workers;
  std::optional<asio::any_io_executor> Work;
};
} // namespace detail

/// An executor whose handlers run in parallel and appear serial: as a strand
/// (asio::strand), in its place. Copies are the same strand.
///
/// A handler that an exception leaves has committed what it did, and the
/// exception leaves the call of io_context::run that comes to it. A handler
/// that waits with stm::retry keeps those behind it waiting, as one that blocks
/// does.
///
/// Thread safety: any member from any thread; in transactions what is put
/// counts from the commit on.
///
/// The destructor of the io_context waits for handlers that were put and
/// haven't been executed (after io_context::stop).
///
/// Cost: some microseconds a handler, besides what it does: it pays for
/// handlers that take more.
class serial_executor {
public:
  /// With handlers of this loop. It stays while there are any.
  explicit serial_executor(asio::io_context &io)
      : serial_executor(asio::any_io_executor(io.get_executor())) {}
  /// (Not of what converts to one: that would ask whether this class does.)
  template <std::same_as<asio::any_io_executor> E>
  explicit serial_executor(E io) : Q(std::make_shared<detail::AsioQueue>(io)) {}

  /// Puts \p f() behind all others. Never calls it at once.
  template <class F> void execute(F &&f) const {
    Q->put(nullptr, std::forward<F>(f));
  }
  /// The same, with a name for reports (a string that lives as long as the
  /// program).
  template <class F> void execute(const char *name, F &&f) const {
    Q->put(name, std::forward<F>(f));
  }
  /// \p f() is called by the loop's thread after the transaction of the handler
  /// that calls this has committed, and after what earlier handlers have asked
  /// for; outside of transactions at once. It is where the functions below
  /// start what they start.
  template <class F> void on_loop(F &&f) const { Q->ask(std::forward<F>(f)); }

  /// What Asio asks of an executor.
  asio::execution_context &query(asio::execution::context_t) const {
    return asio::query(Q->executor(), asio::execution::context);
  }
  static constexpr asio::execution::blocking_t
  query(asio::execution::blocking_t) noexcept {
    return asio::execution::blocking.never;
  }
  friend bool operator==(const serial_executor &A,
                         const serial_executor &B) noexcept {
    return A.Q == B.Q;
  }
  friend bool operator!=(const serial_executor &A,
                         const serial_executor &B) noexcept {
    return A.Q != B.Q;
  }

private:
  std::shared_ptr<detail::AsioQueue> Q;
};

namespace detail {
/// The loop's handler: it puts the program's, with what it got.
template <class H> auto putBehind(const serial_executor &Ex, H Handler) {
  // Asio asks whether it could be called with other arguments too.
  return [Ex, Handler = std::move(Handler)](auto... Got) mutable
    requires std::invocable<H &, decltype(Got)...>
  {
    Ex.execute(
        [Handler = std::move(Handler), Got...]() mutable { Handler(Got...); });
  };
}
} // namespace detail

/// As stream.async_read_some(buffers, handler), with the handler on \p ex. Like
/// all of these: may be called in a handler, without making it inevitable;
/// stream and buffers must live until the handler is called.
template <class Stream, class Buffers, class Handler>
void async_read_some(Stream &stream, const Buffers &buffers,
                     const serial_executor &ex, Handler handler) {
  ex.on_loop([&stream, buffers,
              Then = detail::putBehind(ex, std::move(handler))]() mutable {
    stream.async_read_some(buffers, std::move(Then));
  });
}

/// As asio::async_read.
template <class Stream, class Buffers, class Handler>
void async_read(Stream &stream, const Buffers &buffers,
                const serial_executor &ex, Handler handler) {
  ex.on_loop([&stream, buffers,
              Then = detail::putBehind(ex, std::move(handler))]() mutable {
    asio::async_read(stream, buffers, std::move(Then));
  });
}

/// As asio::async_write.
template <class Stream, class Buffers, class Handler>
void async_write(Stream &stream, const Buffers &buffers,
                 const serial_executor &ex, Handler handler) {
  ex.on_loop([&stream, buffers,
              Then = detail::putBehind(ex, std::move(handler))]() mutable {
    asio::async_write(stream, buffers, std::move(Then));
  });
}

/// As acceptor.async_accept(peer, handler).
template <class Acceptor, class Socket, class Handler>
void async_accept(Acceptor &acceptor, Socket &peer, const serial_executor &ex,
                  Handler handler) {
  ex.on_loop([&acceptor, &peer,
              Then = detail::putBehind(ex, std::move(handler))]() mutable {
    acceptor.async_accept(peer, std::move(Then));
  });
}

/// As timer.async_wait(handler), to fire \p after from the moment when the
/// transaction has committed.
template <class Timer, class Handler>
void async_wait(Timer &timer, typename Timer::duration after,
                const serial_executor &ex, Handler handler) {
  ex.on_loop([&timer, after,
              Then = detail::putBehind(ex, std::move(handler))]() mutable {
    timer.expires_after(after);
    timer.async_wait(std::move(Then));
  });
}

#endif // ASIO_HPP

#if defined(UV_H)

namespace detail {
class UvQueue final : public SerialQueue {
public:
  explicit UvQueue(uv_loop_t *Loop) : W(new Wake) {
    uv_async_init(Loop, &W->Handle, [](uv_async_t *Handle) {
      static_cast<Wake *>(Handle->data)->wakened();
    });
    W->Handle.data = W;
    uv_unref(W->handle());
  }
  /// Nobody puts anything any more. A worker may have the last reference, so
  /// the loop has to stay until that is gone: it wouldn't look otherwise.
  void letGo() {
    std::lock_guard Guard(W->M);
    W->IsLetGo = true;
    if (W->isHere())
      W->keepLoop();
    else
      uv_async_send(&W->Handle);
  }
  ~UvQueue() override {
    std::unique_lock Guard(W->M);
    if (W->isHere()) {
      Guard.unlock();
      W->close();
    } else {
      W->IsOver = true;
      uv_async_send(&W->Handle);
    }
  }

private:
  /// Lives until the loop has closed it.
  struct Wake {
    uv_async_t Handle;
    const std::thread::id LoopsThread = std::this_thread::get_id();
    std::mutex M;
    std::deque<LoopJobs> ToRun;
    bool IsBusy = false, IsLetGo = false, IsOver = false;

    uv_handle_t *handle() { return reinterpret_cast<uv_handle_t *>(&Handle); }
    bool isHere() const { return std::this_thread::get_id() == LoopsThread; }
    /// As long as there is something to come. On its thread.
    void keepLoop() {
      IsBusy || IsLetGo ? uv_ref(handle()) : uv_unref(handle());
    }
    void close() {
      uv_close(handle(), [](uv_handle_t *Closed) {
        delete static_cast<Wake *>(Closed->data);
      });
    }
    void wakened() {
      std::deque<LoopJobs> Mine;
      bool Closes;
      {
        std::lock_guard Guard(M);
        Mine.swap(ToRun);
        keepLoop();
        Closes = IsOver;
      }
      for (LoopJobs Jobs : Mine)
        runJobs(Jobs);
      if (Closes)
        close();
    }
  };

  void handOver(LoopJobs Jobs) override {
    std::lock_guard Guard(W->M);
    W->ToRun.push_back(Jobs);
    uv_async_send(&W->Handle);
  }
  void hold(bool Busy) override {
    std::lock_guard Guard(W->M);
    W->IsBusy = Busy;
    if (W->isHere())
      W->keepLoop();
    else
      uv_async_send(&W->Handle);
  }

  Wake *const W;
};
} // namespace detail

/// The same for a libuv loop: what its callbacks put runs in parallel, on the
/// pool, and appears to run in the order in which it was put.
///
///     uv_read_start(Stream, Allocate, [](uv_stream_t *S, ssize_t N,
///                                        const uv_buf_t *B) {
///       Serial.post([=] {                     // a transaction
///         std::string Reply = answer(B, N);
///         Serial.on_loop([=] { write(S, Reply); });
///       });
///     });
///
/// Made on the loop's thread. The loop must run once more after the last copy
/// is gone, to close what it has there. An exception that leaves what was put
/// leaves uv_run, if libuv was compiled so that exceptions pass; else it ends
/// the program.
///
/// Thread safety and cost: as serial_executor.
class uv_serial {
public:
  explicit uv_serial(uv_loop_t *loop)
      : Q(new detail::UvQueue(loop)), User(Q.get(), Leaves{Q}) {}

  /// Puts \p f() behind all others. While some haven't been executed the loop
  /// stays: called on the loop's thread, or in what was put.
  template <class F> void post(F &&f) const {
    Q->put(nullptr, std::forward<F>(f));
  }
  template <class F> void post(const char *name, F &&f) const {
    Q->put(name, std::forward<F>(f));
  }
  /// See serial_executor::on_loop.
  template <class F> void on_loop(F &&f) const { Q->ask(std::forward<F>(f)); }

private:
  struct Leaves {
    std::shared_ptr<detail::UvQueue> Q;
    void operator()(detail::UvQueue *) const { Q->letGo(); }
  };

  std::shared_ptr<detail::UvQueue> Q;
  std::shared_ptr<detail::UvQueue> User; ///< Of all copies.
};

#endif // UV_H

} // namespace stm

#endif // STM_EVENT_LOOP_HPP
