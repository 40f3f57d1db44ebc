//===- rt/report_exit_test.cpp - the report at exit -----------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Each test runs programs of its own: a forked child that sets STM_OPTIONS,
// records facts and ends in some way.
//
//===----------------------------------------------------------------------===//

#include "report/facts.h"

#include "base/options.h"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace stm::rt {
namespace {

ThreadFacts Facts;
void visitFacts(FactsVisitor Visit, void *Arg) { Visit(Facts, Arg); }

const stm_site Block = {"transfer", "bank.cpp", 12};

void haveConflict() {
  Facts.Counts.Aborts.bump();
  recordConflict(Facts, {ConflictKind::ReadLocked, 0, 1, 2, Block, 1000, 0});
}

void haveInevitable() {
  Facts.Counts.Inevitable.bump();
  recordInevitable(Facts, "call to write", 1, Block, 1000);
}

struct Outcome {
  int Status;
  std::string Stdout, Stderr;
};

std::string contentsOf(const std::string &Path) {
  std::ifstream File(Path);
  std::stringstream Text;
  Text << File.rdbuf();
  return Text.str();
}

class ReportExit : public testing::Test {
protected:
  void SetUp() override {
    char Pattern[] = "/tmp/stm-report-XXXXXX";
    ASSERT_NE(mkdtemp(Pattern), nullptr);
    Dir = Pattern;
  }
  void TearDown() override {
    for (const char *Name : {"/out", "/err", "/report"})
      unlink((Dir + Name).c_str());
    rmdir(Dir.c_str());
  }

  /// Not fork(), whose handlers the runtime may have in this program, too.
  template <class FnT>
  Outcome run(const std::string &Environment, FnT Program) {
    fflush(nullptr);
    pid_t Child = _Fork();
    if (Child == 0) {
      dup2(open((Dir + "/out").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 1);
      dup2(open((Dir + "/err").c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600), 2);
      resetOptionsForTesting();
      setenv("STM_OPTIONS", Environment.c_str(), 1);
      initReport(visitFacts);
      Program();
      exit(0);
    }
    Outcome Result;
    Pid = Child;
    EXPECT_EQ(waitpid(Child, &Result.Status, 0), Child);
    Result.Stdout = contentsOf(Dir + "/out");
    Result.Stderr = contentsOf(Dir + "/err");
    return Result;
  }

  std::string Dir;
  pid_t Pid = 0;
};

size_t countOf(const std::string &Text, const std::string &Part) {
  size_t Count = 0;
  for (size_t At = Text.find(Part); At != std::string::npos;
       At = Text.find(Part, At + 1))
    ++Count;
  return Count;
}

TEST_F(ReportExit, AProgramWithoutConflictsSaysNothing) {
  Outcome O = run("", [] { Facts.Counts.Updates.bump(10); });
  EXPECT_EQ(O.Status, 0);
  EXPECT_EQ(O.Stderr, "");
  EXPECT_EQ(O.Stdout, "");
}

TEST_F(ReportExit, ConflictsAreReportedOnceOnStderr) {
  Outcome O = run("", haveConflict);
  EXPECT_EQ(O.Status, 0);
  EXPECT_EQ(countOf(O.Stderr, "SUMMARY: llvm-stm: 1 rollback lost"), 1u)
      << O.Stderr;
  EXPECT_EQ(O.Stdout, "");
}

TEST_F(ReportExit, InevitableTransactionsAreReported) {
  Outcome O = run("", haveInevitable);
  EXPECT_EQ(countOf(O.Stderr, "SUMMARY: llvm-stm: 1 inevitable"), 1u)
      << O.Stderr;
}

TEST_F(ReportExit, ASummaryThatWasAskedForAlwaysComes) {
  Outcome O = run("report=summary", [] { Facts.Counts.Updates.bump(10); });
  EXPECT_EQ(countOf(O.Stderr, "10 transactions committed"), 1u) << O.Stderr;
}

TEST_F(ReportExit, NoneSaysNothing) {
  EXPECT_EQ(run("report=none", haveConflict).Stderr, "");
}

TEST_F(ReportExit, AThreadMayCallExit) {
  Outcome O = run("", [] {
    haveConflict();
    std::thread([] { exit(5); }).join();
  });
  EXPECT_TRUE(WIFEXITED(O.Status));
  EXPECT_EQ(WEXITSTATUS(O.Status), 5);
  EXPECT_EQ(countOf(O.Stderr, "SUMMARY:"), 1u) << O.Stderr;
}

TEST_F(ReportExit, AnAbruptEndHasNoReport) {
  EXPECT_EQ(run("",
                [] {
                  haveConflict();
                  _exit(0);
                })
                .Stderr,
            "");
}

TEST_F(ReportExit, FactsUpToTheLastExitHandlerAreIn) {
  Outcome O = run("", [] { atexit(haveConflict); });
  EXPECT_EQ(countOf(O.Stderr, "SUMMARY:"), 1u) << O.Stderr;
}

TEST_F(ReportExit, FailOnChangesTheExitCodeOfASuccess) {
  auto Code = [&](const char *Environment, void (*Program)()) {
    Outcome O = run(Environment, Program);
    EXPECT_TRUE(WIFEXITED(O.Status));
    return WEXITSTATUS(O.Status);
  };
  EXPECT_EQ(Code("fail_on=conflicts:exitcode=7", haveConflict), 7);
  EXPECT_EQ(Code("fail_on=conflicts:exitcode=7", haveInevitable), 0);
  EXPECT_EQ(Code("fail_on=inevitable:exitcode=7", haveInevitable), 7);
  EXPECT_EQ(Code("fail_on=inevitable:exitcode=7", haveConflict), 0);
  EXPECT_EQ(Code("fail_on=any:exitcode=7:report=none", haveConflict), 7);
  EXPECT_EQ(Code("fail_on=any:exitcode=7", [] {}), 0);
  EXPECT_EQ(Code("exitcode=7", haveConflict), 0);
  EXPECT_EQ(Code("fail_on=any:exitcode=7",
                 [] {
                   haveConflict();
                   exit(3);
                 }),
            3);
}

TEST_F(ReportExit, FailOnLosesNoBufferedOutput) {
  Outcome O = run("fail_on=any:exitcode=7", [] {
    printf("not flushed");
    haveConflict();
  });
  EXPECT_EQ(O.Stdout, "not flushed");
}

TEST_F(ReportExit, SuppressedConflictsDontFail) {
  {
    std::ofstream File(Dir + "/report");
    File << "conflict:transfer\n";
  }
  Outcome O = run("fail_on=any:exitcode=7:suppressions=" + Dir + "/report",
                  haveConflict);
  EXPECT_EQ(O.Status, 0);
  EXPECT_EQ(O.Stderr, "");
}

TEST_F(ReportExit, TheReportGoesToTheFileThatIsNamed) {
  Outcome O = run("report_path=" + Dir + "/report", haveConflict);
  EXPECT_EQ(O.Stderr, "");
  EXPECT_EQ(countOf(contentsOf(Dir + "/report"), "SUMMARY:"), 1u);
  // The next run starts it anew; two reports of one run are both in it.
  run("report_path=" + Dir + "/report", [] {
    haveConflict();
    writeReport(visitFacts);
  });
  EXPECT_EQ(countOf(contentsOf(Dir + "/report"), "SUMMARY:"), 2u);
}

TEST_F(ReportExit, ThePathMayHoldTheProcessId) {
  run("report_path=" + Dir + "/%p", haveConflict);
  std::string Path = Dir + "/" + std::to_string(Pid);
  EXPECT_EQ(countOf(contentsOf(Path), "SUMMARY:"), 1u);
  EXPECT_EQ(unlink(Path.c_str()), 0);
}

TEST_F(ReportExit, OnStdoutItFollowsWhatWasPrinted) {
  Outcome O = run("report_path=stdout", [] {
    printf("before\n");
    haveConflict();
  });
  EXPECT_EQ(O.Stdout.find("before\n=="), 0u) << O.Stdout;
  EXPECT_EQ(O.Stderr, "");
}

TEST_F(ReportExit, AFileThatCantBeOpenedIsReplacedByStderr) {
  Outcome O = run("report_path=" + Dir + "/no/such/folder", haveConflict);
  EXPECT_EQ(O.Status, 0);
  EXPECT_EQ(
      countOf(
          O.Stderr,
          "can't be opened (No such file or directory); the report goes here"),
      1u)
      << O.Stderr;
  EXPECT_EQ(countOf(O.Stderr, "SUMMARY:"), 1u) << O.Stderr;
}

TEST_F(ReportExit, WhereNothingCanBeWrittenTheProgramEndsAsEver) {
  // A closed stderr.
  EXPECT_EQ(run("",
                [] {
                  haveConflict();
                  close(2);
                })
                .Status,
            0);
  // A full disk.
  EXPECT_EQ(run("report_path=/dev/full", haveConflict).Status, 0);
  // A pipe without a reader.
  EXPECT_EQ(run("",
                [] {
                  haveConflict();
                  int Ends[2];
                  ASSERT_EQ(pipe(Ends), 0);
                  close(Ends[0]);
                  dup2(Ends[1], 2);
                })
                .Status,
            0);
}

TEST_F(ReportExit, WhenColouredTheTextHasEscapes) {
  EXPECT_EQ(run("", haveConflict).Stderr.find('\033'), std::string::npos);
  EXPECT_NE(run("color=always", haveConflict).Stderr.find('\033'),
            std::string::npos);
}

TEST_F(ReportExit, AReportOnDemandComesEvenWhenThereIsLittleToSay) {
  Outcome O = run("", [] {
    Facts.Counts.Updates.bump(10);
    writeReport(visitFacts);
  });
  EXPECT_EQ(countOf(O.Stderr, "SUMMARY: llvm-stm: 10 transactions"), 1u)
      << O.Stderr;
}

} // namespace
} // namespace stm::rt
