//===- base/options.cpp - parses STM_OPTIONS --------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// sanitizer_common's FlagParser, with handlers of our own: its handlers name
// neither the flag nor what it accepts, and its list of unknown flags doesn't
// say which variable they were in and ends the program at the 21st.
//
//===----------------------------------------------------------------------===//

#include "base/options.h"

#include "base/inject.h"

// Else its headers make names of the standard library unusable.
#define SANITIZER_COMMON_NO_REDEFINE_BUILTINS
#include "sanitizer_common/sanitizer_common.h"
#include "sanitizer_common/sanitizer_flag_parser.h"
#include "sanitizer_common/sanitizer_flags.h"
#include "sanitizer_common/sanitizer_libc.h"

#include <signal.h>
#include <stddef.h>
#include <sys/auxv.h>

/// The program may define it (stm.h).
extern "C" __attribute__((weak, visibility("default"))) const char *
__stm_default_options(void);

namespace stm::rt {

using namespace __sanitizer;

constinit Options ParsedOptions;

namespace {

[[noreturn]] void reportBadValue(const char *Name, const char *Value,
                                 const char *Allowed) {
  Printf("ERROR: STM_OPTIONS: %s=%s: expected %s\n", Name, Value, Allowed);
  Die();
}

[[noreturn]] void reportBackoffReversed() {
  Printf("ERROR: STM_OPTIONS: backoff_max=%lld: expected at least backoff_min, "
         "which is %lld\n",
         static_cast<long long>(ParsedOptions.BackoffMax),
         static_cast<long long>(ParsedOptions.BackoffMin));
  Die();
}

void checkReportSignal() {
  auto Signal = static_cast<int>(ParsedOptions.ReportSignal);
  struct sigaction Old;
  if (Signal == 0 || (Signal != SIGKILL && Signal != SIGSTOP &&
                      sigaction(Signal, nullptr, &Old) == 0))
    return;
  char Value[16];
  internal_snprintf(Value, sizeof(Value), "%d", Signal);
  reportBadValue("report_signal", Value, "a signal that can be caught");
}

[[noreturn]] void reportBadFault(const char *Word, size_t Length) {
#define STM_RATED_FAULT(Name, Word, Rate, Help) #Word "[/N], "
#define STM_LASTING_FAULT(Name, Word, Help) #Word ", "
  Printf("ERROR: STM_OPTIONS: inject=%.*s: expected " STM_RATED_FAULTS(
             STM_RATED_FAULT) STM_LASTING_FAULTS(STM_LASTING_FAULT) "joined by "
                                                                    "+\n",
         static_cast<int>(Length), Word);
#undef STM_RATED_FAULT
#undef STM_LASTING_FAULT
  Die();
}

void checkInjection() {
  size_t Length = 0;
  if (const char *Bad = parseInjection(ParsedOptions.Inject, Length))
    reportBadFault(Bad, Length);
#if !STM_TEST_POINTS
  if (*ParsedOptions.Inject) {
    Printf(
        "ERROR: STM_OPTIONS: inject=%s: nothing goes wrong on purpose in this "
        "build of the runtime; the checked one is in lib/checked of the build "
        "folder\n",
        ParsedOptions.Inject);
    Die();
  }
#endif
}

class IntHandler final : public FlagHandlerBase {
public:
  IntHandler(const char *Name, int64_t *Field, int64_t Min, int64_t Max)
      : Name(Name), Field(Field), Min(Min), Max(Max) {}

  bool Parse(const char *Value) override {
    const char *End = Value;
    int64_t Parsed = internal_simple_strtoll(Value, &End, 10);
    if (End == Value || *End || Parsed < Min || Parsed > Max) {
      char Allowed[64];
      internal_snprintf(Allowed, sizeof(Allowed), "a number from %lld to %lld",
                        static_cast<long long>(Min),
                        static_cast<long long>(Max));
      reportBadValue(Name, Value, Allowed);
    }
    *Field = Parsed;
    return true;
  }

private:
  const char *Name;
  int64_t *Field;
  int64_t Min, Max;
};

class BoolHandler final : public FlagHandlerBase {
public:
  BoolHandler(const char *Name, bool *Field) : Name(Name), Field(Field) {}

  bool Parse(const char *Value) override {
    if (!ParseBool(Value, Field))
      reportBadValue(Name, Value, "0 or 1 (or no, yes, false, true)");
    return true;
  }

private:
  const char *Name;
  bool *Field;
};

class StringHandler final : public FlagHandlerBase {
public:
  StringHandler(const char *, const char **Field) : Field(Field) {}

  bool Parse(const char *Value) override {
    *Field = Value; // The parser's copy, which is never freed.
    return true;
  }

private:
  const char **Field;
};

/// The words stand in the order of the enumerators.
template <class EnumT> class ChoiceHandler final : public FlagHandlerBase {
public:
  ChoiceHandler(const char *Name, EnumT *Field, const char *Words)
      : Name(Name), Field(Field), Words(Words) {}

  bool Parse(const char *Value) override {
    size_t Length = internal_strlen(Value);
    unsigned Index = 0;
    for (const char *Word = Words; Length; ++Index) {
      const char *End = internal_strchrnul(Word, '|');
      if (static_cast<size_t>(End - Word) == Length &&
          internal_strncmp(Word, Value, Length) == 0) {
        *Field = static_cast<EnumT>(Index);
        return true;
      }
      if (!*End)
        break;
      Word = End + 1;
    }
    reportBadValue(Name, Value, Words);
  }

private:
  const char *Name;
  EnumT *Field;
  const char *Words;
};

template <class HandlerT, class... ArgTs>
void registerOption(FlagParser &Parser, const char *Name, ArgTs... Args) {
  Parser.RegisterHandler(
      Name, new (GetGlobalLowLevelAllocator()) HandlerT(Name, Args...), "");
}

void registerOptions(FlagParser &Parser) {
  Options &O = ParsedOptions;
#define STM_OPTION_INT(Field, Name, Default, Min, Max, Help)                   \
  registerOption<IntHandler>(Parser, #Name, &O.Field, int64_t{Min},            \
                             int64_t{Max});
#define STM_OPTION_BOOL(Field, Name, Default, Help)                            \
  registerOption<BoolHandler>(Parser, #Name, &O.Field);
#define STM_OPTION_STRING(Field, Name, Default, Help)                          \
  registerOption<StringHandler>(Parser, #Name, &O.Field);
#define STM_OPTION_CHOICE(Field, Name, Enum, Default, Words, Help)             \
  registerOption<ChoiceHandler<Enum>>(Parser, #Name, &O.Field, Words);
#include "base/options.inc"
  // After ours: the parser takes the first of a name, and help, verbosity and
  // color are ours.
  RegisterCommonFlags(&Parser);
}

constexpr const char *KnownNames[] = {
#define STM_OPTION_INT(Field, Name, Default, Min, Max, Help) #Name,
#define STM_OPTION_BOOL(Field, Name, Default, Help) #Name,
#define STM_OPTION_STRING(Field, Name, Default, Help) #Name,
#define STM_OPTION_CHOICE(Field, Name, Enum, Default, Words, Help) #Name,
#include "base/options.inc"
#define COMMON_FLAG(Type, Name, DefaultValue, Description) #Name,
#include "sanitizer_common/sanitizer_flags.inc"
#undef COMMON_FLAG
    "include", "include_if_exists"};

bool isKnown(const char *Name, size_t Length) {
  for (const char *Known : KnownNames)
    if (internal_strlen(Known) == Length &&
        internal_strncmp(Known, Name, Length) == 0)
      return true;
  return false;
}

bool isSeparator(char C) { return C && internal_strchr(" ,:\n\t\r", C); }

/// Reports the names that are no option's; returns \p Text without them. (Of
/// those that it doesn't know itself, the parser takes 20.) Walks the string as
/// the parser does; what is malformed is left to it.
const char *withoutUnknown(const char *Origin, const char *Text) {
  constexpr unsigned MostNamed = 64;
  constexpr size_t MostShown = 64; // Characters of a name.
  char *Known = static_cast<char *>(
      GetGlobalLowLevelAllocator().Allocate(internal_strlen(Text) + 1));
  char *End = Known;
  unsigned Count = 0;
  InternalScopedString Named;

  const char *P = Text;
  while (*P) {
    if (isSeparator(*P)) {
      *End++ = *P++;
      continue;
    }
    const char *Name = P, *After = P;
    while (*After && *After != '=' && !isSeparator(*After))
      ++After;
    size_t Length = static_cast<size_t>(After - Name);
    if (*After != '=')
      break;
    ++After;
    if (*After == '"' || *After == '\'') {
      After = internal_strchr(After + 1, *After);
      if (!After)
        break;
      ++After;
    } else {
      while (*After && !isSeparator(*After))
        ++After;
    }
    P = After;
    if (isKnown(Name, Length)) {
      internal_memcpy(End, Name, static_cast<size_t>(After - Name));
      End += After - Name;
    } else if (++Count <= MostNamed) {
      Named.AppendF("    %.*s\n",
                    static_cast<int>(Length < MostShown ? Length : MostShown),
                    Name);
    }
  }
  internal_memcpy(End, P, internal_strlen(P) + 1);
  if (Count)
    Printf("WARNING: found %u unrecognized %s flag(s) (help=1 lists them all):"
           "\n%s",
           Count, Origin, Named.data());
  return Known;
}

void parse(FlagParser &Parser, const char *Origin, const char *Text) {
  if (Text)
    Parser.ParseString(withoutUnknown(Origin, Text), Origin);
}

void printHelp() {
  Printf("llvm-stm options: STM_OPTIONS=name=value:name=value, or what "
         "__stm_default_options() returns\n");
#define STM_OPTION_INT(Field, Name, Default, Min, Max, Help)                   \
  Printf("  %s=%lld  (%lld to %lld)\n      %s\n", #Name,                       \
         static_cast<long long>(Default), static_cast<long long>(Min),         \
         static_cast<long long>(Max), Help);
#define STM_OPTION_BOOL(Field, Name, Default, Help)                            \
  Printf("  %s=%d\n      %s\n", #Name, Default, Help);
#define STM_OPTION_STRING(Field, Name, Default, Help)                          \
  Printf("  %s=%s\n      %s\n", #Name, Default, Help);
#define STM_OPTION_CHOICE(Field, Name, Enum, Default, Words, Help)             \
  Printf("  %s=%s\n      %s\n", #Name, Words, Help);
#define STM_OPTION_COMMON(Name, Help) Printf("  %s\n      %s\n", #Name, Help);
#include "base/options.inc"
  Printf("of several words the first is the default, of numbers the one "
         "shown\n");
}

// So that help=1 tells the truth about the defaults of choices.
#define STM_OPTION_CHOICE(Field, Name, Enum, Default, Words, Help)             \
  static_assert(static_cast<unsigned>(Enum::Default) == 0);
#include "base/options.inc"

} // namespace

void initOptions(const char *Environment) {
  SanitizerToolName = "llvm-stm";
  SetCommonFlagsDefaults();

  FlagParser Parser;
  registerOptions(Parser);
  if (__stm_default_options)
    parse(Parser, "__stm_default_options", __stm_default_options());
  parse(Parser, "STM_OPTIONS", Environment);

  CommonFlags Common;
  Common.CopyFrom(*common_flags());
  Common.verbosity = static_cast<int>(ParsedOptions.Verbosity);
  // Of a set-uid program PATH is not to be trusted either.
  if (getauxval(AT_SECURE) && !Common.external_symbolizer_path)
    Common.external_symbolizer_path = "";
  OverrideCommonFlags(Common);
  InitializeCommonFlags();

  if (ParsedOptions.BackoffMax < ParsedOptions.BackoffMin)
    reportBackoffReversed();
  checkReportSignal();
  if (ParsedOptions.FailOn != FailOnMode::None && !ParsedOptions.ExitCode)
    Printf("WARNING: STM_OPTIONS: fail_on has no effect without exitcode\n");
  checkInjection();
  if (ParsedOptions.Help)
    printHelp();
}

void resetOptionsForTesting() { ParsedOptions = Options(); }

} // namespace stm::rt
