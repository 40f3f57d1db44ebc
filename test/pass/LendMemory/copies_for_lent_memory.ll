; Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; RUN: %opt -passes=stm-captures,stm-lend,stm-barriers %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"

; What the caller has just allocated, or on its stack, and nobody knows of: a copy of
; the callee accesses it plainly. One copy for all such calls; and for functions that
; it calls in turn, itself included.

declare ptr @__stm_wrap__Znwm(i64)
@list = global ptr null

; CHECK-LABEL: @_ZGTt4make(
; CHECK: call void @_ZGTt4node.lent(ptr %n, i64 1)
; CHECK: call void @_ZGTt4node.lent(ptr %m, i64 2)
; CHECK: call void @_ZGTt4node.lent(ptr %local, i64 3)
; CHECK: call void @_ZGTt4node(ptr %n, i64 4)
define void @_ZGTt4make() "stm-version"="make" {
  %local = alloca i64
  %n = call ptr @__stm_wrap__Znwm(i64 8)
  call void @_ZGTt4node(ptr %n, i64 1)
  %m = call ptr @__stm_wrap__Znwm(i64 8)
  call void @_ZGTt4node(ptr %m, i64 2)
  call void @_ZGTt4node(ptr %local, i64 3)
  store ptr %n, ptr @list
  call void @_ZGTt4node(ptr %n, i64 4)
  ret void
}

; The version itself keeps its barriers.
; CHECK-LABEL: define {{.*}}@_ZGTt4node(
; CHECK: call void @__stm_write_u64(
define linkonce_odr void @_ZGTt4node(ptr %n, i64 %key) "stm-version"="node" {
  store i64 %key, ptr %n
  %more = icmp ugt i64 %key, 9
  br i1 %more, label %again, label %end
again:
  %less = sub i64 %key, 10
  call void @_ZGTt4node(ptr %n, i64 %less)
  br label %end
end:
  call void @_ZGTt4base(ptr %n)
  ret void
}

define internal void @_ZGTt4base(ptr %n) "stm-version"="base" {
  %a = load i64, ptr %n
  %b = add i64 %a, 1
  store i64 %b, ptr %n
  ret void
}

; Known from here on.
define internal void @_ZGTt5enter(ptr %n, ptr %to) "stm-version"="enter" {
  store i64 1, ptr %n
  store ptr %n, ptr %to
  store i64 2, ptr %n
  ret void
}

; CHECK-LABEL: @_ZGTt7publish(
; CHECK: call void @_ZGTt5enter.lent(ptr %n, ptr @list)
; CHECK: call void @__stm_write_u64(ptr {{.*}}%n, i64 3)
define void @_ZGTt7publish() "stm-version"="publish" {
  %n = call ptr @__stm_wrap__Znwm(i64 8)
  call void @_ZGTt5enter(ptr %n, ptr @list)
  store i64 3, ptr %n
  ret void
}

; CHECK-LABEL: define internal void @_ZGTt4node.lent(ptr {{.*}}"stm-lent" %n, i64 %key)
; CHECK-SAME: [[COPY:#[0-9]+]]
; CHECK: store i64 %key, ptr %n
; CHECK: call void @_ZGTt4node.lent(
; CHECK: call void @_ZGTt4base.lent(

; CHECK-LABEL: define internal void @_ZGTt5enter.lent(
; CHECK: store i64 1, ptr %n
; CHECK: call void @__stm_write_u64(ptr {{.*}}%to,
; CHECK: call void @__stm_write_u64(ptr {{.*}}%n, i64 2)

; CHECK-LABEL: define internal void @_ZGTt4base.lent(
; CHECK-NOT: @__stm
; CHECK: ret void
; CHECK: attributes [[COPY]] = {{.*}}"stm-lent"{{.*}}"stm-version"="node"
