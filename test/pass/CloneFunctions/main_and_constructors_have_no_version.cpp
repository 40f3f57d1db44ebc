// RUN: %cxx -O1 %s %emit | FileCheck %s --implicit-check-not=@_ZGTt4main --implicit-check-not=@_ZGTt_GLOBAL
int compute();
int Value = compute();
int main() { return Value; }
// CHECK: @main
