; A thread-local that other files don't know, and whose address nobody keeps.
; RUN: %opt -passes=stm-sink %s | FileCheck %s
declare i32 @__stm_atomic_tx(ptr, ptr, ptr, ptr)
declare ptr @llvm.threadlocal.address.p0(ptr)
define internal void @body(ptr %c) { ret void }
define internal void @version(ptr %c) "stm-version"="body" { ret void }
@Count = internal thread_local global i32 0
@States = internal thread_local global [4 x i32] zeroinitializer
@Known = thread_local global i32 0
@Shared = internal global i32 0
@Kept = internal thread_local global i32 0
@KeptAsAConstant = internal thread_local global [2 x i32] zeroinitializer
@Place = global ptr null

define linkonce_odr i32 @next(ptr %state) {
  %x = load i32, ptr %state
  ret i32 %x
}
; CHECK-LABEL: @own(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NOT: await
; CHECK: call i32 @__stm_atomic_lazy_tx
define void @own() {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  %p = call ptr @llvm.threadlocal.address.p0(ptr @Count)
  %x = load i32, ptr %p
  %y = add i32 %x, 1
  store i32 %y, ptr %p
  store i32 %y, ptr @Count
  %s = call ptr @llvm.threadlocal.address.p0(ptr @States)
  %t = getelementptr i8, ptr %s, i64 4
  call i32 @next(ptr %t)
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
; CHECK-LABEL: @not_own(
; CHECK-NOT: lazy
; CHECK: ret void
define void @not_own() {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store volatile i32 1, ptr @Known
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store volatile i32 1, ptr @Shared
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store volatile i32 1, ptr @Kept
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  store volatile i32 1, ptr @KeptAsAConstant
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
define void @elsewhere() {
  %p = call ptr @llvm.threadlocal.address.p0(ptr @Kept)
  store ptr %p, ptr @Place
  store ptr getelementptr (i8, ptr @KeptAsAConstant, i64 4), ptr @Place
  ret void
}
