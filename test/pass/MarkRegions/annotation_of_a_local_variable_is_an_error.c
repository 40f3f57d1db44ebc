// RUN: not %cc -c %s -o %t.o 2>&1 | FileCheck %s
// CHECK: error: {{.*}}annotation_of_a_local_variable_is_an_error.c:5: 'stm_pure' says nothing about a variable
void use(int *);
void f(void) {
  __attribute__((annotate("stm_pure"))) int Local = 1;
  use(&Local);
}
