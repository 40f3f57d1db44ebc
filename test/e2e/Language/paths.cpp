//===- e2e/Language/paths.cpp - std::filesystem::path in blocks -*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Paths are made, taken apart and put together in a block that is rolled back
// once: as outside, and not inevitable. Plain code goes on with what a block
// has left, and a block with what plain code has.
//
// RUN: %levels %t %s %stmxx
// RUN: %at_O2 %t.17 %s %stmxx -std=c++17
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <algorithm>
#include <filesystem>
#include <malloc.h>
#include <string>
#include <vector>

namespace fs = std::filesystem;

const char *const Names[] = {"",
                             "/",
                             "//",
                             "///a",
                             "a",
                             ".",
                             "..",
                             ".profile",
                             "a/",
                             "a/b.txt",
                             "/usr/lib/x86_64-linux-gnu/libstdc++.so.6.0.30",
                             "a//b/../c/./d/",
                             "../../up",
                             "dir.with.dots/and a name that is quite long.tar",
                             "x/y/z/",
                             "..."};

struct Memory {
  std::vector<std::string> Texts;
  std::vector<fs::path> Paths;
  std::vector<long> Results;
  fs::path Last;

  void add(const fs::path &Path) {
    Texts.push_back(Path.native());
    Paths.push_back(Path);
  }
  void add(long Result) { Results.push_back(Result); }
  bool operator==(const Memory &Other) const {
    return Texts == Other.Texts && Results == Other.Results &&
           Last.native() == Other.Last.native() && sameParts(Other);
  }
  bool sameParts(const Memory &Other) const {
    for (size_t I = 0; I != Paths.size(); ++I)
      if (!std::equal(Paths[I].begin(), Paths[I].end(), Other.Paths[I].begin(),
                      Other.Paths[I].end(),
                      [](const fs::path &A, const fs::path &B) {
                        return A.native() == B.native();
                      }))
        return false;
    return Paths.size() == Other.Paths.size();
  }
};

void one(Memory &M, const fs::path &P) {
  M.add(P.root_name());
  M.add(P.root_directory());
  M.add(P.root_path());
  M.add(P.relative_path());
  M.add(P.parent_path());
  M.add(P.filename());
  M.add(P.stem());
  M.add(P.extension());
  M.add(P.lexically_normal());
  M.add(P.has_root_name() + 2 * P.has_root_directory() + 4 * P.has_root_path() +
        8 * P.has_relative_path() + 16 * P.has_parent_path() +
        32 * P.has_filename() + 64 * P.has_stem() + 128 * P.has_extension() +
        256 * P.is_absolute() + 512 * P.is_relative() + 1024 * P.empty());
  M.add(static_cast<long>(fs::hash_value(P)));
  for (const fs::path &Part : P)
    M.add(Part);
  if (!P.empty())
    M.add(*--P.end());
  fs::path Copy = P, Other(Copy);
  Copy.remove_filename();
  M.add(Copy);
  Copy = P;
  Copy.replace_filename("name");
  M.add(Copy);
  Copy = Other;
  Copy.replace_extension("ext");
  M.add(Copy);
  Copy.replace_extension();
  M.add(Copy.make_preferred());
  Copy += "tail";
  Copy += P;
  Copy.concat(std::string("x/y"));
  Copy += 'c';
  M.add(Copy);
  Copy.clear();
  M.add(Copy);
  Copy.swap(Other);
  M.add(std::move(Copy));
  M.add(static_cast<long>(P.string().size() + P.generic_string().size()));
}

void two(Memory &M, const fs::path &A, const fs::path &B) {
  M.add(A / B);
  fs::path Joined = A;
  Joined /= B;
  Joined /= Joined;
  Joined /= "more";
  Joined.append(B.native());
  M.add(Joined);
  M.add(A.lexically_relative(B));
  M.add(A.lexically_proximate(B));
  auto Sign = [](int Order) { return (Order > 0) - (Order < 0); };
  M.add(Sign(A.compare(B)));
  M.add(Sign(A.compare(B.native())));
  M.add(Sign(A.compare(B.c_str())));
  M.add((A == B) + 2 * (A < B) + 4 * (A != B));
  M.Last = Joined;
  M.Last = B / "x" / A;
}

void all(Memory &M) {
  for (const char *Name : Names)
    one(M, Name);
  for (const char *A : Names)
    for (const char *B : Names)
      two(M, A, fs::path(std::string(B)));
}

/// Of which the block changes everything.
static void ofOthers() {
  static fs::path Kept = "/one/two/three";
  static fs::path Moved = "four/five with a name that needs memory of its own";
  optimistically("shared paths", [] {
    Kept /= "and a fourth one, whose name is rather long";
    std::swap(Kept, Moved);
    Moved = Moved.parent_path() / "back";
    Kept = "/";
    Kept /= Moved.relative_path();
  });
  EXPECT(Kept == "/one/two/three/back" && Moved == "/one/two/three/back");
  stm::atomic([] {
    Kept = Moved / "cancelled" / "and so on, and so on, and so on, and so on";
    Moved.clear();
    stm::cancel();
  });
  EXPECT(Kept == "/one/two/three/back" && Kept == Moved);
  EXPECT(std::distance(Kept.begin(), Kept.end()) == 5);
  Kept /= "plain"; // A list that a block has made grows.
  Kept.replace_extension("txt");
  EXPECT(Kept == "/one/two/three/back/plain.txt");
  optimistically("once more", [] {
    std::vector<fs::path> Some(10, Kept);
    for (fs::path &P : Some)
      P = P.parent_path();
    Kept = Some[9];
  });
  EXPECT(Kept == Moved);
}

static size_t inUse() {
  struct mallinfo2 Info = mallinfo2();
  return Info.uordblks + Info.hblkhd;
}

static void loseNothing() {
  auto Rolled = [] {
    optimistically("memory", [] {
      Memory M;
      for (const char *Name : Names)
        one(M, Name);
      two(M, Names[10], Names[13]);
    });
  };
  for (int I = 0; I != 5; ++I)
    Rolled();
  size_t Before = inUse();
  for (int I = 0; I != 40; ++I)
    Rolled();
  EXPECT(inUse() < Before + 200000);
}

int main() {
  Memory Outside, Inside;
  all(Outside);
  EXPECT(Outside.Results.size() > 1000);
  optimistically("paths", [&] {
    Memory Fresh;
    all(Fresh);
    Inside = std::move(Fresh);
  });
  EXPECT(Inside == Outside);
  ofOthers();
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
  loseNothing();
#endif
  EXPECT(inevitableSoFar() == 0);
}
