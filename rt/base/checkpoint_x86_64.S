//===- base/checkpoint_x86_64.S - see checkpoint.h ------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifdef __x86_64__

#if defined(__CET__)
#include <cet.h>
#else
#define _CET_ENDBR
#endif

        .text
        .globl  __stm_enter_checkpoint
        .hidden __stm_enter_checkpoint
        .type   __stm_enter_checkpoint, @function
__stm_enter_checkpoint:                 // rdi: Checkpoint, rsi: fn, rdx: arg
        .cfi_startproc
        _CET_ENDBR
        // By pairs: stores, of which there is one a cycle, are what bounds short
        // transactions.
        leaq    8(%rsp), %rax           // the caller's, after our return
        movq    %rax, %xmm0
        movhps  (%rsp), %xmm0
        movq    %rbx, %xmm1
        movq    %rbp, %xmm2
        punpcklqdq %xmm2, %xmm1
        movq    %r12, %xmm3
        movq    %r13, %xmm4
        punpcklqdq %xmm4, %xmm3
        movq    %r14, %xmm5
        movq    %r15, %xmm2
        punpcklqdq %xmm2, %xmm5
        movups  %xmm0, 0(%rdi)
        movups  %xmm1, 16(%rdi)
        movups  %xmm3, 32(%rdi)
        movups  %xmm5, 48(%rdi)
        movq    %rdx, %rdi
        jmpq    *%rsi                   // returns to our caller
        .cfi_endproc
        .size   __stm_enter_checkpoint, .-__stm_enter_checkpoint

        .globl  __stm_resume_checkpoint
        .hidden __stm_resume_checkpoint
        .type   __stm_resume_checkpoint, @function
__stm_resume_checkpoint:                // rdi: Checkpoint
        .cfi_startproc
        _CET_ENDBR
        movq    16(%rdi), %rbx
        movq    24(%rdi), %rbp
        movq    32(%rdi), %r12
        movq    40(%rdi), %r13
        movq    48(%rdi), %r14
        movq    56(%rdi), %r15
        cld
        movq    8(%rdi), %rdx
        movq    0(%rdi), %rsp
        jmpq    *%rdx
        .cfi_endproc
        .size   __stm_resume_checkpoint, .-__stm_resume_checkpoint

#endif

        .section .note.GNU-stack,"",@progbits
