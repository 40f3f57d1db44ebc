//===- tx/hooks.cpp - what runs after a commit or a rollback --------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tx/hooks.h"

#include "base/check.h"

namespace stm::rt {

void Hooks::run(List &Hooks, bool NewestFirst, const char *Kind) {
  List Mine;
  Mine.swap(Hooks);
  size_t Count = Mine.size();
  for (size_t I = 0; I != Count; ++I) {
    const Hook &H = Mine.begin()[NewestFirst ? Count - 1 - I : I];
    try {
      H.Call(H.Arg);
    } catch (...) {
      // It may be running while another exception leaves the block, and the
      // hooks after it must not be lost.
      reportUsageErrorHookThrew(Kind);
    }
    if (H.Copy)
      freeLogMemory(H.Arg);
  }
  Mine.clear();
  Mine.shrink();
  if (Hooks.begin() == nullptr)
    Hooks.swap(Mine);
  else
    freeLogMemory(Mine.begin());
}

void Hooks::drop(List &Hooks, size_t From) {
  while (Hooks.size() > From) {
    if (Hooks.back().Copy)
      freeLogMemory(Hooks.back().Arg);
    Hooks.pop();
  }
}

bool Hooks::undoTo(const Mark &M) {
  size_t Room = Undone.size();
  for (size_t I = M.Abort; I != Abort.size(); ++I)
    if (!Undone.push(Abort.begin()[I])) {
      Undone.truncate(Undone.begin() + Room);
      return false;
    }
  Abort.truncate(Abort.begin() + M.Abort);
  drop(Commit, M.Commit);
  return true;
}

void Hooks::rolledBack() {
  drop(Commit, 0);
  // If an earlier attempt's are still due (a rollback frees memory, and the
  // program's deallocator runs transactions), these come before them, as newer
  // ones do.
  for (List *From : {&Undone, &Abort}) {
    for (const Hook &H : *From)
      if (!Due.push(H))
        reportOutOfMemory("a hook", sizeof(Hook));
    From->clear();
  }
}

void Hooks::runDue() { run(Due, /*NewestFirst=*/true, "an abort"); }

void Hooks::runCommitted() {
  drop(Abort, 0);
  if (!Undone.empty())
    run(Undone, /*NewestFirst=*/true, "an abort");
  if (!Commit.empty())
    run(Commit, /*NewestFirst=*/false, "a commit");
}

} // namespace stm::rt
