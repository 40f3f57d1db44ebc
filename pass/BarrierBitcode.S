//===- pass/BarrierBitcode.S - a file's bytes, see BarrierLibrary.cpp -----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

        .section .rodata
        .globl  stm_barrier_bitcode
        .hidden stm_barrier_bitcode
        .balign 16
stm_barrier_bitcode:
        .incbin BITCODE
        .globl  stm_barrier_bitcode_end
        .hidden stm_barrier_bitcode_end
stm_barrier_bitcode_end:

        .section .note.GNU-stack,"",%progbits
