//===- abi/libc_wraps.cpp - libc's memory and string functions --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Transactional versions of the rows "libc" in runtime_abi.def, on top of the
// barriers. Ground rules:
//
// - Any barrier may roll back and abandon this frame. So nothing is held across
//   one: no lock, no heap block; what a function needs is on its stack.
// - What the barriers return belongs to one snapshot, so a string ends where it
//   ended then, and every loop here ends.
// - Stores are byte-exact. Loads of strings are of aligned words that hold at
//   least one byte of the string, as in libc: a word never crosses a page. The
//   stripe is larger than the word, so the extra bytes add no conflict.
// - Reading stops early where libc's does: bytes after the first difference or
//   the end of a string may be another transaction's business.
//
// glibc gives memcpy and memmove one address, and memcmp and bcmp, so a pointer
// to one may find the version of the other in the clone table: each pair is one
// function here.
//
//===----------------------------------------------------------------------===//

#include "abi/fortify.h"
#include "abi/rtl.h"
#include "abi/words.h"
#include "base/port.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace stm::rt::abi {

namespace {

static_assert(std::endian::native == std::endian::little,
              "the first byte of a word is its lowest");

/// Under a sanitizer the runtime's own loads are checked as well, and a word
/// that reaches beyond the object would be reported: bytes, then.
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) ||     \
    __has_feature(memory_sanitizer)
constexpr bool ReadWholeWords = false;
#else
constexpr bool ReadWholeWords = true;
#endif

/// Copies go through a buffer of this size; pieces end at multiples of
/// PieceAlign, a multiple of the stripe, so that no stripe is visited twice.
constexpr size_t PieceBytes = 512;
constexpr size_t PieceAlign = 64;

uintptr_t bits(const void *Address) {
  return reinterpret_cast<uintptr_t>(Address);
}

// --- Words -------------------------------------------------------------------

/// The bytes from an address on, read a word at a time, and none before it is
/// asked for.
class ByteStream {
public:
  explicit ByteStream(const void *Start)
      : Next(static_cast<const unsigned char *>(Start)) {}

  /// At least one byte is at hand after this. The next byte must be valid.
  void fill() {
    if (Left)
      return;
    if (!ReadWholeWords) {
      Bytes = __stm_read_u8(Next);
      Left = 1;
      return;
    }
    unsigned Skipped = bits(Next) % 8;
    Bytes = __stm_read_u64(Next - Skipped) >> (8 * Skipped);
    Left = 8 - Skipped;
  }
  unsigned atHand() const { return Left; }
  /// The bytes at hand, the next one lowest; above them anything.
  uint64_t peek() const { return Bytes; }
  const unsigned char *position() const { return Next; }

  void skip(unsigned Count) {
    Next += Count;
    Left -= Count;
    if (Left)
      Bytes >>= 8 * Count;
  }

private:
  const unsigned char *Next;
  uint64_t Bytes = 0;
  unsigned Left = 0;
};

enum class StopAtNul { No, Yes };

/// memcmp, or strncmp.
template <StopAtNul Stop>
int compareBytes(const void *A, const void *B, size_t Limit) {
  ByteStream InA(A), InB(B);
  while (Limit) {
    InA.fill();
    InB.fill();
    unsigned Count = std::min(InA.atHand(), InB.atHand());
    if (Limit < Count)
      Count = static_cast<unsigned>(Limit);
    uint64_t WordA = InA.peek(), WordB = InB.peek();
    uint64_t Differ = (WordA ^ WordB) & lowBytes(Count);
    uint64_t End =
        Stop == StopAtNul::Yes ? zeroBytes(WordA) & lowBytes(Count) : 0;
    if (STM_UNLIKELY(Differ | End))
      return orderAt(Differ | End, WordA, WordB);
    InA.skip(Count);
    InB.skip(Count);
    Limit -= Count;
  }
  return 0;
}

/// strncmp.
int compareStrings(const void *A, const void *B, size_t Limit) {
  if (ReadWholeWords && Limit != 0)
    if (std::optional<int> Order = tryCompareStrings(A, B, Limit))
      return *Order;
  return compareBytes<StopAtNul::Yes>(A, B, Limit);
}

/// The first \p Byte among at most \p Limit bytes, or null. With Stop also the
/// terminator: whichever comes first.
template <StopAtNul Stop>
const unsigned char *findByte(const void *Start, unsigned char Byte,
                              size_t Limit) {
  ByteStream In(Start);
  while (Limit) {
    In.fill();
    unsigned Count = In.atHand();
    if (Limit < Count)
      Count = static_cast<unsigned>(Limit);
    uint64_t Found = zeroBytes(In.peek() ^ (Ones * Byte));
    if (Stop == StopAtNul::Yes)
      Found |= zeroBytes(In.peek());
    Found &= lowBytes(Count);
    if (Found)
      return In.position() + byteIndex(Found);
    In.skip(Count);
    Limit -= Count;
  }
  return nullptr;
}

// --- Blocks -----------------------------------------------------------------

void copyForward(char *To, const char *From, size_t Bytes) {
  char Buffer[PieceBytes];
  while (Bytes) {
    size_t Piece = std::min(Bytes, PieceBytes - bits(To) % PieceAlign);
    __stm_read_range(Buffer, From, Piece);
    __stm_write_range(To, Buffer, Piece);
    To += Piece, From += Piece, Bytes -= Piece;
  }
}

void copyBackward(char *To, const char *From, size_t Bytes) {
  char Buffer[PieceBytes];
  while (Bytes) {
    size_t Piece = std::min(Bytes, PieceBytes - PieceAlign + 1 +
                                       (bits(To + Bytes) - 1) % PieceAlign);
    Bytes -= Piece;
    __stm_read_range(Buffer, From + Bytes, Piece);
    __stm_write_range(To + Bytes, Buffer, Piece);
  }
}

void *move(void *To, const void *From, size_t Bytes) {
  // Not a store of what is there already: it would take locks for nothing.
  if (To == From)
    return To;
  auto *Out = static_cast<char *>(To);
  auto *In = static_cast<const char *>(From);
  if (bits(Out) - bits(In) >= Bytes)
    copyForward(Out, In, Bytes);
  else
    copyBackward(Out, In, Bytes);
  return To;
}

/// A range costs one check a stripe but copies: 10 ns for 32 bytes where words
/// cost two barriers and 17 ns for each eight (two blocks compared: 25 and 70
/// ns; 30 ns either way at 15 bytes). Keys differ early, so pieces start small.
int compareBlocks(const void *A, const void *B, size_t Bytes) {
  if (Bytes < 16)
    return compareBytes<StopAtNul::No>(A, B, Bytes);

  char PieceOfA[PieceBytes / 2], PieceOfB[PieceBytes / 2];
  auto *InA = static_cast<const char *>(A);
  auto *InB = static_cast<const char *>(B);
  for (size_t Next = 32; Bytes; Next = std::min(2 * Next, sizeof(PieceOfA))) {
    size_t Piece = std::min(Bytes, Next - bits(InA) % 32);
    __stm_read_range(PieceOfA, InA, Piece);
    __stm_read_range(PieceOfB, InB, Piece);
    if (int Order = memcmp(PieceOfA, PieceOfB, Piece))
      return Order;
    InA += Piece, InB += Piece, Bytes -= Piece;
  }
  return 0;
}

void fill(void *To, int Byte, size_t Bytes) {
  char Buffer[PieceBytes];
  memset(Buffer, Byte, std::min(Bytes, PieceBytes));
  auto *Out = static_cast<char *>(To);
  while (Bytes) {
    size_t Piece = std::min(Bytes, PieceBytes - bits(Out) % PieceAlign);
    __stm_write_range(Out, Buffer, Piece);
    Out += Piece, Bytes -= Piece;
  }
}

/// One pass: measuring first would read every stripe twice. Where the copy's
/// terminator is.
char *copyString(char *To, const char *From) {
  char Buffer[PieceBytes];
  size_t Held = 0;
  ByteStream In(From);
  for (;;) {
    In.fill();
    unsigned Count = In.atHand();
    uint64_t Word = In.peek();
    uint64_t End = zeroBytes(Word) & lowBytes(Count);
    if (End)
      Count = byteIndex(End) + 1;
    memcpy(Buffer + Held, &Word, sizeof(Word));
    Held += Count;
    In.skip(Count);
    if (End || Held > PieceBytes - sizeof(Word)) {
      __stm_write_range(To, Buffer, Held);
      To += Held;
      Held = 0;
    }
    if (End)
      return To - 1;
  }
}

size_t boundedLength(const void *String, size_t Limit) {
  auto *End = findByte<StopAtNul::No>(String, 0, Limit);
  return End ? bits(End) - bits(String) : Limit;
}

} // namespace

extern "C" {

void *__stm_wrap_memcpy(void *To, const void *From, size_t Bytes) {
  return move(To, From, Bytes);
}

void *__stm_wrap_memmove(void *To, const void *From, size_t Bytes) {
  return move(To, From, Bytes);
}

void *__stm_wrap_memset(void *To, int Byte, size_t Bytes) {
  fill(To, Byte, Bytes);
  return To;
}

int __stm_wrap_memcmp(const void *A, const void *B, size_t Bytes) {
  return compareBlocks(A, B, Bytes);
}

int __stm_wrap_bcmp(const void *A, const void *B, size_t Bytes) {
  return compareBlocks(A, B, Bytes);
}

void *__stm_wrap_memchr(const void *Block, int Byte, size_t Bytes) {
  return const_cast<unsigned char *>(
      findByte<StopAtNul::No>(Block, static_cast<unsigned char>(Byte), Bytes));
}

size_t __stm_wrap_strlen(const void *String) {
  return bits(findByte<StopAtNul::No>(String, 0, NoLimit)) - bits(String);
}

int __stm_wrap_strcmp(const void *A, const void *B) {
  return compareStrings(A, B, NoLimit);
}

int __stm_wrap_strncmp(const void *A, const void *B, size_t Bytes) {
  return compareStrings(A, B, Bytes);
}

void *__stm_wrap_strcpy(void *To, const void *From) {
  copyString(static_cast<char *>(To), static_cast<const char *>(From));
  return To;
}

void *__stm_wrap_strchr(const void *String, int Byte) {
  auto Wanted = static_cast<unsigned char>(Byte);
  auto *Found = findByte<StopAtNul::Yes>(String, Wanted, NoLimit);
  return __stm_read_u8(Found) == Wanted ? const_cast<unsigned char *>(Found)
                                        : nullptr;
}

size_t __stm_wrap_strnlen(const void *String, size_t Limit) {
  return boundedLength(String, Limit);
}

void *__stm_wrap_strncpy(void *To, const void *From, size_t Bytes) {
  size_t Length = boundedLength(From, Bytes);
  move(To, From, Length);
  fill(static_cast<char *>(To) + Length, 0, Bytes - Length);
  return To;
}

void *__stm_wrap_stpcpy(void *To, const void *From) {
  return copyString(static_cast<char *>(To), static_cast<const char *>(From));
}

void *__stm_wrap_strcat(void *To, const void *From) {
  copyString(static_cast<char *>(To) + __stm_wrap_strlen(To),
             static_cast<const char *>(From));
  return To;
}

void *__stm_wrap_strncat(void *To, const void *From, size_t Limit) {
  char *End = static_cast<char *>(To) + __stm_wrap_strlen(To);
  size_t Length = boundedLength(From, Limit);
  move(End, From, Length);
  __stm_write_u8(End + Length, 0);
  return To;
}

void *__stm_wrap_mempcpy(void *To, const void *From, size_t Bytes) {
  return static_cast<char *>(move(To, From, Bytes)) + Bytes;
}

void *__stm_wrap___memcpy_chk(void *To, const void *From, size_t Bytes,
                              size_t Room) {
  requireRoom(Bytes, Room);
  return move(To, From, Bytes);
}

void *__stm_wrap___memmove_chk(void *To, const void *From, size_t Bytes,
                               size_t Room) {
  requireRoom(Bytes, Room);
  return move(To, From, Bytes);
}

void *__stm_wrap___memset_chk(void *To, int Byte, size_t Bytes, size_t Room) {
  requireRoom(Bytes, Room);
  fill(To, Byte, Bytes);
  return To;
}

void *__stm_wrap___strcpy_chk(void *To, const void *From, size_t Room) {
  requireRoom(__stm_wrap_strlen(From) + 1, Room);
  return __stm_wrap_strcpy(To, From);
}

void *__stm_wrap___strcat_chk(void *To, const void *From, size_t Room) {
  requireRoom(__stm_wrap_strlen(To) + __stm_wrap_strlen(From) + 1, Room);
  return __stm_wrap_strcat(To, From);
}

void *__stm_wrap___mempcpy_chk(void *To, const void *From, size_t Bytes,
                               size_t Room) {
  requireRoom(Bytes, Room);
  return __stm_wrap_mempcpy(To, From, Bytes);
}

void *__stm_wrap___stpcpy_chk(void *To, const void *From, size_t Room) {
  requireRoom(__stm_wrap_strlen(From) + 1, Room);
  return __stm_wrap_stpcpy(To, From);
}

void *__stm_wrap___strncat_chk(void *To, const void *From, size_t Limit,
                               size_t Room) {
  requireRoom(__stm_wrap_strlen(To) + boundedLength(From, Limit) + 1, Room);
  return __stm_wrap_strncat(To, From, Limit);
}

void *__stm_wrap___strncpy_chk(void *To, const void *From, size_t Bytes,
                               size_t Room) {
  requireRoom(Bytes, Room);
  return __stm_wrap_strncpy(To, From, Bytes);
}

} // extern "C"

} // namespace stm::rt::abi
