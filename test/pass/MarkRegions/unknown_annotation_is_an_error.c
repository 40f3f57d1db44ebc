// RUN: not %cc -c %s -o %t.o 2>&1 | FileCheck %s
// CHECK: error: {{.*}}unknown_annotation_is_an_error.c:3: unknown annotation 'stm_magic'
__attribute__((annotate("stm_magic"))) void f(void) {}
