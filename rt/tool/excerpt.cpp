//===- tool/excerpt.cpp - the source around a line --------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tool/excerpt.h"

#include "tool/words.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace stm::tool {

namespace fs = std::filesystem;

namespace {

constexpr uint64_t Around = 3;
constexpr uintmax_t LargestFile = 8 << 20;
constexpr size_t LongestLine = 160;

bool isReadable(const fs::path &Path) {
  std::error_code Failed;
  // A pipe could be waited for without end.
  return fs::is_regular_file(Path, Failed) &&
         fs::file_size(Path, Failed) <= LargestFile && !Failed;
}

/// Whether \p Path is in \p Root, links followed.
bool isBelow(const fs::path &Path, const fs::path &Root) {
  std::error_code Failed;
  fs::path Inner = fs::canonical(Path, Failed);
  if (Failed)
    return false;
  fs::path Outer = fs::canonical(Root, Failed);
  if (Failed)
    return false;
  return std::mismatch(Outer.begin(), Outer.end(), Inner.begin(), Inner.end())
             .first == Outer.end();
}

/// The longest end of \p File that is a file in \p Root.
fs::path endOf(const fs::path &File, const fs::path &Root) {
  std::vector<fs::path> Parts(File.begin(), File.end());
  for (size_t First = 0; First != Parts.size(); ++First) {
    fs::path End;
    for (size_t I = First; I != Parts.size(); ++I)
      End /= Parts[I];
    if (End.is_absolute())
      End = End.relative_path();
    fs::path Candidate = Root / End;
    if (isReadable(Candidate) && isBelow(Candidate, Root))
      return Candidate;
  }
  return {};
}

/// Sources come in all encodings; what isn't UTF-8 becomes '?'.
std::string asUtf8(const std::string &Text) {
  std::string Out;
  for (size_t I = 0; I < Text.size();) {
    auto C = static_cast<unsigned char>(Text[I]);
    size_t Length = C < 0x80                ? 1
                    : C >= 0xc2 && C < 0xe0 ? 2
                    : C >= 0xe0 && C < 0xf0 ? 3
                    : C >= 0xf0 && C < 0xf5 ? 4
                                            : 0;
    bool IsWhole = Length && I + Length <= Text.size();
    for (size_t K = 1; IsWhole && K < Length; ++K)
      IsWhole = (static_cast<unsigned char>(Text[I + K]) & 0xc0) == 0x80;
    if (!IsWhole) {
      Out += '?';
      ++I;
      continue;
    }
    Out.append(Text, I, Length);
    I += Length;
  }
  return Out;
}

std::string shownLine(std::string Line) {
  if (!Line.empty() && Line.back() == '\r')
    Line.pop_back();
  std::string Spaced;
  for (char C : Line)
    if (C == '\t')
      Spaced.append(8 - Spaced.size() % 8, ' ');
    else
      Spaced += C;
  return shortened(printable(asUtf8(Spaced)), LongestLine);
}

} // namespace

std::string SourceFinder::find(const std::string &File) const {
  if (File.empty())
    return {};
  for (const std::string &Root : Roots)
    if (fs::path Found = endOf(File, Root); !Found.empty())
      return Found.string();
  if (!Roots.empty())
    return {};
  if (isReadable(File))
    return File;
  return endOf(File, ".").string();
}

const std::vector<std::string> &SourceFinder::linesOf(const std::string &File) {
  auto [Found, IsNew] = Known.try_emplace(File);
  std::vector<std::string> &Lines = Found->second;
  if (!IsNew)
    return Lines;
  std::ifstream In(find(File), std::ios::binary);
  for (std::string Line; std::getline(In, Line);) {
    // No source has one.
    if (Line.find('\0') != std::string::npos) {
      Lines.clear();
      break;
    }
    Lines.push_back(std::move(Line));
  }
  return Lines;
}

Excerpt SourceFinder::around(const std::string &File, uint64_t Line) {
  const std::vector<std::string> &Lines = linesOf(File);
  Excerpt Found;
  if (!Line || Line > Lines.size())
    return Found;
  Found.FirstLine = Line > Around ? Line - Around : 1;
  uint64_t Last = std::min<uint64_t>(Line + Around, Lines.size());
  for (uint64_t L = Found.FirstLine; L <= Last; ++L)
    Found.Lines.push_back(shownLine(Lines[L - 1]));
  return Found;
}

} // namespace stm::tool
