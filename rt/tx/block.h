//===- tx/block.h - block statements without the plugin ---------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A block that the plugin hasn't made a function of can't be run again, so it
// is inevitable from its begin to its end. Flat: inside a transaction, or
// inside another such block, it is part of that one.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_BLOCK_H
#define STM_RT_TX_BLOCK_H

#include "tx/tx.h"

namespace stm::rt {

/// May roll back the transaction around it, before anything else.
void beginBlock(const stm_site &Site, uintptr_t Pc);
void endBlock();

/// For a thread that ends inside: in C, the end of a thread runs no cleanup.
void endAllBlocks(Tx &Self);

} // namespace stm::rt

#endif // STM_RT_TX_BLOCK_H
