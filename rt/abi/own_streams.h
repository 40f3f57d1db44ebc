//===- abi/own_streams.h - libstdc++'s objects ------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// String streams that an attempt has made itself, and strings for libstdc++ to
// work on: what stream_wraps.cpp is made of. \p What says why the attempt is
// inevitable where it may not have them, \p Pc where that is.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_ABI_OWN_STREAMS_H
#define STM_RT_ABI_OWN_STREAMS_H

#include "abi/rtl.h"
#include "abi/thrown.h"
#include "tx/registry.h"

#include <cstring>
#include <locale>
#include <sstream>

// std::string's functions are libstdc++'s: whoever needs one and links the
// runtime as an archive must not get this file for it.
extern template class std::basic_string<char>;

namespace stm::rt::abi {

static_assert(sizeof(StdString) == sizeof(std::string));
static_assert(sizeof(StreamPos) == sizeof(std::streampos));

/// Room to note one more of the attempt's objects. False: there is none, and it
/// is inevitable.
bool makeRoomForOwn(Tx &Self, uintptr_t Pc);

template <class T> void destroy(void *Object) {
  static_cast<T *>(Object)->~T();
}

/// A std::string for libraries to work on: barriers that abandon its frame
/// don't lose what it owns.
class OwnString {
public:
  explicit OwnString(uintptr_t Pc);
  ~OwnString() { CurrentTx->forgetForeign(&Text); }
  OwnString(const OwnString &) = delete;
  OwnString &operator=(const OwnString &) = delete;

  /// Becomes a copy of what barriers read.
  void read(CPtr String);

  std::string Text;
};

static_assert(sizeof(std::ostringstream) ==
              sizeof(std::ostream) + sizeof(std::stringbuf));
/// Of std::ios_base.
constexpr size_t CallbacksOffset = 40, WordsOffset = 200;
static_assert(sizeof(std::ios) == 264 && sizeof(std::ios_base) == 216 &&
              sizeof(std::streambuf) == 64 && sizeof(std::stringbuf) == 104);

/// The last part of \p Stream, of any of the three classes.
template <class Class> const std::ios &statesOf(const void *Stream) {
  return *reinterpret_cast<const std::ios *>(static_cast<const char *>(Stream) +
                                             sizeof(Class) - sizeof(std::ios));
}

inline uintptr_t wordAt(const void *Address) {
  uintptr_t Word;
  memcpy(&Word, Address, sizeof(Word));
  return Word;
}

/// Its three virtual tables, its buffer, where its text is, two locales, and
/// what the program has hung on it: callbacks, and words beyond those inside.
template <class Class> ForeignObjects::Marks marksOf(const void *Stream) {
  const std::ios &States = statesOf<Class>(Stream);
  auto *Buffer = reinterpret_cast<const char *>(
      static_cast<const Class *>(Stream)->rdbuf());
  return {wordAt(Stream),
          wordAt(Buffer),
          wordAt(&States),
          reinterpret_cast<uintptr_t>(States.rdbuf()),
          wordAt(Buffer + sizeof(std::stringbuf) - sizeof(std::string)),
          wordAt(Buffer + sizeof(std::streambuf) - sizeof(std::locale)),
          wordAt(reinterpret_cast<const char *>(&States) +
                 sizeof(std::ios_base) - sizeof(std::locale)),
          wordAt(reinterpret_cast<const char *>(&States) + CallbacksOffset),
          wordAt(reinterpret_cast<const char *>(&States) + WordsOffset)};
}

template <class Class>
constexpr ForeignObjects::Class StreamClass = {sizeof(Class), marksOf<Class>,
                                               destroy<Class>};

/// A stream, before the library is called for it. If it may not work on it as
/// it stands, with copies, the attempt is inevitable by now.
class Own {
public:
  Own(CPtr Stream, const char *What, uintptr_t Pc);
  explicit operator bool() const { return Which != ForeignObjects::None; }

  /// What a stream gives is at most that. Of one of the attempt's own.
  Size textBytes() const;

  /// \p Call is the library's, without barriers.
  template <class F> auto run(F Call) const {
    Working While{*this};
    return notingThrown(Call);
  }

private:
  struct Working {
    explicit Working(const Own &On) : On(On) {
      if (On)
        CurrentTx->Foreign.begin(On.Which);
    }
    ~Working() {
      if (On)
        CurrentTx->Foreign.end(On.Which);
    }
    Working(const Working &) = delete;
    Working &operator=(const Working &) = delete;
    const Own &On;
  };

  size_t Which = ForeignObjects::None;
};

/// Whether \p Class may be constructed there as the attempt's own. If not, it
/// is inevitable.
template <class Class>
bool mayOwn(const void *Place, const char *What, uintptr_t Pc) {
  Tx &Self = *CurrentTx;
  if (Self.isDirect())
    return false;
  if (Self.isOwnFrame(Place) &&
      Self.isOwnFrame(static_cast<const char *>(Place) + sizeof(Class) - 1))
    return true;
  Self.becomeInevitable(What, Pc);
  return false;
}

/// \p Construct is the library's. A locale that isn't the classic one has
/// facets of the program's, perhaps.
template <class Class, class F>
void makeOwn(Ptr Place, bool IsOwn, const char *What, uintptr_t Pc,
             F Construct) {
  // Room at the last moment: a text's copy is noted, too.
  IsOwn = IsOwn && makeRoomForOwn(*CurrentTx, Pc);
  notingThrown([&] { Construct(); });
  if (!IsOwn)
    return;
  const std::ios &States = statesOf<Class>(Place);
  const std::locale &Classic = std::locale::classic();
  if (States.getloc() == Classic && States.rdbuf()->getloc() == Classic) {
    CurrentTx->addForeign(Place, StreamClass<Class>);
    return;
  }
  destroy<Class>(Place);
  CurrentTx->becomeInevitable(What, Pc);
  Construct();
}

} // namespace stm::rt::abi

#endif // STM_RT_ABI_OWN_STREAMS_H
