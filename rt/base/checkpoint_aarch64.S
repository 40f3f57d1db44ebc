//===- base/checkpoint_aarch64.S - see checkpoint.h -----------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifdef __aarch64__

        .text
        .globl  __stm_enter_checkpoint
        .hidden __stm_enter_checkpoint
        .type   __stm_enter_checkpoint, %function
__stm_enter_checkpoint:                 // x0: Checkpoint, x1: fn, x2: arg
        .cfi_startproc
        mov     x9, sp
        stp     x9, x30, [x0, #0]
        stp     x19, x20, [x0, #16]
        stp     x21, x22, [x0, #32]
        stp     x23, x24, [x0, #48]
        stp     x25, x26, [x0, #64]
        stp     x27, x28, [x0, #80]
        str     x29, [x0, #96]
        stp     d8, d9, [x0, #104]
        stp     d10, d11, [x0, #120]
        stp     d12, d13, [x0, #136]
        stp     d14, d15, [x0, #152]
        mov     x0, x2
        mov     x16, x1                 // what a call's landing pad allows
        br      x16                     // returns to our caller
        .cfi_endproc
        .size   __stm_enter_checkpoint, .-__stm_enter_checkpoint

        .globl  __stm_resume_checkpoint
        .hidden __stm_resume_checkpoint
        .type   __stm_resume_checkpoint, %function
__stm_resume_checkpoint:                // x0: Checkpoint
        .cfi_startproc
        ldp     x9, x30, [x0, #0]
        ldp     x19, x20, [x0, #16]
        ldp     x21, x22, [x0, #32]
        ldp     x23, x24, [x0, #48]
        ldp     x25, x26, [x0, #64]
        ldp     x27, x28, [x0, #80]
        ldr     x29, [x0, #96]
        ldp     d8, d9, [x0, #104]
        ldp     d10, d11, [x0, #120]
        ldp     d12, d13, [x0, #136]
        ldp     d14, d15, [x0, #152]
        mov     sp, x9
        ret
        .cfi_endproc
        .size   __stm_resume_checkpoint, .-__stm_resume_checkpoint

#endif

        .section .note.GNU-stack,"",%progbits
