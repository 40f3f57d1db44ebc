// RUN: not %cc -c %s -o %t.o 2>&1 | FileCheck %s
#include <stm/attributes.h>
// CHECK-DAG: tx_local_elsewhere_is_an_error.c:4: 'stm_tx_local' says nothing about a function
STM_TX_LOCAL int f(void) {
  // CHECK-DAG: tx_local_elsewhere_is_an_error.c:6: 'stm_tx_local' belongs on a global, static or thread-local variable
  STM_TX_LOCAL int Local = 3;
  return Local;
}
