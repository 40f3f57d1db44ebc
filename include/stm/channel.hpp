//===- stm/channel.hpp - waiting for each other -----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A bounded buffer between threads, and a condition variable for code that has
// been written for one. Both wait by stm::retry: the transaction is undone, the
// thread sleeps until something that it has read changes. So they combine:
//
//     stm::or_else([&] { return Urgent.take(); },
//                  [&] { return Ordinary.take(); });
//
// In a file compiled without the plugin put() and take() wait too where they
// are transactions of their own; in a larger one see stm_retry.
//
//===----------------------------------------------------------------------===//

#ifndef STM_CHANNEL_HPP
#define STM_CHANNEL_HPP

#include "stm/stm.hpp"

#include <condition_variable>
#include <vector>

namespace stm {

/// A bounded buffer: first in, first out.
///
/// Thread safety: any member from any thread, in transactions as a part of
/// them, outside as a transaction of its own.
///
/// Cost: a short transaction. Who puts and who takes conflict only where it is
/// full or empty; two who put do, and two who take.
template <class T> class channel {
public:
  /// With room for \p capacity elements, at least 1.
  explicit channel(size_t capacity) : Room(capacity ? capacity : 1) {}
  channel(const channel &) = delete;
  channel &operator=(const channel &) = delete;

  /// Waits until there is room. False: it is closed, and \p value was dropped.
  bool put(T value) {
    return stm::atomic([&] {
      if (IsClosed)
        return false;
      if (isFull())
        __stm_retry_before_writing();
      add(std::move(value));
      return true;
    });
  }
  /// False: there is no room, or it is closed.
  bool try_put(T value) {
    return stm::atomic([&] {
      if (IsClosed || isFull())
        return false;
      add(std::move(value));
      return true;
    });
  }
  /// Waits until there is an element. Empty: there is none, nor will there be:
  /// it is closed.
  std::optional<T> take() {
    return stm::atomic([&]() -> std::optional<T> {
      if (isEmpty()) {
        if (IsClosed)
          return std::nullopt;
        __stm_retry_before_writing();
      }
      return remove();
    });
  }
  /// Empty: there is none now.
  std::optional<T> try_take() {
    return stm::atomic([&]() -> std::optional<T> {
      if (isEmpty())
        return std::nullopt;
      return remove();
    });
  }
  /// Nothing can be put any more; those that wait go on.
  void close() {
    stm::atomic([&] { IsClosed = true; });
  }
  /// Whether it has been closed.
  bool closed() const {
    return stm::atomic([&] { return IsClosed; });
  }
  /// How many elements are in it.
  size_t size() const {
    return stm::atomic([&] { return Put.Count - Taken.Count; });
  }
  /// How many it has room for.
  size_t capacity() const { return Room.size(); }

private:
  /// Of all elements so far. In memory that is locked by itself.
  struct alignas(64) Total {
    size_t Count = 0;
  };
  struct alignas(32) Place {
    std::optional<T> Of;
  };

  // Whether a place is taken is said by the place itself: who puts need not
  // read what who takes writes.
  bool isFull() const { return Room[Put.Count % Room.size()].Of.has_value(); }
  bool isEmpty() const {
    return !Room[Taken.Count % Room.size()].Of.has_value();
  }
  void add(T Value) {
    Room[Put.Count % Room.size()].Of.emplace(std::move(Value));
    ++Put.Count;
  }
  T remove() {
    Place &P = Room[Taken.Count % Room.size()];
    T Value = std::move(*P.Of);
    P.Of.reset();
    ++Taken.Count;
    return Value;
  }

  std::vector<Place> Room;
  Total Put, Taken;
  alignas(64) bool IsClosed = false;
};

/// A condition variable for waiting loops that exist:
///
///     while (Items.empty())
///       NotEmpty.wait(Lock);
///
/// Under a lock, outside of transactions, it is std::condition_variable_any. In
/// a transaction, where the lock has become stm::atomic, wait() is stm::retry:
/// the transaction begins again when something that it has read has changed, or
/// somebody has notified. So all that was done before wait() in the same
/// transaction is undone. As ever, what is waited for is guarded by
/// transactions or by a lock, not now by the one and then by the other.
///
/// A notification inside a transaction counts from the commit on.
///
/// Thread safety: any member from any thread.
///
/// Cost: a notification is a short transaction, and conflicts with others.
class condition_variable {
public:
  condition_variable() = default;
  condition_variable(const condition_variable &) = delete;
  condition_variable &operator=(const condition_variable &) = delete;

  /// In a transaction.
  [[noreturn]] void wait() {
    if (Notified.Count == ~uint64_t{0})
      stm::cancel(); // Never so: it is read, so a change wakes.
    stm::retry();
  }
  /// The same with a condition: returns when \p holds() does.
  template <class Condition>
  auto wait(Condition holds) -> decltype(holds(), void()) {
    if (!holds())
      wait();
  }

  /// With \p lock held, outside of transactions: as
  /// std::condition_variable_any. In a transaction as wait(); the lock isn't
  /// touched.
  template <class Lock>
  auto wait(Lock &lock) -> decltype(lock.unlock(), void()) {
    if (stm_in_transaction())
      wait();
    Plain.wait(lock);
  }
  template <class Lock, class Condition>
  void wait(Lock &lock, Condition holds) {
    while (!holds())
      wait(lock);
  }

  /// Wakes those that wait: of those outside of transactions one, or all; of
  /// those in transactions all.
  void notify_one() {
    change();
    stm::on_commit([this] { Plain.notify_one(); });
  }
  /// See notify_one.
  void notify_all() {
    change();
    stm::on_commit([this] { Plain.notify_all(); });
  }

private:
  void change() {
    stm::atomic([this] { ++Notified.Count; });
  }

  struct alignas(64) Counted {
    uint64_t Count = 0;
  };
  Counted Notified;
  std::condition_variable_any Plain;
};

} // namespace stm

#endif // STM_CHANNEL_HPP
