//===- tx/foreign.cpp - objects of libraries, made by an attempt ----------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/foreign.h"

namespace stm::rt {

void ForeignObjects::Object::destroy() const {
  if (Of && !IsBusy && Of->MarksOf(Begin) == Left)
    Of->Destroy(Begin);
}

size_t ForeignObjects::add(void *New, const Class &Of, size_t From) {
  auto *Begin = static_cast<char *>(New);
  for (Object &Old : Objects)
    if (Old.contains(Begin) ||
        (Old.Of && Old.Begin >= Begin && Old.Begin < Begin + Of.Bytes))
      Old.Of = nullptr;
  Object Note = {Begin, &Of, Of.MarksOf(New), /*IsBusy=*/false};
  // Programs need not destroy them in order.
  for (size_t I = From; I != Objects.size(); ++I)
    if (!Objects.begin()[I].Of) {
      Objects.begin()[I] = Note;
      return I;
    }
  Objects.pushUnchecked(Note);
  return Objects.size() - 1;
}

void ForeignObjects::forget(const void *Begin, size_t From) {
  for (Object *O = Objects.end(); O != Objects.begin();)
    if ((--O)->Of && O->Begin == Begin) {
      O->Of = nullptr;
      break;
    }
  while (Objects.size() > From && !Objects.back().Of)
    Objects.pop();
}

void ForeignObjects::end(size_t Which) {
  if (Which >= Objects.size())
    return; // It runs alone by now, and has committed.
  Object &O = Objects.begin()[Which];
  O.IsBusy = false;
  if (O.Of)
    O.Left = O.Of->MarksOf(O.Begin);
}

size_t ForeignObjects::find(const void *Address, size_t From) const {
  for (size_t I = Objects.size(); I > From;)
    if (Objects.begin()[--I].contains(static_cast<const char *>(Address)))
      return I;
  return None;
}

void ForeignObjects::destroy(size_t From) {
  if (From == 0) {
    LogVector<Object> Mine;
    Mine.swap(Objects);
    for (; !Mine.empty(); Mine.pop())
      Mine.back().destroy();
    if (Objects.begin() == nullptr)
      Objects.swap(Mine);
    else
      freeLogMemory(Mine.begin());
    return;
  }
  while (Objects.size() > From) {
    Object Newest = Objects.back();
    Objects.pop();
    Newest.destroy();
  }
}

} // namespace stm::rt
