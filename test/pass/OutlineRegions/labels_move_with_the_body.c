// RUN: %cc -O0 %s %emit | FileCheck %s
#include <stm/stm.h>
// CHECK: blockaddress(@run.stm_body
STM_TRANSACTION int run(const char *Code) {
  static const void *const Labels[] = {&&Add, &&End};
  int N = 0;
  goto *Labels[(int)*Code++];
Add:
  ++N;
  goto *Labels[(int)*Code++];
End:
  return N;
}
