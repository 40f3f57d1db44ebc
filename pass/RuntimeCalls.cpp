//===- pass/RuntimeCalls.cpp - stm/runtime_abi.def as LLVM declarations ---===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "RuntimeCalls.h"
#include "Versions.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/DerivedTypes.h"
#include "llvm/IR/Function.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/Regex.h"

using namespace llvm;

namespace stm {
namespace {

// --- The table's type names -------------------------------------------------

template <unsigned Bits> struct Integer {
  static Type *get(LLVMContext &C, unsigned) {
    return Type::getIntNTy(C, Bits);
  }
};
struct Void {
  static Type *get(LLVMContext &C, unsigned) { return Type::getVoidTy(C); }
};
struct Bool : Integer<1> {};
struct U8 : Integer<8> {};
struct U16 : Integer<16> {};
struct U32 : Integer<32> {};
struct U64 : Integer<64> {};
struct I32 : Integer<32> {};
struct I64 : Integer<64> {};
struct F32 {
  static Type *get(LLVMContext &C, unsigned) { return Type::getFloatTy(C); }
};
struct F64 {
  static Type *get(LLVMContext &C, unsigned) { return Type::getDoubleTy(C); }
};
struct Size {
  static Type *get(LLVMContext &C, unsigned SizeBits) {
    return Type::getIntNTy(C, SizeBits);
  }
};
struct Ptr {
  static Type *get(LLVMContext &C, unsigned) {
    return PointerType::getUnqual(C);
  }
};
struct CPtr : Ptr {};
struct ExceptionPtr; ///< Only as a result, as the next.
struct StdString;
struct FsPath;
/// How clang spells the struct depends on the target: checked by nobody, and
/// only ever taken over from the program's own declaration.
struct HashNeed {
  static Type *get(LLVMContext &C, unsigned SizeBits) {
    return StructType::get(Type::getInt8Ty(C), Type::getIntNTy(C, SizeBits));
  }
};
struct CharsEnd { ///< The same.
  static Type *get(LLVMContext &C, unsigned) {
    return StructType::get(PointerType::getUnqual(C), Type::getInt32Ty(C));
  }
};

struct StreamPos { ///< The same.
  static Type *get(LLVMContext &C, unsigned) {
    return StructType::get(Type::getInt64Ty(C), Type::getInt64Ty(C));
  }
};

struct TextPlace { ///< The same.
  static Type *get(LLVMContext &C, unsigned SizeBits) {
    return StructType::get(PointerType::getUnqual(C),
                           Type::getIntNTy(C, SizeBits));
  }
};

struct ErrorCondition { ///< The same.
  static Type *get(LLVMContext &C, unsigned) {
    return StructType::get(Type::getInt32Ty(C), PointerType::getUnqual(C));
  }
};

// --- The table's rows -------------------------------------------------------

using Behaviour = unsigned;
constexpr Behaviour MayThrow = 0, NoUnwind = 1, NoReturn = 2, OnlyReads = 4;

template <class T> struct Signature;
template <class Ret, class... Args> struct Signature<Ret(Args...)> {
  static FunctionType *get(LLVMContext &C, unsigned SizeBits) {
    return FunctionType::get(Ret::get(C, SizeBits), {Args::get(C, SizeBits)...},
                             /*isVarArg=*/false);
  }
};
template <class Ret, class... Args> struct Signature<Ret(Args..., ...)> {
  static FunctionType *get(LLVMContext &C, unsigned SizeBits) {
    return FunctionType::get(Ret::get(C, SizeBits), {Args::get(C, SizeBits)...},
                             /*isVarArg=*/true);
  }
};
template <class Ret> struct Signature<Ret()> {
  static FunctionType *get(LLVMContext &C, unsigned SizeBits) {
    return FunctionType::get(Ret::get(C, SizeBits), /*isVarArg=*/false);
  }
};
/// Its place is the first argument ("sret": which register that is is the
/// target's, and the call's own attributes say it).
template <> struct Signature<ExceptionPtr()> : Signature<Void(Ptr)> {};
template <class... Args>
struct Signature<StdString(Args...)> : Signature<Void(Ptr, Args...)> {};
template <class... Args>
struct Signature<FsPath(Args...)> : Signature<Void(Ptr, Args...)> {};

struct Row {
  const char *Name; ///< Of the symbol.
  FunctionType *(*Type)(LLVMContext &C, unsigned SizeBits);
  Behaviour Attrs;
};

constexpr Row RuntimeRows[] = {
#define STM_RTL(Name, Ret, Args, Attrs, Doc)                                   \
  {#Name, &Signature<Ret Args>::get, Attrs},
#include "stm/runtime_abi.def"
};

constexpr Row WrapRows[] = {
#define STM_WRAP(Original, Ret, Args, Attrs, Doc)                              \
  {"__stm_wrap_" #Original, &Signature<Ret Args>::get, Attrs},
#include "stm/runtime_abi.def"
};

/// Of libc's functions.
constexpr const char *LibcNames[] = {
#define STM_WRAP(Original, Ret, Args, Attrs, Doc) #Original,
#define STM_WRAP_NEWER STM_WRAP
#include "stm/wraps/libc.def"
#undef STM_WRAP
#undef STM_WRAP_NEWER
};

constexpr const char *InlineNames[] = {
#define STM_WRAP(Original, Ret, Args, Attrs, Doc)
#define STM_WRAP_INLINE(Original, Ret, Args, Attrs, Doc) #Original,
#define STM_WRAP_OWN(Original, Ret, Args, Attrs, Doc)
#define STM_WRAP_OWN_INLINE(Original, Ret, Args, Attrs, Doc) #Original,
#include "stm/runtime_abi.def"
};

/// Name and whether the result's place is the first argument.
constexpr std::pair<const char *, bool> OwnNames[] = {
#define STM_WRAP(Original, Ret, Args, Attrs, Doc)
#define STM_WRAP_OWN(Original, Ret, Args, Attrs, Doc)                          \
  {#Original, std::is_same_v<Ret, StdString>},
#include "stm/runtime_abi.def"
};

constexpr const char *ApiNames[] = {
#define STM_API(Name) #Name,
#include "stm/runtime_abi.def"
};

constexpr const char *SlowNames[] = {
#define STM_SLOW(Name, Ret, Args, Doc) #Name,
#define STM_FIRST(Name, Ret, Args, Doc) #Name,
#include "stm/runtime_abi.def"
};

constexpr StringLiteral WrapPrefix = "__stm_wrap_";

/// libc++ marks what is inline with its version: _ZNSt3__1…3fooB8ne190107Ev.
std::string withoutAbiTags(StringRef Name) {
  static const Regex Tag(
      "^(.*)B8[a-z][a-z][0-9][0-9][0-9][0-9][0-9][0-9](.*)$");
  std::string Short = Name.str();
  SmallVector<StringRef, 3> Parts;
  while (Tag.match(Short, &Parts))
    Short = (Parts[1] + Parts[2]).str();
  return Short;
}

bool isLibcxxName(StringRef Name) {
  return Name.starts_with("_ZNSt3__1") || Name.starts_with("_ZNKSt3__1");
}

const Row *findWrap(StringRef Original) {
  static const StringMap<const Row *> Rows = [] {
    StringMap<const Row *> Map;
    for (const Row &R : WrapRows)
      Map[StringRef(R.Name).drop_front(WrapPrefix.size())] = &R;
    return Map;
  }();
  Original.consume_front("\1"); // an asm label: the symbol as it stands
  return Rows.lookup(isLibcxxName(Original) ? withoutAbiTags(Original)
                                            : Original.str());
}

FunctionType *typeIn(const Module &M, const Row &R) {
  return R.Type(M.getContext(), M.getDataLayout().getPointerSizeInBits(0));
}

/// Arguments narrower than a register arrive extended, whoever relies on it.
/// (Nothing is claimed about results: not every target's callee extends them.)
void describe(Function &F, Behaviour Attrs) {
  // Through the table of addresses itself, not by a jump in between (the PLT):
  // bound at load time, once.
  F.addFnAttr(Attribute::NonLazyBind);
  if (Attrs & NoUnwind)
    F.addFnAttr(Attribute::NoUnwind);
  if (Attrs & NoReturn)
    F.addFnAttr(Attribute::NoReturn);
  for (Argument &A : F.args())
    if (A.getType()->isIntegerTy() && A.getType()->getIntegerBitWidth() < 32)
      A.addAttr(Attribute::ZExt);
}

FunctionCallee declare(Module &M, const Row &R, FunctionType *Type) {
  FunctionCallee Callee = M.getOrInsertFunction(R.Name, Type);
  if (auto *F = dyn_cast<Function>(Callee.getCallee()))
    if (F->isDeclaration() && F->getFunctionType() == Type)
      describe(*F, R.Attrs);
  return Callee;
}

/// The same, but for what may differ in how a program declares the function:
/// results that are structs.
bool agree(FunctionType *Declared, FunctionType *Wanted) {
  if (Declared->isVarArg() != Wanted->isVarArg() ||
      Declared->params() != Wanted->params())
    return false;
  return Declared->getReturnType() == Wanted->getReturnType() ||
         Wanted->getReturnType()->isStructTy();
}

} // namespace

FunctionCallee getRuntime(Module &M, Runtime Function) {
  const Row &R = RuntimeRows[static_cast<unsigned>(Function)];
  return declare(M, R, typeIn(M, R));
}

FunctionCallee getWrap(Module &M, StringRef Original) {
  const Row *R = findWrap(Original);
  if (!R)
    report_fatal_error("llvm-stm: no row for " + Twine(Original));
  return declare(M, *R, typeIn(M, *R));
}

bool hasWrap(const Function &Original) {
  const Row *R = findWrap(Original.getName());
  // What was found when it wasn't local stays so at a link.
  return R &&
         (!Original.hasLocalLinkage() ||
          Original.hasFnAttribute(WrappedAttr)) &&
         agree(Original.getFunctionType(), typeIn(*Original.getParent(), *R));
}

bool hasInlineWrap(const Function &Original) {
  static const StringSet<> Names = [] {
    StringSet<> Set;
    for (const char *N : InlineNames)
      Set.insert(N);
    return Set;
  }();
  StringRef Name = Original.getName();
  return Names.contains(isLibcxxName(Name) ? withoutAbiTags(Name)
                                           : Name.str()) &&
         hasWrap(Original);
}

std::optional<unsigned> ownObjectOf(const Function &Original) {
  static const StringMap<unsigned> Objects = [] {
    StringMap<unsigned> Map;
    for (auto [Name, HasPlace] : OwnNames)
      Map[Name] = HasPlace ? 1 : 0;
    return Map;
  }();
  auto Found = Objects.find(Original.getName());
  if (Found == Objects.end() || !hasWrap(Original))
    return std::nullopt;
  return Found->second;
}

Function *getWrapFor(const Function &Original) {
  if (!hasWrap(Original))
    return nullptr;
  const Row &R = *findWrap(Original.getName());
  Module &M = *const_cast<Module *>(Original.getParent());
  // A symbol of this name that is no such function is the program's own doing.
  return dyn_cast<Function>(
      declare(M, R, Original.getFunctionType()).getCallee());
}

bool mayBeProgramsOwn(const Function &F) {
  static const StringSet<> Names = [] {
    StringSet<> Set;
    for (const char *N : LibcNames)
      Set.insert(N);
    return Set;
  }();
  LibFunc Which;
  return hasWrap(F) && !F.getName().starts_with("_") &&
         Names.contains(F.getName()) &&
         !TargetLibraryInfoImpl(Triple(F.getParent()->getTargetTriple()))
              .getLibFunc(F, Which);
}

std::string wrapName(StringRef Original) {
  return ("__stm_wrap_" + Original).str();
}

bool onlyReads(const Function &F) {
  static const StringSet<> Names = [] {
    StringSet<> Set;
    for (ArrayRef<Row> Rows : {ArrayRef(RuntimeRows), ArrayRef(WrapRows)})
      for (const Row &R : Rows)
        if (R.Attrs & OnlyReads)
          Set.insert(R.Name);
    return Set;
  }();
  return Names.contains(F.getName());
}

static unsigned scalarIndex(unsigned Bytes) {
  switch (Bytes) {
  case 1:
    return 0;
  case 2:
    return 1;
  case 4:
    return 2;
  case 8:
    return 3;
  }
  llvm_unreachable("no barrier for this size");
}

Runtime readBarrier(unsigned Bytes) {
  constexpr Runtime Barriers[] = {
      Runtime::__stm_read_u8, Runtime::__stm_read_u16, Runtime::__stm_read_u32,
      Runtime::__stm_read_u64};
  return Barriers[scalarIndex(Bytes)];
}

Value *fromBits(IRBuilderBase &B, Value *Bits, Type *Type) {
  if (Type->isPointerTy())
    return B.CreateIntToPtr(Bits, Type);
  if (Type->isIntegerTy())
    return B.CreateTrunc(Bits, Type);
  return B.CreateBitCast(Bits, Type);
}

Runtime settledRead(unsigned Bytes) {
  constexpr Runtime Reads[] = {
      Runtime::__stm_settled_read_u8, Runtime::__stm_settled_read_u16,
      Runtime::__stm_settled_read_u32, Runtime::__stm_settled_read_u64};
  return Reads[scalarIndex(Bytes)];
}

Runtime writeBarrier(unsigned Bytes) {
  constexpr Runtime Barriers[] = {
      Runtime::__stm_write_u8, Runtime::__stm_write_u16,
      Runtime::__stm_write_u32, Runtime::__stm_write_u64};
  return Barriers[scalarIndex(Bytes)];
}

Runtime readToWriteBarrier(unsigned Bytes) {
  constexpr Runtime Barriers[] = {
      Runtime::__stm_read_to_write_u8, Runtime::__stm_read_to_write_u16,
      Runtime::__stm_read_to_write_u32, Runtime::__stm_read_to_write_u64};
  return Barriers[scalarIndex(Bytes)];
}

Runtime writeReadBarrier(unsigned Bytes) {
  constexpr Runtime Barriers[] = {
      Runtime::__stm_write_read_u8, Runtime::__stm_write_read_u16,
      Runtime::__stm_write_read_u32, Runtime::__stm_write_read_u64};
  return Barriers[scalarIndex(Bytes)];
}

bool isRuntimeName(StringRef Name) {
  Name.consume_front("\1");
  static const StringSet<> Names = [] {
    StringSet<> Set;
    for (const Row &R : RuntimeRows)
      Set.insert(R.Name);
    for (const Row &R : WrapRows)
      Set.insert(R.Name);
    for (const char *N : ApiNames)
      Set.insert(N);
    for (const char *N : SlowNames)
      Set.insert(N);
    return Set;
  }();
  return Names.contains(Name);
}

#define STM_STRINGIFY_(X) #X
#define STM_STRINGIFY(X) STM_STRINGIFY_(X)
StringRef abiSymbol() { return STM_STRINGIFY(STM_ABI_SYMBOL); }

} // namespace stm
