//===- e2e/Higher/uv_loop.cpp - handlers of a libuv loop ------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// An echo server on a socket pair, whose answers are made by transactions, and
// a client that is a thread.
//
// REQUIRES: uv
// REQUIRES: llvm-19 || long
// RUN: %at_O2 %t %s %stmxx -luv
//
//===----------------------------------------------------------------------===//

#include "higher.h"

#include <memory>
#include <string>
#include <sys/socket.h>
#include <uv.h>
#include <vector>

#include <stm/event_loop.hpp>

static std::unique_ptr<stm::uv_serial> Serial;
static std::string Seen; // By transactions.
static long Lines = 0;

static void answer(uv_stream_t *Stream, std::string Line) {
  Seen += Line;
  std::string Reply = std::to_string(++Lines) + " " + Line + "\n";
  Serial->on_loop([Stream, Reply] {
    EXPECT(!stm_in_transaction());
    uv_buf_t Buffer = uv_buf_init(const_cast<char *>(Reply.data()),
                                  static_cast<unsigned>(Reply.size()));
    EXPECT(uv_try_write(Stream, &Buffer, 1) == static_cast<int>(Reply.size()));
  });
}

static void received(uv_stream_t *Stream, ssize_t Bytes, const uv_buf_t *B) {
  static std::string Rest;
  if (Bytes < 0) {
    uv_close(reinterpret_cast<uv_handle_t *>(Stream), nullptr);
  } else {
    Rest.append(B->base, static_cast<size_t>(Bytes));
    for (size_t End; (End = Rest.find('\n')) != std::string::npos;) {
      Serial->post("a line", [Stream, Line = Rest.substr(0, End)] {
        answer(Stream, Line);
      });
      Rest.erase(0, End + 1);
    }
  }
  delete[] B->base;
}

int main() {
  stm::set_threads(3);
  int Ends[2];
  EXPECT(socketpair(AF_UNIX, SOCK_STREAM, 0, Ends) == 0);
  uv_loop_t Loop;
  uv_loop_init(&Loop);
  Serial = std::make_unique<stm::uv_serial>(&Loop);
  uv_pipe_t Pipe;
  uv_pipe_init(&Loop, &Pipe, 0);
  uv_pipe_open(&Pipe, Ends[0]);
  uv_read_start(
      reinterpret_cast<uv_stream_t *>(&Pipe),
      [](uv_handle_t *, size_t, uv_buf_t *B) {
        *B = uv_buf_init(new char[256], 256);
      },
      received);
  std::string Expected;
  {
    Thread Client([&] {
      for (int Burst = 0; Burst != 20; ++Burst) {
        std::string Lines, Answers;
        for (int I = 0; I != 10; ++I) {
          std::string Line = std::to_string(Burst * I);
          Expected += Line;
          Lines += Line + "\n";
          Answers += std::to_string(Burst * 10 + I + 1) + " " + Line + "\n";
        }
        EXPECT(write(Ends[1], Lines.data(), Lines.size()) ==
               static_cast<ssize_t>(Lines.size()));
        std::string Got;
        while (Got.size() < Answers.size()) {
          char Buffer[256];
          ssize_t Bytes = read(Ends[1], Buffer, sizeof(Buffer));
          EXPECT(Bytes > 0);
          Got.append(Buffer, static_cast<size_t>(Bytes));
        }
        EXPECT(Got == Answers);
      }
      close(Ends[1]);
    });
    uv_run(&Loop, UV_RUN_DEFAULT);
  }
  EXPECT(Lines == 200 && Seen == Expected);

  // What was put keeps the loop, and may put more; then the loop can be closed,
  // though a worker may have been about to look for more.
  for (int Round = 0; Round != 50; ++Round) {
    int Ran = 0;
    Serial->post(
        [&] { Serial->post([&] { Serial->on_loop([&] { ++Ran; }); }); });
    uv_run(&Loop, UV_RUN_DEFAULT);
    EXPECT(Ran == 1);
    Serial.reset();
    uv_run(&Loop, UV_RUN_DEFAULT);
    EXPECT(uv_loop_close(&Loop) == 0);
    uv_loop_init(&Loop);
    Serial = std::make_unique<stm::uv_serial>(&Loop);
  }
  Serial.reset();
  uv_run(&Loop, UV_RUN_DEFAULT);
  EXPECT(uv_loop_close(&Loop) == 0);
}
