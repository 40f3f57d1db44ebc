// RUN: %cc -O1 -fno-builtin %s %emit | FileCheck %s
#include <stm/stm.h>
#include <stdlib.h>
#include <string.h>
char *Text;
// CHECK-LABEL: define {{.*}} @compare(
// CHECK: call i32 @__stm_atomic_ro_tx(
STM_TRANSACTION int compare(char *S) {
  return memcmp(Text, S, strlen(S)) + strcmp(Text, S) + (strchr(S, 'x') == S);
}
// CHECK-LABEL: define {{.*}} @copy(
// CHECK: call i32 @__stm_atomic_tx(
STM_TRANSACTION void copy(char *S) { strcpy(Text, S); }
// CHECK-LABEL: define {{.*}} @allocate(
// CHECK: call i32 @__stm_atomic_tx(
STM_TRANSACTION void *allocate(void) { return malloc(5); }
// CHECK-LABEL: define {{.*}} @release(
// CHECK: call i32 @__stm_atomic_tx(
STM_TRANSACTION void release(void) { free(Text); }
