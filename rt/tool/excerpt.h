//===- tool/excerpt.h - the source around a line ----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TOOL_EXCERPT_H
#define STM_RT_TOOL_EXCERPT_H

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace stm::tool {

struct Excerpt {
  uint64_t FirstLine = 0;
  std::vector<std::string> Lines; ///< Empty: the source wasn't found.
};

class SourceFinder {
public:
  /// With \p Roots, files are looked for there under their whole name or the
  /// longest end of it that is there, and nothing outside of them is read.
  /// Without, where the report says that they are, relative to the current
  /// folder, and under the ends of their name below it.
  explicit SourceFinder(std::vector<std::string> Roots)
      : Roots(std::move(Roots)) {}

  /// \p Line and what surrounds it. Texts are UTF-8 whatever the file holds.
  Excerpt around(const std::string &File, uint64_t Line);

private:
  const std::vector<std::string> &linesOf(const std::string &File);
  std::string find(const std::string &File) const;

  std::vector<std::string> Roots;
  std::map<std::string, std::vector<std::string>> Known;
};

} // namespace stm::tool

#endif // STM_RT_TOOL_EXCERPT_H
