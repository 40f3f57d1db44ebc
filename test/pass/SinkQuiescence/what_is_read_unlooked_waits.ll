; A variable that no transaction writes is read without a look at its stripe: before
; plain code stores there, those who are older are waited for.
; RUN: %opt -passes=stm-unwritten,stm-sink %s | FileCheck %s
declare i32 @__stm_atomic_tx(ptr, ptr, ptr, ptr)
declare void @llvm.memset.p0.i64(ptr, i8, i64, i1)
@limit = internal global i64 5
@table = internal global [8 x i64] zeroinitializer
@written = internal global [8 x i64] zeroinitializer
@unread = internal global i64 0

define internal void @body(ptr %c) { ret void }
define internal void @version(ptr %c) "stm-version"="body" {
  %a = load i64, ptr @limit
  %p = getelementptr [8 x i64], ptr @table, i64 0, i64 %a
  %b = load i64, ptr %p
  %q = getelementptr [8 x i64], ptr @written, i64 0, i64 %b
  %d = load i64, ptr %q
  store i64 %a, ptr %q
  ret void
}

; CHECK-LABEL: @main(
define i32 @main(i32 %c, i64 %i, i64 %n) {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
; CHECK: call i32 @__stm_atomic_lazy_tx
  switch i32 %c, label %again [
    i32 1, label %one
    i32 2, label %two
    i32 3, label %three
    i32 4, label %four
    i32 5, label %five
    i32 6, label %six
    i32 7, label %seven
  ]
; CHECK: one:
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: store i64 1, ptr @limit
one:
  store i64 1, ptr @limit
  br label %again
; CHECK: two:
; CHECK-NEXT: %p = getelementptr
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: store i64 1, ptr %p
two:
  %p = getelementptr [8 x i64], ptr @table, i64 0, i64 %i
  store i64 1, ptr %p
  br label %again
; CHECK: three:
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: call void @llvm.memset
three:
  call void @llvm.memset.p0.i64(ptr @table, i8 0, i64 64, i1 false)
  br label %again

; One of them, perhaps.
; CHECK: four:
; CHECK-NEXT: %is = icmp
; CHECK-NEXT: %s = select
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: store i64 1, ptr %s
four:
  %is = icmp eq i64 %i, 0
  %s = select i1 %is, ptr @written, ptr @limit
  store i64 1, ptr %s
  br label %again
; CHECK: store:
; CHECK-NEXT: %t = phi
; CHECK-NEXT: call void @__stm_await_quiescence()
; CHECK-NEXT: store i64 1, ptr %t
five:
  %isnt = icmp eq i64 %i, 0
  br i1 %isnt, label %store, label %other
other:
  %u = getelementptr i8, ptr @table, i64 8
  br label %store
store:
  %t = phi ptr [ @written, %five ], [ %u, %other ]
  store i64 1, ptr %t
  br label %again

; But not one that transactions write, or that only plain code knows.
; CHECK: six:
; CHECK-NOT: await
; CHECK: call void @__stm_settle(ptr %w, i64 8)
; CHECK-NEXT: store i64 1, ptr %w
; CHECK: seven:
; CHECK-NEXT: call void @__stm_settle(ptr @unread, i64 8)
; CHECK-NEXT: store i64 1, ptr @unread
six:
  %w = getelementptr [8 x i64], ptr @written, i64 0, i64 %i
  store i64 1, ptr %w
  br label %again
seven:
  store i64 1, ptr @unread
  br label %again
; CHECK: again:
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
again:
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret i32 0
}

; A load may look: what plain code stores there is this thread's own by then.
; CHECK-LABEL: @loads(
; CHECK: call i32 @__stm_atomic_lazy_tx
; CHECK-NEXT: call i64 @__stm_settled_read_u64(ptr @limit)
; CHECK-NEXT: call i32 @__stm_atomic_lazy_tx
define void @loads() {
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  load i64, ptr @limit, align 8
  call i32 @__stm_atomic_tx(ptr @body, ptr @version, ptr null, ptr null)
  ret void
}
