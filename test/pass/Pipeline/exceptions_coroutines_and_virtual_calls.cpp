// RUN: %cxx -O0 %s -c -o %t.o
// RUN: %cxx -O2 -g %s -c -o %t.o
// RUN: %cxx -O2 -flto=thin %s -c -o %t.o
#include <coroutine>
#include <stm/stm.hpp>
#include <string>
struct Guard { int &N; ~Guard() { ++N; } };
struct Base { virtual ~Base() {} virtual int f(int X) { return X; } };
struct Left : virtual Base { int A = 1; int f(int X) override { return X + A; } };
struct Right : virtual Base { int B = 2; };
struct Both : Left, Right { int f(int X) override { return Left::f(X) * B; } };
struct Numbers {
  struct promise_type {
    int Value = 0;
    Numbers get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(int X) { Value = X; return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  std::coroutine_handle<promise_type> Handle;
  ~Numbers() { Handle.destroy(); }
};
Numbers count(int N) {
  for (int I = 0; I < N; ++I)
    co_yield I;
}
int Total;
STM_TRANSACTION int throws(int X) {
  Guard G{Total};
  if (X > 2)
    throw X;
  if (X > 1)
    throw std::string("text");
  return Total;
}
STM_TRANSACTION int catches(int X) {
  try {
    return throws(X);
  } catch (int I) {
    return I;
  } catch (const std::string &S) {
    return S.size();
  } catch (...) {
    throw;
  }
}
int use(Base *P) {
  return stm::atomic([&]() -> int {
    auto N = count(3);
    while (!N.Handle.done()) {
      N.Handle.resume();
      Total += N.Handle.promise().Value;
    }
    int (Base::*Member)(int) = &Base::f;
    return P->f(Total) + (P->*Member)(2) + Both().f(3) +
           (dynamic_cast<Both *>(P) ? 1 : 0) + catches(1);
  });
}
