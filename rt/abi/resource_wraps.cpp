//===- abi/resource_wraps.cpp - std::pmr's memory resources -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// libstdc++ has them out of line. The one of new and delete is operator new and
// delete with an alignment, whatever that is. The monotonic one is done again
// here by barriers, as plain code may go on with what a block has left: its
// members stand in a header, and what it writes behind each buffer is checked
// once. In a library that does it otherwise it is inevitable, as the pools are.
//
//===----------------------------------------------------------------------===//

#include "abi/virtual_tables.h"

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory_resource>

namespace stm::rt::abi {

namespace {

// In the virtual table of a resource.
constexpr unsigned AllocateSlot = 2, DeallocateSlot = 3, IsEqualSlot = 4;

Ptr allocateFrom(U64 Resource, Size Bytes, Size Align, uintptr_t Pc) {
  return callVirtual<Ptr>(reinterpret_cast<Ptr>(Resource), AllocateSlot,
                          "call to std::pmr::memory_resource::allocate", Pc,
                          Bytes, Align);
}

void deallocateTo(U64 Resource, Ptr Block, Size Bytes, Size Align,
                  uintptr_t Pc) {
  callVirtual<Void>(reinterpret_cast<Ptr>(Resource), DeallocateSlot,
                    "call to std::pmr::memory_resource::deallocate", Pc, Block,
                    Bytes, Align);
}

// --- new and delete, and nothing ---------------------------------------------

Ptr allocateNew(Ptr, Size Bytes, Size Align) {
  return __stm_wrap__ZnwmSt11align_val_t(Bytes, Align);
}
Void deallocateNew(Ptr, Ptr Block, Size Bytes, Size Align) {
  __stm_wrap__ZdlPvmSt11align_val_t(Block, Bytes, Align);
}

Ptr allocateNothing(Ptr, Size, Size) {
  __stm_wrap__ZSt17__throw_bad_allocv();
  __builtin_unreachable();
}
Void deallocateNothing(Ptr, Ptr, Size, Size) {}

Bool isTheSame(CPtr Self, CPtr Other) { return Self == Other; }

// --- Monotonic ---------------------------------------------------------------

/// A std::pmr::monotonic_buffer_resource.
struct Monotonic {
  void *const *VirtualTable;
  U64 At;
  U64 Left;
  U64 NextBytes;
  U64 Upstream;
  U64 FirstBuffer;
  U64 FirstBytes;
  U64 LastChunk;
};
static_assert(sizeof(Monotonic) == sizeof(std::pmr::monotonic_buffer_resource));

/// Stands at the end of each buffer that it has got from upstream.
struct Chunk {
  U64 Bytes; ///< A multiple of 64, and the logarithm of the alignment.
  U64 Before;
};

constexpr Size roundUp(Size Value, Size To) { return (Value + To - 1) & -To; }

/// For a buffer and the chunk. More than there is where that overflows.
Size bytesWithChunk(Size Bytes) {
  Size All = roundUp(Bytes + sizeof(Chunk), 64);
  return All < Bytes ? ~Size{0} : All;
}

U64 grown(U64 Bytes) {
  return static_cast<U64>(static_cast<float>(Bytes) * 1.5f);
}

/// Gives out one buffer of its own, once, and remembers what for.
class OneBuffer final : public std::pmr::memory_resource {
public:
  Size Bytes = 0, Align = 0;
  bool IsBack = false;
  alignas(64) char Buffer[256] = {};

private:
  void *do_allocate(size_t B, size_t A) override {
    Bytes = B;
    Align = A;
    return Buffer;
  }
  void do_deallocate(void *Block, size_t B, size_t A) override {
    IsBack = Block == Buffer && B == Bytes && A == Align;
  }
  bool do_is_equal(const memory_resource &Other) const noexcept override {
    return this == &Other;
  }
};

/// Whether the library's does as is done here.
bool isKnown() {
  OneBuffer From;
  const Chunk *Last = nullptr;
  bool IsRight = false;
  {
    std::pmr::monotonic_buffer_resource Resource(100, &From);
    auto Start = reinterpret_cast<U64>(From.Buffer);
    if (Resource.allocate(40, 32) == From.Buffer && From.Bytes == 128 &&
        From.Align == 32) {
      Monotonic M = std::bit_cast<Monotonic>(
          *reinterpret_cast<char(*)[sizeof(Monotonic)]>(&Resource));
      Last = reinterpret_cast<const Chunk *>(From.Buffer + 128) - 1;
      IsRight = M.At == Start + 40 && M.Left == 128 - sizeof(Chunk) - 40 &&
                M.NextBytes == 150 &&
                M.Upstream == reinterpret_cast<U64>(&From) && !M.FirstBuffer &&
                M.FirstBytes == 100 &&
                M.LastChunk == reinterpret_cast<U64>(Last) &&
                Last->Bytes == (128 | 5) && !Last->Before;
    }
  }
  return IsRight && From.IsBack;
}

bool mayWorkOn(const char *What, uintptr_t Pc) {
  static const bool Is = isKnown();
  if (!Is)
    CurrentTx->becomeInevitable(What, Pc);
  return Is;
}

/// May throw.
void newBuffer(Monotonic *Self, Size Bytes, Size Align, uintptr_t Pc) {
  U64 Next = __stm_read_u64(&Self->NextBytes);
  Size Wanted = std::max<Size>(Bytes, Next);
  Align = roundUp(Align, alignof(std::max_align_t));
  Size All = bytesWithChunk(Wanted);
  if (All == ~Size{0}) // Nobody has that much.
    Align = ~(~Size{0} >> 1);
  auto *Block = static_cast<char *>(
      allocateFrom(__stm_read_u64(&Self->Upstream), All, Align, Pc));
  auto *Last = reinterpret_cast<Chunk *>(Block + All) - 1;
  __stm_write_u64(&Last->Bytes,
                  All | static_cast<U64>(std::countr_zero(Align)));
  __stm_write_u64(&Last->Before, __stm_read_u64(&Self->LastChunk));
  __stm_write_u64(&Self->LastChunk, reinterpret_cast<U64>(Last));
  __stm_write_u64(&Self->At, reinterpret_cast<U64>(Block));
  __stm_write_u64(&Self->Left, All - sizeof(Chunk));
  __stm_write_u64(&Self->NextBytes, grown(Next));
}

void releaseBuffers(Monotonic *Self, uintptr_t Pc) {
  U64 Upstream = __stm_read_u64(&Self->Upstream);
  auto *Last = reinterpret_cast<Chunk *>(__stm_read_u64(&Self->LastChunk));
  if (!Last)
    return;
  __stm_write_u64(&Self->LastChunk, 0);
  while (Last) {
    U64 Bytes = __stm_read_u64(&Last->Bytes);
    auto *Before = reinterpret_cast<Chunk *>(__stm_read_u64(&Last->Before));
    Size All = Bytes & -U64{64};
    deallocateTo(Upstream, reinterpret_cast<char *>(Last + 1) - All, All,
                 Size{1} << (Bytes & 63), Pc);
    Last = Before;
  }
}

Ptr library(Ptr Self, Size Bytes, Size Align) {
  return static_cast<std::pmr::memory_resource *>(Self)->allocate(Bytes, Align);
}

Ptr allocateMonotonic(Ptr Resource, Size Bytes, Size Align) {
  if (!mayWorkOn("call to std::pmr::monotonic_buffer_resource::do_allocate",
                 STM_CALLER_PC))
    return library(Resource, Bytes, Align);
  auto *Self = static_cast<Monotonic *>(Resource);
  Bytes = std::max<Size>(Bytes, 1);
  U64 At = __stm_read_u64(&Self->At), Left = __stm_read_u64(&Self->Left);
  Size Gap = roundUp(At, Align) - At;
  if (!At || Left < Bytes || Left - Bytes < Gap) {
    newBuffer(Self, Bytes, Align, STM_CALLER_PC);
    At = __stm_read_u64(&Self->At);
    Left = __stm_read_u64(&Self->Left);
    Gap = 0;
  }
  __stm_write_u64(&Self->At, At + Gap + Bytes);
  __stm_write_u64(&Self->Left, Left - Gap - Bytes);
  return reinterpret_cast<Ptr>(At + Gap);
}

} // namespace

extern "C" {

STM_EXPORT extern void *const
    monotonicTable[] __asm__("_ZTVNSt3pmr25monotonic_buffer_resourceE");

#define STM_LIBRARY(Name, Params)                                              \
  STM_EXPORT void library_##Name Params __asm__(#Name);
STM_LIBRARY(_ZNSt3pmr25monotonic_buffer_resource13_M_new_bufferEmm,
            (Ptr Self, Size Bytes, Size Align))
STM_LIBRARY(_ZNSt3pmr25monotonic_buffer_resource18_M_release_buffersEv,
            (Ptr Self))

void __stm_wrap__ZNSt3pmr25monotonic_buffer_resource13_M_new_bufferEmm(
    Ptr Self, Size Bytes, Size Align) {
  if (!mayWorkOn("call to std::pmr::monotonic_buffer_resource::_M_new_buffer",
                 STM_CALLER_PC))
    return library__ZNSt3pmr25monotonic_buffer_resource13_M_new_bufferEmm(
        Self, Bytes, Align);
  newBuffer(static_cast<Monotonic *>(Self), Bytes, Align, STM_CALLER_PC);
}

void __stm_wrap__ZNSt3pmr25monotonic_buffer_resource18_M_release_buffersEv(
    Ptr Self) {
  if (!mayWorkOn("call to std::pmr::monotonic_buffer_resource::release",
                 STM_CALLER_PC))
    return library__ZNSt3pmr25monotonic_buffer_resource18_M_release_buffersEv(
        Self);
  releaseBuffers(static_cast<Monotonic *>(Self), STM_CALLER_PC);
}

void __stm_wrap__ZNSt3pmr25monotonic_buffer_resourceD1Ev(Ptr Self) {
  __stm_wrap__ZNSt3pmr25monotonic_buffer_resource18_M_release_buffersEv(Self);
}
void __stm_wrap__ZNSt3pmr25monotonic_buffer_resourceD2Ev(Ptr Self) {
  __stm_wrap__ZNSt3pmr25monotonic_buffer_resource18_M_release_buffersEv(Self);
}
void __stm_wrap__ZNSt3pmr25monotonic_buffer_resourceD0Ev(Ptr Self) {
  __stm_wrap__ZNSt3pmr25monotonic_buffer_resource18_M_release_buffersEv(Self);
  __stm_wrap__ZdlPvm(Self, sizeof(Monotonic));
}
void __stm_wrap__ZNSt3pmr15memory_resourceD1Ev(Ptr) {}
void __stm_wrap__ZNSt3pmr15memory_resourceD2Ev(Ptr) {}
void __stm_wrap__ZNSt3pmr15memory_resourceD0Ev(Ptr Self) {
  __stm_wrap__ZdlPvm(Self, sizeof(std::pmr::memory_resource));
}

} // extern "C"

namespace {

template <class F> Ptr address(F *Function) {
  return reinterpret_cast<Ptr>(Function);
}

/// Before blocks run: the versions of those that have no names.
__attribute__((constructor)) void registerResources() {
  auto Register = [](void *const *Table, Ptr Allocate, Ptr Deallocate) {
    if (!Table)
      return;
    const stm_clone Rows[] = {{Table[AllocateSlot], Allocate},
                              {Table[DeallocateSlot], Deallocate},
                              {Table[IsEqualSlot], address(isTheSame)}};
    registerClones(Rows, sizeof(Rows) / sizeof(Rows[0]));
  };
  Register(virtualTableOf(*std::pmr::new_delete_resource()),
           address(allocateNew), address(deallocateNew));
  Register(virtualTableOf(*std::pmr::null_memory_resource()),
           address(allocateNothing), address(deallocateNothing));
  Register(monotonicTable + 2, address(allocateMonotonic),
           address(deallocateNothing));
}

} // namespace

} // namespace stm::rt::abi
