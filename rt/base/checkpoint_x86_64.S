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
        leaq    8(%rsp), %rax           // the caller's, after our return
        movq    (%rsp), %rcx
        movq    %rax, 0(%rdi)
        movq    %rcx, 8(%rdi)
        movq    %rbx, 16(%rdi)
        movq    %rbp, 24(%rdi)
        movq    %r12, 32(%rdi)
        movq    %r13, 40(%rdi)
        movq    %r14, 48(%rdi)
        movq    %r15, 56(%rdi)
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
