//===- test/rt/clone_table_test.cpp -----------------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiled with rt/abi/clone_table.cpp and rt/base/check.cpp, without the rest
// of the runtime: the versions of library functions are dummies here.
//
//===----------------------------------------------------------------------===//

#include "abi/clone_table.h"

#include <dlfcn.h>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace stm::rt;

extern "C" {
#define STM_WRAP(Original, Ret, Args, Attrs, Doc)                              \
  const char *__stm_wrap_##Original() { return #Original; }
#include "stm/runtime_abi.def"
}

namespace {

/// Addresses that nothing is called at.
void *function(size_t I) { return reinterpret_cast<void *>(0x400000 + 16 * I); }
/// The version that \p Module offers of it.
void *version(size_t I, size_t Module = 0) {
  return reinterpret_cast<void *>(0x7f0000000000 + (Module << 32) + 16 * I);
}

/// The rows of a module: functions [From, From + Count).
std::vector<stm_clone> rows(size_t From, size_t Count, size_t Module = 0) {
  std::vector<stm_clone> Result;
  for (size_t I = From; I < From + Count; ++I)
    Result.push_back({function(I), version(I, Module)});
  return Result;
}

struct TestTable : CloneTable {
  TestTable() : CloneTable(nullptr, 0) {}
  void load(const std::vector<stm_clone> &Rows) {
    add(Rows.data(), Rows.size());
  }
  void unload(const std::vector<stm_clone> &Rows) {
    remove(Rows.data(), Rows.size());
  }
};

TEST(CloneTable, FindsRegisteredFunctionsAndNoOthers) {
  TestTable T;
  EXPECT_EQ(T.lookup(function(1)), nullptr);
  T.load(rows(0, 5000));
  for (size_t I = 0; I < 5000; ++I)
    ASSERT_EQ(T.lookup(function(I)), version(I));
  for (size_t I = 5000; I < 10000; ++I)
    ASSERT_EQ(T.lookup(function(I)), nullptr);
  EXPECT_EQ(T.lookup(nullptr), nullptr);
  T.unload(rows(0, 5000));
  for (size_t I = 0; I < 5000; ++I)
    ASSERT_EQ(T.lookup(function(I)), nullptr);
}

TEST(CloneTable, PassesOverRowsWithoutOriginalOrVersion) {
  TestTable T;
  std::vector<stm_clone> Rows = {
      {function(1), nullptr}, {nullptr, version(2)}, {nullptr, nullptr}};
  T.load(Rows);
  EXPECT_EQ(T.lookup(function(1)), nullptr);
  EXPECT_EQ(T.lookup(nullptr), nullptr);
  T.load(rows(1, 1));
  T.unload(Rows);
  EXPECT_EQ(T.lookup(function(1)), version(1));
}

TEST(CloneTable, TheFirstOfferWinsAndTheNextTakesOver) {
  TestTable T;
  T.load(rows(0, 10, 1));
  T.load(rows(5, 10, 2));
  T.load(rows(0, 20, 3));
  EXPECT_EQ(T.lookup(function(4)), version(4, 1));
  EXPECT_EQ(T.lookup(function(7)), version(7, 1));
  EXPECT_EQ(T.lookup(function(12)), version(12, 2));
  EXPECT_EQ(T.lookup(function(17)), version(17, 3));
  T.unload(rows(0, 10, 1));
  EXPECT_EQ(T.lookup(function(4)), version(4, 3));
  EXPECT_EQ(T.lookup(function(7)), version(7, 2));
  T.unload(rows(0, 20, 3));
  EXPECT_EQ(T.lookup(function(4)), nullptr);
  EXPECT_EQ(T.lookup(function(7)), version(7, 2));
  EXPECT_EQ(T.lookup(function(17)), nullptr);
}

TEST(CloneTable, AVersionStaysUntilItsLastModuleHasGone) {
  TestTable T;
  for (int Module = 0; Module < 3; ++Module)
    T.load(rows(0, 10));
  for (int Module = 0; Module < 3; ++Module) {
    EXPECT_EQ(T.lookup(function(3)), version(3));
    T.unload(rows(0, 10));
  }
  EXPECT_EQ(T.lookup(function(3)), nullptr);
  T.unload(rows(0, 10)); // Once too often.
  T.load(rows(0, 10));
  EXPECT_EQ(T.lookup(function(3)), version(3));
}

TEST(CloneTable, WhatMayRunAsItStandsIsMarked) {
  TestTable T;
  void *Pure = function(100), *Wrapper = function(101);
  stm_clone IsPure = {Pure, Pure}, IsWrapper = {Wrapper, Wrapper};
  // The wrapper's own row comes last.
  T.load(
      {IsPure, {function(1), version(1)}, {function(2), Wrapper}, IsWrapper});
  for (void *Marked : {Pure, Wrapper, function(2)})
    EXPECT_TRUE(T.find(Marked).mayRunAsItStands());
  EXPECT_EQ(T.lookup(Pure), Pure);
  EXPECT_EQ(T.lookup(function(2)), Wrapper);
  EXPECT_FALSE(T.find(function(1)).mayRunAsItStands());
  EXPECT_FALSE(T.find(function(3)).mayRunAsItStands());
  T.load(rows(200, 1000)); // Into another table.
  EXPECT_TRUE(T.find(function(2)).mayRunAsItStands());
  EXPECT_EQ(T.lookup(function(2)), Wrapper);
  EXPECT_FALSE(T.find(function(1)).mayRunAsItStands());
}

TEST(CloneTable, MarksWhatAnotherModuleMakesItsOwnVersion) {
  TestTable T;
  stm_clone Wraps = {function(1), function(2)};
  T.load({Wraps, {function(2), version(2)}});
  EXPECT_FALSE(T.find(function(1)).mayRunAsItStands());
  T.load({{function(2), function(2)}}); // The second offer.
  EXPECT_FALSE(T.find(function(1)).mayRunAsItStands());
  T.unload({{function(2), version(2)}}); // Which takes over.
  EXPECT_TRUE(T.find(function(1)).mayRunAsItStands());
  EXPECT_TRUE(T.find(function(2)).mayRunAsItStands());
  T.unload({Wraps});
  EXPECT_EQ(T.lookup(function(1)), nullptr);

  TestTable Later;
  Later.load({Wraps});
  EXPECT_FALSE(Later.find(function(1)).mayRunAsItStands());
  Later.load({{function(2), function(2)}});
  EXPECT_TRUE(Later.find(function(1)).mayRunAsItStands());
}

TEST(CloneTable, WhoMustNotCallFindsAMarkBeforeTheFirstUse) {
  TestTable T;
  EXPECT_TRUE(T.findIfBegun(function(1)).mayRunAsItStands());
  EXPECT_EQ(T.findIfBegun(function(1)).version(), nullptr);
  EXPECT_FALSE(T.find(function(1)).mayRunAsItStands());
  EXPECT_FALSE(T.findIfBegun(function(1)).mayRunAsItStands());
}

TEST(CloneTable, AgreesWithAModelOverRandomLoadsAndUnloads) {
  std::mt19937 Random(1);
  TestTable T;
  std::map<size_t, std::vector<std::pair<size_t, int>>>
      Model; // {module, times}
  struct Loaded {
    size_t From, Count, Module;
  };
  std::vector<Loaded> Modules;
  for (int Step = 0; Step < 4000; ++Step) {
    size_t Target = Step / 500 % 2 ? 2 : 40;
    if (Modules.size() < Target || Random() % 4 == 0) {
      Loaded M = {Random() % 3000, Random() % 100, Random() % 4};
      T.load(rows(M.From, M.Count, M.Module));
      for (size_t I = M.From; I < M.From + M.Count; ++I) {
        auto &Offers = Model[I];
        auto Same = std::find_if(Offers.begin(), Offers.end(),
                                 [&](auto &O) { return O.first == M.Module; });
        if (Same == Offers.end())
          Offers.push_back({M.Module, 1});
        else
          ++Same->second;
      }
      Modules.push_back(M);
    } else {
      size_t Which = Random() % Modules.size();
      Loaded M = Modules[Which];
      Modules.erase(Modules.begin() + static_cast<long>(Which));
      T.unload(rows(M.From, M.Count, M.Module));
      for (size_t I = M.From; I < M.From + M.Count; ++I) {
        auto &Offers = Model[I];
        auto Same = std::find_if(Offers.begin(), Offers.end(),
                                 [&](auto &O) { return O.first == M.Module; });
        if (--Same->second == 0)
          Offers.erase(Same);
      }
    }
    for (size_t I = Step % 8; I < 3100; I += 8) {
      auto It = Model.find(I);
      bool Known = It != Model.end() && !It->second.empty();
      ASSERT_EQ(T.lookup(function(I)),
                Known ? version(I, It->second.front().first) : nullptr);
    }
  }
}

TEST(CloneTable, ReloadingAPluginForEverTakesNoMoreMemory) {
  TestTable T;
  T.load(rows(0, 300));
  size_t Fresh = 1000, AfterSome = 0;
  for (int Load = 0; Load < 20000; ++Load) {
    auto Plugin = rows(Fresh, 100, 1);
    Fresh += 100;
    T.load(Plugin);
    ASSERT_EQ(T.lookup(function(Fresh - 1)), version(Fresh - 1, 1));
    T.unload(Plugin);
    ASSERT_EQ(T.lookup(function(Fresh - 1)), nullptr);
    ASSERT_EQ(T.lookup(function(299)), version(299));
    if (Load == 100)
      AfterSome = T.mappedBytesForTesting();
  }
  EXPECT_EQ(T.mappedBytesForTesting(), AfterSome);
}

TEST(CloneTable, KeepsToTheMemoryThatItsHeaderPromises) {
  TestTable T;
  for (size_t Most : {1, 100, 1000, 10000, 100000}) {
    for (size_t At = 0; At < Most; At += 10)
      T.load(rows(At, 10));
    size_t Capacity = std::max<size_t>(256, 8 * (Most + 10 + 1));
    size_t Offers = (Most + 10) * 24 + 16384;
    EXPECT_LT(T.mappedBytesForTesting(), 4 * 24 * Capacity + Offers + 4096);
    for (size_t At = 0; At < Most; At += 10)
      T.unload(rows(At, 10));
  }
}

/// Two writers load and unload at ever new addresses, so that the table grows,
/// and is replaced and cleared, many times; a reader must always find what is
/// always there, never what never was, and of the rest nothing or its own
/// version.
TEST(CloneTable, ReadersBesideWritersFindOnlyWhatIsRight) {
  TestTable T;
  constexpr size_t Stays = 200, Span = 1 << 20;
  T.load(rows(0, Stays));
  std::atomic<int> Writing{2};
  std::atomic<size_t> Wrong{0}, FoundPassing{0};
  std::atomic<size_t> Newest[2] = {};

  auto Write = [&](size_t Which) {
    size_t At = (1 + Which) * Span;
    for (int Load = 0; Load < 4000; ++Load) {
      size_t Count = 20 + static_cast<size_t>(Load) % 60;
      auto Plugin = rows(At, Count);
      T.load(Plugin);
      Newest[Which].store(At, std::memory_order_relaxed);
      if (Load % 4 == 0)
        std::this_thread::yield();
      T.unload(Plugin);
      At += Count;
    }
    --Writing;
  };
  auto Read = [&](unsigned Seed, bool Pausing) {
    std::mt19937 Random(Seed);
    auto Lookup = [&](size_t I) {
      if (!Pausing)
        return T.lookup(function(I));
      return T.lookupForTesting(function(I), [&] {
        for (unsigned Yields = Random() % 4; Yields; --Yields)
          std::this_thread::yield();
      });
    };
    do {
      for (int I = 0; I < 20; ++I) {
        size_t Always = Random() % Stays;
        if (Lookup(Always) != version(Always))
          ++Wrong;
        if (Lookup(Stays + Random() % 1000))
          ++Wrong;
        size_t Passing =
            Newest[I % 2].load(std::memory_order_relaxed) + Random() % 30;
        void *Found = Lookup(Passing);
        if (Found && Found != version(Passing))
          ++Wrong;
        if (Found && Passing >= Span)
          ++FoundPassing;
      }
    } while (Writing);
  };
  std::vector<std::thread> Threads;
  Threads.emplace_back(Write, 0);
  Threads.emplace_back(Write, 1);
  Threads.emplace_back(Read, 1, false);
  Threads.emplace_back(Read, 2, true);
  for (auto &Thread : Threads)
    Thread.join();
  EXPECT_EQ(Wrong, 0u);
  EXPECT_GT(FoundPassing, 0u);
}

TEST(CloneTable, ConcurrentFirstLookupsFindTheFirstRows) {
  auto First = rows(0, 400);
  for (int Round = 0; Round < 200; ++Round) {
    CloneTable T(First.data(), First.size());
    std::atomic<int> Waiting{3};
    std::atomic<int> Found{0};
    std::vector<std::thread> Threads;
    for (int I = 0; I < 3; ++I)
      Threads.emplace_back([&] {
        --Waiting;
        while (Waiting)
          std::this_thread::yield();
        Found += T.lookup(function(399)) == version(399);
      });
    for (auto &Thread : Threads)
      Thread.join();
    ASSERT_EQ(Found, 3);
  }
}

TEST(CloneTable, AForkedChildCanRegister) {
  std::atomic<bool> Stop{false};
  std::thread Other([&] {
    auto Plugin = rows(0, 50, 1);
    while (!Stop) {
      registerClones(Plugin.data(), Plugin.size());
      unregisterClones(Plugin.data(), Plugin.size());
    }
  });
  int Bad = 0;
  for (int Round = 0; Round < 100; ++Round) {
    pid_t Child = fork(); // The runtime's handlers take the table's lock.
    if (Child == 0) {
      auto Plugin = rows(1000, 50, 2);
      registerClones(Plugin.data(), Plugin.size());
      _exit(cloneOf(function(1001)) == version(1001, 2) ? 0 : 1);
    }
    int Status = 0;
    waitpid(Child, &Status, 0);
    Bad += Status != 0;
  }
  Stop = true;
  Other.join();
  EXPECT_EQ(Bad, 0);
}

// --- The process's table ----------------------------------------------------

const char *nameOfVersion(const char *Original) {
  void *Address = dlsym(RTLD_DEFAULT, Original);
  if (!Address)
    return "no such function";
  void *Version = cloneOf(Address);
  return Version ? reinterpret_cast<const char *(*)()>(Version)()
                 : "no version";
}

TEST(CloneOf, KnowsEveryWrappedFunctionByTheAddressTheProgramSees) {
  std::vector<const char *> Originals = {
#define STM_WRAP_INLINE(Original, Ret, Args, Attrs, Doc)
#define STM_WRAP(Original, Ret, Args, Attrs, Doc) #Original,
#include "stm/runtime_abi.def"
  };
  for (const char *Original : Originals) {
    std::string Version = nameOfVersion(Original);
    // libc and libstdc++ give functions that do the same one address.
    if (dlsym(RTLD_DEFAULT, Version.c_str()) == dlsym(RTLD_DEFAULT, Original))
      continue;
    EXPECT_EQ(Version, Original);
  }
  // By address as compiled code has it.
  EXPECT_EQ(cloneOf(reinterpret_cast<void *>(&strlen)),
            cloneOf(dlsym(RTLD_DEFAULT, "strlen")));
  EXPECT_EQ(cloneOf(reinterpret_cast<void *>(&free)),
            cloneOf(dlsym(RTLD_DEFAULT, "free")));
}

TEST(CloneOf, AModuleDoesNotReplaceTheVersionOfAWrappedFunction) {
  void *Before = cloneOf(reinterpret_cast<void *>(&strlen));
  stm_clone Row = {reinterpret_cast<void *>(&strlen), version(1)};
  registerClones(&Row, 1);
  EXPECT_EQ(cloneOf(Row.original), Before);
  unregisterClones(&Row, 1);
  EXPECT_EQ(cloneOf(Row.original), Before);
  EXPECT_NE(Before, nullptr);
}

} // namespace
