//===- tool/main.cpp - stm-report's command line ----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tool/diff.h"
#include "tool/gate.h"
#include "tool/html.h"
#include "tool/merge.h"
#include "tool/output.h"
#include "tool/read.h"
#include "tool/show.h"
#include "tool/symbolize.h"
#include "tool/words.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <getopt.h>
#include <unistd.h>

using namespace stm::tool;

namespace {

constexpr int ExitLimit = 1; ///< A condition of --fail-on holds.
constexpr int ExitError = 2;

constexpr char Usage[] =
    R"(usage: stm-report show FILE...              the report in words
       stm-report html FILE... -o PAGE      one page for a browser
       stm-report diff OLD NEW              what got better and worse

FILE is what a program with STM_OPTIONS=report_format=json:report_path=FILE has
written, or - for standard input. Several files are added up.

  --top=N            entries of each list (show, diff: 10; html: 20)
  --full             all entries, with their stacks (show, diff)
  --color=WHEN       auto, always or never (show, diff)
  --source-root=DIR  where to look for source files, several times if need be (html)
  -o PAGE            the file to write, or - (html)
  --fail-on=LIMITS   exit with 1 if one is exceeded: 'lost>10%,inevitable>100'.
                     lost, waiting, inevitable, gc: % of the threads' time, or ns,
                     us, ms, s; inevitable also in transactions. aborts: % of all
                     attempts, or their number. diff: of NEW; '+lost>2%': than OLD
  --symbols=PATH     a file with debug information, or a folder of such, for
                     stripped ones of the same name
  --no-symbolize     leave addresses without names as they are
  --help, --version

exit status: 0; 1: a limit of --fail-on is exceeded; 2: an error
)";

struct CommandLine {
  std::string Command;
  std::vector<std::string> Files;
  std::optional<size_t> Top;
  bool Full = false;
  std::string Color = "auto";
  std::vector<std::string> SourceRoots;
  std::string Output;
  std::vector<Condition> Limits;
  std::vector<std::string> Symbols;
  bool Symbolizes = true;
  bool WantsHelp = false;
  bool WantsVersion = false;
};

[[noreturn]] void failUsage(const std::string &Why) {
  throw Error(Why + " (stm-report --help lists what there is)");
}

size_t parseTop(const char *Text) {
  size_t Top = 0;
  const char *End = Text + std::strlen(Text);
  auto [Next, Failed] = std::from_chars(Text, End, Top);
  if (Failed != std::errc() || Next != End || !Top)
    failUsage("--top wants a number from 1 up, not \"" + printable(Text) +
              "\"");
  return Top;
}

CommandLine parse(int Count, char **Arguments) {
  enum {
    Top = 1000,
    Full,
    Color,
    SourceRoot,
    FailOn,
    Symbols,
    NoSymbolize,
    Help,
    Version
  };
  static constexpr option Long[] = {
      {"top", required_argument, nullptr, Top},
      {"full", no_argument, nullptr, Full},
      {"color", required_argument, nullptr, Color},
      {"source-root", required_argument, nullptr, SourceRoot},
      {"fail-on", required_argument, nullptr, FailOn},
      {"symbols", required_argument, nullptr, Symbols},
      {"no-symbolize", no_argument, nullptr, NoSymbolize},
      {"output", required_argument, nullptr, 'o'},
      {"help", no_argument, nullptr, Help},
      {"version", no_argument, nullptr, Version},
      {nullptr, 0, nullptr, 0}};
  CommandLine Line;
  // Says what is wrong by itself.
  for (int Found;
       (Found = getopt_long(Count, Arguments, "o:h", Long, nullptr)) != -1;) {
    switch (Found) {
    case Top:
      Line.Top = parseTop(optarg);
      break;
    case Full:
      Line.Full = true;
      break;
    case Color:
      Line.Color = optarg;
      if (Line.Color != "auto" && Line.Color != "always" &&
          Line.Color != "never")
        failUsage("--color is auto, always or never");
      break;
    case SourceRoot:
      Line.SourceRoots.emplace_back(optarg);
      break;
    case FailOn:
      for (Condition &C : parseConditions(optarg))
        Line.Limits.push_back(std::move(C));
      break;
    case Symbols:
      Line.Symbols.emplace_back(optarg);
      break;
    case NoSymbolize:
      Line.Symbolizes = false;
      break;
    case 'o':
      Line.Output = optarg;
      break;
    case Help:
    case 'h':
      Line.WantsHelp = true;
      break;
    case Version:
      Line.WantsVersion = true;
      break;
    default:
      failUsage("the command line is wrong");
    }
  }
  if (optind < Count)
    Line.Command = Arguments[optind++];
  Line.Files.assign(Arguments + optind, Arguments + Count);
  return Line;
}

void check(const CommandLine &Line) {
  bool IsHtml = Line.Command == "html", IsDiff = Line.Command == "diff";
  if (Line.Command.empty())
    failUsage("show, html or diff?");
  if (Line.Command != "show" && !IsHtml && !IsDiff)
    failUsage("\"" + printable(Line.Command) +
              "\" is no command: show, html or diff");
  if (Line.Files.empty())
    failUsage("which report? stm-report " + Line.Command + " FILE");
  if (IsDiff && Line.Files.size() != 2)
    failUsage("diff compares two reports: stm-report diff OLD NEW");
  if (IsHtml && Line.Output.empty())
    failUsage("where to? stm-report html FILE -o PAGE");
  if (!IsHtml && !Line.Output.empty())
    failUsage("-o is of html; " + Line.Command + " writes to standard output");
  if (!IsHtml && !Line.SourceRoots.empty())
    failUsage("--source-root is of html");
  if (IsHtml && (Line.Full || Line.Color != "auto"))
    failUsage("--full and --color are of show and diff");
  for (const Condition &C : Line.Limits)
    if (C.IsGrowth && !IsDiff)
      failUsage("--fail-on: \"" + printable(C.Text) +
                "\" compares, which diff does");
  for (const std::string &Path : Line.Symbols)
    if (std::error_code Ignored; !std::filesystem::exists(Path, Ignored))
      throw Error("--symbols: " + printable(Path) + " isn't there");
  for (const std::string &File : Line.Files) {
    std::error_code Ignored;
    if (IsHtml && std::filesystem::equivalent(File, Line.Output, Ignored))
      failUsage(printable(Line.Output) + " is a report: not overwritten");
  }
}

TextStyle styleOf(const CommandLine &Line) {
  TextStyle Style;
  Style.Full = Line.Full;
  if (Line.Top)
    Style.Top = *Line.Top;
  const char *NoColor = std::getenv("NO_COLOR");
  const char *Terminal = std::getenv("TERM");
  Style.Color = Line.Color == "always" ||
                (Line.Color == "auto" && !(NoColor && *NoColor) &&
                 isatty(STDOUT_FILENO) &&
                 !(Terminal && std::strcmp(Terminal, "dumb") == 0));
  return Style;
}

Report readAll(const CommandLine &Line, size_t Begin, size_t End) {
  std::vector<Report> Runs;
  for (size_t I = Begin; I != End; ++I) {
    Runs.push_back(readReport(Line.Files[I]));
    if (Line.Symbolizes)
      symbolize(Runs.back(), Line.Symbols);
  }
  return merge(std::move(Runs));
}

int run(const CommandLine &Line) {
  if (Line.WantsHelp || Line.WantsVersion) {
    writeToStdout(Line.WantsHelp ? Usage
                                 : "stm-report " STM_VERSION
                                   ", reads stm-report/1\n");
    return 0;
  }
  check(Line);
  bool IsDiff = Line.Command == "diff";
  Report Old;
  if (IsDiff)
    Old = readAll(Line, 0, 1);
  Report New = readAll(Line, IsDiff, Line.Files.size());
  if (Line.Command == "html") {
    PageOptions Options;
    Options.SourceRoots = Line.SourceRoots;
    if (Line.Top)
      Options.Top = *Line.Top;
    std::string Page = html(New, Options);
    if (Line.Output == "-")
      writeToStdout(Page);
    else
      writeToFile(Line.Output, Page);
  } else {
    TextStyle Style = styleOf(Line);
    writeToStdout(IsDiff ? diff(Old, New, Style) : show(New, Style));
  }
  int Status = 0;
  for (const Condition &C : Line.Limits) {
    std::string Exceeded = check(C, New, IsDiff ? &Old : nullptr);
    if (Exceeded.empty())
      continue;
    std::fprintf(stderr, "stm-report: --fail-on %s\n", Exceeded.c_str());
    Status = ExitLimit;
  }
  return Status;
}

} // namespace

int main(int Count, char **Arguments) {
  try {
    return run(parse(Count, Arguments));
  } catch (const std::bad_alloc &) {
    std::fputs("stm-report: not enough memory\n", stderr);
  } catch (const std::exception &E) {
    std::fprintf(stderr, "stm-report: %s\n", E.what());
  }
  return ExitError;
}
