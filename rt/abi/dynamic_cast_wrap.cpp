//===- abi/dynamic_cast_wrap.cpp - dynamic_cast -----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The C++ runtime reads pointers to vtables in the object: that of the part
// that is cast, and that at the object's begin. All else is constant, unless
// there are virtual bases. So it gets a private object of only those two
// pointers, at the same distance. (Itanium C++ ABI, 2.5.2 and 2.9.4.)
//
//===----------------------------------------------------------------------===//

#include "abi/rtl.h"

#include <cstddef>
#include <cstring>
#include <cxxabi.h>
#include <typeinfo>

namespace stm::rt::abi {

namespace {

struct TypeInfo {
  const void *VTable;
  const char *Name;
};
struct SingleBaseTypeInfo : TypeInfo {
  const TypeInfo *Base;
};
struct BaseInfo {
  const TypeInfo *Type;
  long OffsetAndFlags;
  bool isVirtual() const { return OffsetAndFlags & 1; }
};
struct ManyBasesTypeInfo : TypeInfo {
  unsigned Flags, Count;
  const BaseInfo *bases() const {
    return reinterpret_cast<const BaseInfo *>(this + 1);
  }
};

extern "C" {
STM_EXPORT extern void *const
    vtable_class[] __asm__("_ZTVN10__cxxabiv117__class_type_infoE");
STM_EXPORT extern void *const
    vtable_single[] __asm__("_ZTVN10__cxxabiv120__si_class_type_infoE");
STM_EXPORT extern void *const
    vtable_many[] __asm__("_ZTVN10__cxxabiv121__vmi_class_type_infoE");
}

/// True also of what isn't known.
bool hasVirtualBases(const TypeInfo *Type) {
  if (Type->VTable == vtable_class + 2)
    return false;
  if (Type->VTable == vtable_single + 2)
    return hasVirtualBases(static_cast<const SingleBaseTypeInfo *>(Type)->Base);
  if (Type->VTable != vtable_many + 2)
    return true;
  auto *Many = static_cast<const ManyBasesTypeInfo *>(Type);
  for (unsigned I = 0; I != Many->Count; ++I)
    if (Many->bases()[I].isVirtual() || hasVirtualBases(Many->bases()[I].Type))
      return true;
  return false;
}

/// Before what an object's pointer to its vtable points to.
struct VTablePrefix {
  ptrdiff_t OffsetToTop;
  const TypeInfo *Type;
};

constexpr ptrdiff_t MostBytes = 2048;

} // namespace

extern "C" Ptr __stm_wrap___dynamic_cast(CPtr Object, CPtr From, CPtr To,
                                         I64 Hint) {
  auto Cast = [&](const void *What) {
    return __cxxabiv1::__dynamic_cast(
        What, static_cast<const __cxxabiv1::__class_type_info *>(From),
        static_cast<const __cxxabiv1::__class_type_info *>(To), Hint);
  };
  U64 Part = __stm_read_u64(Object);
  const VTablePrefix &Prefix = reinterpret_cast<const VTablePrefix *>(Part)[-1];
  ptrdiff_t Distance = -Prefix.OffsetToTop;
  if (Distance < 0 || Distance > MostBytes || hasVirtualBases(Prefix.Type)) {
    __stm_become_inevitable(
        "dynamic_cast of an object with virtual bases, or from far into it");
    return Cast(Object);
  }
  auto *Whole = static_cast<const char *>(Object) - Distance;
  U64 Top = __stm_read_u64(Whole);
  alignas(16) char Copy[MostBytes + sizeof(Part)];
  memcpy(Copy, &Top, sizeof(Top));
  memcpy(Copy + Distance, &Part, sizeof(Part));
  auto *Found = static_cast<char *>(Cast(Copy + Distance));
  return Found ? const_cast<char *>(Whole) + (Found - Copy) : nullptr;
}

} // namespace stm::rt::abi
