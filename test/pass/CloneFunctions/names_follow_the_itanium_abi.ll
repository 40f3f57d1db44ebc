; RUN: %opt -passes=stm-clone %s | FileCheck %s
; CHECK-DAG: define void @_ZGTt3foov()
; CHECK-DAG: define void @_ZGTt5plain()
; CHECK-DAG: define void @_ZGTt7labeled()
define void @_Z3foov() { ret void }
define void @plain() { ret void }
define void @"\01labeled"() { ret void }
