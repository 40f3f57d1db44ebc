//===- stm/containers.hpp - containers that seldom conflict -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The standard containers work in transactions, but those that insert into one
// conflict: they change its size, its free slots, its neighbours. Transactions
// on these here conflict where they mean the same key, or the same end.
//
// Thread safety: every member from any thread, in transactions as a part of
// them, outside as a transaction of its own. Constructors and destructors as
// usual.
//
//===----------------------------------------------------------------------===//

#ifndef STM_CONTAINERS_HPP
#define STM_CONTAINERS_HPP

#include "stm/eventual.hpp"

#include <functional>
#include <stdexcept>

namespace stm {

/// An unordered map whose operations conflict only if they are about the same
/// key: one writes it, or inserts or erases it. (About keys whose hashes meet
/// in a bucket as well, one in a few hundred while it grows as it likes to.)
///
/// Cost: a lookup reads the bucket, and then a word or two of each element in
/// it. An element takes 64 bytes or more, an empty bucket 32. for_each reads
/// everything, size() a count of each thread's: both conflict with all that
/// inserts.
template <class Key, class T, class Hash = std::hash<Key>,
          class Equal = std::equal_to<Key>>
class hash_map {
public:
  using key_type = Key;
  using mapped_type = T;

  /// With room for about \p expected elements before it grows.
  explicit hash_map(size_t expected = 0) {
    size_t Buckets = FirstBuckets;
    while (Buckets * Segments < expected)
      Buckets *= 2;
    for (Segment &S : Parts)
      S.allocate(Buckets);
  }
  hash_map(const hash_map &) = delete;
  hash_map &operator=(const hash_map &) = delete;
  ~hash_map() {
    for (Segment &S : Parts)
      S.destroy();
  }

  /// A copy of the value.
  std::optional<T> find(const Key &key) const {
    return stm::atomic([&]() -> std::optional<T> {
      if (Node *N = lookUp(key))
        return N->Value.Of;
      return std::nullopt;
    });
  }
  /// Whether there is an element of that key.
  bool contains(const Key &key) const {
    return stm::atomic([&] { return lookUp(key) != nullptr; });
  }

  /// The value, which is made by `T()` if there is none. For use in the
  /// transaction that calls it: later the element may be gone.
  T &operator[](const Key &key) {
    return stm::atomic([&]() -> T & {
      if (Node *N = lookUp(key))
        return N->Value.Of;
      return add(key, T())->Value.Of;
    });
  }
  /// The same for a key that must be there; throws std::out_of_range.
  T &at(const Key &key) {
    return stm::atomic([&]() -> T & {
      Node *N = lookUp(key);
      if (!N)
        throw std::out_of_range("stm::hash_map::at");
      return N->Value.Of;
    });
  }

  /// False: the key is there already; nothing was done.
  bool insert(const Key &key, T value) {
    return stm::atomic([&] {
      if (lookUp(key))
        return false;
      add(key, std::move(value));
      return true;
    });
  }
  /// False: the key was there, and has a new value now.
  bool insert_or_assign(const Key &key, T value) {
    return stm::atomic([&] {
      if (Node *N = lookUp(key)) {
        N->Value.Of = std::move(value);
        return false;
      }
      add(key, std::move(value));
      return true;
    });
  }
  /// \p f(value) if the key is there: whether it is.
  template <class F> bool update(const Key &key, F &&f) {
    return stm::atomic([&] {
      Node *N = lookUp(key);
      if (N)
        f(N->Value.Of);
      return N != nullptr;
    });
  }
  /// Whether it was there.
  bool erase(const Key &key) {
    return stm::atomic([&] {
      size_t H = hashOf(key);
      Segment &S = segmentOf(H);
      for (Node **At = S.bucketOf(H); *At; At = &(*At)->Next) {
        Node *N = *At;
        if (N->KeysHash != H || !Equal()(N->TheKey, key))
          continue;
        *At = N->Next;
        delete N;
        --Elements;
        return true;
      }
      return false;
    });
  }
  /// Erases all elements.
  void clear() {
    stm::atomic([&] {
      for (Segment &S : Parts)
        S.clear();
      Elements.reset();
    });
  }

  /// How many elements there are.
  size_t size() const { return static_cast<size_t>(Elements.value()); }
  /// Whether there are none.
  bool empty() const { return size() == 0; }

  /// \p f(key, value) for each element, in no order, in one transaction. \p f
  /// may change the value; it neither inserts nor erases.
  template <class F> void for_each(F &&f) {
    stm::atomic([&] {
      for (Segment &S : Parts)
        for (size_t I = 0; I != S.Count; ++I)
          for (Node *N = S.Buckets[I].First; N; N = N->Next)
            f(std::as_const(N->TheKey), N->Value.Of);
    });
  }
  template <class F> void for_each(F &&f) const {
    const_cast<hash_map *>(this)->for_each(
        [&](const Key &K, const T &Value) { f(K, Value); });
  }

private:
  // Memory is locked in stripes of 32 bytes: what is to be independent has one
  // of its own. A lookup goes over keys, so these don't share one with values.
  static constexpr size_t Stripe = 32;
  static constexpr size_t Segments = 64;
  static constexpr size_t FirstBuckets = 4;
  /// A bucket with that many has its segment grow. No count is kept: it would
  /// be what inserts conflict about.
  static constexpr unsigned MostInBucket = 5;

  struct alignas(Stripe) Own {
    T Of;
  };
  struct alignas(Stripe) Node {
    Node *Next;
    const size_t KeysHash;
    const Key TheKey;
    Own Value;
  };
  struct alignas(Stripe) Bucket {
    Node *First = nullptr;
  };

  struct alignas(Stripe) Segment {
    Bucket *Buckets = nullptr;
    size_t Count = 0;

    void allocate(size_t Wanted) {
      Buckets = new Bucket[Wanted];
      Count = Wanted;
    }
    Node **bucketOf(size_t H) { return &Buckets[H / Segments % Count].First; }
    void clear() {
      for (size_t I = 0; I != Count; ++I) {
        while (Node *N = Buckets[I].First) {
          Buckets[I].First = N->Next;
          delete N;
        }
      }
    }
    void destroy() {
      clear();
      delete[] Buckets;
    }
    void grow() {
      Bucket *Old = Buckets;
      size_t OldCount = Count;
      allocate(OldCount * 2);
      for (size_t I = 0; I != OldCount; ++I)
        while (Node *N = Old[I].First) {
          Old[I].First = N->Next;
          Node **To = bucketOf(N->KeysHash);
          N->Next = *To;
          *To = N;
        }
      delete[] Old;
    }
  };

  static size_t hashOf(const Key &K) {
    // std::hash of a number is the number: spread it.
    uint64_t H = Hash()(K) * uint64_t{0x9e3779b97f4a7c15};
    return static_cast<size_t>(H ^ (H >> 32));
  }
  Segment &segmentOf(size_t H) const {
    return const_cast<Segment &>(Parts[H % Segments]);
  }
  Node *lookUp(const Key &K) const {
    size_t H = hashOf(K);
    for (Node *N = *segmentOf(H).bucketOf(H); N; N = N->Next)
      if (N->KeysHash == H && Equal()(N->TheKey, K))
        return N;
    return nullptr;
  }
  /// Of a key that isn't there.
  Node *add(const Key &K, T Value) {
    size_t H = hashOf(K);
    Segment &S = segmentOf(H);
    Node **First = S.bucketOf(H);
    Node *N = new Node{*First, H, K, {std::move(Value)}};
    *First = N;
    unsigned Length = 0;
    for (Node *At = N; At && Length != MostInBucket; At = At->Next)
      ++Length;
    if (Length == MostInBucket)
      S.grow();
    ++Elements;
    return N;
  }

  Segment Parts[Segments];
  counter Elements;
};

/// First in, first out. Who puts and who takes don't conflict unless it is
/// almost empty; two who put do, and two who take: they agree on an order.
///
/// Cost: an element takes 64 bytes or more. size() conflicts with everybody.
template <class T> class queue {
public:
  queue() : Head{new Node}, Tail{Head.At} {}
  queue(const queue &) = delete;
  queue &operator=(const queue &) = delete;
  ~queue() {
    while (Node *N = Head.At) {
      Head.At = N->Next;
      delete N;
    }
  }

  /// Puts it behind the others.
  void push(T value) {
    stm::atomic([&] {
      Node *N = new Node;
      N->Value.emplace(std::move(value));
      Tail.At->Next = N;
      Tail.At = N;
      ++Elements;
    });
  }
  /// Takes the first; waits (stm::retry) until there is one.
  T pop() {
    return stm::atomic([&] {
      if (!Head.At->Next)
        __stm_retry_before_writing();
      return take();
    });
  }
  /// Takes the first, if there is one.
  std::optional<T> try_pop() {
    return stm::atomic([&]() -> std::optional<T> {
      if (!Head.At->Next)
        return std::nullopt;
      return take();
    });
  }
  /// Whether there is no element.
  bool empty() const {
    return stm::atomic([&] { return Head.At->Next == nullptr; });
  }
  /// How many there are.
  size_t size() const { return static_cast<size_t>(Elements.value()); }

private:
  /// The first one's value has been taken.
  struct alignas(64) Node {
    Node *Next = nullptr;
    alignas(32) std::optional<T> Value;
  };
  struct alignas(64) End {
    Node *At;
  };

  T take() {
    Node *Old = Head.At;
    Node *First = Old->Next;
    T Value = std::move(*First->Value);
    First->Value.reset();
    Head.At = First;
    delete Old;
    --Elements;
    return Value;
  }

  End Head, Tail;
  counter Elements;
};

/// Numbers, each of which is given out once. Never conflicts: an attempt that
/// is rolled back loses its number, so there are gaps, and the order isn't that
/// of commits.
///
/// Cost: an atomic addition.
class unique_id {
public:
  explicit unique_id(uint64_t first = 1) : Next(first) {}
  unique_id(const unique_id &) = delete;
  unique_id &operator=(const unique_id &) = delete;

  /// Another number than any before.
  uint64_t next() { return take(&Next); }

private:
  STM_PURE static uint64_t take(std::atomic<uint64_t> *From) {
    return From->fetch_add(1, std::memory_order_relaxed);
  }
  std::atomic<uint64_t> Next;
};

} // namespace stm

#endif // STM_CONTAINERS_HPP
