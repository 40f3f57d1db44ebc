; RUN: %opt -passes=stm-sink %s | FileCheck %s
declare i32 @__stm_atomic_tx(ptr, ptr, ptr, ptr)
define internal void @version(ptr %c) "stm-version"="body" { ret void }
declare void @looks(ptr nocapture)
@Global = global ptr null

define internal void @adds(ptr %c) {
  %x = load ptr, ptr %c
  %v = load i32, ptr %x
  %w = add i32 %v, 1
  store i32 %w, ptr %x
  call void @looks(ptr %x)
  %r = getelementptr i8, ptr %c, i64 8
  store i32 %w, ptr %r
  ret void
}
define internal void @keeps(ptr %c) {
  %x = load ptr, ptr %c
  store ptr %x, ptr @Global
  ret void
}
define internal void @keeps_as_a_number(ptr %c) {
  %x = load i64, ptr %c
  store i64 %x, ptr @Global
  ret void
}
define internal void @keeps_the_closure(ptr %c) {
  store ptr %c, ptr @Global
  ret void
}
define internal void @copies_all(ptr %c) {
  call void @llvm.memcpy.p0.p0.i64(ptr @Global, ptr %c, i64 8, i1 false)
  ret void
}
define linkonce_odr void @may_be_another(ptr %c) {
  ret void
}
declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)

; What it has captured, and what it returns.
; CHECK-LABEL: @borrowed(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NOT: await
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: ret void
define void @borrowed() {
  %x = alloca i32
  %c = alloca { ptr, i32 }
  store i32 0, ptr %x
  store ptr %x, ptr %c
  call i32 @__stm_atomic_tx(ptr @adds, ptr @version, ptr %c, ptr null)
  %r = getelementptr i8, ptr %c, i64 8
  load i32, ptr %r
  load i32, ptr %x
  call i32 @__stm_atomic_tx(ptr @adds, ptr @version, ptr %c, ptr null)
  ret void
}
; CHECK-LABEL: @kept(
; CHECK-NOT: lazy
; CHECK: ret void
define void @kept() {
  %x = alloca i32
  %c = alloca ptr
  store ptr %x, ptr %c
  call i32 @__stm_atomic_tx(ptr @keeps, ptr @version, ptr %c, ptr null)
  store volatile i32 1, ptr %x
  call i32 @__stm_atomic_tx(ptr @keeps, ptr @version, ptr %c, ptr null)
  ret void
}
; CHECK-LABEL: @kept_as_a_number(
; CHECK-NOT: lazy
; CHECK: ret void
define void @kept_as_a_number() {
  %x = alloca i32
  %c = alloca ptr
  store ptr %x, ptr %c
  call i32 @__stm_atomic_tx(ptr @keeps_as_a_number, ptr @version, ptr %c, ptr null)
  store volatile i32 1, ptr %x
  call i32 @__stm_atomic_tx(ptr @keeps_as_a_number, ptr @version, ptr %c, ptr null)
  ret void
}
; CHECK-LABEL: @kept_closure(
; CHECK-NOT: lazy
; CHECK: ret void
define void @kept_closure() {
  %c = alloca i32
  call i32 @__stm_atomic_tx(ptr @keeps_the_closure, ptr @version, ptr %c, ptr null)
  store volatile i32 1, ptr %c
  call i32 @__stm_atomic_tx(ptr @keeps_the_closure, ptr @version, ptr %c, ptr null)
  ret void
}
; CHECK-LABEL: @copied(
; CHECK-NOT: lazy
; CHECK: ret void
define void @copied() {
  %x = alloca i32
  %c = alloca ptr
  store ptr %x, ptr %c
  call i32 @__stm_atomic_tx(ptr @copies_all, ptr @version, ptr %c, ptr null)
  store volatile i32 1, ptr %x
  call i32 @__stm_atomic_tx(ptr @copies_all, ptr @version, ptr %c, ptr null)
  ret void
}
; Another file's definition may keep what this one doesn't.
; CHECK-LABEL: @replaced(
; CHECK-NOT: lazy
; CHECK: ret void
define void @replaced() {
  %c = alloca i32
  call i32 @__stm_atomic_tx(ptr @may_be_another, ptr @version, ptr %c, ptr null)
  store volatile i32 1, ptr %c
  call i32 @__stm_atomic_tx(ptr @may_be_another, ptr @version, ptr %c, ptr null)
  ret void
}
; Taken out of the closure again, here.
; CHECK-LABEL: @taken_out(
; CHECK-NOT: lazy
; CHECK: ret void
define void @taken_out() {
  %x = alloca i32
  %c = alloca { ptr, i32 }
  store ptr %x, ptr %c
  %again = load ptr, ptr %c
  store ptr %again, ptr @Global
  call i32 @__stm_atomic_tx(ptr @adds, ptr @version, ptr %c, ptr null)
  store volatile i32 1, ptr %x
  call i32 @__stm_atomic_tx(ptr @adds, ptr @version, ptr %c, ptr null)
  ret void
}

; Its place on the stack may become another variable's.
; CHECK-LABEL: @shared_until_its_end(
; CHECK-NOT: lazy
; CHECK: ret void
define void @shared_until_its_end() {
  %x = alloca i32
  call void @llvm.lifetime.start.p0(i64 4, ptr %x)
  store ptr %x, ptr @Global
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call void @llvm.lifetime.end.p0(i64 4, ptr %x)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @own_until_its_end(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK: ret void
define void @own_until_its_end() {
  %x = alloca i32
  call void @llvm.lifetime.start.p0(i64 4, ptr %x)
  store i32 0, ptr %x
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  call void @llvm.lifetime.end.p0(i64 4, ptr %x)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
declare void @llvm.lifetime.start.p0(i64, ptr)
declare void @llvm.lifetime.end.p0(i64, ptr)
define internal void @body(ptr %c) { ret void }

; By way of a vector, and of what an annotation returns.
define internal void @reads_a_vector(ptr %c) {
  %v = call <2 x ptr> @llvm.masked.load.v2p0.p0(ptr %c, i32 8, <2 x i1> <i1 1, i1 1>, <2 x ptr> poison)
  %x = extractelement <2 x ptr> %v, i64 0
  store ptr %x, ptr @Global
  ret void
}
declare <2 x ptr> @llvm.masked.load.v2p0.p0(ptr nocapture, i32, <2 x i1>, <2 x ptr>)
declare ptr @llvm.ptr.annotation.p0.p0(ptr, ptr, ptr, i32, ptr)
; CHECK-LABEL: @kept_from_a_vector(
; CHECK-NOT: lazy
; CHECK: ret void
define void @kept_from_a_vector() {
  %x = alloca i32
  %c = alloca [2 x ptr]
  store ptr %x, ptr %c
  call i32 @__stm_atomic_tx(ptr @reads_a_vector, ptr @version, ptr %c, ptr null)
  store volatile i32 1, ptr %x
  call i32 @__stm_atomic_tx(ptr @reads_a_vector, ptr @version, ptr %c, ptr null)
  ret void
}
; CHECK-LABEL: @annotated(
; CHECK-NOT: lazy
; CHECK: ret void
define void @annotated() {
  %x = alloca i32
  %y = call ptr @llvm.ptr.annotation.p0.p0(ptr %x, ptr null, ptr null, i32 0, ptr null)
  store ptr %y, ptr @Global
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store volatile i32 1, ptr %x
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}

; One pointer that has been copied as a number, as clang does.
; CHECK-LABEL: @borrowed_as_a_number(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NOT: await
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: ret void
define void @borrowed_as_a_number() {
  %x = alloca i32
  %c = alloca { ptr, i32 }
  %n = ptrtoint ptr %x to i64
  store i64 %n, ptr %c
  call i32 @__stm_atomic_tx(ptr @adds, ptr @version, ptr %c, ptr null)
  load i32, ptr %x
  call i32 @__stm_atomic_tx(ptr @adds, ptr @version, ptr %c, ptr null)
  ret void
}
; The closure is a part of a variable, or of one of two.
; CHECK-LABEL: @kept_further_in(
; CHECK-NOT: lazy
; CHECK: ret void
define void @kept_further_in() {
  %x = alloca i32
  %c = alloca { i64, ptr }
  %b = getelementptr i8, ptr %c, i64 8
  store ptr %x, ptr %b
  call i32 @__stm_atomic_tx(ptr @keeps, ptr @version, ptr %b, ptr null)
  store volatile i32 1, ptr %x
  call i32 @__stm_atomic_tx(ptr @keeps, ptr @version, ptr %b, ptr null)
  ret void
}
; CHECK-LABEL: @kept_by_one_of_two(
; CHECK-NOT: lazy
; CHECK: ret void
define void @kept_by_one_of_two(i1 %which) {
  %x = alloca i32
  %c = alloca { i64, ptr }
  %b = getelementptr i8, ptr %c, i64 8
  store ptr %x, ptr %b
  %p = select i1 %which, ptr %b, ptr %c
  call i32 @__stm_atomic_tx(ptr @keeps, ptr @version, ptr %p, ptr null)
  store volatile i32 1, ptr %x
  call i32 @__stm_atomic_tx(ptr @keeps, ptr @version, ptr %p, ptr null)
  ret void
}

; A body that runs itself as a block, on its own closure.
define internal void @runs_itself(ptr %c) {
  call i32 @__stm_atomic_tx(ptr @runs_itself, ptr @version, ptr %c, ptr null)
  ret void
}
; CHECK-LABEL: @handed_on(
; CHECK-NOT: lazy
; CHECK: ret void
define void @handed_on() {
  %c = alloca i32
  call i32 @__stm_atomic_tx(ptr @runs_itself, ptr @version, ptr %c, ptr null)
  store volatile i32 1, ptr %c
  call i32 @__stm_atomic_tx(ptr @runs_itself, ptr @version, ptr %c, ptr null)
  ret void
}
