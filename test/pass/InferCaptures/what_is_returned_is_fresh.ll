; Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; RUN: %opt -passes=stm-captures,stm-barriers %s | FileCheck %s
target datalayout = "e-m:e-p270:32:32-p271:32:32-p272:64:64-i64:64-i128:128-f80:128-n8:16:32:64-S128"

; Functions that return what they have just allocated, or null: their callers fill it
; in plainly.

declare ptr @__stm_wrap_malloc(i64)
declare noalias ptr @_ZGTt4pool(i64) "stm-version"="pool"
@list = global ptr null

define linkonce_odr ptr @_ZGTt4node(i64 %key) "stm-version"="node" {
  %n = call ptr @__stm_wrap_malloc(i64 16)
  %none = icmp eq ptr %n, null
  br i1 %none, label %failed, label %made
made:
  call void @_ZGTt4init(ptr %n, i64 %key)
  ret ptr %n
failed:
  ret ptr null
}
define linkonce_odr void @_ZGTt4init(ptr %n, i64 %key) "stm-version"="init" {
  store i64 %key, ptr %n
  ret void
}
define ptr @_ZGTt5outer() "stm-version"="outer" {
  %n = call ptr @_ZGTt4node(i64 1)
  ret ptr %n
}
define ptr @_ZGTt4kept() "stm-version"="kept" {
  %n = call ptr @__stm_wrap_malloc(i64 16)
  store ptr %n, ptr @list
  ret ptr %n
}
define ptr @_ZGTt3old(i1 %new) "stm-version"="old" {
  %n = call ptr @__stm_wrap_malloc(i64 16)
  %o = load ptr, ptr @list
  %r = select i1 %new, ptr %n, ptr %o
  ret ptr %r
}

; CHECK-LABEL: @_ZGTt4call(
; CHECK: store i64 2, ptr %a
; CHECK: store i64 3, ptr %b
; CHECK: call void @__stm_write_u64(ptr {{.*}}%c, i64 4)
; CHECK: call void @__stm_write_u64(ptr {{.*}}%d, i64 5)
; CHECK: call void @__stm_write_u64(ptr {{.*}}%e, i64 6)
define void @_ZGTt4call(i1 %new) "stm-version"="call" {
  %a = call ptr @_ZGTt4node(i64 0)
  store i64 2, ptr %a
  %b = call ptr @_ZGTt5outer()
  store i64 3, ptr %b
  %c = call ptr @_ZGTt4kept()
  store i64 4, ptr %c
  %d = call ptr @_ZGTt3old(i1 %new)
  store i64 5, ptr %d
  ; What an allocator of the program's promises to others is no proof.
  %e = call noalias ptr @_ZGTt4pool(i64 8)
  store i64 6, ptr %e
  ret void
}
