// RUN: %cc -O0 %s -c -o %t.o
// RUN: %cc -O1 -g %s -c -o %t.o
// RUN: %cc -O3 %s -c -o %t.o
// RUN: %cc -O2 -flto %s -c -o %t.o
#include <setjmp.h>
#include <stdarg.h>
#include <stm/stm.h>
#include <string.h>
struct Bits { int A : 3; unsigned B : 13; long C : 40; } Bits;
struct __attribute__((packed)) Packed { char A; int B; double C; } Packed;
struct Five { int A[5]; } Five;
union Pun { int I; float F; char C[4]; } Pun;
typedef float Vector __attribute__((vector_size(16)));
Vector V;
__int128 Wide;
long double Long;
_Complex double Complex;
_Bool Flag;
_Thread_local int Local;
int G, Array[100];
int (*Pointer)(int);
jmp_buf Buffer;
STM_TRANSACTION struct Five by_value(struct Five X, int K) {
  X.A[0] += K;
  Five = X;
  return X;
}
STM_TRANSACTION void scalars(void) {
  Bits.A = -2; Bits.B++; Bits.C = Bits.B * 1000L;
  Packed.B = 7; Packed.C = Packed.B * 1.5;
  Pun.F = 1; Pun.I++;
  V = V * V + 1; Wide = Wide * Wide; Long *= 2; Complex += Complex; Flag = !Flag;
  ++Local;
}
static int sum(int N, ...) {
  va_list A, B;
  va_start(A, N);
  va_copy(B, A);
  int S = (int)va_arg(B, double);
  while (N--)
    S += va_arg(A, int);
  va_end(A);
  va_end(B);
  return S;
}
STM_TRANSACTION int control(int N) {
  static void *Labels[] = {&&One, &&Two};
  int Dynamic[N + 1];
  switch (N) {
  case 0: return G++;
  case 5: return 7;
  case 9: G = 3; // fall through
  default: break;
  }
  goto *Labels[N & 1];
One:
  Dynamic[N] = sum(3, 1.0, 2, G);
  return Dynamic[N];
Two:
  if (!setjmp(Buffer))
    longjmp(Buffer, 1);
  return Pointer(N);
}
STM_TRANSACTION int machine(int X) {
  int Y;
  volatile int *P = &G;
  __asm__("" : "=r"(Y) : "0"(X));
  __asm__ volatile("nop" ::: "memory");
  *P = __atomic_fetch_add(&G, 3, __ATOMIC_SEQ_CST);
  memset(Array, 0, sizeof Array);
  memmove(Array + 1, Array, 40);
  return Y;
}
__attribute__((weak)) int weak(int X) { return X; }
extern int weak_elsewhere(int) __attribute__((weak));
STM_TRANSACTION int linkage(void) {
  return weak(1) + (weak_elsewhere ? weak_elsewhere(2) : 0);
}
STM_TRANSACTION static inline __attribute__((always_inline)) int inlined(int X) {
  return X + G++;
}
int use(int X) { return inlined(X); }
