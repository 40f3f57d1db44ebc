// RUN: not %cxx -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %cxx -O2 -c %s -o %t.o 2>&1 | FileCheck %s
#include <coroutine>
#include <cstdarg>
#include <stm/stm.hpp>
long G;
void use(void *);
void memoryOfTheFunction(int N) {
// CHECK: error: {{.*}}what_cannot_move_is_an_error.cpp:[[#@LINE+1]]: this block cannot be a transaction: memory from alloca would end with the block
  STM_ATOMIC { use(__builtin_alloca(N)); }
// CHECK: error: {{.*}}what_cannot_move_is_an_error.cpp:[[#@LINE+1]]: {{.*}}alloca
  STM_ATOMIC { use(__builtin_alloca(16)); }
}
void endsWithAScope(int N) {
  STM_ATOMIC {
    char Array[N];
    use(Array);
  }
}
void arguments(int N, ...) {
  va_list List;
// CHECK: error: {{.*}}what_cannot_move_is_an_error.cpp:[[#@LINE+1]]: this block cannot be a transaction: va_start belongs to the function around it
  STM_ATOMIC { va_start(List, N); }
  va_end(List);
}
void labels(int N) {
// CHECK: error: {{.*}}what_cannot_move_is_an_error.cpp:[[#@LINE+1]]: this block cannot be a transaction: there is a computed goto in it
  STM_ATOMIC {
    static const void *const Labels[] = {&&A, &&B};
    goto *Labels[N];
  A:
    ++G;
  B:
    --G;
  }
}
struct Task {
  struct promise_type {
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_never final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
};
Task suspended() {
// CHECK: error: {{.*}}what_cannot_move_is_an_error.cpp:[[#@LINE+1]]: this block cannot be a transaction: the coroutine may be suspended in it
  STM_ATOMIC {
    ++G;
    co_await std::suspend_always();
  }
}
Task notSuspended() {
  co_await std::suspend_always();
  STM_ATOMIC { ++G; }
}
// CHECK-NOT: error:
