//===- abi/stream_wraps.cpp - string streams --------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The streams' code is in libstdc++, without barriers, and calls what is in its
// objects' virtual tables. It is run as it stands on a string stream that the
// attempt has made itself (tx/foreign.h), whose exact class is known and which
// has the classic locale: then no code of the program's is called but operator
// new and delete. On any other stream, standard output first of all, it is
// inevitable.
//
// Texts that a stream gets are private copies, and so is what it gives until
// barriers write it to where it belongs.
//
// What the headers have inline is instrumented where it only reads a stream, or
// writes its flags (on a frame: plainly). The pass keeps what allocates, frees
// or writes the text out of line until versions call this here.
//
//===----------------------------------------------------------------------===//

#include "abi/clone_table.h"
#include "abi/private_args.h"
#include "abi/thrown.h"
#include "tx/registry.h"

#include <cstring>
#include <locale>
#include <new>
#include <sstream>
#include <type_traits>

// std::string's functions are libstdc++'s: whoever needs one and links the
// runtime as an archive must not get this file for it.
extern template class std::basic_string<char>;

namespace stm::rt::abi {

// --- std::string, by barriers -----------------------------------------------

static_assert(sizeof(StdString) == sizeof(std::string));
static_assert(sizeof(StreamPos) == sizeof(std::streampos));

static void writePointer(void *Where, const void *Value) {
  __stm_write_u64(Where, reinterpret_cast<U64>(Value));
}

/// A new string in place of what is there. Like libstdc++ it has an own
/// terminator.
static void makeString(StdString *String, const char *Text, Size Length) {
  char *Data = String->Short;
  if (Length >= sizeof(String->Short)) {
    Data = static_cast<char *>(__stm_wrap__Znwm(Length + 1));
    __stm_write_u64(&String->Capacity, Length);
  }
  __stm_write_range(Data, Text, Length + 1);
  writePointer(&String->Data, Data);
  __stm_write_u64(&String->Length, Length);
}

StdString::StdString(const char *Text, Size Length) {
  makeString(this, Text, Length);
}

namespace {

/// \p Text has a terminator.
void assign(StdString *String, const char *Text, Size Length) {
  auto *Data = reinterpret_cast<char *>(__stm_read_u64(&String->Data));
  bool IsShort = Data == String->Short;
  Size Capacity =
      IsShort ? sizeof(String->Short) - 1 : __stm_read_u64(&String->Capacity);
  if (Length > Capacity) {
    makeString(String, Text, Length);
    if (!IsShort)
      __stm_wrap__ZdlPv(Data);
    return;
  }
  __stm_write_range(Data, Text, Length + 1);
  __stm_write_u64(&String->Length, Length);
}

// --- Objects of the attempt's own -------------------------------------------

/// Room to note one more. False: there is none, and it is inevitable.
bool makeRoom(Tx &Self, uintptr_t Pc) {
  if (Self.Foreign.makeRoom())
    return true;
  if (!Self.IsBeside)
    Self.outOfLogMemory(Pc);
  Self.goAlone();
  return false;
}

template <class T> void destroy(void *Object) {
  static_cast<T *>(Object)->~T();
}

/// A std::string for libraries to work on: barriers that abandon its frame
/// don't lose what it owns.
class OwnString {
public:
  explicit OwnString(uintptr_t Pc) {
    static constexpr ForeignObjects::Class Class = {
        sizeof(std::string),
        [](const void *) -> ForeignObjects::Marks { return {}; },
        destroy<std::string>};
    Tx &Self = *CurrentTx;
    if (makeRoom(Self, Pc))
      Self.addForeign(&Text, Class);
  }
  ~OwnString() { CurrentTx->forgetForeign(&Text); }
  OwnString(const OwnString &) = delete;
  OwnString &operator=(const OwnString &) = delete;

  /// Becomes a copy of what barriers read.
  void read(CPtr String) {
    auto *Of = static_cast<const StdString *>(String);
    auto *Data = reinterpret_cast<const char *>(__stm_read_u64(&Of->Data));
    Size Length = __stm_read_u64(&Of->Length);
    notingThrown([&] { Text.resize(Length); });
    __stm_read_range(Text.data(), Data, Length);
  }

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
const std::ios &statesOf(const ForeignObjects &Objects, size_t Which) {
  return *reinterpret_cast<const std::ios *>(
      Objects.address(Which) + Objects.classOf(Which).Bytes - sizeof(std::ios));
}

uintptr_t wordAt(const void *Address) {
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

/// Whether the library calls nothing of the program's for it, and throws
/// nothing. What a stream's own buffer was when it was made its rdbuf still is:
/// nobody has a version that sets it.
bool isOrdinary(const std::ios &States) {
  return States.exceptions() == std::ios::goodbit && !States.tie();
}

/// A stream, before the library is called for it. If it may not work on it as
/// it stands, with copies, the attempt is inevitable by now.
class Own {
public:
  Own(CPtr Stream, const char *What, uintptr_t Pc) {
    Tx &Self = *CurrentTx;
    if (Self.isDirect())
      return;
    Which = Self.ownForeign(Stream);
    if (Which != ForeignObjects::None &&
        isOrdinary(statesOf(Self.Foreign, Which)))
      return;
    Which = ForeignObjects::None;
    Self.becomeInevitable(What, Pc);
  }
  explicit operator bool() const { return Which != ForeignObjects::None; }

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
void make(Ptr Place, bool IsOwn, const char *What, uintptr_t Pc, F Construct) {
  // Room at the last moment: a text's copy is noted, too.
  IsOwn = IsOwn && makeRoom(*CurrentTx, Pc);
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

#define STM_ELSEWHERE(Class)                                                   \
  "construction of a std::" Class " not on the block's own stack"
#define STM_OTHERS(Member)                                                     \
  "call to std::" Member " on a stream that the block has not made"

// --- What is read and written for them ---------------------------------------

/// \p Read is the library's, into a copy of what is there: not every call
/// writes.
template <class T, class F>
Ptr readInto(Ptr Stream, Ptr Value, const char *What, uintptr_t Pc, F Read) {
  Own Of(Stream, What, Pc);
  if (!Of)
    return Read(Value);
  T Before, Now;
  __stm_read_range(&Before, Value, sizeof(T));
  memcpy(&Now, &Before, sizeof(T));
  Of.run([&] { return Read(&Now); });
  if (memcmp(&Now, &Before, sizeof(T)))
    __stm_write_range(Value, &Now, sizeof(T));
  return Stream;
}

template <class F>
Ptr readString(Ptr Stream, Ptr String, const char *What, uintptr_t Pc, F Read) {
  Own Of(Stream, What, Pc);
  if (!Of)
    return Read(String);
  OwnString Now(Pc);
  Now.read(String);
  Of.run([&] { return Read(&Now.Text); });
  assign(static_cast<StdString *>(String), Now.Text.c_str(), Now.Text.size());
  return Stream;
}

/// \p Write is the library's. The text is copied if it has to be.
template <class R, class F>
R writeText(Ptr Stream, CPtr Text, I64 Length, const char *What, uintptr_t Pc,
            F Write) {
  Own To(Stream, What, Pc);
  if (Length <= 0 || !To)
    return To.run([&] { return Write(Text); });
  auto Bytes = static_cast<Size>(Length);
  PrivateBlock Copy(Bytes);
  if (!Copy.data())
    CurrentTx->outOfLogMemory(Pc);
  __stm_read_range(Copy.data(), Text, Bytes);
  return To.run([&] { return Write(Copy.data()); });
}

/// The same of one that ends with 0.
template <class F>
Ptr writeCString(Ptr Stream, CPtr Text, const char *What, uintptr_t Pc,
                 F Write) {
  Own To(Stream, What, Pc);
  if (!Text || !To)
    return To.run([&] { return Write(Text); });
  PrivateString Copy(Text);
  return To.run([&] { return Write(static_cast<const char *>(Copy)); });
}

/// \p With is called with a std::string, \p String itself or a copy.
template <class F>
void onString(bool IsOwn, CPtr String, uintptr_t Pc, F With) {
  if (!IsOwn)
    return With(String);
  OwnString Copy(Pc);
  Copy.read(String);
  With(&Copy.Text);
}

/// \p Stream as the base that the manipulator wants. What that returns.
template <class Class, class Base>
Ptr manipulate(Ptr Stream, Ptr Manipulator, const char *What, uintptr_t Pc) {
  Ptr Version = cloneInTransaction(Manipulator, Pc);
  if (!Version) {
    CurrentTx->becomeInevitable(What, Pc);
    Version = Manipulator;
  } else if (!std::is_same_v<Class, Base>) {
    Own(Stream, What, Pc); // Or it is looked into as follows.
  }
  Base *Wanted = static_cast<Class *>(Stream);
  Ptr Result = reinterpret_cast<Ptr (*)(Ptr)>(Version)(Wanted);
  return std::is_same_v<Class, Base> ? Result : Stream;
}

} // namespace

extern "C" {

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wreturn-type-c-linkage" // StdString
// The library's own, under names of ours.
#define STM_LIBRARY(Name, Ret, Params)                                         \
  STM_EXPORT Ret library_##Name Params __asm__(#Name);

// --- The streams themselves --------------------------------------------------

#define STM_GET(Name, Params, What)                                            \
  STM_LIBRARY(Name, StdString, Params)                                         \
  STM_EXPORT std::string text_##Name Params __asm__(#Name);                    \
  StdString __stm_wrap_##Name Params {                                         \
    Own Of(Self, What, STM_CALLER_PC);                                         \
    if (!Of)                                                                   \
      return library_##Name(Self);                                             \
    OwnString Text(STM_CALLER_PC);                                             \
    Of.run([&] { Text.Text = text_##Name(Self); });                            \
    return StdString(Text.Text.c_str(), Text.Text.size());                     \
  }

#define STM_SET(Name, Type, What)                                              \
  STM_LIBRARY(Name, Void, (Ptr Self, CPtr String))                             \
  void __stm_wrap_##Name(Ptr Self, Type String) {                              \
    Own To(Self, What, STM_CALLER_PC);                                         \
    onString(static_cast<bool>(To), String, STM_CALLER_PC,                     \
             [&](CPtr Text) { To.run([&] { library_##Name(Self, Text); }); }); \
  }

#define STM_STRINGS(Mangled, Name)                                                          \
  STM_GET(_ZNKSt7__cxx11##Mangled##IcSt11char_traitsIcESaIcEE3strEv,                        \
          (CPtr Self), STM_OTHERS(Name "::str"))                                            \
  STM_GET(_ZNKRSt7__cxx11##Mangled##IcSt11char_traitsIcESaIcEE3strEv,                       \
          (CPtr Self), STM_OTHERS(Name "::str"))                                            \
  STM_GET(_ZNOSt7__cxx11##Mangled##IcSt11char_traitsIcESaIcEE3strEv,                        \
          (Ptr Self), STM_OTHERS(Name "::str"))                                             \
  STM_SET(                                                                                  \
      _ZNSt7__cxx11##Mangled##IcSt11char_traitsIcESaIcEE3strERKNS_12basic_stringIcS2_S3_EE, \
      CPtr, STM_OTHERS(Name "::str"))                                                       \
  STM_SET(                                                                                  \
      _ZNSt7__cxx11##Mangled##IcSt11char_traitsIcESaIcEE3strEONS_12basic_stringIcS2_S3_EE,  \
      Ptr, STM_OTHERS(Name "::str"))

#define STM_MAKE(Name, Class, Params, Args, What)                              \
  STM_LIBRARY(Name, Void, Params)                                              \
  void __stm_wrap_##Name Params {                                              \
    make<Class>(Self, mayOwn<Class>(Self, What, STM_CALLER_PC), What,          \
                STM_CALLER_PC, [&] { library_##Name Args; });                  \
  }

#define STM_MAKE_OF_STRING(Name, Class, Type, What)                            \
  STM_LIBRARY(Name, Void, (Ptr Self, CPtr String, I32 Mode))                   \
  void __stm_wrap_##Name(Ptr Self, Type String, I32 Mode) {                    \
    bool IsOwn = mayOwn<Class>(Self, What, STM_CALLER_PC);                     \
    onString(IsOwn, String, STM_CALLER_PC, [&](CPtr Text) {                    \
      make<Class>(Self, IsOwn, What, STM_CALLER_PC,                            \
                  [&] { library_##Name(Self, Text, Mode); });                  \
    });                                                                        \
  }

#define STM_TWO(Name, Ret, What)                                               \
  STM_LIBRARY(Name, Ret, (Ptr Self, Ptr Other))                                \
  Ret __stm_wrap_##Name(Ptr Self, Ptr Other) {                                 \
    Own A(Self, What, STM_CALLER_PC), B(Other, What, STM_CALLER_PC);           \
    return A.run(                                                              \
        [&] { return B.run([&] { return library_##Name(Self, Other); }); });   \
  }

#define STM_STRING_STREAM(Mangled, Class)                                                                  \
  STM_STRINGS(Mangled, #Class)                                                                             \
  STM_MAKE(_ZNSt7__cxx11##Mangled##IcSt11char_traitsIcESaIcEEC1Ev, std::Class,                             \
           (Ptr Self), (Self), STM_ELSEWHERE(#Class))                                                      \
  STM_MAKE(                                                                                                \
      _ZNSt7__cxx11##Mangled##IcSt11char_traitsIcESaIcEEC1ESt13_Ios_Openmode,                              \
      std::Class, (Ptr Self, I32 Mode), (Self, Mode), STM_ELSEWHERE(#Class))                               \
  STM_MAKE_OF_STRING(                                                                                      \
      _ZNSt7__cxx11##Mangled##IcSt11char_traitsIcESaIcEEC1ERKNS_12basic_stringIcS2_S3_EESt13_Ios_Openmode, \
      std::Class, CPtr, STM_ELSEWHERE(#Class))                                                             \
  STM_MAKE_OF_STRING(                                                                                      \
      _ZNSt7__cxx11##Mangled##IcSt11char_traitsIcESaIcEEC1EONS_12basic_stringIcS2_S3_EESt13_Ios_Openmode,  \
      std::Class, Ptr, STM_ELSEWHERE(#Class))                                                              \
  STM_LIBRARY(_ZNSt7__cxx11##Mangled##IcSt11char_traitsIcESaIcEEC1EOS4_, Void,                             \
              (Ptr Self, Ptr Other))                                                                       \
  void __stm_wrap__ZNSt7__cxx11##Mangled##IcSt11char_traitsIcESaIcEEC1EOS4_(                               \
      Ptr Self, Ptr Other) {                                                                               \
    const char *What = STM_ELSEWHERE(#Class);                                                              \
    Own From(Other, What, STM_CALLER_PC);                                                                  \
    bool IsOwn = From && mayOwn<std::Class>(Self, What, STM_CALLER_PC);                                    \
    make<std::Class>(Self, IsOwn, What, STM_CALLER_PC, [&] {                                               \
      From.run([&] {                                                                                       \
        library__ZNSt7__cxx11##Mangled##IcSt11char_traitsIcESaIcEEC1EOS4_(                                 \
            Self, Other);                                                                                  \
      });                                                                                                  \
    });                                                                                                    \
  }                                                                                                        \
  STM_LIBRARY(_ZNSt7__cxx11##Mangled##IcSt11char_traitsIcESaIcEED1Ev, Void,                                \
              (Ptr Self))                                                                                  \
  void __stm_wrap__ZNSt7__cxx11##Mangled##IcSt11char_traitsIcESaIcEED1Ev(                                  \
      Ptr Self) {                                                                                          \
    Own(Self, STM_OTHERS(#Class "::~" #Class), STM_CALLER_PC);                                             \
    CurrentTx->forgetForeign(Self);                                                                        \
    library__ZNSt7__cxx11##Mangled##IcSt11char_traitsIcESaIcEED1Ev(Self);                                  \
  }                                                                                                        \
  STM_TWO(_ZNSt7__cxx11##Mangled##IcSt11char_traitsIcESaIcEEaSEOS4_, Ptr,                                  \
          STM_OTHERS(#Class "::operator="))                                                                \
  STM_TWO(_ZNSt7__cxx11##Mangled##IcSt11char_traitsIcESaIcEE4swapERS4_, Void,                              \
          STM_OTHERS(#Class "::swap"))                                                                     \
  STM_CALL(_ZNKSt7__cxx11##Mangled##IcSt11char_traitsIcESaIcEE5rdbufEv, Ptr,                               \
           (CPtr Self), (Self), #Class "::rdbuf")

/// What needs no copies.
#define STM_CALL(Name, Ret, Params, Args, What)                                \
  STM_LIBRARY(Name, Ret, Params)                                               \
  Ret __stm_wrap_##Name Params {                                               \
    return Own(Self, STM_OTHERS(What), STM_CALLER_PC).run([&] {                \
      return library_##Name Args;                                              \
    });                                                                        \
  }

STM_STRINGS(15basic_stringbuf, "stringbuf")
STM_STRING_STREAM(18basic_stringstream, stringstream)
STM_STRING_STREAM(19basic_istringstream, istringstream)
STM_STRING_STREAM(19basic_ostringstream, ostringstream)

// --- Output -----------------------------------------------------------------

#define STM_OUTPUT(Name, Type)                                                 \
  STM_CALL(Name, Ptr, (Ptr Self, Type Value), (Self, Value),                   \
           "ostream::operator<<")

STM_OUTPUT(_ZNSolsEb, Bool)
STM_OUTPUT(_ZNSolsEs, U16)
STM_OUTPUT(_ZNSolsEt, U16)
STM_OUTPUT(_ZNSolsEi, I32)
STM_OUTPUT(_ZNSolsEj, U32)
STM_OUTPUT(_ZNSolsEl, I64)
STM_OUTPUT(_ZNSolsEm, U64)
STM_OUTPUT(_ZNSolsEx, I64)
STM_OUTPUT(_ZNSolsEy, U64)
STM_OUTPUT(_ZNSolsEf, F32)
STM_OUTPUT(_ZNSolsEd, F64)
STM_OUTPUT(_ZNSolsEPKv, CPtr)
STM_OUTPUT(_ZNSo9_M_insertIbEERSoT_, Bool)
STM_OUTPUT(_ZNSo9_M_insertIlEERSoT_, I64)
STM_OUTPUT(_ZNSo9_M_insertImEERSoT_, U64)
STM_OUTPUT(_ZNSo9_M_insertIxEERSoT_, I64)
STM_OUTPUT(_ZNSo9_M_insertIyEERSoT_, U64)
STM_OUTPUT(_ZNSo9_M_insertIdEERSoT_, F64)
STM_OUTPUT(_ZNSo9_M_insertIPKvEERSoT_, CPtr)
STM_OUTPUT(_ZNSo3putEc, U8)
STM_OUTPUT(_ZStlsISt11char_traitsIcEERSt13basic_ostreamIcT_ES5_c, U8)
STM_OUTPUT(_ZStlsISt11char_traitsIcEERSt13basic_ostreamIcT_ES5_a, U8)
STM_OUTPUT(_ZStlsISt11char_traitsIcEERSt13basic_ostreamIcT_ES5_h, U8)
STM_OUTPUT(
    _ZStlsIcSt11char_traitsIcEERSt13basic_ostreamIT_T0_ES6_St12_Setiosflags,
    I32)
STM_OUTPUT(
    _ZStlsIcSt11char_traitsIcEERSt13basic_ostreamIT_T0_ES6_St14_Resetiosflags,
    I32)
STM_OUTPUT(
    _ZStlsIcSt11char_traitsIcEERSt13basic_ostreamIT_T0_ES6_St13_Setprecision,
    I32)
STM_OUTPUT(_ZStlsIcSt11char_traitsIcEERSt13basic_ostreamIT_T0_ES6_St8_Setbase,
           I32)
STM_OUTPUT(
    _ZStlsIcSt11char_traitsIcEERSt13basic_ostreamIT_T0_ES6_St8_SetfillIS3_E, U8)
STM_OUTPUT(_ZStlsIcSt11char_traitsIcEERSt13basic_ostreamIT_T0_ES6_St5_Setw, I32)

#define STM_OUTPUT_TEXT(Name)                                                  \
  STM_LIBRARY(Name, Ptr, (Ptr Self, CPtr Text))                                \
  Ptr __stm_wrap_##Name(Ptr Self, CPtr Text) {                                 \
    return writeCString(                                                       \
        Self, Text, STM_OTHERS("operator<<"), STM_CALLER_PC,                   \
        [&](CPtr Copy) { return library_##Name(Self, Copy); });                \
  }

STM_OUTPUT_TEXT(_ZStlsISt11char_traitsIcEERSt13basic_ostreamIcT_ES5_PKc)
STM_OUTPUT_TEXT(_ZStlsISt11char_traitsIcEERSt13basic_ostreamIcT_ES5_PKa)
STM_OUTPUT_TEXT(_ZStlsISt11char_traitsIcEERSt13basic_ostreamIcT_ES5_PKh)

#define STM_WRITE_TEXT(Name, Ret, What)                                        \
  STM_LIBRARY(Name, Ret, (Ptr Self, CPtr Text, I64 Length))                    \
  Ret __stm_wrap_##Name(Ptr Self, CPtr Text, I64 Length) {                     \
    return writeText<Ret>(                                                     \
        Self, Text, Length, STM_OTHERS(What), STM_CALLER_PC,                   \
        [&](CPtr Copy) { return library_##Name(Self, Copy, Length); });        \
  }

STM_WRITE_TEXT(
    _ZSt16__ostream_insertIcSt11char_traitsIcEERSt13basic_ostreamIT_T0_ES6_PKS3_l,
    Ptr, "operator<<")
STM_WRITE_TEXT(_ZNSo5writeEPKcl, Ptr, "ostream::write")
STM_WRITE_TEXT(_ZNSt15basic_streambufIcSt11char_traitsIcEE5sputnEPKcl, I64,
               "streambuf::sputn")

STM_LIBRARY(
    _ZStlsIcSt11char_traitsIcESaIcEERSt13basic_ostreamIT_T0_ES7_RKNSt7__cxx1112basic_stringIS4_S5_T1_EE,
    Ptr, (Ptr Self, CPtr String))
Ptr __stm_wrap__ZStlsIcSt11char_traitsIcESaIcEERSt13basic_ostreamIT_T0_ES7_RKNSt7__cxx1112basic_stringIS4_S5_T1_EE(
    Ptr Self, CPtr String) {
  Own To(Self, STM_OTHERS("operator<<"), STM_CALLER_PC);
  onString(static_cast<bool>(To), String, STM_CALLER_PC, [&](CPtr Text) {
    To.run([&] {
      library__ZStlsIcSt11char_traitsIcESaIcEERSt13basic_ostreamIT_T0_ES7_RKNSt7__cxx1112basic_stringIS4_S5_T1_EE(
          Self, Text);
    });
  });
  return Self;
}

STM_CALL(_ZNSo5flushEv, Ptr, (Ptr Self), (Self), "ostream::flush")
STM_CALL(_ZNSo5tellpEv, StreamPos, (Ptr Self), (Self), "ostream::tellp")
STM_CALL(_ZNSo5seekpESt4fposI11__mbstate_tE, Ptr,
         (Ptr Self, I64 Offset, U64 State), (Self, Offset, State),
         "ostream::seekp")
STM_CALL(_ZNSo5seekpElSt12_Ios_Seekdir, Ptr, (Ptr Self, I64 Offset, I32 From),
         (Self, Offset, From), "ostream::seekp")
STM_CALL(_ZSt4endlIcSt11char_traitsIcEERSt13basic_ostreamIT_T0_ES6_, Ptr,
         (Ptr Self), (Self), "endl")
STM_CALL(_ZSt4endsIcSt11char_traitsIcEERSt13basic_ostreamIT_T0_ES6_, Ptr,
         (Ptr Self), (Self), "ends")
STM_CALL(_ZSt5flushIcSt11char_traitsIcEERSt13basic_ostreamIT_T0_ES6_, Ptr,
         (Ptr Self), (Self), "flush")

#define STM_MANIPULATE(Name, Class, Base, What)                                \
  Ptr __stm_wrap_##Name(Ptr Self, Ptr Manipulator) {                           \
    return manipulate<Class, Base>(Self, Manipulator, STM_OTHERS(What),        \
                                   STM_CALLER_PC);                             \
  }

STM_MANIPULATE(_ZNSolsEPFRSoS_E, std::ostream, std::ostream,
               "ostream::operator<<")
STM_MANIPULATE(_ZNSolsEPFRSt9basic_iosIcSt11char_traitsIcEES3_E, std::ostream,
               std::ios, "ostream::operator<<")
STM_MANIPULATE(_ZNSolsEPFRSt8ios_baseS0_E, std::ostream, std::ios_base,
               "ostream::operator<<")
STM_MANIPULATE(_ZNSirsEPFRSiS_E, std::istream, std::istream,
               "istream::operator>>")
STM_MANIPULATE(_ZNSirsEPFRSt9basic_iosIcSt11char_traitsIcEES3_E, std::istream,
               std::ios, "istream::operator>>")
STM_MANIPULATE(_ZNSirsEPFRSt8ios_baseS0_E, std::istream, std::ios_base,
               "istream::operator>>")

// --- Input ------------------------------------------------------------------

#define STM_INPUT(Name, Type, What)                                            \
  STM_LIBRARY(Name, Ptr, (Ptr Self, Ptr Value))                                \
  Ptr __stm_wrap_##Name(Ptr Self, Ptr Value) {                                 \
    return readInto<Type>(                                                     \
        Self, Value, STM_OTHERS(What), STM_CALLER_PC,                          \
        [&](Ptr Copy) { return library_##Name(Self, Copy); });                 \
  }
#define STM_INPUT_VALUE(Name, Type) STM_INPUT(Name, Type, "istream::operator>>")

STM_INPUT_VALUE(_ZNSirsERb, U8)
STM_INPUT_VALUE(_ZNSirsERs, U16)
STM_INPUT_VALUE(_ZNSirsERt, U16)
STM_INPUT_VALUE(_ZNSirsERi, U32)
STM_INPUT_VALUE(_ZNSirsERj, U32)
STM_INPUT_VALUE(_ZNSirsERl, U64)
STM_INPUT_VALUE(_ZNSirsERm, U64)
STM_INPUT_VALUE(_ZNSirsERx, U64)
STM_INPUT_VALUE(_ZNSirsERy, U64)
STM_INPUT_VALUE(_ZNSirsERf, F32)
STM_INPUT_VALUE(_ZNSirsERd, F64)
STM_INPUT_VALUE(_ZNSirsERPv, Ptr)
STM_INPUT_VALUE(_ZNSi10_M_extractIbEERSiRT_, U8)
STM_INPUT_VALUE(_ZNSi10_M_extractItEERSiRT_, U16)
STM_INPUT_VALUE(_ZNSi10_M_extractIjEERSiRT_, U32)
STM_INPUT_VALUE(_ZNSi10_M_extractIlEERSiRT_, U64)
STM_INPUT_VALUE(_ZNSi10_M_extractImEERSiRT_, U64)
STM_INPUT_VALUE(_ZNSi10_M_extractIxEERSiRT_, U64)
STM_INPUT_VALUE(_ZNSi10_M_extractIyEERSiRT_, U64)
STM_INPUT_VALUE(_ZNSi10_M_extractIfEERSiRT_, F32)
STM_INPUT_VALUE(_ZNSi10_M_extractIdEERSiRT_, F64)
STM_INPUT_VALUE(_ZNSi10_M_extractIPvEERSiRT_, Ptr)
STM_INPUT_VALUE(_ZStrsIcSt11char_traitsIcEERSt13basic_istreamIT_T0_ES6_RS3_, U8)
STM_INPUT_VALUE(_ZStrsISt11char_traitsIcEERSt13basic_istreamIcT_ES5_Ra, U8)
STM_INPUT_VALUE(_ZStrsISt11char_traitsIcEERSt13basic_istreamIcT_ES5_Rh, U8)
STM_INPUT(_ZNSi3getERc, U8, "istream::get")

#define STM_INPUT_STRING(Name, What)                                           \
  STM_LIBRARY(Name, Ptr, (Ptr Self, Ptr String))                               \
  Ptr __stm_wrap_##Name(Ptr Self, Ptr String) {                                \
    return readString(Self, String, STM_OTHERS(What), STM_CALLER_PC,           \
                      [&](Ptr Copy) { return library_##Name(Self, Copy); });   \
  }

STM_INPUT_STRING(
    _ZStrsIcSt11char_traitsIcESaIcEERSt13basic_istreamIT_T0_ES7_RNSt7__cxx1112basic_stringIS4_S5_T1_EE,
    "operator>>")
STM_INPUT_STRING(
    _ZSt7getlineIcSt11char_traitsIcESaIcEERSt13basic_istreamIT_T0_ES7_RNSt7__cxx1112basic_stringIS4_S5_T1_EE,
    "getline")

STM_LIBRARY(
    _ZSt7getlineIcSt11char_traitsIcESaIcEERSt13basic_istreamIT_T0_ES7_RNSt7__cxx1112basic_stringIS4_S5_T1_EES4_,
    Ptr, (Ptr Self, Ptr String, U8 End))
Ptr __stm_wrap__ZSt7getlineIcSt11char_traitsIcESaIcEERSt13basic_istreamIT_T0_ES7_RNSt7__cxx1112basic_stringIS4_S5_T1_EES4_(
    Ptr Self, Ptr String, U8 End) {
  return readString(
      Self, String, STM_OTHERS("getline"), STM_CALLER_PC, [&](Ptr Copy) {
        return library__ZSt7getlineIcSt11char_traitsIcESaIcEERSt13basic_istreamIT_T0_ES7_RNSt7__cxx1112basic_stringIS4_S5_T1_EES4_(
            Self, Copy, End);
      });
}

STM_CALL(_ZNSi3getEv, I32, (Ptr Self), (Self), "istream::get")
STM_CALL(_ZNSi4peekEv, I32, (Ptr Self), (Self), "istream::peek")
STM_CALL(_ZNSi5ungetEv, Ptr, (Ptr Self), (Self), "istream::unget")
STM_CALL(_ZNSi7putbackEc, Ptr, (Ptr Self, U8 Char), (Self, Char),
         "istream::putback")
STM_CALL(_ZNSi6ignoreEv, Ptr, (Ptr Self), (Self), "istream::ignore")
STM_CALL(_ZNSi6ignoreEl, Ptr, (Ptr Self, I64 Count), (Self, Count),
         "istream::ignore")
STM_CALL(_ZNSi6ignoreEli, Ptr, (Ptr Self, I64 Count, I32 End),
         (Self, Count, End), "istream::ignore")
STM_CALL(_ZNKSi6gcountEv, I64, (CPtr Self), (Self), "istream::gcount")
STM_CALL(_ZNSi5tellgEv, StreamPos, (Ptr Self), (Self), "istream::tellg")
STM_CALL(_ZNSi5seekgESt4fposI11__mbstate_tE, Ptr,
         (Ptr Self, I64 Offset, U64 State), (Self, Offset, State),
         "istream::seekg")
STM_CALL(_ZNSi5seekgElSt12_Ios_Seekdir, Ptr, (Ptr Self, I64 Offset, I32 From),
         (Self, Offset, From), "istream::seekg")
STM_CALL(_ZSt2wsIcSt11char_traitsIcEERSt13basic_istreamIT_T0_ES6_, Ptr,
         (Ptr Self), (Self), "ws")

STM_LIBRARY(_ZNSi4readEPcl, Ptr, (Ptr Self, Ptr Room, I64 Length))
Ptr __stm_wrap__ZNSi4readEPcl(Ptr Self, Ptr Room, I64 Length) {
  Own Of(Self, STM_OTHERS("istream::read"), STM_CALLER_PC);
  if (Length <= 0 || !Of)
    return library__ZNSi4readEPcl(Self, Room, Length);
  PrivateBlock Copy(static_cast<Size>(Length));
  if (!Copy.data())
    CurrentTx->outOfLogMemory(STM_CALLER_PC);
  Of.run([&] { library__ZNSi4readEPcl(Self, Copy.data(), Length); });
  __stm_write_range(Room, Copy.data(),
                    static_cast<Size>(library__ZNKSi6gcountEv(Self)));
  return Self;
}

// --- State ------------------------------------------------------------------

#define STM_STATE(Member, Type, What)                                          \
  STM_CALL(_ZNKSt9basic_iosIcSt11char_traitsIcEE##Member##Ev, Type,            \
           (CPtr Self), (Self), "ios::" What)

STM_STATE(4good, Bool, "good")
STM_STATE(3eof, Bool, "eof")
STM_STATE(4fail, Bool, "fail")
STM_STATE(3bad, Bool, "bad")
STM_STATE(cvb, Bool, "operator bool")
STM_STATE(nt, Bool, "operator!")
STM_STATE(7rdstate, I32, "rdstate")
STM_STATE(10exceptions, I32, "exceptions")
STM_STATE(4fill, U8, "fill")
STM_STATE(5rdbuf, Ptr, "rdbuf")
STM_CALL(_ZNKSt9basic_iosIcSt11char_traitsIcEE5widenEc, U8,
         (CPtr Self, U8 Char), (Self, Char), "ios::widen")
STM_CALL(_ZNSt9basic_iosIcSt11char_traitsIcEE4fillEc, U8, (Ptr Self, U8 Char),
         (Self, Char), "ios::fill")
STM_CALL(_ZNSt9basic_iosIcSt11char_traitsIcEE5clearESt12_Ios_Iostate, Void,
         (Ptr Self, I32 State), (Self, State), "ios::clear")
STM_CALL(_ZNSt9basic_iosIcSt11char_traitsIcEE8setstateESt12_Ios_Iostate, Void,
         (Ptr Self, I32 State), (Self, State), "ios::setstate")

STM_CALL(_ZNSt15basic_streambufIcSt11char_traitsIcEE5sputcEc, I32,
         (Ptr Self, U8 Char), (Self, Char), "streambuf::sputc")
STM_CALL(_ZNSt15basic_streambufIcSt11char_traitsIcEE5sgetcEv, I32, (Ptr Self),
         (Self), "streambuf::sgetc")
STM_CALL(_ZNSt15basic_streambufIcSt11char_traitsIcEE6sbumpcEv, I32, (Ptr Self),
         (Self), "streambuf::sbumpc")
STM_CALL(_ZNSt15basic_streambufIcSt11char_traitsIcEE6snextcEv, I32, (Ptr Self),
         (Self), "streambuf::snextc")
STM_WRITE_TEXT(_ZNSt15basic_streambufIcSt11char_traitsIcEE6xsputnEPKcl, I64,
               "streambuf::xsputn")
STM_CALL(_ZNSt15basic_streambufIcSt11char_traitsIcEE5uflowEv, I32, (Ptr Self),
         (Self), "streambuf::uflow")
STM_CALL(_ZNSt7__cxx1115basic_stringbufIcSt11char_traitsIcESaIcEE9underflowEv,
         I32, (Ptr Self), (Self), "stringbuf::underflow")
STM_CALL(_ZNSt7__cxx1115basic_stringbufIcSt11char_traitsIcESaIcEE8overflowEi,
         I32, (Ptr Self, I32 Char), (Self, Char), "stringbuf::overflow")

#pragma clang diagnostic pop

} // extern "C"

} // namespace stm::rt::abi
