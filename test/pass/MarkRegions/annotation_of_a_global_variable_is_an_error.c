// RUN: not %cc -c %s -o %t.o 2>&1 | FileCheck %s
// CHECK: error: {{.*}}annotation_of_a_global_variable_is_an_error.c:3: 'stm_safe' says nothing about a variable
__attribute__((annotate("stm_safe"))) int Global;
