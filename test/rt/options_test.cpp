//===- rt/options_test.cpp - STM_OPTIONS ----------------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "base/options.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <string>
#include <unistd.h>

namespace {
const char *DefaultOptions = "";
}

extern "C" __attribute__((visibility("default"))) const char *
__stm_default_options(void) {
  return DefaultOptions;
}

namespace stm::rt {
namespace {

class OptionsTest : public testing::Test {
protected:
  void SetUp() override { resetOptionsForTesting(); }
  void TearDown() override {
    DefaultOptions = "";
    resetOptionsForTesting();
  }

  std::string said(const char *Environment) {
    testing::internal::CaptureStderr();
    initOptions(Environment);
    return testing::internal::GetCapturedStderr();
  }
};

using OptionsDeathTest = OptionsTest;

TEST_F(OptionsTest, WithoutVariableEverythingHasItsDefault) {
  EXPECT_EQ(said(nullptr), "");
  EXPECT_EQ(options().Report, ReportMode::Auto);
  EXPECT_STREQ(options().ReportPath, "stderr");
  EXPECT_EQ(options().InevitableAfter, 100);
  EXPECT_EQ(options().Quiesce, QuiesceMode::Lazy);
  EXPECT_EQ(options().ExitCode, 0);
  EXPECT_TRUE(options().Gc);
  EXPECT_TRUE(options().GcDeferFrees);
  EXPECT_EQ(options().MemoryLimitMb, 0);
}

TEST_F(OptionsTest, EachTypeIsParsed) {
  EXPECT_EQ(said("report=full:report_path='a b.%p':spin=7,inevitable_after=1 "
                 "quiesce=never:exitcode=3:fail_on=any:color=never:gc=0"),
            "");
  EXPECT_EQ(options().Report, ReportMode::Full);
  EXPECT_STREQ(options().ReportPath, "a b.%p");
  EXPECT_EQ(options().Spin, 7);
  EXPECT_EQ(options().InevitableAfter, 1);
  EXPECT_EQ(options().Quiesce, QuiesceMode::Never);
  EXPECT_EQ(options().ExitCode, 3);
  EXPECT_EQ(options().FailOn, FailOnMode::Any);
  EXPECT_EQ(options().Color, ColorMode::Never);
  EXPECT_FALSE(options().Gc);
}

TEST_F(OptionsTest, EachWordOfAChoiceIsItsOwnValue) {
  const std::pair<const char *, ReportMode> Cases[] = {
      {"report=auto", ReportMode::Auto},
      {"report=summary", ReportMode::Summary},
      {"report=full", ReportMode::Full},
      {"report=none", ReportMode::None}};
  for (auto [Text, Mode] : Cases) {
    initOptions(Text);
    EXPECT_EQ(options().Report, Mode) << Text;
  }
}

TEST_F(OptionsTest, TheCollectorsOptionsAreItsOwn) {
  EXPECT_EQ(said("gc=no:gc_young_kb=0:gc_promote_after_kb=64:"
                 "memory_limit_mb=1000000000:gc_defer_frees=false"),
            "");
  EXPECT_FALSE(options().Gc);
  EXPECT_EQ(options().GcYoungKb, 0);
  EXPECT_EQ(options().GcPromoteAfterKb, 64);
  EXPECT_EQ(options().MemoryLimitMb, 1000000000);
  EXPECT_FALSE(options().GcDeferFrees);
}

TEST_F(OptionsTest, TheEnvironmentOverridesTheProgramsDefaults) {
  DefaultOptions = "spin=5:inevitable_after=9";
  initOptions("spin=6");
  EXPECT_EQ(options().Spin, 6);
  EXPECT_EQ(options().InevitableAfter, 9);
}

TEST_F(OptionsTest, UnknownNamesAreReportedAndIgnored) {
  std::string Text = said("spinn=5:spin=8:bogus='x y'");
  EXPECT_EQ(options().Spin, 8);
  EXPECT_NE(Text.find("found 2 unrecognized STM_OPTIONS flag(s)"),
            std::string::npos)
      << Text;
  EXPECT_NE(Text.find("    spinn\n    bogus\n"), std::string::npos) << Text;
}

TEST_F(OptionsTest, ManyUnknownNamesDoNoHarm) {
  std::string Environment;
  for (int I = 0; I != 60; ++I)
    Environment += "unknown" + std::to_string(I) + "=1:";
  std::string Text = said((Environment + "spin=8").c_str());
  EXPECT_NE(Text.find("unrecognized STM_OPTIONS"), std::string::npos) << Text;
  EXPECT_EQ(options().Spin, 8);
}

TEST_F(OptionsTest, NoNumberOrLengthOfUnknownNamesEndsTheProgram) {
  std::string Environment;
  for (int I = 0; I != 300; ++I)
    Environment +=
        "unknown" + std::string(100, 'x') + std::to_string(I) + "='a b':";
  EXPECT_EXIT(
      {
        initOptions((Environment + "spin=8").c_str());
        _exit(options().Spin == 8 ? 0 : 2);
      },
      testing::ExitedWithCode(0), "found 300 unrecognized STM_OPTIONS");
}

TEST_F(OptionsTest, WhatFollowsAQuoteIsAnotherOption) {
  EXPECT_NE(said("unknown='a'spin=8").find("unknown\n"), std::string::npos);
  EXPECT_EQ(options().Spin, 8);
}

TEST_F(OptionsTest, SanitizersCommonFlagsAreAccepted) {
  EXPECT_EQ(said("symbolize=1:strip_path_prefix=/src/:"
                 "external_symbolizer_path="),
            "");
}

TEST_F(OptionsTest, HelpPrintsEveryOptionAndGoesOn) {
  std::string Text = said("help=1:spin=8");
  EXPECT_EQ(options().Spin, 8);
#define STM_OPTION_INT(Field, Name, Default, Min, Max, Help)                   \
  EXPECT_NE(Text.find("  " #Name "=" #Default "  (" #Min " to " #Max           \
                      ")\n      " Help "\n"),                                  \
            std::string::npos)                                                 \
      << #Name;
#define STM_OPTION_BOOL(Field, Name, Default, Help)                            \
  EXPECT_NE(Text.find("  " #Name "="), std::string::npos) << #Name;
#define STM_OPTION_STRING(Field, Name, Default, Help)                          \
  EXPECT_NE(Text.find("  " #Name "=" Default "\n      " Help "\n"),            \
            std::string::npos)                                                 \
      << #Name;
#define STM_OPTION_CHOICE(Field, Name, Enum, Default, Words, Help)             \
  EXPECT_NE(Text.find("  " #Name "=" Words "\n      " Help "\n"),              \
            std::string::npos)                                                 \
      << #Name;
#include "base/options.inc"
}

TEST_F(OptionsTest, FailOnWithoutExitCodeIsPointedOut) {
  EXPECT_NE(said("fail_on=conflicts").find("no effect without exitcode"),
            std::string::npos);
  EXPECT_EQ(said("fail_on=conflicts:exitcode=4"), "");
}

TEST_F(OptionsDeathTest, AWordWhereANumberBelongsEndsTheProgram) {
  EXPECT_EXIT(initOptions("spin=lots"), testing::ExitedWithCode(1),
              "STM_OPTIONS: spin=lots: expected a number from 0 to 1000000");
  EXPECT_EXIT(initOptions("spin="), testing::ExitedWithCode(1), "spin=: exp");
  EXPECT_EXIT(initOptions("spin=3x"), testing::ExitedWithCode(1), "spin=3x");
}

TEST_F(OptionsDeathTest, FaultsAreForTheCheckedBuild) {
  EXPECT_EXIT(initOptions("inject=abort/7+chunks"), testing::ExitedWithCode(1),
              "inject=abort/7.chunks: nothing goes wrong on purpose in this "
              "build of the runtime");
  EXPECT_EXIT(initOptions("inject=abort/7+chnks"), testing::ExitedWithCode(1),
              "inject=chnks: expected abort./N., memory");
  EXPECT_EQ(said("inject=:seed=5"), "");
}

TEST_F(OptionsDeathTest, ANumberOutOfRangeEndsTheProgram) {
  EXPECT_EXIT(initOptions("inevitable_after=0"), testing::ExitedWithCode(1),
              "inevitable_after=0: expected a number from 1 to 1000000000");
  EXPECT_EXIT(initOptions("exitcode=256"), testing::ExitedWithCode(1),
              "exitcode=256: expected a number from 0 to 255");
  EXPECT_EXIT(initOptions("spin=99999999999999999999"),
              testing::ExitedWithCode(1), "expected a number");
}

TEST_F(OptionsDeathTest, ABadValueForTheCollectorEndsTheProgram) {
  EXPECT_EXIT(initOptions("gc=maybe"), testing::ExitedWithCode(1),
              "gc=maybe: expected 0 or 1");
  EXPECT_EXIT(initOptions("gc_young_kb=-1"), testing::ExitedWithCode(1),
              "gc_young_kb=-1: expected a number from 0 to 1000000000");
  EXPECT_EXIT(initOptions("gc_promote_after_kb=1M"), testing::ExitedWithCode(1),
              "gc_promote_after_kb=1M: expected a number from 0 to 1000000000");
  EXPECT_EXIT(initOptions("memory_limit_mb=1000000001"),
              testing::ExitedWithCode(1),
              "memory_limit_mb=1000000001: expected a number from 0 to "
              "1000000000");
  EXPECT_EXIT(initOptions("memory_limit_mb=0.5"), testing::ExitedWithCode(1),
              "memory_limit_mb=0.5: expected a number");
  EXPECT_EXIT(initOptions("gc_defer_frees=2"), testing::ExitedWithCode(1),
              "gc_defer_frees=2: expected 0 or 1");
}

TEST_F(OptionsDeathTest, AnUnknownWordEndsTheProgram) {
  EXPECT_EXIT(initOptions("report=ful"), testing::ExitedWithCode(1),
              "report=ful: expected auto.summary.full.none");
  EXPECT_EXIT(initOptions("report="), testing::ExitedWithCode(1), "report=: e");
  EXPECT_EXIT(initOptions("help=maybe"), testing::ExitedWithCode(1),
              "help=maybe: expected 0 or 1");
}

TEST_F(OptionsDeathTest, AMissingValueEndsTheProgram) {
  EXPECT_EXIT(initOptions("report"), testing::ExitedWithCode(1),
              "expected '=' in STM_OPTIONS");
}

TEST_F(OptionsDeathTest, ReversedBackoffBoundsEndTheProgram) {
  EXPECT_EXIT(initOptions("backoff_min=100:backoff_max=99"),
              testing::ExitedWithCode(1),
              "backoff_max=99: expected at least backoff_min, which is 100");
}

TEST_F(OptionsDeathTest, ASignalThatCannotBeCaughtEndsTheProgram) {
  for (const char *Signal : {"9", "19", "32"})
    EXPECT_EXIT(initOptions((std::string("report_signal=") + Signal).c_str()),
                testing::ExitedWithCode(1),
                std::string("report_signal=") + Signal +
                    ": expected a signal that can be caught");
}

} // namespace
} // namespace stm::rt
