//===- e2e/Language/memory_resources.cpp - std::pmr in blocks ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Containers of std::pmr in blocks that are rolled back once: what they hold is
// as outside, none of their memory is lost or freed too early, and no block is
// inevitable. Plain code goes on with what a block has left, and a block with
// what plain code has.
//
// RUN: %levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <list>
#include <malloc.h>
#include <map>
#include <memory_resource>
#include <new>
#include <string>
#include <unordered_map>
#include <vector>

namespace pmr = std::pmr;

/// Counts what it has given out and not got back.
struct Counting : pmr::memory_resource {
  long Blocks = 0, Bytes = 0, Calls = 0;

private:
  void *do_allocate(size_t Size, size_t Align) override {
    ++Calls;
    ++Blocks;
    Bytes += static_cast<long>(Size);
    return ::operator new(Size, std::align_val_t(Align));
  }
  void do_deallocate(void *Block, size_t Size, size_t Align) override {
    --Blocks;
    Bytes -= static_cast<long>(Size);
    ::operator delete(Block, Size, std::align_val_t(Align));
  }
  bool do_is_equal(const memory_resource &Other) const noexcept override {
    return this == &Other;
  }
};

constexpr char Long[] = "a text that is too long for what a string has inside";

/// The same work for any resource; what it comes to.
long use(pmr::memory_resource *From) {
  pmr::vector<int> Numbers(From);
  for (int I = 0; I != 300; ++I)
    Numbers.push_back(I);
  pmr::map<int, pmr::string> Names(From);
  for (int I = 0; I != 40; ++I)
    Names.emplace(I, Long);
  Names.erase(7);
  pmr::unordered_map<pmr::string, int> Places(From);
  for (auto &[Key, Name] : Names)
    Places[Name + std::to_string(Key).c_str()] = Key;
  pmr::list<long> Some({1, 2, 3}, From);
  Some.remove(2);
  long Sum = 0;
  for (int I : Numbers)
    Sum += I;
  for (auto &[Name, Key] : Places)
    Sum += Key * static_cast<long>(Name.size());
  for (long L : Some)
    Sum += L;
  return Sum;
}

static void ofOwn() {
  long Expected = use(pmr::new_delete_resource()), Found = 0;
  optimistically("new and delete", [&] {
    Found = use(pmr::new_delete_resource());
    pmr::vector<int> Default{1, 2, 3}; // get_default_resource().
    Found += static_cast<long>(Default.size()) - 3;
  });
  EXPECT(Found == Expected);
  optimistically("monotonic", [&] {
    pmr::monotonic_buffer_resource Buffer;
    Found = use(&Buffer);
  });
  EXPECT(Found == Expected);
  optimistically("monotonic, from a buffer", [&] {
    char Room[512];
    pmr::monotonic_buffer_resource Buffer(Room, sizeof(Room));
    Found = use(&Buffer);
  });
  EXPECT(Found == Expected);
  Counting Upstream;
  optimistically("monotonic, from the program's", [&] {
    pmr::monotonic_buffer_resource Buffer(100, &Upstream);
    Found = use(&Buffer);
    EXPECT(Upstream.Blocks > 2 && Upstream.Bytes % 64 == 0);
    Buffer.release();
    EXPECT(Upstream.Blocks == 0);
    Found = use(&Buffer);
  });
  EXPECT(Found == Expected && Upstream.Blocks == 0 && Upstream.Bytes == 0);
  EXPECT(Upstream.Calls > 4);
}

static void alignments() {
  optimistically("alignments", [] {
    pmr::monotonic_buffer_resource Buffer(64);
    for (size_t Align = 1; Align <= 1024; Align *= 2)
      for (size_t Size : {0, 1, 3, 100}) {
        void *Block = Buffer.allocate(Size, Align);
        EXPECT(reinterpret_cast<uintptr_t>(Block) % Align == 0);
        void *Other = pmr::new_delete_resource()->allocate(Size, Align);
        EXPECT(reinterpret_cast<uintptr_t>(Other) % Align == 0);
        pmr::new_delete_resource()->deallocate(Other, Size, Align);
      }
  });
}

static void nothing() {
  bool Caught = false;
  optimistically("null_memory_resource", [&] {
    char Room[64];
    pmr::monotonic_buffer_resource Buffer(Room, sizeof(Room),
                                          pmr::null_memory_resource());
    Caught = false;
    void *First = Buffer.allocate(40);
    EXPECT(First >= Room && First < Room + 24);
    try {
      (void)Buffer.allocate(40);
    } catch (const std::bad_alloc &) {
      Caught = true;
    }
    EXPECT(!(*pmr::null_memory_resource() == *pmr::new_delete_resource()));
    EXPECT(Buffer == Buffer);
  });
  EXPECT(Caught);
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
  optimistically("more than there is", [&] {
    pmr::monotonic_buffer_resource Buffer;
    Caught = false;
    try {
      (void)Buffer.allocate(~size_t{0} - 8);
    } catch (const std::bad_alloc &) {
      Caught = true;
    }
  });
  EXPECT(Caught);
#endif
}

/// Resources that are there before and after.
static void shared() {
  static Counting Upstream;
  static pmr::monotonic_buffer_resource Buffer(64, &Upstream);
  static pmr::vector<pmr::string> Texts(&Buffer);
  for (int Round = 0; Round != 5; ++Round) {
    Texts.emplace_back(Long);
    size_t Before = Texts.size();
    long Blocks = Upstream.Blocks;
    stm::atomic([&] {
      for (int I = 0; I != 20; ++I)
        Texts.emplace_back("cancelled, but long enough for memory of its own");
      EXPECT(Upstream.Blocks > Blocks);
      stm::cancel();
    });
    EXPECT(Texts.size() == Before && Upstream.Blocks == Blocks);
    optimistically("shared", [&] { Texts.emplace_back(Long); });
    EXPECT(Texts.size() == Before + 1);
  }
  for (auto &Text : Texts)
    EXPECT(Text == Long);
  Texts = pmr::vector<pmr::string>(&Buffer);
  Buffer.release(); // What blocks have got, plainly.
  EXPECT(Upstream.Blocks == 0 && Upstream.Bytes == 0);

  void *Plain = Buffer.allocate(5000);
  EXPECT(Plain && Upstream.Blocks == 1);
  optimistically("released in a block", [] { Buffer.release(); });
  EXPECT(Upstream.Blocks == 0 && Upstream.Bytes == 0);
}

/// On the heap, deleted by their base.
static void deleted() {
  static Counting Upstream;
  static pmr::memory_resource *Both[2];
  optimistically("made", [] {
    auto *Buffer = new pmr::monotonic_buffer_resource(&Upstream);
    (void)Buffer->allocate(10);
    EXPECT(Buffer->upstream_resource() == &Upstream);
    Both[0] = Buffer;
    Both[1] = new Counting;
  });
  EXPECT(Upstream.Blocks == 1);
  optimistically("deleted", [] {
    delete Both[0];
    delete Both[1];
  });
  EXPECT(Upstream.Blocks == 0);
}

static void fromThreads() {
  static pmr::monotonic_buffer_resource Buffer;
  static pmr::map<int, int> Counts(&Buffer);
  uint64_t Before = inevitableSoFar();
  onThreads(4, [](unsigned Thread) {
    for (int I = 0; I != 300; ++I)
      stm::atomic([=] { ++Counts[I * 4 + static_cast<int>(Thread)]; });
  });
  EXPECT(Counts.size() == 1200);
  for (auto &[Key, Count] : Counts)
    EXPECT(Count == 1);
  // Some may have had to run alone.
  EXPECT(inevitableSoFar() < Before + 600);
}

static size_t inUse() {
  struct mallinfo2 Info = mallinfo2();
  return Info.uordblks + Info.hblkhd;
}

static void loseNothing() {
  auto Rolled = [] {
    optimistically("memory", [] {
      pmr::monotonic_buffer_resource Buffer;
      EXPECT(use(&Buffer) + use(pmr::new_delete_resource()) > 0);
    });
  };
  for (int I = 0; I != 10; ++I)
    Rolled();
  size_t Before = inUse();
  for (int I = 0; I != 100; ++I)
    Rolled();
  EXPECT(inUse() < Before + 200000);
}

int main() {
  ofOwn();
  alignments();
  nothing();
  shared();
  deleted();
  fromThreads();
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
  loseNothing();
#endif
}
