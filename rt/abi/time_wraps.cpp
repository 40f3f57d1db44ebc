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
#include <atomic>
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

/// What libc keeps for functions that return a place of its own. That is
/// learned by the first call in the process, which is inevitable.
template <class T> class LibcsPlace {
public:
  /// \p Ask is a call of libc's.
  template <class F> Ptr get(const char *What, F Ask) {
    if (T *Known = Place.load(std::memory_order_relaxed))
      return Known;
    __stm_become_inevitable(What);
    Place.store(Ask(), std::memory_order_relaxed);
    return Place.load(std::memory_order_relaxed);
  }

private:
  std::atomic<T *> Place{nullptr};
};

constinit LibcsPlace<tm> LibcsTime;   // Of localtime and gmtime.
constinit LibcsPlace<char> LibcsText; // Of asctime and ctime.

Ptr placeOfTime() {
  return LibcsTime.get("the first call to localtime or gmtime", [] {
    time_t Any = 0;
    return ::localtime(&Any);
  });
}

Ptr placeOfText() {
  return LibcsText.get("the first call to asctime or ctime", [] {
    tm Any = {};
    return ::asctime(&Any);
  });
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

I64 __stm_wrap_timelocal(Ptr Time) { return putTogether(Time, ::mktime); }

// Unlike localtime_r it looks at TZ each time.
Ptr __stm_wrap_localtime(CPtr Time) {
  Ptr Place = placeOfTime();
  ::tzset();
  return breakDown(Time, Place, ::localtime_r);
}

Ptr __stm_wrap_gmtime(CPtr Time) {
  return breakDown(Time, placeOfTime(), ::gmtime_r);
}

Ptr __stm_wrap_asctime(CPtr Time) {
  Ptr Place = placeOfText();
  if (Ptr Text = __stm_wrap_asctime_r(Time, Place))
    return Text;
  __stm_become_inevitable("asctime of a year that is too long");
  return ::asctime(static_cast<const tm *>(Time));
}

Ptr __stm_wrap_ctime(CPtr Time) {
  // libc's takes the time apart in the place that localtime has.
  CPtr Local = __stm_wrap_localtime(Time);
  return Local ? __stm_wrap_asctime(Local) : nullptr;
}

Ptr __stm_wrap_strptime(CPtr Text, CPtr Format, Ptr Time) {
  PrivateString OwnFormat(Format);
  const tm Before = load<tm>(Time);
  // The text is often a line of many: a part of it will do, if libc doesn't
  // come near the part's end.
  for (Size Limit = 256;; Limit *= 2) {
    PrivateString Part(Text, Limit);
    tm After = Before;
    const char *Begin = Part, *End = ::strptime(Begin, OwnFormat, &After);
    if (strlen(Begin) == Limit && (!End || Begin + Limit - End <= 64))
      continue;
    if (memcmp(&Before, &After, sizeof(tm)) != 0)
      store(Time, After);
    return End ? const_cast<char *>(static_cast<const char *>(Text)) +
                     (End - Begin)
               : nullptr;
  }
}

I32 __stm_wrap_timespec_get(Ptr Result, I32 Base) {
  timespec Now;
  int Known = ::timespec_get(&Now, Base);
  if (Known)
    __stm_write_range(Result, &Now, sizeof(Now));
  return Known;
}

I32 __stm_wrap_clock_getres(I32 Clock, Ptr Result) {
  timespec Step;
  int Error = ::clock_getres(Clock, &Step);
  if (!Error && Result)
    __stm_write_range(Result, &Step, sizeof(Step));
  return Error;
}

} // extern "C"

} // namespace stm::rt::abi
