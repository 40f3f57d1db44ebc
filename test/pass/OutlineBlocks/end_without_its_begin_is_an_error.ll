; RUN: not %opt -passes=stm-outline-blocks %s 2>&1 | FileCheck %s
; CHECK: error: something jumps into a block of 'around'
declare void @__stm_block_end(ptr)
define void @around() {
  %handle = alloca i32
  call void @__stm_block_end(ptr %handle)
  ret void
}
