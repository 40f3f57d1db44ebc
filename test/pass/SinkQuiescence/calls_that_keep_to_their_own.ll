; A call between two blocks need not wait if all that it touches is this
; thread's own, constant, or what it has been lent.
; RUN: %opt -passes=stm-sink %s | FileCheck %s
declare i32 @__stm_atomic_tx(ptr, ptr, ptr, ptr)
declare i32 @personality(...)
define internal void @body(ptr %c) { ret void }
define internal void @version(ptr %c) "stm-version"="body" { ret void }
declare void @unknown()
declare void @tells(ptr nocapture)
declare i32 @rand_r(ptr) nounwind
declare double @log(double) nounwind
declare void @_Unwind_Resume(i64)
declare i64 @strlen(ptr nocapture) nounwind memory(argmem: read)
declare void @may_throw(ptr nocapture) memory(argmem: readwrite)
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
@Table = constant [2 x i32] [i32 1, i32 2]
@Global = global i32 0
@Kept = global ptr null

; --- What may be called ---------------------------------------------------------

; Its own variables, what it is lent, constants, others that do the same.
define linkonce_odr i32 @next(ptr %state) {
  %mine = alloca [2 x i32]
  call void @llvm.memcpy.p0.p0.i64(ptr %mine, ptr @Table, i64 8, i1 false)
  %x = load i32, ptr %state
  %at = getelementptr i32, ptr %mine, i32 %x
  %y = load i32, ptr %at
  store i32 %y, ptr %state
  %z = call i32 @of_two(ptr %state, ptr %mine)
  ret i32 %z
}
define linkonce_odr i32 @of_two(ptr %a, ptr %b) {
  %l = call double @log(double 1.0)
  %x = load i32, ptr %a
  store i32 %x, ptr %b
  ret i32 %x
}
; CHECK-LABEL: @draws(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call i32 @next(ptr %s)
; CHECK-NEXT: call i32 @of_two(ptr %s, ptr %s)
; CHECK-NEXT: call i32 @rand_r(ptr %s)
; CHECK-NEXT: call double @log(
; CHECK-NEXT: call i64 @strlen(ptr %s)
; CHECK-NEXT: call i64 @strlen(ptr @Table)
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: ret void
define void @draws() {
  %s = alloca i32
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @next(ptr %s)
  call i32 @of_two(ptr %s, ptr %s)
  call i32 @rand_r(ptr %s)
  call double @log(double 2.0)
  call i64 @strlen(ptr %s)
  call i64 @strlen(ptr @Table)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}

; Functions that call themselves, and each other.
define linkonce_odr i32 @again(ptr %s) {
  %x = call i32 @again_too(ptr %s)
  %r = call i32 @again(ptr %s)
  ret i32 %r
}
define linkonce_odr i32 @again_too(ptr %s) {
  %mine = alloca i32
  %r = call i32 @again(ptr %mine)
  %x = load i32, ptr %s
  ret i32 %x
}
; CHECK-LABEL: @recursion(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call i32 @again_too(ptr %s)
; CHECK-NEXT: call i32 @again(ptr %s)
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
define void @recursion() {
  %s = alloca i32
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @again_too(ptr %s)
  call i32 @again(ptr %s)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}

; Invoked: where it would be caught nobody comes.
define linkonce_odr void @invokes(ptr %s) personality ptr @personality {
  %x = invoke i32 @next(ptr %s) to label %ok unwind label %caught
ok:
  ret void
caught:
  %p = landingpad { ptr, i32 } cleanup
  call void @unknown()
  resume { ptr, i32 } %p
}
; CHECK-LABEL: @invoked(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: invoke void @invokes(ptr %s)
; CHECK: ok:
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK: caught:
; CHECK: call void @__stm_await_quiescence()
; CHECK-NEXT: resume
define void @invoked() personality ptr @personality {
  %s = alloca i32
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  invoke void @invokes(ptr %s) to label %ok unwind label %caught
ok:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
caught:
  %p = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %p
}
; The wait for a loop stands before what is invoked before it.
; CHECK-LABEL: @invoked_before_a_loop(
; CHECK: left:
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: invoke void @invokes
; CHECK: loop:
; CHECK-NEXT: load
define void @invoked_before_a_loop(i1 %c, ptr %p) personality ptr @personality {
  %s = alloca i32
  br label %first
first:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  br i1 %c, label %first, label %left
left:
  invoke void @invokes(ptr %s) to label %loop unwind label %caught
loop:
  %x = load i32, ptr %p
  %d = icmp eq i32 %x, 0
  br i1 %d, label %loop, label %end
end:
  ret void
caught:
  %q = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %q
}

; --- What may not ---------------------------------------------------------------

define linkonce_odr i32 @reads_a_global(ptr %s) {
  %x = load i32, ptr @Global
  ret i32 %x
}
define linkonce_odr i32 @writes_a_global(ptr %s) {
  store i32 1, ptr @Global
  ret i32 0
}
define linkonce_odr i32 @follows(ptr %s) {
  %p = load ptr, ptr %s
  %x = load i32, ptr %p
  ret i32 %x
}
define linkonce_odr i32 @keeps(ptr %s) {
  %mine = alloca ptr
  store ptr %s, ptr %mine
  ret i32 0
}
define linkonce_odr ptr @returns(ptr %s) {
  ret ptr %s
}
define linkonce_odr i32 @makes_a_number_of_it(ptr %s) {
  %n = ptrtoint ptr %s to i32
  ret i32 %n
}
define linkonce_odr i32 @orders(ptr %s) {
  fence seq_cst
  ret i32 0
}
define linkonce_odr i32 @is_atomic(ptr %s) {
  %x = load atomic i32, ptr %s monotonic, align 4
  ret i32 %x
}
define linkonce_odr i32 @calls_what_is_unknown(ptr %s) {
  call void @tells(ptr %s)
  ret i32 0
}
define linkonce_odr i32 @calls_indirectly(ptr %s, ptr %f) {
  %x = call i32 %f(ptr %s)
  ret i32 %x
}
define linkonce_odr i32 @throws(ptr %s) personality ptr @personality {
  invoke i32 @next(ptr %s) to label %ok unwind label %caught
ok:
  call void @may_throw(ptr %s)
  ret i32 0
caught:
  %p = landingpad { ptr, i32 } cleanup
  resume { ptr, i32 } %p
}
define linkonce_odr i32 @of_many(ptr %s, ...) {
  ret i32 0
}
define linkonce_odr i32 @lends_a_global(ptr %s) {
  %x = call i32 @next(ptr @Global)
  ret i32 %x
}
define weak i32 @may_be_another(ptr %s) {
  ret i32 0
}
define linkonce_odr i32 @has_a_way_out(ptr %s, i1 %c) {
  br i1 %c, label %one, label %two
one:
  ret i32 0
two:
  call void @unknown()
  ret i32 1
}
; Found to stay within as long as the other one was taken to.
define linkonce_odr i32 @relies(ptr %s) {
  %x = call i32 @relied_on(ptr %s)
  ret i32 %x
}
define linkonce_odr i32 @relied_on(ptr %s) {
  %x = call i32 @relies(ptr %s)
  call void @unknown()
  ret i32 %x
}
; An address in a structure.
define linkonce_odr i32 @of_a_pair({ ptr, i32 } %s) {
  ret i32 0
}

; CHECK-LABEL: @waits_for_all_of_these(
; CHECK-NOT: lazy
; CHECK-NOT: await
; CHECK: ret void
define void @waits_for_all_of_these({ ptr, i32 } %pair, ptr %f) {
  %s = alloca i32
  %s2 = alloca i32
  %s3 = alloca i32
  %s4 = alloca i32
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @reads_a_global(ptr %s)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @writes_a_global(ptr %s)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @follows(ptr %s)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @keeps(ptr %s2)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call ptr @returns(ptr %s3)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @makes_a_number_of_it(ptr %s4)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @orders(ptr %s)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @is_atomic(ptr %s)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @calls_what_is_unknown(ptr %s)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @calls_indirectly(ptr %s, ptr %f)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @throws(ptr %s)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 (ptr, ...) @of_many(ptr %s)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @lends_a_global(ptr %s)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @may_be_another(ptr %s)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @has_a_way_out(ptr %s, i1 false)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @relied_on(ptr %s)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @relies(ptr %s)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @of_a_pair({ ptr, i32 } %pair)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; What is lent must be this thread's own.
; CHECK-LABEL: @lends_what_others_reach(
; CHECK-NOT: lazy
; CHECK-NOT: await
; CHECK: ret void
define void @lends_what_others_reach(ptr %p) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @next(ptr %p)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @next(ptr @Global)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @rand_r(ptr %p)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i64 @strlen(ptr %p)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; Kept by a callee, it isn't its own any more.
; CHECK-LABEL: @lends_what_is_kept(
; CHECK-NOT: lazy
; CHECK-NOT: await
; CHECK: ret void
define void @lends_what_is_kept() {
  %s = alloca ptr
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store i32 1, ptr %s
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @keeps(ptr %s)
  ret void
}
; What throws leaves, and a call as something else than it is is unknown.
; CHECK-LABEL: @other_ways(
; CHECK-NOT: lazy
; CHECK-NOT: await
; CHECK: ret void
define void @other_ways() {
  %s = alloca i32
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call void @_Unwind_Resume(i64 0)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call void @may_throw(ptr %s)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i64 @next(ptr %s, ptr %s)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
