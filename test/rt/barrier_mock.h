//===- test/rt/barrier_mock.h - barriers that prove their use ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// For tests of the versions of library functions, instead of the real barriers:
// the test compiles rt/abi/*_wraps.cpp and includes this in one file.
//
// Shared memory is mapped twice. At the address that the tested function gets,
// no access is allowed; the barriers below access the same pages at another
// address. So a plain access to shared memory, and any access beyond its end,
// crashes.
//
//===----------------------------------------------------------------------===//

#ifndef STM_TEST_RT_BARRIER_MOCK_H
#define STM_TEST_RT_BARRIER_MOCK_H

#include "abi/rtl.h"
#include "abi/words.h"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <sys/mman.h>
#include <unistd.h>

namespace stm::test {

inline void require(bool Condition, const char *What) {
  if (Condition)
    return;
  fprintf(stderr, "barrier_mock: %s\n", What);
  abort();
}

class SharedMemory {
public:
  static constexpr size_t Bytes = 16 * 4096;

  SharedMemory() {
    int File = memfd_create("shared", 0);
    require(File >= 0 && ftruncate(File, Bytes) == 0, "memfd");
    // The page behind the end stays without access in both.
    Shared = reserve();
    Open = reserve();
    require(mmap(Shared, Bytes, PROT_NONE, MAP_SHARED | MAP_FIXED, File, 0) ==
                    Shared &&
                mmap(Open, Bytes, PROT_READ | PROT_WRITE,
                     MAP_SHARED | MAP_FIXED, File, 0) == Open,
            "mmap");
    close(File);
  }

  /// The address that transactions and the functions under test use.
  char *shared() const { return Shared; }
  /// The same byte, accessible.
  template <class T> T *open(T *Address) const {
    auto *In = const_cast<char *>(reinterpret_cast<const char *>(Address));
    require(In >= Shared && In <= Shared + Bytes, "not in shared memory");
    return reinterpret_cast<T *>(Open + (In - Shared));
  }
  /// Lets plain code access it at its shared address too, or not.
  void allowPlainAccess(bool Allowed) {
    require(mprotect(Shared, Bytes,
                     Allowed ? PROT_READ | PROT_WRITE : PROT_NONE) == 0,
            "mprotect");
  }

  // --- What the barriers saw ------------------------------------------------
  void forgetAccesses() {
    ReadUpTo = Shared;
    Reads = Writes = RedundantWrites = 0;
  }
  const char *ReadUpTo = nullptr; ///< The end of the last byte read.
  size_t Reads = 0;
  size_t Writes = 0;
  /// Of whole words, of the value that was there.
  size_t RedundantWrites = 0;

  template <class T> T read(const void *Address) {
    requireAligned(Address, sizeof(T));
    T Value;
    copyOut(&Value, Address, sizeof(T));
    return Value;
  }
  template <class T> void write(void *Address, T Value) {
    requireAligned(Address, sizeof(T));
    if (*static_cast<T *>(
            static_cast<void *>(open(static_cast<char *>(Address)))) == Value)
      ++RedundantWrites;
    copyIn(Address, &Value, sizeof(T));
  }
  void copyOut(void *Private, const void *From, size_t Count) {
    auto *In = static_cast<const char *>(From);
    ++Reads;
    ReadUpTo = std::max(ReadUpTo, In + Count);
    memcpy(Private, open(In), Count);
  }
  void copyIn(void *To, const void *Private, size_t Count) {
    ++Writes;
    memcpy(open(static_cast<char *>(To)), Private, Count);
  }

private:
  static void requireAligned(const void *Address, size_t Size) {
    require(reinterpret_cast<uintptr_t>(Address) % Size == 0, "not aligned");
  }
  static char *reserve() {
    void *Pages = mmap(nullptr, Bytes + 4096, PROT_NONE,
                       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    require(Pages != MAP_FAILED, "mmap");
    return static_cast<char *>(Pages);
  }

  char *Shared;
  char *Open;
};

inline SharedMemory &memory() {
  static SharedMemory Only;
  return Only;
}

/// How often a tested function became inevitable.
inline size_t TimesInevitable = 0;

} // namespace stm::test

namespace stm::rt::abi {

/// Now and then the first, second or third look fails. Whoever returns
/// something has looked at each stripe after the last load of it. Who goes on
/// to another stripe has looked at all of that string before, and with a limit
/// at all of both.
std::optional<int> tryCompareStrings(const void *A, const void *B,
                                     size_t Limit) {
  static unsigned Calls = 0;
  unsigned FailsAt = ++Calls % 8, Looks = 0;
  auto StripeOf = [](const void *Address) {
    return reinterpret_cast<uintptr_t>(Address) / 32;
  };
  std::set<uintptr_t> Unlooked, Known = {StripeOf(A), StripeOf(B)};
  std::optional<int> Order = tryCompareStrings<32>(
      A, B, Limit,
      [&](const uint64_t *Word) {
        if (Known.insert(StripeOf(Word)).second)
          test::require(Unlooked.size() <= (Limit == NoLimit ? 1 : 0),
                        "loads before it has looked");
        Unlooked.insert(StripeOf(Word));
        return test::memory().read<uint64_t>(Word);
      },
      [&](const uint64_t *Word) {
        Unlooked.erase(StripeOf(Word));
        return ++Looks != FailsAt;
      });
  test::require(!Order || Unlooked.empty(), "has not looked");
  return Order;
}

extern "C" {

U8 __stm_read_u8(CPtr Addr) { return test::memory().read<U8>(Addr); }
U16 __stm_read_u16(CPtr Addr) { return test::memory().read<U16>(Addr); }
U32 __stm_read_u32(CPtr Addr) { return test::memory().read<U32>(Addr); }
U64 __stm_read_u64(CPtr Addr) { return test::memory().read<U64>(Addr); }
void __stm_write_u8(Ptr Addr, U8 Value) { test::memory().write(Addr, Value); }
void __stm_write_u16(Ptr Addr, U16 Value) { test::memory().write(Addr, Value); }
void __stm_write_u32(Ptr Addr, U32 Value) { test::memory().write(Addr, Value); }
void __stm_write_u64(Ptr Addr, U64 Value) { test::memory().write(Addr, Value); }
void __stm_read_range(Ptr Private, CPtr Shared, Size Bytes) {
  test::memory().copyOut(Private, Shared, Bytes);
}
void __stm_write_range(Ptr Shared, CPtr Private, Size Bytes) {
  test::memory().copyIn(Shared, Private, Bytes);
}
void __stm_become_inevitable(CPtr) { ++test::TimesInevitable; }

} // extern "C"

} // namespace stm::rt::abi

#endif // STM_TEST_RT_BARRIER_MOCK_H
