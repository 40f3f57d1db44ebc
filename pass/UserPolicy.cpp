//===- pass/UserPolicy.cpp - the user's list of functions -------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// In the shape of policy_libc.txt:
//
//   # comment
//   fun:NAME=pure
//   fun:NAME=inevitable
//
// Names are those of symbols; `*` stands for any text. A name goes before a
// pattern, and the user's lists before everything that the pass knows itself.
//
//===----------------------------------------------------------------------===//

#include "UserPolicy.h"
#include "Diagnostics.h"
#include "Options.h"
#include "Versions.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/LineIterator.h"
#include "llvm/Support/MemoryBuffer.h"

using namespace llvm;

namespace stm {
namespace {

enum class Policy : char { Pure, Inevitable };

struct Line {
  std::string Name, Place;
  Policy Means;
};

class UserPolicy {
public:
  explicit UserPolicy(LLVMContext &C) : C(C) {
    for (const std::string &File : policyFiles())
      read(File);
  }

  const Line *lookUp(StringRef Name) const {
    if (auto Found = Exact.find(Name); Found != Exact.end())
      return &Found->second;
    for (const Line &L : Patterns)
      if (matchesPattern(L.Name, {Name.data(), Name.size()}))
        return &L;
    return nullptr;
  }

private:
  void read(const std::string &File) {
    auto Buffer = MemoryBuffer::getFile(File, /*IsText=*/true);
    if (!Buffer)
      return reportError(C, "",
                         "cannot read the policy file '" + File +
                             "': " + Buffer.getError().message());
    for (line_iterator L(**Buffer, /*SkipBlanks=*/true, '#'); !L.is_at_end();
         ++L)
      add(L->trim(), File + ":" + std::to_string(L.line_number()));
  }

  void add(StringRef Text, const std::string &Place) {
    if (Text.empty())
      return;
    auto [Name, Means] = Text.split('=');
    bool IsPure = Means == "pure";
    if (!Name.consume_front("fun:") || Name.empty() || Name.contains(' ') ||
        (!IsPure && Means != "inevitable"))
      return reportError(C, Place,
                         "not a policy: '" + Text +
                             "'; a line is fun:NAME=pure or "
                             "fun:NAME=inevitable");
    Line New{Name.str(), Place, IsPure ? Policy::Pure : Policy::Inevitable};
    if (Name.contains('*'))
      return Patterns.push_back(New);
    auto [Known, IsNew] = Exact.try_emplace(Name, New);
    if (!IsNew && Known->second.Means != New.Means)
      reportError(C, Place,
                  "'" + Name + "' has another policy at " +
                      Known->second.Place);
  }

  LLVMContext &C;
  StringMap<Line> Exact;
  SmallVector<Line> Patterns;
};

} // namespace

void applyUserPolicy(Module &M) {
  if (policyFiles().empty())
    return;
  UserPolicy All(M.getContext());
  for (Function &F : M) {
    if (F.isIntrinsic() || F.hasFnAttribute(DoneAttr))
      continue;
    StringRef Name = F.getName();
    Name.consume_front("\1"); // An asm label: the symbol as it stands.
    const Line *L = All.lookUp(Name);
    if (!L)
      continue;
    if (F.hasFnAttribute(TransactionAttr) || F.hasFnAttribute(SafeAttr)) {
      reportError(M.getContext(), L->Place,
                  "'" + printableName(F) +
                      "' is STM_TRANSACTION or STM_SAFE, so it has a version");
      continue;
    }
    F.addFnAttr(L->Means == Policy::Pure ? PureAttr : InevitableAttr);
    F.removeFnAttr(Attribute::AlwaysInline);
    if (!F.isDeclaration())
      F.addFnAttr(Attribute::NoInline);
  }
}

} // namespace stm
