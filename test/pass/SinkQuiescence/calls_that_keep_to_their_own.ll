; A call between two blocks need not wait if all that it touches is this
; thread's own, constant, or what it has been lent. Of functions that other files
; define too the body that was looked at is called.
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
; CHECK-NEXT: call i32 @next.stm_seen(ptr %s)
; CHECK-NEXT: call i32 @of_two.stm_seen(ptr %s, ptr %s)
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
; CHECK-NEXT: call i32 @again_too.stm_seen(ptr %s)
; CHECK-NEXT: call i32 @again.stm_seen(ptr %s)
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
; CHECK-NEXT: invoke void @invokes.stm_seen(ptr %s)
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
; CHECK-NEXT: invoke void @invokes.stm_seen
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

; The copies call each other; who isn't plain code calls what it did.
; CHECK-LABEL: define internal void @is_a_version(
; CHECK: call i32 @of_two(
define internal void @is_a_version(ptr %s) "stm-version"="x" {
  %x = call i32 @of_two(ptr %s, ptr %s)
  ret void
}
; --- What may not ---------------------------------------------------------------

declare i32 @_setjmp(ptr nocapture) nounwind
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
declare i32 @number(i32) nounwind
declare ptr @localeconv() nounwind
declare i32 @isalpha(i32) nounwind
declare i32 @stm_in_transaction() nounwind
declare i32 @promised(i32) nounwind "stm-pure"
declare void @_ZSt9terminatev() nounwind
declare i32 @of_pointers(<2 x ptr>) nounwind memory(argmem: readwrite)
declare i32 @with_state(ptr nocapture) nounwind memory(argmem: readwrite, inaccessiblemem: readwrite)
define i32 @wrapper(ptr %s) {
  ret i32 0
}
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
define linkonce_odr i32 @stores_atomically(ptr %s) {
  store atomic i32 1, ptr %s monotonic, align 4
  ret i32 0
}
define linkonce_odr i32 @reads_a_constant_again(ptr %s) {
  %x = load volatile i32, ptr @Table
  ret i32 %x
}
define linkonce_odr i32 @copies_from_others(ptr %s) {
  call void @llvm.memcpy.p0.p0.i64(ptr %s, ptr @Global, i64 4, i1 false)
  ret i32 0
}
define linkonce_odr i32 @copies_to_others(ptr %s) {
  call void @llvm.memcpy.p0.p0.i64(ptr @Global, ptr %s, i64 4, i1 false)
  ret i32 0
}
define linkonce_odr i32 @fills_others(ptr %s) {
  call void @llvm.memset.p0.i64(ptr @Global, i8 0, i64 4, i1 false)
  ret i32 0
}
define linkonce_odr i32 @calls_what_is_unknown(ptr %s) {
  call void @tells(ptr %s)
  ret i32 0
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
define linkonce_odr i32 @lends_a_global(ptr %s) {
  %x = call i32 @next(ptr @Global)
  ret i32 %x
}
define linkonce_odr i32 @has_a_way_out(ptr %s) {
  %c = icmp eq ptr %s, null
  br i1 %c, label %one, label %two
one:
  ret i32 0
two:
  call void @unknown()
  ret i32 1
}
define linkonce_odr i32 @relied_on(ptr %s) {
  %x = call i32 @relies(ptr %s)
  call void @unknown()
  ret i32 %x
}
define linkonce_odr i32 @relies(ptr %s) {
  %x = call i32 @relied_on(ptr %s)
  ret i32 %x
}
define linkonce_odr i32 @jumps(ptr %s) {
  indirectbr ptr blockaddress(@jumps, %one), [label %one]
one:
  ret i32 0
}
define linkonce_odr i32 @returns_twice(ptr %s) {
  %x = call i32 @_setjmp(ptr %s) returns_twice
  ret i32 0
}
define linkonce_odr i32 @is_naked(ptr %s) naked {
  unreachable
}
define linkonce_odr i32 @is_split_later(ptr %s) presplitcoroutine {
  ret i32 0
}
define linkonce_odr i32 @has_a_version(ptr %s) "stm-version"="x" {
  ret i32 0
}
define linkonce_odr i32 @is_wrapped(ptr %s) "stm-wrapper"="wrapper" {
  ret i32 0
}
define linkonce_odr ptr @returns(ptr %s) {
  ret ptr %s
}
define linkonce_odr i32 @calls_indirectly(ptr %s, ptr %f) {
  %x = call i32 %f(ptr %s)
  ret i32 %x
}
define linkonce_odr i32 @of_many(ptr %s, ...) {
  ret i32 0
}
define weak i32 @may_be_another(ptr %s) {
  ret i32 0
}
define available_externally i32 @is_elsewhere(ptr %s) {
  ret i32 0
}
define linkonce_odr i32 @of_a_pair({ ptr, i32 } %s) {
  ret i32 0
}
define linkonce_odr i32 @of_a_vector(<2 x ptr> %s) {
  ret i32 0
}
; Not libc's.
define i32 @nrand48(ptr %s) nounwind {
  store i32 1, ptr @Global
  ret i32 1
}

; CHECK-LABEL: @waits_for_all_of_these(
; CHECK-NOT: lazy
; CHECK-NOT: await
; CHECK: ret void
define void @waits_for_all_of_these({ ptr, i32 } %pair, <2 x ptr> %v, ptr %f, ptr %p) {
  %reads_a_global = alloca [4 x i64]
  %writes_a_global = alloca [4 x i64]
  %follows = alloca [4 x i64]
  %keeps = alloca [4 x i64]
  %makes_a_number_of_it = alloca [4 x i64]
  %orders = alloca [4 x i64]
  %is_atomic = alloca [4 x i64]
  %stores_atomically = alloca [4 x i64]
  %reads_a_constant_again = alloca [4 x i64]
  %copies_from_others = alloca [4 x i64]
  %copies_to_others = alloca [4 x i64]
  %fills_others = alloca [4 x i64]
  %calls_what_is_unknown = alloca [4 x i64]
  %throws = alloca [4 x i64]
  %lends_a_global = alloca [4 x i64]
  %has_a_way_out = alloca [4 x i64]
  %relied_on = alloca [4 x i64]
  %relies = alloca [4 x i64]
  %jumps = alloca [4 x i64]
  %returns_twice = alloca [4 x i64]
  %is_naked = alloca [4 x i64]
  %is_split_later = alloca [4 x i64]
  %has_a_version = alloca [4 x i64]
  %is_wrapped = alloca [4 x i64]
  %returns = alloca [4 x i64]
  %calls_indirectly = alloca [4 x i64]
  %of_many = alloca [4 x i64]
  %may_be_another = alloca [4 x i64]
  %is_elsewhere = alloca [4 x i64]
  %nrand48 = alloca [4 x i64]
  %with_state = alloca [4 x i64]
  %as_another = alloca [4 x i64]
  %bundled = alloca [4 x i64]
  %throwing = alloca [4 x i64]
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @reads_a_global(ptr %reads_a_global)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @writes_a_global(ptr %writes_a_global)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @follows(ptr %follows)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @keeps(ptr %keeps)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @makes_a_number_of_it(ptr %makes_a_number_of_it)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @orders(ptr %orders)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @is_atomic(ptr %is_atomic)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @stores_atomically(ptr %stores_atomically)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @reads_a_constant_again(ptr %reads_a_constant_again)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @copies_from_others(ptr %copies_from_others)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @copies_to_others(ptr %copies_to_others)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @fills_others(ptr %fills_others)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @calls_what_is_unknown(ptr %calls_what_is_unknown)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @throws(ptr %throws)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @lends_a_global(ptr %lends_a_global)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @has_a_way_out(ptr %has_a_way_out)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @relied_on(ptr %relied_on)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @relies(ptr %relies)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @jumps(ptr %jumps)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @returns_twice(ptr %returns_twice)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @is_naked(ptr %is_naked)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @is_split_later(ptr %is_split_later)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @has_a_version(ptr %has_a_version)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @is_wrapped(ptr %is_wrapped)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call ptr @returns(ptr %returns)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @calls_indirectly(ptr %calls_indirectly, ptr %f)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 (ptr, ...) @of_many(ptr %of_many)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @may_be_another(ptr %may_be_another)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @is_elsewhere(ptr %is_elsewhere)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @nrand48(ptr %nrand48)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @with_state(ptr %with_state)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i64 @next(ptr %as_another, ptr %as_another)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @next(ptr %bundled) [ "kept"(ptr null) ]
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call void @may_throw(ptr %throwing)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @of_a_pair({ ptr, i32 } %pair)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @of_a_vector(<2 x ptr> %v)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @of_pointers(<2 x ptr> %v)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @number(i32 1)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call ptr @localeconv()
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @isalpha(ptr %p)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @stm_in_transaction()
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @promised(i32 1)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call void @_ZSt9terminatev()
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i64 @strlen(ptr %p)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @next(ptr %p)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @next(ptr @Global)
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
  %n = alloca i32
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store volatile i32 1, ptr %s
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store volatile i32 1, ptr %n
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call i32 @keeps(ptr %s)
  call i32 @bundles(i32 1) [ "kept"(ptr %n) ]
  ret void
}
declare i32 @bundles(i32)
; As a number, by way of a callee that sees no address.
define internal i64 @same(i64 %n) {
  ret i64 %n
}
define internal void @keeps_a_number(ptr %c) {
  %n = load i64, ptr %c
  %m = call i64 @same(i64 %n)
  store i64 %m, ptr @Kept
  ret void
}
define internal void @keeps_a_number_version(ptr %c) "stm-version"="keeps_a_number" {
  ret void
}
; CHECK-LABEL: @kept_as_a_number(
; CHECK-NOT: lazy
; CHECK: ret void
define void @kept_as_a_number() {
  %s = alloca i32
  %c = alloca ptr
  store ptr %s, ptr %c
  call i32 @__stm_atomic_tx(ptr @keeps_a_number, ptr @keeps_a_number_version, ptr %c, ptr null)
  store volatile i32 1, ptr %s
  call i32 @__stm_atomic_tx(ptr @keeps_a_number, ptr @keeps_a_number_version, ptr %c, ptr null)
  ret void
}

; --- Assembly without instructions -----------------------------------------------

; CHECK-LABEL: @keeps_values(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void asm
; CHECK-NEXT: call void asm
; CHECK-NEXT: call i32 asm
; CHECK-NEXT: store
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
define void @keeps_values() {
  %s = alloca i32
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call void asm sideeffect "# a comment", "~{memory}"()
  call void asm sideeffect "", "=*m,r,~{memory}"(ptr elementtype(i32) %s, ptr %s)
  %x = call i32 asm "", "=r,0"(i32 1)
  store i32 %x, ptr %s
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; A register perhaps, which is stored then; or an address that comes out again.
; CHECK-LABEL: @stores_by_assembly(
; CHECK-NOT: lazy
; CHECK: ret void
define void @stores_by_assembly(ptr %p) {
  %s = alloca i32
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call void asm "", "=*rm,0"(ptr elementtype(i32) %p, i32 1)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  %q = call ptr asm "", "=r,0"(ptr %s)
  store volatile ptr %q, ptr @Kept
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store volatile i32 1, ptr %s
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK: define internal i32 @next.stm_seen(
; CHECK: call i32 @of_two.stm_seen(
