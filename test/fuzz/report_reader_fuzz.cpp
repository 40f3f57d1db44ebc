//===- fuzz/report_reader.cpp - any bytes as a report -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// A libFuzzer target: whatever a file holds, stm-report reads it or says what
// is wrong with it, and what it reads it can show in every form.
//
//   cmake -B build-fuzz -DSTM_FUZZ=ON && ninja -C build-fuzz report_reader_fuzz
//   build-fuzz/bin/report_reader_fuzz NEW_INPUTS test/fuzz/corpus/report_reader
//
//===----------------------------------------------------------------------===//

#include "fuzz.h"

#include "tool/diff.h"
#include "tool/html.h"
#include "tool/merge.h"
#include "tool/read.h"

#include <cstdlib>

using namespace stm::tool;

namespace {

void require(bool Holds) {
  if (!Holds)
    std::abort();
}

bool isPlainText(const std::string &Text) {
  for (char C : Text)
    if (C != '\n' && (static_cast<unsigned char>(C) < 0x20 || C == 0x7f))
      return false;
  return true;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *Data, size_t Size) {
  Report R;
  try {
    R = parseReport({reinterpret_cast<const char *>(Data), Size}, "input");
  } catch (const Error &E) {
    require(E.what()[0] != '\0' && isPlainText(E.what()));
    return 0;
  }
  TextStyle All;
  All.Full = true;
  require(isPlainText(show(R, All)));
  Report Twice = merge({R, R});
  require(Twice.Conflicts.size() <= R.Conflicts.size());
  require(isPlainText(diff(R, Twice, All)));
  PageOptions Options;
  Options.SourceRoots = {"/nowhere"}; // Files that it names aren't read.
  std::string Page = html(R, Options);
  require(Page.find("<script") == std::string::npos);
  require(Page.ends_with("</html>\n"));
  return 0;
}
