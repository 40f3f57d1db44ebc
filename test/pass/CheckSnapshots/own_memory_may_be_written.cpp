// Locals whose address is known elsewhere, allocated memory, thread-locals, the
// callable's own copy, the result, a static's first value.
// RUN: %cxx -O0 -g -c %s -o %t.o 2>&1 | count 0
// RUN: %cxx -O2 -g -c %s -o %t.o 2>&1 | count 0
#include <map>
#include <memory>
#include <stm/stm.hpp>
#include <string>
#include <vector>
long Value;
thread_local long Mine;
void use(long *);
struct Large {
  long Word[20];
};
void f(std::vector<long> &V) {
  stm::snapshot([] {
    long Local = Value;
    use(&Local);
    Local = 4;
    Mine = 3;
    static const std::string Text = std::to_string(Value);
    static long First = Value;
    return First;
  });
  stm::snapshot([&] {
    auto P = std::make_unique<long>(5);
    *P = Value;
    long *Q = new long;
    *Q = Value;
    Q[0] = V[0];
    std::map<long, std::string> M;
    M[5] = "five";
    return M;
  });
  stm::snapshot([N = 0]() mutable {
    ++N;
    return Large{{N}};
  });
  stm::snapshot([P = (long *)nullptr]() mutable {
    P = new long;
    *P = 5;
    return P;
  });
}
