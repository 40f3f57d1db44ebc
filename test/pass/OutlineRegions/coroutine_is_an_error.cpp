// RUN: not %cxx -c %s -o %t.o 2>&1 | FileCheck %s
#include <coroutine>
#include <stm/stm.hpp>
struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};
// CHECK: error: {{.*}}coroutine_is_an_error.cpp:[[@LINE+1]]: 'f()' cannot be STM_TRANSACTION: it is a coroutine
STM_TRANSACTION Task f() { co_return; }
