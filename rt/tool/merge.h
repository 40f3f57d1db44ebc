//===- tool/merge.h - several runs as one -----------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TOOL_MERGE_H
#define STM_RT_TOOL_MERGE_H

#include "tool/report.h"

namespace stm::tool {

/// Adds the runs up: conflicts by kind, blocks, both lines and object; blocks
/// by name and place; inevitable transactions by reason, block and line. Frames
/// are compared as they are, so symbolize first. Percentiles of several runs
/// are the greatest of them, which is an upper bound; a predicted gain is the
/// mean, by the runs' time. Threads get new numbers, and there is no timeline.
Report merge(std::vector<Report> Runs);

/// What \p Frames are the same place by: function, file and line of the frame
/// to show; where there is no debug information, module and offset.
std::string placeKey(const Stack &Frames);

/// What two objects are the same by: a variable and its members without indices
/// and offset, since a report has those of one access of many; a heap block by
/// where it was allocated.
std::string objectKey(const Object &O);

} // namespace stm::tool

#endif // STM_RT_TOOL_MERGE_H
