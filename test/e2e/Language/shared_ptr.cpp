//===- e2e/Language/shared_ptr.cpp - reference counts -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// One behaviour after the other, each rolled back once on the way: counts are
// exact and nothing becomes inevitable.
//
// RUN: env STM_OPTIONS=report=none %levels %t %s %stmxx
// RUN: %if libc++ %{ env STM_OPTIONS=report=none %one_level %t.libcxx %s %stmxx -stdlib=libc++ %}
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <map>
#include <memory>
#include <vector>

long Alive = 0; // Of the transactions.
struct Object : std::enable_shared_from_this<Object> {
  long Value = 1;
  std::shared_ptr<Object> Next;
  Object() { ++Alive; }
  ~Object() { --Alive; }
};

std::shared_ptr<Object> Shared;
std::weak_ptr<Object> Weak;
std::map<int, std::shared_ptr<Object>> Map;

int main() {
  optimistically("make_shared", [] { Shared = std::make_shared<Object>(); });
  EXPECT(Shared.use_count() == 1 && Alive == 1);

  optimistically("copies", [] {
    auto Copy = Shared;
    auto Another = Copy;
    EXPECT(Shared.use_count() == 3);
    Copy = nullptr;
    EXPECT(Another.use_count() == 2);
    ++Another->Value;
    auto Moved = std::move(Another);
    EXPECT(!Another && Moved.use_count() == 2);
  });
  EXPECT(Shared.use_count() == 1 && Shared->Value == 2);

  optimistically("weak_ptr", [] {
    Weak = Shared;
    auto Locked = Weak.lock();
    EXPECT(Locked == Shared && Weak.use_count() == 2);
  });
  EXPECT(Shared.use_count() == 1 && Weak.use_count() == 1);

  optimistically("enable_shared_from_this", [] {
    auto Self = Shared->shared_from_this();
    EXPECT(Self == Shared && Self.use_count() == 2);
  });
  EXPECT(Shared.use_count() == 1);

  // The last reference is gone for the rest of the block; the object dies
  // after.
  optimistically("reset", [] {
    Shared.reset();
    EXPECT(Weak.expired() && !Weak.lock());
    try {
      std::shared_ptr<Object> Throws(Weak);
      EXPECT(!"thrown");
    } catch (const std::bad_weak_ptr &) {
    }
  });
  EXPECT(Alive == 0 && Weak.expired());

  // What the block itself has made is destroyed on the spot.
  optimistically("own object", [] {
    auto Mine = std::make_shared<Object>();
    auto Copy = Mine;
    Weak = Mine;
    Mine.reset();
    EXPECT(Alive == 1 && Copy.use_count() == 1);
    Copy.reset();
    EXPECT(Alive == 0 && Weak.expired());
  });

  optimistically("pointer, deleter, aliasing", [] {
    bool IsDeleted = false;
    {
      std::shared_ptr<int> WithDeleter(new int(3), [&](int *I) {
        IsDeleted = true;
        delete I;
      });
      Shared = std::shared_ptr<Object>(new Object);
      std::shared_ptr<long> Part(Shared, &Shared->Value);
      EXPECT(*Part == 1 && Shared.use_count() == 2);
    }
    EXPECT(IsDeleted);
  });
  EXPECT(Alive == 1 && Shared.use_count() == 1);

  optimistically("containers", [] {
    for (int I = 0; I != 100; ++I)
      Map[I] = I % 2 ? Shared : std::make_shared<Object>();
    std::vector<std::shared_ptr<Object>> All;
    for (auto &[Key, Value] : Map)
      All.push_back(Value);
    for (int I = 0; I != 50; ++I)
      Map.erase(I);
  });
  EXPECT(Shared.use_count() == 26 && Alive == 26);
  optimistically("clear", [] { Map.clear(); });
  EXPECT(Shared.use_count() == 1 && Alive == 1);

  // Each of a long list holds the next one.
  stm::atomic([] {
    for (int I = 0; I != 100000; ++I) {
      auto First = std::make_shared<Object>();
      First->Next = std::move(Shared);
      Shared = std::move(First);
    }
  });
  EXPECT(Alive == 100001);
  optimistically("list", [] { Shared.reset(); });
  EXPECT(Alive == 0);
  EXPECT(inevitableSoFar() == 0);
}
