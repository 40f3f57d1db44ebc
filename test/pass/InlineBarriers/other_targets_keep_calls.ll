; Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
; SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

; Code for another machine than the bitcode's keeps its calls.

; RUN: %opt -passes=stm-inline %s | FileCheck %s

target datalayout = "e-m:e-i8:8:32-i16:16:32-i64:64-i128:128-n32:64-S128"
target triple = "aarch64-unknown-linux-gnu"

; CHECK: call i64 @__stm_read_u64
define i64 @_ZGTt4load(ptr %p) "stm-version"="load" {
  %v = call i64 @__stm_read_u64(ptr %p)
  ret i64 %v
}
declare i64 @__stm_read_u64(ptr)
