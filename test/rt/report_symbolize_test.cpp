//===- rt/report_symbolize_test.cpp - frames as the reader knows them -----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/object.h"
#include "report/symbolize.h"

#include "base/options.h"
#include "report/facts.h"
#include "report/stack_store.h"
#include "sanitizers.h"

#include <dlfcn.h>
#include <gtest/gtest.h>

#include <cstring>
#include <string>
#include <thread>

namespace stm::rt {

/// The name makes it a frame of the runtime's.
__attribute__((noinline)) uint32_t captureInRuntime() {
  uint32_t Id = captureStack(0);
  asm volatile("" ::: "memory"); // No tail call: it would drop this frame.
  return Id;
}

} // namespace stm::rt

// Not in the runtime's namespace, whose frames are left out.
namespace bank {

using stm::rt::captureStack;

__attribute__((noinline)) uint32_t captureHere(uintptr_t &Pc) {
  Pc = reinterpret_cast<uintptr_t>(__builtin_return_address(0));
  uint32_t Id = captureStack(Pc);
  asm volatile("" ::: "memory");
  return Id;
}

static int UserLine;
__attribute__((noinline)) uint32_t deposit(uintptr_t &Pc) {
  UserLine = __LINE__ + 1;
  uint32_t Id = captureHere(Pc);
  asm volatile("" ::: "memory");
  return Id;
}

__attribute__((noinline)) uint32_t depositThroughRuntime() {
  uint32_t Id = stm::rt::captureInRuntime();
  asm volatile("" ::: "memory");
  return Id;
}

// Debug information says that this stands in the standard library.
#line 1000 "/usr/include/c++/12/bits/fake_vector.h"
template <class T> __attribute__((always_inline)) inline T growInlined() {
  uintptr_t Pc;
  return captureHere(Pc);
}
template <class T> __attribute__((noinline)) T pushBack() {
  T Id = growInlined<T>();
  asm volatile("" ::: "memory");
  return Id;
}
#line 200 "report_symbolize_test.cpp"
__attribute__((noinline)) uint32_t depositInVector() {
  uint32_t Id = pushBack<uint32_t>();
  asm volatile("" ::: "memory");
  return Id;
}

} // namespace bank

namespace stm::rt {
namespace {

class Symbolize : public testing::Test {
protected:
  // The runtime's constructor need not be part of this program.
  static void SetUpTestSuite() { initOptions(nullptr); }
};

std::string readable(const char *Name) {
  char *Copy = readableName(Name);
  std::string Result = Copy;
  __sanitizer::InternalFree(Copy);
  return Result;
}

TEST_F(Symbolize, TransactionalVersionsHaveTheirOriginalsName) {
  EXPECT_EQ(readable("_ZGTtN7Account3getEv"), "Account::get()");
  EXPECT_EQ(readable("_ZGTt3fooi"), "foo(int)");
  EXPECT_EQ(readable("_ZGTt7do_work"), "do_work"); // A C function's.
  EXPECT_EQ(readable("transaction clone for foo(int)"), "foo(int)");
  EXPECT_EQ(readable("_ZGTt7do_work.lent"), "do_work"); // Copies of versions.
  EXPECT_EQ(readable("_ZGTt3fooi.lent"), "foo(int)");
}

TEST_F(Symbolize, OtherNamesAreDemangledOrLeftAlone) {
  EXPECT_EQ(readable("_ZN7Account3getEv"), "Account::get()");
  EXPECT_EQ(readable("_ZN7Account3getEv.cold"), "Account::get()");
  EXPECT_EQ(readable("_ZN7Account4nameB5cxx11Ev"), "Account::name()");
  EXPECT_EQ(readable("_Z4nameB5cxx11B3v20v"), "name()");
  EXPECT_EQ(readable("main"), "main");
  EXPECT_EQ(readable("_Znonsense"), "_Znonsense");
  EXPECT_EQ(readable(""), "");
}

TEST_F(Symbolize, PathsAreSimplified) {
  const std::pair<const char *, const char *> Cases[] = {
      {"/usr/lib/gcc/x86_64-linux-gnu/12/../../../../include/c++/12/map",
       "/usr/include/c++/12/map"},
      {"/a/./b/c.cpp", "/a/b/c.cpp"},
      {"a/../b.cpp", "b.cpp"},
      {"../a/b.cpp", "../a/b.cpp"},
      {"../../b.cpp", "../../b.cpp"},
      {"a/../../b.cpp", "../b.cpp"},
      {"/../b.cpp", "/../b.cpp"},
      {"/a/b/..", "/a/"},
      {"./a.cpp", "./a.cpp"},
      {"/build//home/me/a.cpp", "/home/me/a.cpp"},
      {"", ""},
  };
  for (auto [From, To] : Cases) {
    std::string Path = From;
    simplifyPath(Path.data());
    EXPECT_STREQ(Path.c_str(), To) << From;
  }
}

TEST_F(Symbolize, SystemHeadersAndOursAreLibraries) {
  EXPECT_TRUE(isLibraryFile("/usr/include/c++/12/bits/stl_vector.h"));
  EXPECT_TRUE(isLibraryFile("/usr/lib/gcc/x86_64-linux-gnu/12/../../../../"
                            "include/c++/12/bits/stl_tree.h"));
  EXPECT_TRUE(isLibraryFile("/opt/llvm/include/c++/v1/vector"));
  EXPECT_TRUE(isLibraryFile("/opt/stm/include/stm/stm.hpp"));
  EXPECT_TRUE(isLibraryFile("/opt/stm/include/stm/detail/pool.hpp"));
  EXPECT_TRUE(isLibraryFile("/opt/stm/include/stm/eventual.hpp"));
  EXPECT_FALSE(isLibraryFile("/home/me/stm/account.hpp"));
  EXPECT_FALSE(isLibraryFile("/home/me/bank/account.cpp"));
  EXPECT_FALSE(isLibraryFile("account.cpp"));
}

TEST_F(Symbolize, TheRuntimesFunctionsAreKnownByName) {
  EXPECT_TRUE(isOwnFunction("stm::rt::recordConflict(stm::rt::ThreadFacts&)"));
  EXPECT_TRUE(isOwnFunction("__stm_read_u64"));
  EXPECT_TRUE(
      isOwnFunction("void stm::detail::Block<main::f, int>::run(void*)"));
  EXPECT_TRUE(isOwnFunction("decltype(f()) stm::atomic<main::f>(main::f&&)"));
  EXPECT_FALSE(isOwnFunction("deposit(int)"));
  EXPECT_FALSE(isOwnFunction("my_stm_helper"));
}

TEST_F(Symbolize, BlocksThatWereInlinedIntoGoByTheirCallable) {
  auto Callable = [](const char *Function) -> std::string {
    char *Name = callableOf(Function);
    std::string Result = Name ? Name : "none";
    __sanitizer::InternalFree(Name);
    return Result;
  };
  EXPECT_EQ(Callable("stm::detail::Block<pay()::$_0, long>::run(void*)"),
            "pay()::$_0");
  EXPECT_EQ(Callable("void stm::detail::Block<Add&, void>::run(void*)"), "Add");
  EXPECT_EQ(Callable("stm::detail::Block<f(int, g<int, 2>)::{lambda()#1}, "
                     "std::pair<int, long> >::run(void*)"),
            "f(int, g<int, 2>)::{lambda()#1}");
  EXPECT_EQ(Callable("stm::detail::Block<>::run(void*)"), "none");
  EXPECT_EQ(Callable("stm::detail::Block<, >::run(void*)"), "none");
  EXPECT_EQ(Callable("stm::detail::Block<Add, void>::take()"), "none");
  EXPECT_EQ(Callable("deposit(int)"), "none");
}

TEST_F(Symbolize, AStackBeginsAtTheUsersLine) {
  uintptr_t Pc;
  Frames Stack;
  Stack.appendStack(bank::deposit(Pc));
  const Frame *F = Stack.userFrame();
  ASSERT_NE(F, nullptr);
  ASSERT_NE(F->Function, nullptr);
  EXPECT_TRUE(strstr(F->Function, "bank::deposit(unsigned long&)"))
      << F->Function;
  ASSERT_NE(F->File, nullptr);
  EXPECT_TRUE(strstr(F->File, "report_symbolize_test.cpp")) << F->File;
  EXPECT_EQ(F->Line, bank::UserLine);
  EXPECT_EQ(Stack.libraryFrame(), nullptr);
  EXPECT_EQ(F, &Stack[0]);
}

TEST_F(Symbolize, NothingBelowMainIsShown) {
  uintptr_t Pc;
  Frames Stack;
  Stack.appendStack(bank::deposit(Pc));
  ASSERT_GT(Stack.size(), 1u);
  EXPECT_STREQ(Stack[Stack.size() - 1].Function, "main");
}

TEST_F(Symbolize, NothingBelowAThreadsFunctionIsShown) {
  uint32_t Id = 0;
  std::thread([&Id] {
    uintptr_t Pc;
    Id = bank::deposit(Pc);
  }).join();
  Frames Stack;
  Stack.appendStack(Id);
  ASSERT_GT(Stack.size(), 1u);
  const Frame &Last = Stack[Stack.size() - 1];
  ASSERT_NE(Last.Function, nullptr) << Last.Module;
  EXPECT_TRUE(strstr(Last.Function, "std::thread::")) << Last.Function;
}

TEST_F(Symbolize, TheRuntimesFramesAreLeftOut) {
  Frames Stack;
  Stack.appendStack(bank::depositThroughRuntime());
  ASSERT_FALSE(Stack.empty());
  EXPECT_STREQ(Stack[0].Function, "bank::depositThroughRuntime()");
}

TEST_F(Symbolize, TheLineIsTheUsersAndTheLibrarysFunctionIsNamed) {
  Frames Stack;
  Stack.appendStack(bank::depositInVector());
  const Frame *F = Stack.userFrame();
  ASSERT_NE(F, nullptr);
  EXPECT_STREQ(F->Function, "bank::depositInVector()");
  // growInlined was inlined into pushBack: the innermost frame is the former,
  // the user called the latter.
  ASSERT_NE(Stack.libraryFrame(), nullptr);
  EXPECT_TRUE(strstr(Stack.libraryFrame()->Function, "pushBack"))
      << Stack.libraryFrame()->Function;
  EXPECT_TRUE(strstr(Stack[0].Function, "growInlined")) << Stack[0].Function;
}

// Its debug information isn't read.
TEST_F(Symbolize, AFunctionOfLibcHasTheNameThatLibcExports) {
  if (HasAsan || HasTsan)
    GTEST_SKIP() << "the sanitizer stands before it";
  Frames Stack;
  Stack.append(reinterpret_cast<uintptr_t>(dlsym(RTLD_DEFAULT, "qsort")) + 4);
  ASSERT_EQ(Stack.size(), 1u);
  EXPECT_STREQ(Stack[0].Function, "qsort");
  EXPECT_TRUE(Stack[0].IsLibrary);
}

TEST_F(Symbolize, AnAddressOfNothingIsAFrameWithoutAName) {
  Frames Stack;
  Stack.append(0x10);
  ASSERT_EQ(Stack.size(), 1u);
  EXPECT_EQ(Stack[0].Function, nullptr);
  EXPECT_EQ(Stack[0].File, nullptr);
}

int SomeGlobal[4];

TEST_F(Symbolize, AGlobalIsNamedWithItsOffset) {
  ObjectInfo Object;
  Object.find(reinterpret_cast<uintptr_t>(&SomeGlobal[2]));
  EXPECT_EQ(Object.Kind, ObjectKind::Global);
  ASSERT_NE(Object.Name, nullptr);
  EXPECT_TRUE(strstr(Object.Name, "SomeGlobal")) << Object.Name;
  EXPECT_EQ(Object.Offset, 8u);
  if (!HasAsan) // There it ends with what must not be touched.
    EXPECT_EQ(Object.Size, sizeof(SomeGlobal));
  ASSERT_NE(Object.Module, nullptr);
  EXPECT_NE(Object.ModuleOffset, 0u);
}

TEST_F(Symbolize, WhatIsInNoModuleHasNoName) {
  int Local = 0;
  ObjectInfo Object;
  Object.find(reinterpret_cast<uintptr_t>(&Local));
  EXPECT_EQ(Object.Kind, ObjectKind::Stack);
  EXPECT_EQ(Object.Name, nullptr);
  EXPECT_EQ(Object.Module, nullptr);
}

} // namespace
} // namespace stm::rt
