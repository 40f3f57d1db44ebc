; Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; RUN: %opt -passes=stm-captures %s | FileCheck %s
; What a version keeps no address of, in what it calls neither; also functions that
; call each other, and inline ones, of which LLVM infers nothing.

@global = global ptr null

; CHECK: define linkonce_odr void @_ZGTt4fill(ptr [[NOT_KEPT:(nocapture|captures\(none\))]] %p, ptr [[NOT_KEPT]] %q)
define linkonce_odr void @_ZGTt4fill(ptr %p, ptr %q) "stm-version"="fill" {
  %next = getelementptr i8, ptr %p, i64 8
  store i64 1, ptr %next
  call void @_ZGTt5again(ptr %p)
  ret void
}

; CHECK: define void @_ZGTt5again(ptr [[NOT_KEPT]] %p)
define void @_ZGTt5again(ptr %p) "stm-version"="again" {
  call void @_ZGTt4fill(ptr %p, ptr null)
  ret void
}

; Kept: stored anywhere, returned, handed to what isn't known or to what keeps it.
; CHECK: define void @_ZGTt5store(ptr %p, ptr [[NOT_KEPT]] %to)
define void @_ZGTt5store(ptr %p, ptr %to) "stm-version"="store" {
  store ptr %p, ptr %to
  ret void
}
; CHECK: define void @_ZGTt6itself(ptr %p)
define void @_ZGTt6itself(ptr %p) "stm-version"="itself" {
  store ptr %p, ptr %p
  ret void
}
; CHECK: define ptr @_ZGTt4back(ptr %p)
define ptr @_ZGTt4back(ptr %p) "stm-version"="back" {
  ret ptr %p
}
declare void @_ZGTt7unknownPv(ptr) "stm-version"="unknown"
; CHECK: define void @_ZGTt4hand(ptr %p, ptr %q)
define void @_ZGTt4hand(ptr %p, ptr %q) "stm-version"="hand" {
  call void @_ZGTt7unknownPv(ptr %p)
  call void @_ZGTt5store(ptr %q, ptr @global)
  ret void
}

; Another file's function may take its place.
; CHECK: define weak void @_ZGTt4weak(ptr %p)
define weak void @_ZGTt4weak(ptr %p) "stm-version"="weak" {
  ret void
}

; Not a version.
; CHECK: define void @plain(ptr %p)
define void @plain(ptr %p) {
  ret void
}
