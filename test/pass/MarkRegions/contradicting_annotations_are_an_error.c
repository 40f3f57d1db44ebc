// RUN: not %cc -c %s -o %t.o 2>&1 | FileCheck %s
// CHECK: error: {{.*}}: 'f': STM_PURE contradicts STM_TRANSACTION and STM_SAFE
#include <stm/attributes.h>
STM_PURE STM_SAFE int f(int X) { return X; }
