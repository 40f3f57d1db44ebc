// RUN: %cc -O1 %s %emit | FileCheck %s --implicit-check-not=stm.clones --implicit-check-not=__stm_abi
// CHECK: @G =
int G = 1;
