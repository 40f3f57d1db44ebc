// RUN: not %cc -c %s -o %t.o 2>&1 | FileCheck %s
// RUN: not %cc -O2 -g -c %s -o %t.o 2>&1 | FileCheck %s
// CHECK-NOT: error:
#include <stm/stm.h>
int G;
void own(int N) {
  STM_ATOMIC {
    for (int I = 0; I < N; ++I) {
      if (I == 2)
        continue;
      if (I == 3)
        break;
      ++G;
    }
    switch (G) {
    case 1:
      break;
    default:
      ++G;
    }
  }
}
void breaks(int N) {
  for (int I = 0; I < N; ++I)
// CHECK: error: {{.*}}break_and_continue_in_c_are_errors.c:[[#@LINE+1]]: 'break' in this block would leave the block only
    STM_ATOMIC {
      if (I == 2)
        break;
    }
}
void continues(int N) {
  for (int I = 0; I < N; ++I)
// CHECK: error: {{.*}}break_and_continue_in_c_are_errors.c:[[#@LINE+1]]: 'continue' in this block would leave the block only
    STM_ATOMIC {
      if (I == 2)
        continue;
      ++G;
    }
}
void continuesAtTheEnd(int N) {
  for (int I = 0; I < N; ++I)
// CHECK: error: {{.*}}break_and_continue_in_c_are_errors.c:[[#@LINE+1]]: 'continue'
    STM_ATOMIC {
      ++G;
      continue;
    }
}
void only(int N) {
  for (int I = 0; I < N; ++I)
// CHECK: error: {{.*}}break_and_continue_in_c_are_errors.c:[[#@LINE+1]]: 'continue'
    STM_ATOMIC {
      if (I)
        continue;
      return;
    }
}
void pastACleanup(int N) {
  for (int I = 0; I < N; ++I)
// CHECK: error: {{.*}}break_and_continue_in_c_are_errors.c:[[#@LINE+1]]: 'continue'
    STM_ATOMIC {
      int Array[N];
      Array[I] = G;
      if (I)
        continue;
      G = Array[I];
    }
}
void inASwitch(int N) {
  switch (N) {
  case 1:
// CHECK: error: {{.*}}break_and_continue_in_c_are_errors.c:[[#@LINE+1]]: 'break'
    STM_ATOMIC { break; }
  default:
    ++G;
  }
}
void inTheInner(int N) {
  STM_ATOMIC {
    for (int I = 0; I < N; ++I)
// CHECK: error: {{.*}}break_and_continue_in_c_are_errors.c:[[#@LINE+1]]: 'break'
      STM_ATOMIC { break; }
  }
}
// CHECK-NOT: error:
