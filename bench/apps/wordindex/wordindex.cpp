//===- wordindex.cpp - an index of words, built by several threads --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Reads text (by default the licences and the documentation of this machine's
// packages) and builds an inverted index and the counts of word pairs: in plain
// standard containers that all threads share, one atomic block a line of text.
// The same is done by one thread without any protection, and under one mutex;
// all results must be equal.
//
//   wordindex [files or folders]
//
//===----------------------------------------------------------------------===//

#include <stm/stm.hpp>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <string>
#include <thread>
#include <unordered_map>
#include <vector>

namespace fs = std::filesystem;

using Line = std::vector<std::string>; // its words
using Document = std::vector<Line>;

constexpr size_t LongestWord = 30;
constexpr size_t MostLines = 30'000; // of text
constexpr int Rounds = 3;

struct Index {
  // The documents, in order, in which a word stands.
  std::unordered_map<std::string, std::vector<unsigned>> Postings;
  // How often the second word follows the first in a line.
  std::map<std::string, std::map<std::string, unsigned>> Followers;
  size_t TotalWords = 0;

  void add(unsigned Number, const Line &Words) {
    const std::string *Previous = nullptr;
    for (const std::string &Word : Words) {
      std::vector<unsigned> &Documents = Postings[Word];
      auto At = std::lower_bound(Documents.begin(), Documents.end(), Number);
      if (At == Documents.end() || *At != Number)
        Documents.insert(At, Number);
      if (Previous)
        ++Followers[*Previous][Word];
      Previous = &Word;
    }
    TotalWords += Words.size();
  }

  bool operator==(const Index &) const = default;
};

// What the threads share.
struct Job {
  const std::vector<Document> &Documents;
  Index Result;
  size_t Next = 0; // the document that nobody has taken yet
  std::mutex Mutex;

  explicit Job(const std::vector<Document> &D) : Documents(D) {}
};

void workAlone(Job &J) {
  while (J.Next < J.Documents.size()) {
    size_t Mine = J.Next++;
    for (const Line &Words : J.Documents[Mine])
      J.Result.add(Mine, Words);
  }
}

void workWithMutex(Job &J) {
  for (;;) {
    size_t Mine;
    {
      std::lock_guard Lock(J.Mutex);
      Mine = J.Next++;
    }
    if (Mine >= J.Documents.size())
      return;
    for (const Line &Words : J.Documents[Mine]) {
      std::lock_guard Lock(J.Mutex);
      J.Result.add(Mine, Words);
    }
  }
}

void workWithTransactions(Job &J) {
  for (;;) {
    size_t Mine = stm::atomic("take a document", [&] { return J.Next++; });
    if (Mine >= J.Documents.size())
      return;
    for (const Line &Words : J.Documents[Mine])
      stm::atomic("add a line", [&] { J.Result.add(Mine, Words); });
  }
}

// --- The text ---------------------------------------------------------------

bool isText(const fs::path &File) {
  std::string Name = File.filename().string();
  std::string End = File.extension().string();
  return Name == "copyright" || Name.starts_with("README") || End == ".txt" ||
         End == ".md" || End == ".rst" || End == ".html" || End.empty();
}

void findFiles(const fs::path &Path, std::vector<fs::path> &Files) {
  std::error_code Error;
  if (fs::is_regular_file(Path, Error)) {
    Files.push_back(Path);
    return;
  }
  for (fs::recursive_directory_iterator I(Path, Error), End; I != End;
       I.increment(Error))
    if (!I->is_symlink(Error) && I->is_regular_file(Error) && isText(I->path()))
      Files.push_back(I->path());
}

Document readDocument(const fs::path &File, size_t MostBytes) {
  Document Lines;
  std::ifstream Stream(File);
  std::string Text;
  for (size_t Bytes = 0; Bytes < MostBytes && std::getline(Stream, Text);
       Bytes += Text.size()) {
    Line Words;
    std::string Word;
    for (unsigned char C : Text + '\n') {
      if (std::isalpha(C)) {
        Word += static_cast<char>(std::tolower(C));
        continue;
      }
      if (!Word.empty() && Word.size() <= LongestWord)
        Words.push_back(Word);
      Word.clear();
    }
    if (!Words.empty())
      Lines.push_back(std::move(Words));
  }
  return Lines;
}

std::vector<Document> readAll(const std::vector<fs::path> &Paths) {
  std::vector<fs::path> Files;
  for (const fs::path &Path : Paths)
    findFiles(Path, Files);
  std::sort(Files.begin(), Files.end());
  std::vector<Document> Documents;
  size_t Lines = 0;
  for (const fs::path &File : Files) {
    if (Lines >= MostLines)
      break;
    Documents.push_back(readDocument(File, 64 * 1024));
    Lines += Documents.back().size();
  }
  return Documents;
}

// --- Measuring --------------------------------------------------------------

struct Way {
  const char *Name;
  void (*Work)(Job &);
  unsigned Threads;
  std::vector<double> Seconds = {};

  double median() const {
    std::vector<double> Sorted = Seconds;
    std::sort(Sorted.begin(), Sorted.end());
    return Sorted[Sorted.size() / 2];
  }
};

Index build(const std::vector<Document> &Documents, Way &W) {
  Job J(Documents);
  auto Begin = std::chrono::steady_clock::now();
  std::vector<std::thread> Threads;
  for (unsigned I = 0; I < W.Threads; ++I)
    Threads.emplace_back(W.Work, std::ref(J));
  for (std::thread &T : Threads)
    T.join();
  std::chrono::duration<double> Time = std::chrono::steady_clock::now() - Begin;
  W.Seconds.push_back(Time.count());
  return std::move(J.Result);
}

int main(int Argc, char **Argv) {
  std::vector<fs::path> Paths(Argv + 1, Argv + Argc);
  if (Paths.empty())
    Paths = {"/usr/share/common-licenses", "/usr/share/dict", "/usr/share/doc"};
  std::vector<Document> Documents = readAll(Paths);

  std::vector<Way> Ways = {
      {"sequential", workAlone, 1},
      {"one mutex", workWithMutex, 1},
      {"one mutex", workWithMutex, 2},
      {"one mutex", workWithMutex, 4},
      {"transactions", workWithTransactions, 1},
      {"transactions", workWithTransactions, 2},
      {"transactions", workWithTransactions, 4},
  };
  Index Expected = build(Documents, Ways[0]);
  if (Expected.TotalWords == 0) {
    std::fprintf(stderr, "wordindex: found no text\n");
    return 2;
  }
  std::printf("%zu documents, %zu words, %zu different ones\n",
              Documents.size(), Expected.TotalWords, Expected.Postings.size());

  bool Identical = true;
  Ways[0].Seconds.clear(); // That run also warmed the memory up.
  for (int Round = 0; Round < Rounds; ++Round)
    for (Way &W : Ways)
      Identical &= build(Documents, W) == Expected;

  std::printf("\n%-14s %7s %10s %12s %14s\n", "", "threads", "median",
              "sequential/", "same threads,");
  std::printf("%-14s %7s %10s %12s %14s\n", "", "", "", "this", "mutex/this");
  for (const Way &W : Ways) {
    std::printf("%-14s %7u %8.0f ms %11.2fx", W.Name, W.Threads,
                W.median() * 1e3, Ways[0].median() / W.median());
    for (const Way &Other : Ways)
      if (W.Work == workWithTransactions && Other.Work == workWithMutex &&
          Other.Threads == W.Threads)
        std::printf(" %13.2fx", Other.median() / W.median());
    std::printf("\n");
  }

  stm_stats Stats;
  stm_get_stats(&Stats);
  std::printf("\n%llu transactions, %llu rolled back, %llu inevitable\n",
              (unsigned long long)Stats.commits,
              (unsigned long long)Stats.aborts,
              (unsigned long long)Stats.inevitable);
  std::printf("results identical: %s\n", Identical ? "yes" : "NO");
  std::fflush(stdout); // before the report, which goes to stderr
  return Identical ? 0 : 1;
}
