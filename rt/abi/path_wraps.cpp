//===- abi/path_wraps.cpp - std::filesystem::path ---------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// What a path does without looking at files, libstdc++ has out of line. Here
// its own functions run on private paths, made of the names that barriers have
// read, and what they give is written by barriers. While such a path is alive
// no barrier runs: it may abandon the frame.
//
// A path is its name and a list of the name's parts: a type in the lowest bits
// of a pointer, and, of a path of several parts, a block of memory, {size,
// capacity, parts}, of which each is a path with a place in the name. That is
// checked once; in a library that does it otherwise all is inevitable.
//
//===----------------------------------------------------------------------===//

#include "abi/private_args.h"
#include "abi/std_string.h"
#include "abi/thrown.h"
#include "tx/registry.h"

#include <atomic>
#include <cstddef>
#include <cstring>
#include <filesystem>
#include <string>

// As in own_streams.h.
extern template class std::basic_string<char>;

namespace stm::rt::abi {

namespace {

namespace fs = std::filesystem;

// --- How a path lies in memory -----------------------------------------------

struct Path {
  StdString Name;
  U64 List; ///< Block, if there is one, and type.
};
static_assert(sizeof(Path) == sizeof(fs::path));

struct Part {
  Path Is;
  U64 At;
};

struct Block {
  I32 Size;
  I32 Capacity;
  Part *parts() { return reinterpret_cast<Part *>(this + 1); }
  const Part *parts() const { return reinterpret_cast<const Part *>(this + 1); }
};

constexpr U64 TypeBits = 3, SeveralParts = 0;

Block *blockOf(U64 List) { return reinterpret_cast<Block *>(List & ~TypeBits); }

/// Of a private one.
const Path &layoutOf(const fs::path &P) {
  return *reinterpret_cast<const Path *>(&P);
}
Path &layoutOf(fs::path &P) { return *reinterpret_cast<Path *>(&P); }

bool isKnown() {
  fs::path Several("/usr/x"), One("x"), None;
  const Path &P = layoutOf(Several);
  const Block *B = blockOf(P.List);
  auto IsPart = [&](unsigned I, const char *Name, Size At) {
    const Part &Is = B->parts()[I];
    return Is.Is.Name.Length == strlen(Name) &&
           !memcmp(reinterpret_cast<const char *>(Is.Is.Name.Data), Name,
                   strlen(Name)) &&
           Is.Is.List != SeveralParts && Is.Is.List <= TypeBits && Is.At == At;
  };
  return (P.List & TypeBits) == SeveralParts && B && B->Size == 3 &&
         B->Capacity >= 3 &&
         reinterpret_cast<const Part *>(&*Several.begin()) == B->parts() &&
         IsPart(0, "/", 0) && IsPart(1, "usr", 1) && IsPart(2, "x", 5) &&
         layoutOf(One).List != SeveralParts && layoutOf(One).List <= TypeBits &&
         layoutOf(None).List <= TypeBits;
}

/// If not, it is inevitable. (No guard of a static: what allocates may be the
/// program's, and abandon the frame.)
bool mayWork(const char *What, uintptr_t Pc) {
  static constinit std::atomic<int> Known{0}; // Nobody has looked; or 1, -1.
  if (CurrentTx->isDirect())
    return false;
  int Is = Known.load(std::memory_order_relaxed);
  if (STM_UNLIKELY(Is == 0)) {
    bool HasThrown = false;
    try {
      Is = isKnown() ? 1 : -1;
    } catch (...) {
      HasThrown = true;
    }
    if (HasThrown)
      CurrentTx->outOfLogMemory(Pc);
    Known.store(Is, std::memory_order_relaxed);
  }
  if (Is < 0)
    CurrentTx->becomeInevitable(What, Pc);
  return Is > 0;
}

/// A private copy of so many bytes.
class Name {
public:
  Name(CPtr Shared, Size Length) : Length(Length), Copy(Length) {
    if (!Copy.data())
      CurrentTx->outOfLogMemory(STM_CALLER_PC);
    __stm_read_range(Copy.data(), Shared, Length);
  }
  /// Of a path.
  explicit Name(CPtr Of)
      : Name(reinterpret_cast<CPtr>(
                 __stm_read_u64(&static_cast<const Path *>(Of)->Name.Data)),
             __stm_read_u64(&static_cast<const Path *>(Of)->Name.Length)) {}

  std::string_view get() { return {Copy.data(), Length}; }
  Size length() const { return Length; }

private:
  Size Length;
  PrivateBlock Copy;
};

// --- Lists, by barriers ------------------------------------------------------

void destroyBlock(Block *B) {
  if (!B)
    return;
  I32 Size = static_cast<I32>(__stm_read_u32(&B->Size));
  I32 Capacity = static_cast<I32>(__stm_read_u32(&B->Capacity));
  for (Part *P = B->parts(), *End = P + Size; P != End; ++P) {
    destroyBlock(blockOf(__stm_read_u64(&P->Is.List)));
    destroyString(&P->Is.Name);
  }
  __stm_wrap__ZdlPvm(B, sizeof(Block) +
                            static_cast<abi::Size>(Capacity) * sizeof(Part));
}

/// With so many parts, each of which \p Make makes; it may throw.
template <class F> Block *makeBlock(Size Parts, F Make) {
  auto *B = static_cast<Block *>(
      __stm_wrap__Znwm(sizeof(Block) + Parts * sizeof(Part)));
  __stm_write_u32(&B->Size, 0);
  __stm_write_u32(&B->Capacity, static_cast<U32>(Parts));
  try {
    for (Size I = 0; I != Parts; ++I) {
      Make(B->parts() + I, I);
      __stm_write_u32(&B->Size, static_cast<U32>(I + 1));
    }
  } catch (...) {
    destroyBlock(B);
    throw;
  }
  return B;
}

/// What the copy of a list is.
U64 copyList(U64 List) {
  Block *Of = blockOf(List);
  if ((List & TypeBits) != SeveralParts || !Of)
    return List & TypeBits;
  Block *Copy = makeBlock(__stm_read_u32(&Of->Size), [=](Part *To, Size I) {
    Part *From = Of->parts() + I;
    Name Text(&From->Is);
    makeString(&To->Is.Name, Text.get().data(), Text.length());
    __stm_write_u64(&To->Is.List, __stm_read_u64(&From->Is.List) & TypeBits);
    __stm_write_u64(&To->At, __stm_read_u64(&From->At));
  });
  return reinterpret_cast<U64>(Copy) | SeveralParts;
}

/// How much there is in a path.
struct Room {
  Size Name;  ///< Bytes.
  Size Texts; ///< Bytes of its parts' names.
  Size Parts;
};

/// What no function makes more of: "../" for each part of the second.
Room roomFor(const Room &A, const Room &B) {
  Size Bytes = A.Name + A.Texts + 3 * (B.Name + B.Texts) + 16;
  return {Bytes, Bytes, A.Name + A.Parts + B.Name + B.Parts + 4};
}

/// By barriers.
Room roomOf(CPtr Shared) {
  auto *P = static_cast<const Path *>(Shared);
  Room Is = {__stm_read_u64(&P->Name.Length), 0, 0};
  U64 List = __stm_read_u64(&P->List);
  Block *B = blockOf(List);
  if ((List & TypeBits) == SeveralParts && B) {
    Is.Parts = __stm_read_u32(&B->Size);
    for (Size I = 0; I != Is.Parts; ++I)
      Is.Texts += __stm_read_u64(&B->parts()[I].Is.Name.Length);
  }
  return Is;
}

/// A path's name and parts, without memory of a path's own. (The parts don't
/// follow from the name: where names are put together, libstdc++ leaves some
/// that it wouldn't find in the whole.)
class Flat {
public:
  explicit Flat(const Room &Most)
      : Most(Most),
        Memory(Most.Parts * sizeof(Place) + Most.Name + Most.Texts) {
    if (!Memory.data())
      CurrentTx->outOfLogMemory(STM_CALLER_PC);
  }

  /// By barriers; for which there is room.
  void read(CPtr Shared) {
    auto *P = static_cast<const Path *>(Shared);
    Is = Most;
    __stm_read_range(
        name(), reinterpret_cast<CPtr>(__stm_read_u64(&P->Name.Data)), Is.Name);
    U64 List = __stm_read_u64(&P->List);
    Type = List & TypeBits;
    char *Next = texts();
    for (Size I = 0; I != Is.Parts; ++I) {
      const Part *From = blockOf(List)->parts() + I;
      Place &To = places()[I];
      To = {__stm_read_u64(&From->Is.List) & TypeBits,
            __stm_read_u64(&From->At), __stm_read_u64(&From->Is.Name.Length)};
      __stm_read_range(
          Next, reinterpret_cast<CPtr>(__stm_read_u64(&From->Is.Name.Data)),
          To.Length);
      Next += To.Length;
    }
  }

  /// \p From is private. False: there is too little room.
  bool take(const fs::path &From) {
    const Path &P = layoutOf(From);
    Is = {From.native().size(), 0, 0};
    Type = P.List & TypeBits;
    if (Is.Name > Most.Name)
      return false;
    memcpy(name(), From.native().data(), Is.Name);
    const Block *B = blockOf(P.List);
    if (Type != SeveralParts || !B)
      return true;
    for (I32 I = 0; I != B->Size; ++I) {
      const Part &Next = B->parts()[I];
      Size Bytes = Next.Is.Name.Length;
      if (Is.Parts == Most.Parts || Is.Texts + Bytes > Most.Texts)
        return false;
      memcpy(texts() + Is.Texts,
             reinterpret_cast<const char *>(Next.Is.Name.Data), Bytes);
      places()[Is.Parts++] = {Next.Is.List & TypeBits, Next.At, Bytes};
      Is.Texts += Bytes;
    }
    return true;
  }

  /// Of an empty private path, which gets room for so many more parts. (Where
  /// plain code leaves a block with some, libstdc++ may need it: it writes one
  /// part too many where "x/" is added to "/".)
  void make(fs::path &Private, Size More = 0) {
    Path &P = layoutOf(Private);
    nameOf(Private).assign(name(), Is.Name);
    P.List = Type;
    Size Capacity = Is.Parts + More;
    if (Type != SeveralParts && !More)
      return;
    auto *B = static_cast<Block *>(operator new(sizeof(Block) +
                                                Capacity * sizeof(Part)));
    *B = {0, static_cast<I32>(Capacity)};
    P.List |= reinterpret_cast<U64>(B); // It frees that.
    const char *Next = texts();
    for (Size I = 0; I != Is.Parts; ++I) {
      const Place &From = places()[I];
      Part *To = B->parts() + I;
      auto *Of = new (&To->Is) fs::path;
      To->At = From.At;
      ++B->Size;
      nameOf(*Of).assign(Next, From.Length);
      To->Is.List = From.Type;
      Next += From.Length;
    }
  }

  // All that may throw comes first.
  void construct(Ptr Where) {
    auto *To = static_cast<Path *>(Where);
    __stm_write_u64(&To->List, makeListBefore([&] {
      makeString(&To->Name, name(), Is.Name);
    }));
  }
  void assign(Ptr Where) {
    auto *To = static_cast<Path *>(Where);
    replaceList(
        To, makeListBefore([&] { assignString(&To->Name, name(), Is.Name); }));
  }
  void assignList(Ptr Where) {
    replaceList(static_cast<Path *>(Where), makeList());
  }

private:
  struct Place {
    U64 Type;
    U64 At;
    U64 Length;
  };

  Place *places() { return reinterpret_cast<Place *>(Memory.data()); }
  char *name() { return reinterpret_cast<char *>(places() + Most.Parts); }
  char *texts() { return name() + Most.Name; }

  static std::string &nameOf(fs::path &Private) {
    return const_cast<std::string &>(Private.native());
  }

  U64 makeList() {
    if (Type != SeveralParts)
      return Type;
    const char *Next = texts();
    Block *B = makeBlock(Is.Parts, [&](Part *To, Size I) {
      const Place &From = places()[I];
      makeString(&To->Is.Name, Next, From.Length);
      Next += From.Length;
      __stm_write_u64(&To->Is.List, From.Type);
      __stm_write_u64(&To->At, From.At);
    });
    return reinterpret_cast<U64>(B) | SeveralParts;
  }

  template <class F> U64 makeListBefore(F MakeName) {
    U64 New = makeList();
    try {
      MakeName();
    } catch (...) {
      destroyBlock(blockOf(New));
      throw;
    }
    return New;
  }

  static void replaceList(Path *Of, U64 New) {
    U64 Old = __stm_read_u64(&Of->List);
    __stm_write_u64(&Of->List, New);
    destroyBlock(blockOf(Old));
  }

  Room Most, Is{};
  PrivateBlock Memory;
  U64 Type = 0;
};

/// A path that barriers have read.
class Argument {
public:
  explicit Argument(CPtr Shared) : Room(roomOf(Shared)), Read(Room) {
    Read.read(Shared);
  }
  const abi::Room &room() const { return Room; }
  void make(fs::path &Private, Size More = 0) { Read.make(Private, More); }

private:
  abi::Room Room;
  Flat Read;
};

/// A text likewise.
class TextArgument {
public:
  TextArgument(CPtr Shared, Size Length) : Read(Shared, Length) {}
  abi::Room room() const { return {Read.length(), 0, 0}; }
  void make(std::string_view &Private) { Private = Read.get(); }

private:
  Name Read;
};

/// \p Get, which the program's function does without memory. So if there is
/// none it may not throw that.
template <class F> auto tryTo(F Get) {
  decltype(Get()) Result{};
  bool HasThrown = false;
  try {
    Result = Get();
  } catch (...) {
    HasThrown = true;
  }
  if (HasThrown)
    CurrentTx->outOfLogMemory(STM_CALLER_PC);
  return Result;
}

/// \p Get, of a private path that is \p Self.
template <class F> auto ask(CPtr Self, F Get) {
  Argument Own(Self);
  return tryTo([&] {
    fs::path P;
    Own.make(P);
    return Get(P);
  });
}

/// Does \p Change with a private path that is \p Self, and writes what it is
/// then. False: there is no room, and it is inevitable.
template <class Private, class Arg, class F>
bool change(Ptr Self, Arg &With, const char *What, uintptr_t Pc, F Change) {
  Argument Own(Self);
  Room Most = roomFor(Own.room(), With.room());
  Flat Now(Most);
  bool Fits = notingThrown([&] {
    fs::path P;
    Private W;
    Own.make(P, Most.Parts);
    With.make(W);
    Change(P, W);
    return Now.take(P);
  });
  if (Fits)
    Now.assign(Self);
  else
    CurrentTx->becomeInevitable(What, Pc);
  return Fits;
}

} // namespace

/// \p Make of private paths what \p Result becomes by barriers. False: there is
/// no room, and it is inevitable.
template <class F>
static bool construct(FsPath *Result, const Room &Most, const char *What,
                      uintptr_t Pc, F Make) {
  Flat Made(Most);
  if (!notingThrown([&] { return Made.take(Make()); })) {
    CurrentTx->becomeInevitable(What, Pc);
    return false;
  }
  Made.construct(Result);
  return true;
}

extern "C" {

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wreturn-type-c-linkage"

#define STM_LIBRARY(Name, Ret, Params)                                         \
  STM_EXPORT Ret library_##Name Params __asm__(#Name);
#define STM_IS_CALLED(Member) "call to std::filesystem::path::" Member

// --- The list's own members --------------------------------------------------

STM_LIBRARY(_ZNSt10filesystem7__cxx114path5_ListC1Ev, Void, (Ptr Self))
void __stm_wrap__ZNSt10filesystem7__cxx114path5_ListC1Ev(Ptr Self) {
  U64 Empty = 0;
  library__ZNSt10filesystem7__cxx114path5_ListC1Ev(&Empty);
  __stm_write_u64(Self, Empty);
}

STM_LIBRARY(_ZNSt10filesystem7__cxx114path5_ListC1ERKS2_, Void,
            (Ptr Self, CPtr Other))
void __stm_wrap__ZNSt10filesystem7__cxx114path5_ListC1ERKS2_(Ptr Self,
                                                             CPtr Other) {
  if (!mayWork(STM_IS_CALLED("path"), STM_CALLER_PC))
    return library__ZNSt10filesystem7__cxx114path5_ListC1ERKS2_(Self, Other);
  __stm_write_u64(Self, copyList(__stm_read_u64(Other)));
}

STM_LIBRARY(_ZNKSt10filesystem7__cxx114path5_List5beginEv, Ptr, (CPtr Self))
Ptr __stm_wrap__ZNKSt10filesystem7__cxx114path5_List5beginEv(CPtr Self) {
  if (!mayWork(STM_IS_CALLED("begin"), STM_CALLER_PC))
    return library__ZNKSt10filesystem7__cxx114path5_List5beginEv(Self);
  Block *B = blockOf(__stm_read_u64(Self));
  return B ? B->parts() : nullptr;
}

STM_LIBRARY(_ZNKSt10filesystem7__cxx114path5_List3endEv, Ptr, (CPtr Self))
Ptr __stm_wrap__ZNKSt10filesystem7__cxx114path5_List3endEv(CPtr Self) {
  if (!mayWork(STM_IS_CALLED("end"), STM_CALLER_PC))
    return library__ZNKSt10filesystem7__cxx114path5_List3endEv(Self);
  Block *B = blockOf(__stm_read_u64(Self));
  return B ? B->parts() + __stm_read_u32(&B->Size) : nullptr;
}

STM_LIBRARY(_ZNKSt10filesystem7__cxx114path5_List13_Impl_deleterclEPNS2_5_ImplE,
            Void, (CPtr Self, Ptr List))
void __stm_wrap__ZNKSt10filesystem7__cxx114path5_List13_Impl_deleterclEPNS2_5_ImplE(
    CPtr Self, Ptr List) {
  if (!mayWork(STM_IS_CALLED("~path"), STM_CALLER_PC))
    return library__ZNKSt10filesystem7__cxx114path5_List13_Impl_deleterclEPNS2_5_ImplE(
        Self, List);
  destroyBlock(blockOf(reinterpret_cast<U64>(List)));
}

STM_LIBRARY(_ZNSt10filesystem7__cxx114path14_M_split_cmptsEv, Void, (Ptr Self))
void __stm_wrap__ZNSt10filesystem7__cxx114path14_M_split_cmptsEv(Ptr Self) {
  if (!mayWork(STM_IS_CALLED("path"), STM_CALLER_PC))
    return library__ZNSt10filesystem7__cxx114path14_M_split_cmptsEv(Self);
  Name Own(static_cast<CPtr>(Self));
  Flat Now(roomFor({Own.length(), 0, 0}, {}));
  if (notingThrown([&] { return Now.take(fs::path(Own.get())); }))
    return Now.assignList(Self);
  CurrentTx->becomeInevitable(STM_IS_CALLED("path"), STM_CALLER_PC);
  library__ZNSt10filesystem7__cxx114path14_M_split_cmptsEv(Self);
}

// --- What paths are asked ----------------------------------------------------

#define STM_ASK(Mangled, Ret, Member)                                          \
  STM_LIBRARY(_ZNKSt10filesystem7__cxx114path##Mangled##Ev, Ret, (CPtr Self))  \
  Ret __stm_wrap__ZNKSt10filesystem7__cxx114path##Mangled##Ev(CPtr Self) {     \
    if (!mayWork(STM_IS_CALLED(#Member), STM_CALLER_PC))                       \
      return library__ZNKSt10filesystem7__cxx114path##Mangled##Ev(Self);       \
    return ask(Self, [](const fs::path &P) { return P.Member(); });            \
  }
STM_ASK(13has_root_name, Bool, has_root_name)
STM_ASK(18has_root_directory, Bool, has_root_directory)
STM_ASK(13has_root_path, Bool, has_root_path)
STM_ASK(17has_relative_path, Bool, has_relative_path)
STM_ASK(15has_parent_path, Bool, has_parent_path)
STM_ASK(12has_filename, Bool, has_filename)

STM_LIBRARY(_ZNKSt10filesystem7__cxx114path7compareERKS1_, I32,
            (CPtr Self, CPtr Other))
I32 __stm_wrap__ZNKSt10filesystem7__cxx114path7compareERKS1_(CPtr Self,
                                                             CPtr Other) {
  if (!mayWork(STM_IS_CALLED("compare"), STM_CALLER_PC))
    return library__ZNKSt10filesystem7__cxx114path7compareERKS1_(Self, Other);
  Argument With(Other);
  return ask(Self, [&](const fs::path &P) {
    fs::path Others;
    With.make(Others);
    return P.compare(Others);
  });
}

STM_LIBRARY(
    _ZNKSt10filesystem7__cxx114path7compareESt17basic_string_viewIcSt11char_traitsIcEE,
    I32, (CPtr Self, Size Length, CPtr Text))
I32 __stm_wrap__ZNKSt10filesystem7__cxx114path7compareESt17basic_string_viewIcSt11char_traitsIcEE(
    CPtr Self, Size Length, CPtr Text) {
  if (!mayWork(STM_IS_CALLED("compare"), STM_CALLER_PC))
    return library__ZNKSt10filesystem7__cxx114path7compareESt17basic_string_viewIcSt11char_traitsIcEE(
        Self, Length, Text);
  Name With(Text, Length);
  return ask(Self, [&](const fs::path &P) { return P.compare(With.get()); });
}

STM_LIBRARY(_ZNSt10filesystem7__cxx1110hash_valueERKNS0_4pathE, Size,
            (CPtr Self))
Size __stm_wrap__ZNSt10filesystem7__cxx1110hash_valueERKNS0_4pathE(CPtr Self) {
  if (!mayWork("call to std::filesystem::hash_value", STM_CALLER_PC))
    return library__ZNSt10filesystem7__cxx1110hash_valueERKNS0_4pathE(Self);
  return ask(Self, [](const fs::path &P) { return hash_value(P); });
}

STM_LIBRARY(_ZNKSt10filesystem7__cxx114path17_M_find_extensionEv, TextPlace,
            (CPtr Self))
TextPlace
__stm_wrap__ZNKSt10filesystem7__cxx114path17_M_find_extensionEv(CPtr Self) {
  if (!mayWork(STM_IS_CALLED("extension"), STM_CALLER_PC))
    return library__ZNKSt10filesystem7__cxx114path17_M_find_extensionEv(Self);
  TextPlace Found = ask(Self, [](const fs::path &P) {
    TextPlace Is =
        library__ZNKSt10filesystem7__cxx114path17_M_find_extensionEv(&P);
    if (Is.Of == &P.native()) // Otherwise it is the last part's.
      Is.Of = nullptr;
    else if (!Is.Of)
      Is.Index = ~Size{0} - 1;
    return Is;
  });
  if (Found.Of) {
    Block *B = blockOf(__stm_read_u64(&static_cast<const Path *>(Self)->List));
    return {&(B->parts() + __stm_read_u32(&B->Size) - 1)->Is.Name, Found.Index};
  }
  if (Found.Index == ~Size{0} - 1) // There is no name.
    return {nullptr, 0};
  return {&static_cast<const Path *>(Self)->Name, Found.Index};
}

// --- Paths that are made of others -------------------------------------------

#define STM_MAKE(Mangled, Member)                                              \
  STM_LIBRARY(_ZNKSt10filesystem7__cxx114path##Mangled##Ev, FsPath,            \
              (CPtr Self))                                                     \
  FsPath __stm_wrap__ZNKSt10filesystem7__cxx114path##Mangled##Ev(CPtr Self) {  \
    if (!mayWork(STM_IS_CALLED(#Member), STM_CALLER_PC))                       \
      return library__ZNKSt10filesystem7__cxx114path##Mangled##Ev(Self);       \
    return FsPath([=](FsPath *Result) {                                        \
      Argument Own(Self);                                                      \
      if (!construct(Result, roomFor(Own.room(), {}), STM_IS_CALLED(#Member),  \
                     STM_CALLER_PC, [&] {                                      \
                       fs::path P;                                             \
                       Own.make(P);                                            \
                       return P.Member();                                      \
                     }))                                                       \
        new (Result) FsPath(                                                   \
            library__ZNKSt10filesystem7__cxx114path##Mangled##Ev(Self));       \
    });                                                                        \
  }
STM_MAKE(9root_name, root_name)
STM_MAKE(14root_directory, root_directory)
STM_MAKE(9root_path, root_path)
STM_MAKE(13relative_path, relative_path)
STM_MAKE(11parent_path, parent_path)
STM_MAKE(16lexically_normal, lexically_normal)

#define STM_MAKE_WITH(Mangled, Member)                                         \
  STM_LIBRARY(_ZNKSt10filesystem7__cxx114path##Mangled##ERKS1_, FsPath,        \
              (CPtr Self, CPtr Other))                                         \
  FsPath __stm_wrap__ZNKSt10filesystem7__cxx114path##Mangled##ERKS1_(          \
      CPtr Self, CPtr Other) {                                                 \
    if (!mayWork(STM_IS_CALLED(#Member), STM_CALLER_PC))                       \
      return library__ZNKSt10filesystem7__cxx114path##Mangled##ERKS1_(Self,    \
                                                                      Other);  \
    return FsPath([=](FsPath *Result) {                                        \
      Argument Own(Self), With(Other);                                         \
      if (!construct(Result, roomFor(Own.room(), With.room()),                 \
                     STM_IS_CALLED(#Member), STM_CALLER_PC, [&] {              \
                       fs::path P, W;                                          \
                       Own.make(P);                                            \
                       With.make(W);                                           \
                       return P.Member(W);                                     \
                     }))                                                       \
        new (Result)                                                           \
            FsPath(library__ZNKSt10filesystem7__cxx114path##Mangled##ERKS1_(   \
                Self, Other));                                                 \
    });                                                                        \
  }
STM_MAKE_WITH(18lexically_relative, lexically_relative)
STM_MAKE_WITH(19lexically_proximate, lexically_proximate)

// --- What changes them -------------------------------------------------------

#define STM_CHANGE(Mangled, What, Do)                                          \
  STM_LIBRARY(_ZNSt10filesystem7__cxx114path##Mangled##ERKS1_, Ptr,            \
              (Ptr Self, CPtr Other))                                          \
  Ptr __stm_wrap__ZNSt10filesystem7__cxx114path##Mangled##ERKS1_(Ptr Self,     \
                                                                 CPtr Other) { \
    if (mayWork(STM_IS_CALLED(What), STM_CALLER_PC)) {                         \
      Argument With(Other);                                                    \
      bool IsSame = Self == Other;                                             \
      if (change<fs::path>(                                                    \
              Self, With, STM_IS_CALLED(What), STM_CALLER_PC,                  \
              [=](fs::path &P, const fs::path &W) { P.Do(IsSame ? P : W); }))  \
        return Self;                                                           \
    }                                                                          \
    return library__ZNSt10filesystem7__cxx114path##Mangled##ERKS1_(Self,       \
                                                                   Other);     \
  }
STM_CHANGE(dV, "operator/=", operator/=)
STM_CHANGE(pL, "operator+=", operator+=)
STM_CHANGE(16replace_filename, "replace_filename", replace_filename)
STM_CHANGE(17replace_extension, "replace_extension", replace_extension)

#define STM_CHANGE_BY_TEXT(Mangled, What, Do)                                                          \
  STM_LIBRARY(                                                                                         \
      _ZNSt10filesystem7__cxx114path##Mangled##ESt17basic_string_viewIcSt11char_traitsIcEE,            \
      Void, (Ptr Self, Size Length, CPtr Text))                                                        \
  void                                                                                                 \
      __stm_wrap__ZNSt10filesystem7__cxx114path##Mangled##ESt17basic_string_viewIcSt11char_traitsIcEE( \
          Ptr Self, Size Length, CPtr Text) {                                                          \
    if (mayWork(STM_IS_CALLED(What), STM_CALLER_PC)) {                                                 \
      TextArgument With(Text, Length);                                                                 \
      if (change<std::string_view>(                                                                    \
              Self, With, STM_IS_CALLED(What), STM_CALLER_PC,                                          \
              [](fs::path &P, std::string_view W) { P Do W; }))                                        \
        return;                                                                                        \
    }                                                                                                  \
    library__ZNSt10filesystem7__cxx114path##Mangled##ESt17basic_string_viewIcSt11char_traitsIcEE(      \
        Self, Length, Text);                                                                           \
  }
STM_CHANGE_BY_TEXT(9_M_append, "operator/=", /=)
STM_CHANGE_BY_TEXT(9_M_concat, "operator+=", +=)

STM_LIBRARY(_ZNSt10filesystem7__cxx114pathaSERKS1_, Ptr, (Ptr Self, CPtr Other))
Ptr __stm_wrap__ZNSt10filesystem7__cxx114pathaSERKS1_(Ptr Self, CPtr Other) {
  if (Self == Other) // Nothing changes: what points into it stays good.
    return Self;
  if (mayWork(STM_IS_CALLED("operator="), STM_CALLER_PC)) {
    Argument With(Other);
    if (change<fs::path>(Self, With, STM_IS_CALLED("operator="), STM_CALLER_PC,
                         [](fs::path &P, const fs::path &W) { P = W; }))
      return Self;
  }
  return library__ZNSt10filesystem7__cxx114pathaSERKS1_(Self, Other);
}

STM_LIBRARY(_ZNSt10filesystem7__cxx114path15remove_filenameEv, Ptr, (Ptr Self))
Ptr __stm_wrap__ZNSt10filesystem7__cxx114path15remove_filenameEv(Ptr Self) {
  if (mayWork(STM_IS_CALLED("remove_filename"), STM_CALLER_PC)) {
    TextArgument None(Self, 0);
    if (change<std::string_view>(
            Self, None, STM_IS_CALLED("remove_filename"), STM_CALLER_PC,
            [](fs::path &P, std::string_view) { P.remove_filename(); }))
      return Self;
  }
  return library__ZNSt10filesystem7__cxx114path15remove_filenameEv(Self);
}

#pragma clang diagnostic pop

} // extern "C"

} // namespace stm::rt::abi
