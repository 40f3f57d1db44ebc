//===- pass/FunctionPolicy.cpp - how a transaction may call a function ----===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "FunctionPolicy.h"
#include "LabelTables.h"
#include "RuntimeCalls.h"
#include "UserPolicy.h"
#include "Versions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/EHPersonalities.h"
#include "llvm/IR/InstrTypes.h"
#include <string_view>

using namespace llvm;

namespace stm {
namespace {

enum class Listed : char { No, pure, beside, inevitable };

struct PolicyRow {
  std::string_view Name;
  Listed Policy;
};

constexpr PolicyRow PolicyRows[] = {
#define STM_POLICY(Name, Policy) {Name, Listed::Policy},
#include "policy_libc.inc"
};

constexpr std::string_view WrapNames[] = {
#define STM_WRAP(Original, Ret, Args, Attrs, Doc) #Original,
#include "stm/runtime_abi.def"
};

constexpr bool isPattern(std::string_view Name) {
  return Name.find('*') != Name.npos;
}

// Evaluating these takes longer than compiling all else: first letters come
// first.
constexpr bool mayMatch(std::string_view Pattern, std::string_view Name) {
  return Pattern[0] == Name[0] || Pattern[0] == '*';
}

// Twice the same name: EmbedPolicy.cmake.
constexpr bool noRowIsUnderAPattern() {
  for (const PolicyRow &Pattern : PolicyRows) {
    if (!isPattern(Pattern.Name))
      continue;
    for (const PolicyRow &Row : PolicyRows)
      if (&Row != &Pattern && mayMatch(Pattern.Name, Row.Name) &&
          matchesPattern(Pattern.Name, Row.Name))
        return false;
  }
  return true;
}

constexpr bool noRowHidesAWrap() {
  for (const PolicyRow &Row : PolicyRows) {
    // "And what else there is of this class".
    if (isPattern(Row.Name) && Row.Policy == Listed::inevitable)
      continue;
    for (std::string_view Wrap : WrapNames)
      if (mayMatch(Row.Name, Wrap) && matchesPattern(Row.Name, Wrap))
        return false;
  }
  return true;
}

static_assert(noRowIsUnderAPattern(), "policy_libc.txt: a name stands under a "
                                      "pattern as well");
static_assert(noRowHidesAWrap(), "policy_libc.txt: a name has a version in "
                                 "runtime_abi.def");

Listed lookUp(StringRef Name) {
  static const StringMap<Listed> Exact = [] {
    StringMap<Listed> Map;
    for (const PolicyRow &Row : PolicyRows)
      if (!isPattern(Row.Name))
        Map[Row.Name] = Row.Policy;
    return Map;
  }();
  Name.consume_front("\1");
  if (Listed L = Exact.lookup(Name); L != Listed::No)
    return L;
  for (const PolicyRow &Row : PolicyRows)
    if (isPattern(Row.Name) &&
        matchesPattern(Row.Name, {Name.data(), Name.size()}))
      return Row.Policy;
  return Listed::No;
}

/// Whether \p F is, or has inlined, a part of std::stringbuf that frees what
/// libstdc++ has allocated, or lets it free what barriers have written
/// (runtime_abi.def keeps others out of line; not templates, nor in bitcode that
/// was compiled without the plugin).
bool worksInStringBuffer(const Function &F) {
  const Function *Sync = F.getParent()->getFunction(
      "_ZNSt7__cxx1115basic_stringbufIcSt11char_traitsIcESaIcEE7_M_syncEPcmm");
  return Sync && any_of(Sync->users(), [&](const User *U) {
           auto *Call = dyn_cast<CallBase>(U);
           return Call && Call->getFunction() == &F;
         });
}

bool hasUsableBody(const Function &F) {
  return !F.isDeclaration() && !F.hasAvailableExternallyLinkage();
}

} // namespace

bool canHaveVersion(const Function &F) {
  if (!hasUsableBody(F) || isVersion(F) || F.isIntrinsic() ||
      F.hasFnAttribute(NoVersionAttr) || F.hasFnAttribute(Attribute::Naked) ||
      F.hasFnAttribute(Attribute::PresplitCoroutine) ||
      F.hasFnAttribute("thunk"))
    return false;
  if (F.hasPersonalityFn() &&
      isScopedEHPersonality(classifyEHPersonality(F.getPersonalityFn())))
    return false;
  for (const Argument &A : F.args())
    if (A.hasAttribute(Attribute::SwiftError) ||
        A.hasAttribute(Attribute::InAlloca) ||
        A.hasAttribute(Attribute::Preallocated))
      return false;
  return !labelsEscape(F) && !worksInStringBuffer(F);
}

CallPolicy policyFor(const Function &F) {
  if (isRuntimeName(F.getName()) || F.hasFnAttribute(PureAttr))
    return CallPolicy::AsItStands;
  if (F.hasFnAttribute(InevitableAttr))
    return CallPolicy::Inevitable;
  if (F.hasFnAttribute(WrappedAttr))
    return CallPolicy::Wrapped;
  if (hasUsableBody(F)) {
    // The terminate handler of clang's own; everything else of the list is in
    // libraries, and a body under such a name is the program's.
    if (F.getName() == "__clang_call_terminate")
      return CallPolicy::AsItStands;
    return canHaveVersion(F) ? CallPolicy::Version : CallPolicy::Inevitable;
  }
  if (hasWrap(F))
    return CallPolicy::Wrapped;
  if (F.hasFnAttribute(SafeAttr))
    return CallPolicy::Safe;
  switch (lookUp(F.getName())) {
  case Listed::pure:
    return CallPolicy::AsItStands;
  case Listed::inevitable:
    return CallPolicy::Inevitable;
  case Listed::beside:
    return CallPolicy::Beside;
  case Listed::No:
    break;
  }
  if (F.doesNotAccessMemory())
    return CallPolicy::AsItStands;
  // setjmp: the version of such a function would return twice into a frame that
  // doesn't know of it.
  if (F.hasFnAttribute(Attribute::ReturnsTwice))
    return CallPolicy::Inevitable;
  return CallPolicy::Unknown;
}

} // namespace stm
