// RUN: not %cc -c %s -o %t.o 2>&1 | FileCheck %s
// CHECK: error: {{.*}}annotation_of_a_field_is_an_error.c:4: 'stm_safe' says nothing about a variable
struct S {
  __attribute__((annotate("stm_safe"))) int Field;
};
int f(struct S *P) { return P->Field; }
