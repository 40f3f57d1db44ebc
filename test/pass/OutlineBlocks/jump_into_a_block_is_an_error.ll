; Compilers refuse it; should one not do so, the pass does.
; RUN: not %opt -passes=stm-outline-blocks %s 2>&1 | FileCheck %s
; CHECK: error: a.c:7: this block cannot be a transaction: something jumps into the block
@file = private constant [4 x i8] c"a.c\00"
@g = global i32 0
declare i32 @__stm_block_begin(ptr, i32, ptr, ptr, i32)
declare void @__stm_block_end(ptr)
define void @into(i1 %c) {
  %handle = alloca i32
  br i1 %c, label %begin, label %late
begin:
  %r = call i32 @__stm_block_begin(ptr %handle, i32 0, ptr null, ptr @file, i32 7)
  br label %inside
inside:
  br label %late
late:
  store i32 1, ptr @g
  call void @__stm_block_end(ptr %handle)
  ret void
}
