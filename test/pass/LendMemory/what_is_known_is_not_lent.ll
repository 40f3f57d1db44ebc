; Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
; RUN: %opt -passes=stm-captures,stm-lend %s | FileCheck %s --implicit-check-not=.lent

; No copies: for memory that others know of or may; where either of two arguments
; could make the same object known; in a loop, for the object of an earlier turn; of
; functions that another file may replace, that gain nothing, or too little for their
; size; in code that no transaction of the file comes to.

declare ptr @__stm_wrap__Znwm(i64)
declare ptr @__stm_wrap_realloc(ptr, i64)
@list = global ptr null

define internal void @_ZGTt3set(ptr %p) "stm-version"="set" {
  store i64 1, ptr %p
  ret void
}
define internal void @_ZGTt4both(ptr %p, ptr %q) "stm-version"="both" {
  store ptr %q, ptr @list
  store i64 1, ptr %p
  ret void
}
define internal void @_ZGTt4keep(ptr %p, ptr %to) "stm-version"="keep" {
  store i64 1, ptr %p
  store ptr %p, ptr %to
  ret void
}
define weak void @_ZGTt4weak(ptr %p) "stm-version"="weak" {
  store i64 1, ptr %p
  ret void
}
define internal void @_ZGTt4none(ptr %p) "stm-version"="none" {
  store ptr %p, ptr @list
  store i64 1, ptr %p
  ret void
}
define internal void @_ZGTt5large(ptr %p, ptr %q) "stm-version"="large" {
  store i64 1, ptr %p
  store i64 0, ptr %q
  store i64 1, ptr %q
  store i64 2, ptr %q
  store i64 3, ptr %q
  store i64 4, ptr %q
  store i64 5, ptr %q
  store i64 6, ptr %q
  store i64 7, ptr %q
  store i64 8, ptr %q
  store i64 9, ptr %q
  store i64 10, ptr %q
  store i64 11, ptr %q
  store i64 12, ptr %q
  store i64 13, ptr %q
  store i64 14, ptr %q
  store i64 15, ptr %q
  store i64 16, ptr %q
  store i64 17, ptr %q
  store i64 18, ptr %q
  store i64 19, ptr %q
  store i64 20, ptr %q
  store i64 21, ptr %q
  store i64 22, ptr %q
  store i64 23, ptr %q
  ret void
}

define void @_ZGTt6caller(ptr %param, i1 %more) "stm-version"="caller" "stm-reached" {
entry:
  call void @_ZGTt3set(ptr %param)
  call void @_ZGTt3set(ptr @list)
  %n = call ptr @__stm_wrap__Znwm(i64 8)
  call void @_ZGTt4both(ptr %n, ptr %n)
  %g = call ptr @__stm_wrap__Znwm(i64 8)
  %part = getelementptr i8, ptr %g, i64 4
  call void @_ZGTt4both(ptr %g, ptr %part)
  %r = call ptr @__stm_wrap_realloc(ptr %param, i64 8)
  call void @_ZGTt3set(ptr %r)
  %w = call ptr @__stm_wrap__Znwm(i64 8)
  call void @_ZGTt4weak(ptr %w)
  %l = call ptr @__stm_wrap__Znwm(i64 8)
  call void @_ZGTt5large(ptr %l, ptr %param)
  %o = call ptr @__stm_wrap__Znwm(i64 8)
  call void @_ZGTt4none(ptr %o)
  %first = call ptr @__stm_wrap__Znwm(i64 8)
  br label %turn
turn:
  %last = phi ptr [ %first, %entry ], [ %new, %turn ]
  call void @_ZGTt4keep(ptr %last, ptr %param)
  %new = call ptr @__stm_wrap__Znwm(i64 8)
  br i1 %more, label %turn, label %end
end:
  ret void
}

define internal void @_ZGTt4cold() "stm-version"="cold" {
  %n = call ptr @__stm_wrap__Znwm(i64 8)
  call void @_ZGTt3set(ptr %n)
  ret void
}

; CHECK-LABEL: define void @_ZGTt6caller(
