; A call of an ifunc is one of what its resolver returns: the address of the ifunc
; is that of a stub, perhaps, which no table has.
; RUN: %opt -passes=stm -S %s | FileCheck %s

target triple = "x86_64-unknown-linux-gnu"

@chosen = ifunc void (), ptr @choose
@given = ifunc void (), ptr @chooseBy

define internal ptr @choose() {
  ret ptr @one
}

define internal ptr @chooseBy(i64 %Hardware) {
  ret ptr @one
}

define internal void @one() {
  ret void
}

; CHECK-LABEL: define {{.*}}@_ZGTt5block(
; CHECK: [[CHOSEN:%.*]] = call ptr @choose()
; CHECK: call ptr @__stm_clone_of(ptr {{.*}}[[CHOSEN]])
; A resolver that wants arguments can't be asked.
; CHECK-NOT: @chooseBy
; CHECK: call ptr @__stm_clone_of(ptr {{.*}}@given)
define void @block() {
  call void @chosen()
  call void @given()
  ret void
}
