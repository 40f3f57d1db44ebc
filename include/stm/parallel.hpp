//===- stm/parallel.hpp - loops that appear serial --------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loops whose steps run in parallel, several to a transaction, and appear to
// have run one after the other:
//
//     stm::parallel_for(Lines, [&](const Line &L) { Index.add(L); });
//     stm::for_in_order(0, N, [&](int I) { Sets.unite(Edges[I]); });
//     long Words = stm::map_reduce(Files, count, std::plus<>(), 0L);
//
// How many steps make a transaction depends on how long they take and how often
// they are rolled back.
//
// A range is two integers, two random access iterators, or an object that has
// such. The function gets the integer, or the element.
//
// Thread safety: all functions from any thread. Inside a transaction they are
// plain loops that are part of it.
//
//===----------------------------------------------------------------------===//

#ifndef STM_PARALLEL_HPP
#define STM_PARALLEL_HPP

#include "stm/detail/ordered.hpp"
#include "stm/future.hpp"

#include <concepts>
#include <iterator>
#include <map>

namespace stm {
namespace detail {

template <class I> decltype(auto) element(I First, uint64_t Index) {
  if constexpr (std::is_integral_v<I>)
    return static_cast<I>(First + static_cast<I>(Index));
  else
    return First[static_cast<typename std::iterator_traits<I>::difference_type>(
        Index)];
}
template <class I> uint64_t distance(I First, I Last) {
  return First < Last ? static_cast<uint64_t>(Last - First) : 0;
}

/// \p Do(part) as transactions, in any order. Rethrows the first exception when
/// all threads have stopped.
template <class F> void runInAnyOrder(uint64_t Count, F Do) {
  struct {
    F &Do;
    bool operator()(const Part &P, uint64_t &Rollbacks) {
      Do(P);
      Rollbacks = rollbacks();
      return true;
    }
    void leave() {}
  } Each{Do};
  PartsOfLoop Loop(Count, Each, stm::threads());
  Loop.run();
  if (Loop.error())
    std::rethrow_exception(Loop.error());
}

template <class I>
using Element = decltype(detail::element(std::declval<I>(), uint64_t{0}));
template <class R> using IteratorOf = decltype(std::begin(std::declval<R &>()));

} // namespace detail

/// \p f(element) for each element of [\p first, \p last), as if one ran after
/// the other in some order. Each step happens in one transaction, together with
/// some of its neighbours; stm::cancel undoes a step alone.
///
/// An exception that leaves \p f commits what the steps before it in the same
/// transaction and the step itself have done, and is rethrown when those under
/// way have ended; which others have been executed isn't known. The first one
/// counts.
///
/// Cost: some microseconds to call threads; then per transaction about 100 ns
/// and a lock, for steps that take at least 50 µs together.
template <class I, class F> void parallel_for(I first, I last, F &&f) {
  uint64_t Count = detail::distance(first, last);
  if (stm_in_transaction()) {
    for (uint64_t At = 0; At != Count; ++At)
      f(detail::element(first, At));
    return;
  }
  constexpr detail::Place Here = detail::placeOf<F>();
  detail::runInAnyOrder(Count, [&](const detail::Part &P) {
    auto Step = [&](uint64_t At) { f(detail::element(first, At)); };
    for (uint64_t At = P.Begin, Next = At; At != P.End; At = Next) {
      try {
        stm::atomic(
            nullptr,
            [&, At, End = P.End] { detail::runSteps(At, End, Next, Step); },
            Here.File, Here.Line);
      } catch (const detail::Split &) {
      }
    }
  });
}

/// The same for a whole range.
template <class R, class F, class = detail::IteratorOf<R>>
void parallel_for(R &&range, F &&f) {
  parallel_for(std::begin(range), std::end(range), std::forward<F>(f));
}

/// \p f(element) for each element of [\p first, \p last) with exactly the
/// result of the plain loop. The steps run ahead on several threads and commit
/// in order; one that has read what an earlier one then changed runs again. For
/// loops whose steps probably don't conflict.
///
/// An exception stops the loop just there: no later step has been executed, all
/// earlier ones have. What can't be undone (I/O) waits for the step's turn, and
/// deferred output is in order; hooks (stm::on_commit) aren't.
///
/// Cost: as parallel_for; a step that conflicts is executed twice.
template <class I, class F> void for_in_order(I first, I last, F &&f) {
  uint64_t Count = detail::distance(first, last);
  if (stm_in_transaction()) {
    for (uint64_t At = 0; At != Count; ++At)
      f(detail::element(first, At));
    return;
  }
  struct {
    I First;
    std::remove_reference_t<F> &Function;
    void operator()(uint64_t At) { Function(detail::element(First, At)); }
    void leave() {}
    static const char *name(uint64_t) { return nullptr; }
    static detail::Place place(uint64_t) { return detail::placeOf<F>(); }
  } Step{first, f};
  detail::OrderedLoop Loop(Count, Step, stm::threads());
  Loop.run();
  if (Loop.error())
    std::rethrow_exception(Loop.error());
}

/// The same for a whole range.
template <class R, class F, class = detail::IteratorOf<R>>
void for_in_order(R &&range, F &&f) {
  for_in_order(std::begin(range), std::end(range), std::forward<F>(f));
}

/// `reduce(… reduce(reduce(init, map(e1)), map(e2)) …)` over [\p first, \p
/// last), where \p reduce must be associative; it needn't be commutative. \p
/// map is called in transactions, as in parallel_for; \p reduce is called there
/// for elements that are neighbours, and by the caller for the rest. The result
/// is of \p init's type.
///
/// Exceptions and cost: as parallel_for.
template <class I, class Map, class Reduce, class T>
  requires std::invocable<Map &, detail::Element<I>> &&
           std::invocable<Reduce &, T, T>
T map_reduce(I first, I last, Map &&map, Reduce &&reduce, T init) {
  uint64_t Count = detail::distance(first, last);
  if (stm_in_transaction()) {
    for (uint64_t At = 0; At != Count; ++At)
      init = reduce(std::move(init), map(detail::element(first, At)));
    return init;
  }
  std::mutex M;
  std::map<uint64_t, T> Parts;
  constexpr detail::Place Here = detail::placeOf<Map>();
  detail::runInAnyOrder(Count, [&](const detail::Part &P) {
    T Value = stm::atomic(
        nullptr,
        [&, Begin = P.Begin, End = P.End]() -> T {
          T Sum = map(detail::element(first, Begin));
          for (uint64_t At = Begin + 1; At != End; ++At)
            Sum = reduce(std::move(Sum), map(detail::element(first, At)));
          return Sum;
        },
        Here.File, Here.Line);
    std::lock_guard Guard(M);
    Parts.emplace(P.Number, std::move(Value));
  });
  for (auto &[Number, Value] : Parts)
    init = reduce(std::move(init), std::move(Value));
  return init;
}

/// The same for a whole range.
template <class R, class Map, class Reduce, class T,
          class I = detail::IteratorOf<R>>
  requires std::invocable<Map &, detail::Element<I>> &&
           std::invocable<Reduce &, T, T>
T map_reduce(R &&range, Map &&map, Reduce &&reduce, T init) {
  return map_reduce(std::begin(range), std::end(range), std::forward<Map>(map),
                    std::forward<Reduce>(reduce), std::move(init));
}

/// Cuts [\p first, \p last) into parts, at most 4 for each thread, and begins
/// `f(begin, end)` for each, as stm::async does. Returns their futures, in the
/// range's order. The range must live until they are ready.
template <class I, class F> auto scatter(I first, I last, F &&f) {
  using R = std::decay_t<std::invoke_result_t<std::decay_t<F> &, I, I>>;
  uint64_t Count = detail::distance(first, last);
  uint64_t Parts = std::min<uint64_t>(Count, 4 * uint64_t{stm::threads()});
  std::vector<future<R>> Futures;
  I Begin = first;
  for (uint64_t Part = 0; Part != Parts; ++Part) {
    I End = first;
    if constexpr (std::is_integral_v<I>)
      End = static_cast<I>(first + static_cast<I>(Count * (Part + 1) / Parts));
    else
      End += static_cast<typename std::iterator_traits<I>::difference_type>(
          Count * (Part + 1) / Parts);
    Futures.push_back(
        stm::async([Function = std::decay_t<F>(f), Begin, End]() mutable -> R {
          return Function(Begin, End);
        }));
    Begin = End;
  }
  return Futures;
}

/// Waits for all and returns their values, in order, or throws the first of
/// their exceptions in that order. May be called in a transaction.
template <class T>
std::vector<T> gather(const std::vector<future<T>> &futures) {
  std::vector<T> Values;
  Values.reserve(futures.size());
  for (const future<T> &F : futures)
    Values.push_back(F.get());
  return Values;
}
inline void gather(const std::vector<future<void>> &futures) {
  for (const future<void> &F : futures)
    F.get();
}

} // namespace stm

#endif // STM_PARALLEL_HPP
