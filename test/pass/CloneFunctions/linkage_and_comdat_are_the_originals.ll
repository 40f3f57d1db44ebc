; RUN: %opt -passes=stm-clone %s | FileCheck %s
; CHECK-DAG: $_ZGTt2In = comdat any
; CHECK-DAG: define linkonce_odr hidden void @_ZGTt2In() {{.*}}comdat
; CHECK-DAG: define internal void @_ZGTt5local()
; CHECK-DAG: define protected void @_ZGTt4prot()
$_Z2In = comdat any
define linkonce_odr hidden void @_Z2In() comdat { ret void }
define internal void @local() { ret void }
define protected void @prot() {
  call void @_Z2In()
  call void @local()
  ret void
}
