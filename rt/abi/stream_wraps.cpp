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
#include "abi/own_streams.h"
#include "abi/private_args.h"
#include "abi/std_string.h"

#include <algorithm>
#include <new>
#include <type_traits>

namespace stm::rt::abi {

#define STM_ELSEWHERE(Class)                                                   \
  "construction of a std::" Class " not on the block's own stack"
#define STM_OTHERS(Member)                                                     \
  "call to std::" Member " on a stream that the block has not made"

namespace {

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
  assignString(static_cast<StdString *>(String), Now.Text.c_str(),
               Now.Text.size());
  return Stream;
}

/// \p Read is the library's, of at most so many characters, the last of which
/// is a terminator, wherever that is.
template <class F>
Ptr readChars(Ptr Stream, Ptr Room, I64 Length, const char *What, uintptr_t Pc,
              F Read) {
  Own Of(Stream, What, Pc);
  if (Length <= 0 || !Of)
    return Read(Room);
  // Not all that the program may have promised.
  Size Bytes = std::min(static_cast<Size>(Length), Of.textBytes() + 1);
  PrivateBlock Copy(Bytes);
  if (!Copy.data())
    CurrentTx->outOfLogMemory(Pc);
  memset(Copy.data(), 1, Bytes);
  Of.run([&] { return Read(Copy.data()); });
  if (auto *Last = static_cast<char *>(memrchr(Copy.data(), 0, Bytes)))
    __stm_write_range(Room, Copy.data(),
                      static_cast<Size>(Last - Copy.data()) + 1);
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

#define STM_MAKE(Name, Class, Params, Args, What)                              \
  STM_LIBRARY(Name, Void, Params)                                              \
  void __stm_wrap_##Name Params {                                              \
    makeOwn<Class>(Self, mayOwn<Class>(Self, What, STM_CALLER_PC), What,       \
                   STM_CALLER_PC, [&] { library_##Name Args; });               \
  }

#define STM_MAKE_OF_STRING(Name, Class, Type, What)                            \
  STM_LIBRARY(Name, Void, (Ptr Self, CPtr String, I32 Mode))                   \
  void __stm_wrap_##Name(Ptr Self, Type String, I32 Mode) {                    \
    bool IsOwn = mayOwn<Class>(Self, What, STM_CALLER_PC);                     \
    onString(IsOwn, String, STM_CALLER_PC, [&](CPtr Text) {                    \
      makeOwn<Class>(Self, IsOwn, What, STM_CALLER_PC,                         \
                     [&] { library_##Name(Self, Text, Mode); });               \
    });                                                                        \
  }

#define STM_TWO(Name, Ret, What)                                               \
  STM_LIBRARY(Name, Ret, (Ptr Self, Ptr Other))                                \
  Ret __stm_wrap_##Name(Ptr Self, Ptr Other) {                                 \
    Own A(Self, What, STM_CALLER_PC), B(Other, What, STM_CALLER_PC);           \
    return A.run(                                                              \
        [&] { return B.run([&] { return library_##Name(Self, Other); }); });   \
  }

// --- The rows of the table ---------------------------------------------------

#define STM_WRAP(...) // Those that follow the table.
#define STM_WRAP_OWN(...)
#define STM_STREAM_CALL(Name, Ret, Params, Args, What)                         \
  STM_LIBRARY(Name, Ret, Params)                                               \
  Ret __stm_wrap_##Name Params {                                               \
    return Own(Self, STM_OTHERS(What), STM_CALLER_PC).run([&] {                \
      return library_##Name Args;                                              \
    });                                                                        \
  }
#define STM_STREAM_CALL_INLINE STM_STREAM_CALL
#define STM_STREAM_OUTPUT(Name, Type)                                          \
  STM_STREAM_CALL(Name, Ptr, (Ptr Self, Type Value), (Self, Value),            \
                  "ostream::operator<<")
#define STM_STREAM_OUTPUT_TEXT(Name)                                           \
  STM_LIBRARY(Name, Ptr, (Ptr Self, CPtr Text))                                \
  Ptr __stm_wrap_##Name(Ptr Self, CPtr Text) {                                 \
    return writeCString(                                                       \
        Self, Text, STM_OTHERS("operator<<"), STM_CALLER_PC,                   \
        [&](CPtr Copy) { return library_##Name(Self, Copy); });                \
  }
#define STM_STREAM_WRITE(Name, Ret, What)                                      \
  STM_LIBRARY(Name, Ret, (Ptr Self, CPtr Text, I64 Length))                    \
  Ret __stm_wrap_##Name(Ptr Self, CPtr Text, I64 Length) {                     \
    return writeText<Ret>(                                                     \
        Self, Text, Length, STM_OTHERS(What), STM_CALLER_PC,                   \
        [&](CPtr Copy) { return library_##Name(Self, Copy, Length); });        \
  }
#define STM_STREAM_INPUT(Name, Type, What)                                     \
  STM_LIBRARY(Name, Ptr, (Ptr Self, Ptr Value))                                \
  Ptr __stm_wrap_##Name(Ptr Self, Ptr Value) {                                 \
    return readInto<Type>(                                                     \
        Self, Value, STM_OTHERS(What), STM_CALLER_PC,                          \
        [&](Ptr Copy) { return library_##Name(Self, Copy); });                 \
  }
#define STM_STREAM_INPUT_STRING(Name, What)                                    \
  STM_LIBRARY(Name, Ptr, (Ptr Self, Ptr String))                               \
  Ptr __stm_wrap_##Name(Ptr Self, Ptr String) {                                \
    return readString(Self, String, STM_OTHERS(What), STM_CALLER_PC,           \
                      [&](Ptr Copy) { return library_##Name(Self, Copy); });   \
  }
#define STM_STREAM_INPUT_CHARS(Name, What)                                     \
  STM_LIBRARY(Name, Ptr, (Ptr Self, Ptr Room, I64 Length))                     \
  Ptr __stm_wrap_##Name(Ptr Self, Ptr Room, I64 Length) {                      \
    return readChars(                                                          \
        Self, Room, Length, STM_OTHERS(What), STM_CALLER_PC,                   \
        [&](Ptr Copy) { return library_##Name(Self, Copy, Length); });         \
  }
#define STM_STREAM_INPUT_CHARS_UNTIL(Name, What)                               \
  STM_LIBRARY(Name, Ptr, (Ptr Self, Ptr Room, I64 Length, U8 End))             \
  Ptr __stm_wrap_##Name(Ptr Self, Ptr Room, I64 Length, U8 End) {              \
    return readChars(                                                          \
        Self, Room, Length, STM_OTHERS(What), STM_CALLER_PC,                   \
        [&](Ptr Copy) { return library_##Name(Self, Copy, Length, End); });    \
  }
#define STM_STREAM_MANIPULATE(Name, Class, Base, What)                         \
  Ptr __stm_wrap_##Name(Ptr Self, Ptr Manipulator) {                           \
    return manipulate<Class, Base>(Self, Manipulator, STM_OTHERS(What),        \
                                   STM_CALLER_PC);                             \
  }
#define STM_STREAM_STRINGS(Mangled, Name)                                                   \
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

#define STM_STREAM_CLASS(Mangled, Class)                                                                   \
  STM_STREAM_STRINGS(Mangled, #Class)                                                                      \
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
    makeOwn<std::Class>(Self, IsOwn, What, STM_CALLER_PC, [&] {                                            \
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
  STM_STREAM_CALL(_ZNKSt7__cxx11##Mangled##IcSt11char_traitsIcESaIcEE5rdbufEv,                             \
                  Ptr, (CPtr Self), (Self), #Class "::rdbuf")

#include "stm/wraps/streams.def"

// --- The others --------------------------------------------------------------

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

STM_LIBRARY(_ZNSi4readEPcl, Ptr, (Ptr Self, Ptr Room, I64 Length))
Ptr __stm_wrap__ZNSi4readEPcl(Ptr Self, Ptr Room, I64 Length) {
  Own Of(Self, STM_OTHERS("istream::read"), STM_CALLER_PC);
  if (Length <= 0 || !Of)
    return library__ZNSi4readEPcl(Self, Room, Length);
  PrivateBlock Copy(std::min(static_cast<Size>(Length), Of.textBytes() + 1));
  if (!Copy.data())
    CurrentTx->outOfLogMemory(STM_CALLER_PC);
  Of.run([&] { library__ZNSi4readEPcl(Self, Copy.data(), Length); });
  __stm_write_range(Room, Copy.data(),
                    static_cast<Size>(library__ZNKSi6gcountEv(Self)));
  return Self;
}

STM_LIBRARY(_ZSt17__istream_extractRSiPcl, Void,
            (Ptr Self, Ptr Room, I64 Length))
void __stm_wrap__ZSt17__istream_extractRSiPcl(Ptr Self, Ptr Room, I64 Length) {
  readChars(Self, Room, Length, STM_OTHERS("operator>>"), STM_CALLER_PC,
            [&](Ptr Copy) {
              library__ZSt17__istream_extractRSiPcl(Self, Copy, Length);
              return Self;
            });
}

STM_LIBRARY(_ZNSi8readsomeEPcl, I64, (Ptr Self, Ptr Room, I64 Length))
I64 __stm_wrap__ZNSi8readsomeEPcl(Ptr Self, Ptr Room, I64 Length) {
  Own Of(Self, STM_OTHERS("istream::readsome"), STM_CALLER_PC);
  if (Length <= 0 || !Of)
    return Of.run(
        [&] { return library__ZNSi8readsomeEPcl(Self, Room, Length); });
  PrivateBlock Copy(std::min(static_cast<Size>(Length), Of.textBytes() + 1));
  if (!Copy.data())
    CurrentTx->outOfLogMemory(STM_CALLER_PC);
  I64 Count = Of.run(
      [&] { return library__ZNSi8readsomeEPcl(Self, Copy.data(), Length); });
  if (Count > 0)
    __stm_write_range(Room, Copy.data(), static_cast<Size>(Count));
  return Count;
}

// From one stream to another.
STM_TWO(_ZNSolsEPSt15basic_streambufIcSt11char_traitsIcEE, Ptr,
        STM_OTHERS("ostream::operator<<"))

// The same bytes whoever writes them, and whether or not that is rolled back.
STM_LIBRARY(_ZNKSt5ctypeIcE13_M_widen_initEv, Void, (CPtr Self))
void __stm_wrap__ZNKSt5ctypeIcE13_M_widen_initEv(CPtr Self) {
  if (!CurrentTx->isDirect() &&
      Self != &std::use_facet<std::ctype<char>>(std::locale::classic()))
    CurrentTx->becomeInevitable("call to std::ctype<char>::widen of a locale "
                                "that isn't the classic one",
                                STM_CALLER_PC);
  library__ZNKSt5ctypeIcE13_M_widen_initEv(Self);
}

U8 __stm_wrap__ZNKSt5ctypeIcE8do_widenEc(CPtr, U8 Char) { return Char; }

#undef STM_WRAP
#undef STM_WRAP_OWN
#pragma clang diagnostic pop

} // extern "C"

} // namespace stm::rt::abi
