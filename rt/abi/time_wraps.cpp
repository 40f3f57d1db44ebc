//===- abi/time_wraps.cpp - calendar times ----------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libc's functions on private copies. What they find out about the time zone
// (what TZ says, tzname, timezone, daylight) they keep in libc, under its lock,
// and a rollback leaves it there. It isn't the attempt's: each function first
// makes it of the environment (localtime_r once in the process), which an
// attempt that can be rolled back has not changed, as setenv is inevitable. So
// it is what a call outside of the block would have made. Not where blocks
// store to `environ`, or to text that was given to putenv: libc reads these as
// they are, and what it has made of them stays until mktime or strftime looks
// again.
//
//===----------------------------------------------------------------------===//

#include "abi/private_args.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <cstring>
#include <ctime>
#include <langinfo.h>

namespace stm::rt::abi {

namespace {

template <class T> T load(CPtr From) {
  T Value;
  __stm_read_range(&Value, From, sizeof(T));
  return Value;
}

/// What is between its members is the program's.
Ptr store(Ptr To, const tm &Time) {
  constexpr Size IntBytes = offsetof(tm, tm_isdst) + sizeof(int);
  constexpr Size ZoneAt = offsetof(tm, tm_gmtoff);
  static_assert(offsetof(tm, tm_sec) == 0 &&
                sizeof(tm) == ZoneAt + sizeof(long) + sizeof(char *));
  auto *From = reinterpret_cast<const char *>(&Time);
  __stm_write_range(To, From, IntBytes);
  __stm_write_range(static_cast<char *>(To) + ZoneAt, From + ZoneAt,
                    sizeof(tm) - ZoneAt);
  return To;
}

template <class F> Ptr breakDown(CPtr Time, Ptr Result, F Original) {
  auto Seconds = load<time_t>(Time);
  tm Private;
  return Original(&Seconds, &Private) ? store(Result, Private) : nullptr;
}

/// Which also brings its members into their ranges; where it fails it doesn't.
template <class F> I64 putTogether(Ptr Time, F Original) {
  tm Before = load<tm>(Time), After = Before;
  time_t Seconds = Original(&After);
  if (memcmp(&Before, &After, sizeof(tm)) != 0)
    store(Time, After);
  return Seconds;
}

/// 26 bytes, or none.
Ptr putText(Ptr Out, const char *Text) {
  if (!Text)
    return nullptr;
  __stm_write_range(Out, Text, strlen(Text) + 1);
  return Out;
}

/// Whether \p Format makes strftime look at the zone's name, which a program
/// that doesn't use it needn't have set.
bool namesZone(const char *Format) {
  while ((Format = strchr(Format, '%'))) {
    ++Format;
    Format += strspn(Format, "_-0^#+123456789EO");
    if (*Format == 'Z' ||
        (*Format == 'c' && (strstr(nl_langinfo(D_T_FMT), "Z") ||
                            strstr(nl_langinfo(ERA_D_T_FMT), "Z"))))
      return true;
    Format += *Format != 0;
  }
  return false;
}

/// Longer texts are written in place.
constexpr Size MostBytes = 1 << 16;

Size format(Ptr Out, Size Bytes, CPtr Format, CPtr Time) {
  PrivateString OwnFormat(Format);
  tm Private = load<tm>(Time);
  bool HasZone = namesZone(OwnFormat) && Private.tm_zone;
  PrivateString Zone(HasZone ? Private.tm_zone : "");
  if (HasZone)
    Private.tm_zone = Zone;

  Size Room = std::min(Bytes, MostBytes);
  PrivateBlock Text(Room);
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wformat-nonliteral"
  if (Text.data()) {
    *Text.data() = 1;
    Size Length = strftime(Text.data(), Room, OwnFormat, &Private);
    if (Length || !*Text.data()) { // Else it is too long.
      __stm_write_range(Out, Text.data(), Length + 1);
      return Length;
    }
    if (Room == Bytes)
      return 0;
  }
  __stm_become_inevitable("strftime of a text that is too long");
  return strftime(static_cast<char *>(Out), Bytes, OwnFormat, &Private);
#pragma clang diagnostic pop
}

} // namespace

extern "C" {

Ptr __stm_wrap_localtime_r(CPtr Time, Ptr Result) {
  return breakDown(Time, Result, ::localtime_r);
}

Ptr __stm_wrap_gmtime_r(CPtr Time, Ptr Result) {
  return breakDown(Time, Result, ::gmtime_r);
}

I64 __stm_wrap_mktime(Ptr Time) { return putTogether(Time, ::mktime); }

I64 __stm_wrap_timegm(Ptr Time) { return putTogether(Time, ::timegm); }

Ptr __stm_wrap_asctime_r(CPtr Time, Ptr Out) {
  auto Private = load<tm>(Time);
  char Text[64];
  return putText(Out, ::asctime_r(&Private, Text));
}

Ptr __stm_wrap_ctime_r(CPtr Time, Ptr Out) {
  auto Seconds = load<time_t>(Time);
  char Text[64];
  return putText(Out, ::ctime_r(&Seconds, Text));
}

Size __stm_wrap_strftime(Ptr Out, Size Bytes, CPtr Format, CPtr Time) {
  return format(Out, Bytes, Format, Time);
}

} // extern "C"

} // namespace stm::rt::abi
