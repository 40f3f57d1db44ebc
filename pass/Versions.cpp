//===- pass/Versions.cpp - names and attributes of versions -----*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Versions.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Demangle/Demangle.h"
#include "llvm/IR/AttributeMask.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace stm {

bool hasMark(const Module &M, StringRef Name) {
  return M.getNamedMetadata(Name) != nullptr;
}

void setMark(Module &M, StringRef Name) {
  NamedMDNode *Node = M.getOrInsertNamedMetadata(Name);
  if (!Node->getNumOperands())
    Node->addOperand(MDNode::get(M.getContext(), {}));
}

void clearMark(Module &M, StringRef Name) {
  if (NamedMDNode *Node = M.getNamedMetadata(Name))
    Node->eraseFromParent();
}

std::string versionName(StringRef Name) {
  Name.consume_front("\1"); // An asm label: the symbol as it stands.
  if (Name.consume_front("_Z"))
    return ("_ZGTt" + Name).str();
  return ("_ZGTt" + Twine(Name.size()) + Name).str();
}

std::string printableName(const GlobalValue &V) {
  StringRef Name = V.getName();
  Name.consume_front("\1");
  return Name.empty() ? "an unnamed function" : demangle(Name);
}

// --- The whitelists ---------------------------------------------------------
//
// By name, because the set of attributes grows with each LLVM and what is new
// must stay out until somebody has thought about it.

/// What a function is compiled for, and what the version can't help sharing
/// with its original. Missing on purpose: memory, nosync, nofree, willreturn,
/// speculatable, norecurse, mustprogress, sanitize_thread (the barriers are
/// what ThreadSanitizer would have to see), alwaysinline, optnone, naked.
static bool isSoundOnFunction(StringRef Name) {
  static const StringSet<> Names = {
      "alignstack",
      "builtin",
      "cold",
      "convergent",
      "denormal_fpenv",
      "disable_sanitizer_instrumentation",
      "fn_ret_thunk_extern",
      "hot",
      "minsize",
      "nobuiltin",
      "nocf_check",
      "noduplicate",
      "noimplicitfloat",
      "nomerge",
      "nonlazybind",
      "noprofile",
      "noredzone",
      "noreturn",
      "nosanitize_bounds",
      "nosanitize_coverage",
      "nounwind",
      "null_pointer_is_valid",
      "optsize",
      "returns_twice",
      "safestack",
      "sanitize_address",
      "sanitize_hwaddress",
      "sanitize_memory",
      "sanitize_memtag",
      "sanitize_type",
      "shadowcallstack",
      "skipprofile",
      "speculative_load_hardening",
      "ssp",
      "sspreq",
      "sspstrong",
      "strictfp",
      "uwtable",
      "vscale_range",
  };
  return Names.contains(Name);
}

/// How values are passed, and what is true of them whoever executes the body.
/// An address that the original doesn't keep, the version doesn't keep either:
/// the undo log forgets the frames that an attempt leaves.
static bool isSoundOnValue(StringRef Name) {
  static const StringSet<> Names = {
      "align",        "alignstack", "byref",     "byval",   "captures",
      "elementtype",  "immarg",     "inalloca",  "inreg",   "nest",
      "nocapture",    "noext",      "nofpclass", "nonnull", "noundef",
      "preallocated", "range",      "signext",   "sret",    "swiftasync",
      "swifterror",   "swiftself",  "zeroext",
  };
  return Names.contains(Name);
}

static bool isSoundString(StringRef Name) {
  static constexpr StringLiteral Prefixes[] = {
      "aarch64_",      "branch-",         "denormal-fp-math",
      "frame-pointer", "guarded-control", "indirect-tls",
      "less-precise",  "min-legal-",      "no-builtin",
      "no-infs",       "no-inline-line",  "no-jump-tables",
      "no-nans",       "no-realign",      "no-signed-zeros",
      "no-stack-arg",  "no-trapping",     "patchable-function",
      "prefer-vector", "probe-stack",     "sign-return",
      "split-stack",   "stack-probe",     "stack-protector",
      "stackrealign",  "stm-thunk",       "strictfp",
      "target-",       "tune-cpu",        "unsafe-fp",
      "approx-func",   "use-soft-float",  "use-sample-profile",
  };
  return any_of(Prefixes, [&](StringRef P) { return Name.starts_with(P); });
}

static AttributeMask unsound(AttributeSet Set, bool (*IsSound)(StringRef)) {
  AttributeMask Mask;
  for (Attribute A : Set) {
    if (A.isStringAttribute()) {
      if (!isSoundString(A.getKindAsString()))
        Mask.addAttribute(A.getKindAsString());
    } else if (!IsSound(Attribute::getNameFromAttrKind(A.getKindAsEnum()))) {
      Mask.addAttribute(A.getKindAsEnum());
    }
  }
  return Mask;
}

static AttributeList soundOnly(LLVMContext &C, AttributeList List,
                               unsigned NumArgs) {
  List =
      List.removeFnAttributes(C, unsound(List.getFnAttrs(), isSoundOnFunction));
  List =
      List.removeRetAttributes(C, unsound(List.getRetAttrs(), isSoundOnValue));
  for (unsigned I = 0; I != NumArgs; ++I)
    List = List.removeParamAttributes(
        C, I, unsound(List.getParamAttrs(I), isSoundOnValue));
  return List;
}

void keepSoundAttributes(Function &Version) {
  // ThreadSanitizer keeps a stack of its own by calls at entry and exit, in any
  // function. A rollback leaves versions without an exit.
  bool IsForTSan =
      Version.getFnAttribute(NoSpeculationAttr).getValueAsString() == "tsan";
  Version.setAttributes(soundOnly(Version.getContext(), Version.getAttributes(),
                                  Version.arg_size()));
  if (IsForTSan)
    Version.addFnAttr(Attribute::DisableSanitizerInstrumentation);
}

void keepSoundAttributes(CallBase &Call) {
  Call.setAttributes(
      soundOnly(Call.getContext(), Call.getAttributes(), Call.arg_size()));
}

bool isForSanitizer(const Function &F) {
  Attribute Ours = F.getFnAttribute(NoSpeculationAttr);
  if (F.hasFnAttribute(Attribute::SanitizeThread) &&
      !(Ours.isValid() && Ours.getValueAsString().empty()))
    return true;
  return any_of(ArrayRef<Attribute::AttrKind>{Attribute::SanitizeAddress,
                                              Attribute::SanitizeHWAddress,
                                              Attribute::SanitizeMemory,
                                              Attribute::SanitizeMemTag},
                [&](Attribute::AttrKind Kind) {
                  return F.hasFnAttribute(Kind);
                }) ||
         // Of LLVM 20 and later.
         F.hasFnAttribute(Attribute::getAttrKindFromName("sanitize_type"));
}

} // namespace stm
