//===- bits/shared_ptr_base.h - libstdc++'s, and one change -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Who drops the only reference to what has no weak ones sets both counts to 0
// in plain stores: no other thread could tell. But a snapshot can, which finds
// the pointer in the past and counts a reference of its own in between. For
// ThreadSanitizer's sake libstdc++ has the drop without that short cut as well.
//
//===----------------------------------------------------------------------===//

#include <bits/c++config.h>

#pragma push_macro("_GLIBCXX_TSAN")
#undef _GLIBCXX_TSAN
#define _GLIBCXX_TSAN 1
#include_next <bits/shared_ptr_base.h>
#pragma pop_macro("_GLIBCXX_TSAN")
