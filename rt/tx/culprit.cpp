//===- tx/culprit.cpp - what another attempt has written ------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/culprit.h"

#include "tx/tx.h"

#include <algorithm>
#include <cerrno>
#include <sys/uio.h>
#include <unistd.h>

namespace stm::rt {

Tx *ownerOf(OrecWord Word) {
  if (!Word.isLocked() || Word == OrecWord::collectors())
    return nullptr;
  // Descriptors are never freed.
  return reinterpret_cast<Tx *>(Word.unlinked().raw() & ~OrecWord::LockedBit);
}

bool copyIfMapped(void *To, uintptr_t From, size_t Bytes) {
  int SavedErrno = errno;
  iovec Here = {To, Bytes};
  iovec There = {reinterpret_cast<void *>(From), Bytes};
  ssize_t Copied = process_vm_readv(getpid(), &Here, 1, &There, 1, 0);
  errno = SavedErrno;
  return Copied == static_cast<ssize_t>(Bytes);
}

Sharing sharingOf(WriterNote Note, uintptr_t Address, size_t Bytes) {
  if (!Note.hasAddress() || !Address || !Bytes)
    return Sharing::Unknown;
  if (!Note.isOfStripe(Address))
    return Sharing::HashCollision;
  return Note.overlaps(Address, Bytes) ? Sharing::SameBytes
                                       : Sharing::SameStripe;
}

CulpritView lookAtCulprit(const Tx &Owner, const Orec &O, uintptr_t Address,
                          size_t Bytes) {
  constexpr size_t Window = 1024;
  alignas(UndoRecord) char Copy[Window];
  CulpritView View;
  UndoLog::Extent Log;
  if (!UndoLog::copyExtent(Owner.Undo, copyIfMapped, Log))
    return View;
  size_t Length = std::min<size_t>(Log.End - Log.Begin, Window);
  Length &= ~size_t{7};
  if (!Length || !copyIfMapped(Copy, Log.End - Length, Length))
    return View;
  // The oldest record of the bytes comes last, and holds what was there before.
  const char *Old = nullptr;
  size_t Skip = 0, Common = 0;
  for (size_t End = Length; End >= sizeof(UndoRecord);) {
    auto *Record =
        reinterpret_cast<const UndoRecord *>(Copy + End - sizeof(UndoRecord));
    size_t Size = Record->size();
    size_t Room = UndoRecord::payload(Size) + sizeof(UndoRecord);
    if (!Size || Size > StripeBytes || Room > End)
      break;
    uintptr_t Start = Record->start();
    if (&orecOf(Record->address()) == &O) {
      uintptr_t First = std::max(Start, Address);
      uintptr_t Last = std::min(Start + Size, Address + Bytes);
      if (First < Last) {
        Old = Record->bytes();
        Skip = First - Start;
        Common = Last - First;
        View.Shares = Sharing::SameBytes;
        Address = First;
        Bytes = Common;
      } else if (View.Shares == Sharing::Unknown) {
        View.Shares = Start / StripeBytes == Address / StripeBytes
                          ? Sharing::SameStripe
                          : Sharing::HashCollision;
      }
    }
    End -= Room;
  }
  char Now[StripeBytes];
  if (Old && copyIfMapped(Now, Address, Common))
    View.Effect = memcmp(Old + Skip, Now, Common) ? StoreEffect::Changed
                                                  : StoreEffect::Silent;
  return View;
}

} // namespace stm::rt
