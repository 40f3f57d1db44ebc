//===- e2e/Language/calendar.cpp - calendar times in blocks -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Times taken apart, put together and written down in a block that is rolled
// back once: as outside, to the byte, and not inevitable.
//
// RUN: %levels %t %s %stmxx
//
//===----------------------------------------------------------------------===//

#include "e2e.h"

#include <cstddef>
#include <cstring>
#include <ctime>
#include <string>

constexpr time_t Times[] = {0,          -1,         951782400,   1710054000,
                            1710658800, 4102444800, -5000000000, 1 << 30};
constexpr unsigned Count = sizeof(Times) / sizeof(Times[0]);
const char *const Formats[] = {"%Y-%m-%d %H:%M:%S",
                               "%a %A %b %B %j %U %W %V %G %u",
                               "%c|%x|%X|%r",
                               "%Z %z",
                               "%-d %_H %^a %EY %Od %10Y",
                               "100%% %n%t",
                               "%s",
                               "none",
                               "",
                               "%",
                               "%E",
                               "%q"};
constexpr unsigned FormatCount = sizeof(Formats) / sizeof(Formats[0]);

struct Memory {
  time_t Time[Count];
  tm Local[Count], Utc[Count], Odd[Count];
  time_t Back[4 * Count];
  char Text[2 * Count][32];
  char Written[FormatCount][100];
  size_t Length[FormatCount + 8];
  char Short[8][8];
  double Between;
  bool IsSame;
};
Memory Inside, Outside;

/// Before the block, as uninitialized memory would be.
void prepare(Memory &M) {
  memset(&M, 0x5a, sizeof(M));
  memcpy(M.Time, Times, sizeof(Times));
}

void all(Memory &M) {
  M.IsSame = true;
  for (unsigned I = 0; I != Count; ++I) {
    M.IsSame &= localtime_r(&M.Time[I], &M.Local[I]) == &M.Local[I];
    M.IsSame &= gmtime_r(&M.Time[I], &M.Utc[I]) == &M.Utc[I];
    M.Back[4 * I] = mktime(&M.Local[I]);
    M.Back[4 * I + 1] = timegm(&M.Utc[I]);
    M.Odd[I] = M.Local[I];
    M.Odd[I].tm_mon += 14;
    M.Odd[I].tm_mday -= 40;
    M.Odd[I].tm_isdst = -1;
    M.Back[4 * I + 2] = mktime(&M.Odd[I]);
    M.Odd[I].tm_sec += 100000;
    M.Back[4 * I + 3] = timegm(&M.Odd[I]);
    M.IsSame &= asctime_r(&M.Utc[I], M.Text[2 * I]) == M.Text[2 * I];
    M.IsSame &= ctime_r(&M.Time[I], M.Text[2 * I + 1]) == M.Text[2 * I + 1];
  }
  for (unsigned I = 0; I != FormatCount; ++I)
    M.Length[I] = strftime(M.Written[I], sizeof(M.Written[I]), Formats[I],
                           &M.Local[I % Count]);
  for (unsigned I = 0; I != 8; ++I) {
    M.Length[FormatCount + I] = strftime(M.Short[I], I, "%H:%M", &M.Utc[0]);
    if (!M.Length[FormatCount + I]) // Anything may be there.
      memset(M.Short[I], 0, sizeof(M.Short[I]));
  }
  M.Between = difftime(M.Time[3], M.Time[2]);

  // No such time: nothing is written.
  time_t Far = time_t{1} << 62;
  tm None = M.Utc[0];
  M.IsSame &= !gmtime_r(&Far, &None) && !localtime_r(&Far, &None) &&
              !ctime_r(&Far, M.Text[0]);
  tm Late = M.Utc[0];
  Late.tm_year = 2147483647;
  Late.tm_mon = 2147483647;
  M.IsSame &= mktime(&Late) == -1 && Late.tm_mon == 2147483647;
  M.IsSame &= timegm(&Late) == -1 && Late.tm_mon == 2147483647;
}

/// mktime copies whatever has been between a tm's members.
void clearGaps(Memory &M) {
  constexpr size_t End = offsetof(tm, tm_isdst) + sizeof(int);
  for (tm *All : {M.Local, M.Utc, M.Odd})
    for (unsigned I = 0; I != Count; ++I)
      memset(reinterpret_cast<char *>(All + I) + End, 0,
             offsetof(tm, tm_gmtoff) - End);
}

void inZone(const char *Zone) {
  setenv("TZ", Zone, 1);
  tzset();
  prepare(Inside);
  prepare(Outside);
  optimistically(Zone, [] { all(Inside); });
  all(Outside);
  EXPECT(Outside.IsSame);
  clearGaps(Inside);
  clearGaps(Outside);
  EXPECT(memcmp(&Inside, &Outside, sizeof(Memory)) == 0);
}

/// A name of the program's own, shared; none, where nobody looks at it.
void names() {
  static char Name[] = "own";
  static char Out[16];
  static tm Time;
  char Plain[16];
  size_t Length = strftime(Plain, sizeof(Plain), "%H%Z", &Time);
  optimistically("names of zones", [&] {
    Name[0] = 'O';
    Time.tm_zone = Name;
    EXPECT(strftime(Out, sizeof(Out), "%Z", &Time) == 3);
    EXPECT(strcmp(Out, "Own") == 0);
    Time.tm_zone = nullptr;
    EXPECT(strftime(Out, sizeof(Out), "%H%Z", &Time) == Length);
    EXPECT(strcmp(Out, Plain) == 0);
    Time.tm_zone = reinterpret_cast<char *>(1);
    EXPECT(strftime(Out, sizeof(Out), "%H %%Z %c", &Time) == 0);
    EXPECT(strftime(Out, sizeof(Out), "%H %%Z", &Time) == 5);
    EXPECT(strcmp(Out, "00 %Z") == 0);
  });
}

void isUndone() {
  static tm Time;
  static char Out[100000];
  Time.tm_mday = 45;
  strcpy(Out, "as before");
  stm::atomic([] {
    Time.tm_year = 100;
    EXPECT(timegm(&Time) > 0 && Time.tm_mday == 14 && Time.tm_mon == 1);
    EXPECT(strftime(Out, sizeof(Out), "%Y", &Time) == 4);
    stm::cancel();
  });
  EXPECT(Time.tm_mday == 45 && Time.tm_year == 0);
  EXPECT(strcmp(Out, "as before") == 0);

  // More than is copied.
  EXPECT(inevitableSoFar() == 0);
  stm::atomic([] {
    std::string Format(70000, 'x');
    EXPECT(strftime(Out, sizeof(Out), Format.c_str(), &Time) == 70000);
    EXPECT(strlen(Out) == 70000 && stm_is_inevitable());
  });
  EXPECT(inevitableSoFar() == 1);
}

int main() {
  inZone("UTC0");
  inZone("CET-1CEST,M3.5.0,M10.5.0/3");
  inZone("Europe/Berlin");
  inZone(":America/New_York");
  inZone("");
  inZone("not a zone");
  names();
  isUndone();
}
