//===- rt/report_file_test.cpp - whose file a report goes to --------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/report_file.h"

#include <fstream>
#include <gtest/gtest.h>
#include <string>
#include <sys/stat.h>
#include <unistd.h>

namespace stm::rt {

namespace {

class ReportFileTest : public testing::Test {
protected:
  ReportFileTest() {
    char Template[] = "/tmp/stm-report-file-XXXXXX";
    Root = mkdtemp(Template);
    Shared = Root + "/shared";
    Own = Root + "/own";
    mkdir(Shared.c_str(), 0700);
    chmod(Shared.c_str(), 01777);
    mkdir(Own.c_str(), 0700);
    Precious = Own + "/precious";
    std::ofstream(Precious) << "precious";
  }
  ~ReportFileTest() override {
    if (system(("rm -rf '" + Root + "'").c_str()) != 0)
      ADD_FAILURE() << Root << " is left";
  }

  static std::string contents(const std::string &Path) {
    std::ifstream In(Path);
    return {std::istreambuf_iterator<char>(In), {}};
  }
  /// Writes "report" there; why not, if that can't be.
  static std::string write(const std::string &Path, bool Append = false) {
    const char *Why = "";
    int Fd = openReportFile(Path.c_str(), Append, Why);
    if (Fd < 0)
      return Why;
    EXPECT_EQ(::write(Fd, "report", 6), 6);
    close(Fd);
    return "";
  }

  std::string Root, Shared, Own, Precious;
};

TEST_F(ReportFileTest, ANewFileIsMadeAnOldOneOverwrittenOrAppendedTo) {
  for (const std::string &Folder : {Shared, Own}) {
    std::string Path = Folder + "/log";
    EXPECT_EQ(write(Path), "");
    EXPECT_EQ(write(Path), "");
    EXPECT_EQ(contents(Path), "report");
    EXPECT_EQ(write(Path, /*Append=*/true), "");
    EXPECT_EQ(contents(Path), "reportreport");
  }
}

TEST_F(ReportFileTest, ALinkIsFollowedInOwnFolders) {
  ASSERT_EQ(symlink(Precious.c_str(), (Own + "/link").c_str()), 0);
  EXPECT_EQ(write(Own + "/link"), "");
  EXPECT_EQ(contents(Precious), "report");
}

TEST_F(ReportFileTest, NoLinkIsFollowedInSharedFolders) {
  ASSERT_EQ(symlink(Precious.c_str(), (Shared + "/link").c_str()), 0);
  EXPECT_EQ(write(Shared + "/link"),
            "it is a link, in a folder that others may write to");
  ASSERT_EQ(symlink((Own + "/new").c_str(), (Shared + "/dangling").c_str()), 0);
  EXPECT_NE(write(Shared + "/dangling"), "");
  EXPECT_EQ(access((Own + "/new").c_str(), F_OK), -1);
  EXPECT_EQ(contents(Precious), "precious");
}

TEST_F(ReportFileTest, AnotherNameOfAFileIsNotWrittenToInSharedFolders) {
  ASSERT_EQ(link(Precious.c_str(), (Shared + "/name").c_str()), 0);
  EXPECT_EQ(write(Shared + "/name"),
            "it has several names, in a folder that others may write to");
  EXPECT_EQ(contents(Precious), "precious");
}

TEST_F(ReportFileTest, APipeInASharedFolderKeepsNobodyWaiting) {
  ASSERT_EQ(mkfifo((Shared + "/pipe").c_str(), 0666), 0);
  EXPECT_NE(write(Shared + "/pipe"), "");
}

TEST_F(ReportFileTest, AnotherUsersFileIsNotWrittenToInSharedFolders) {
  if (geteuid() != 0)
    GTEST_SKIP() << "only root can make another user's file";
  std::string Path = Shared + "/theirs";
  std::ofstream(Path) << "theirs";
  ASSERT_EQ(chown(Path.c_str(), 65534, 65534), 0);
  // Some systems refuse it themselves (fs.protected_regular).
  EXPECT_NE(write(Path), "");
  EXPECT_EQ(contents(Path), "theirs");
}

TEST_F(ReportFileTest, WhatIsWrongWithAPathIsSaid) {
  EXPECT_EQ(write(Root + "/missing/log"), "No such file or directory");
  EXPECT_EQ(write(Own), "Is a directory");
  EXPECT_NE(write(""), "");
}

} // namespace

} // namespace stm::rt
