//===- tool/rank.h - the greatest first -------------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TOOL_RANK_H
#define STM_RT_TOOL_RANK_H

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace stm::tool {

/// Sorts by what \p Key gives, the greatest first; equal ones stay in order.
/// (Not std::stable_sort: gcc's uses what gcc itself calls deprecated.)
template <typename T, typename KeyOf>
void sortGreatestFirst(std::vector<T> &Items, KeyOf Key) {
  std::vector<std::pair<decltype(Key(Items[0])), size_t>> Order;
  Order.reserve(Items.size());
  for (size_t I = 0; I != Items.size(); ++I)
    Order.emplace_back(Key(Items[I]), I);
  std::sort(Order.begin(), Order.end(), [](const auto &A, const auto &B) {
    return A.first != B.first ? A.first > B.first : A.second < B.second;
  });
  std::vector<T> Sorted;
  Sorted.reserve(Items.size());
  for (const auto &[Ignored, Index] : Order)
    Sorted.push_back(std::move(Items[Index]));
  Items = std::move(Sorted);
}

} // namespace stm::tool

#endif // STM_RT_TOOL_RANK_H
