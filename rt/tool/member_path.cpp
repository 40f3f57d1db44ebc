//===- tool/member_path.cpp - the member at an offset of a variable *- C++
//-*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tool/member_path.h"

#include <llvm/DebugInfo/DWARF/DWARFCompileUnit.h>
#include <llvm/DebugInfo/DWARF/DWARFContext.h>
#include <llvm/DebugInfo/DWARF/DWARFExpression.h>
#include <optional>
#include <string_view>
#include <vector>

namespace stm::tool {

using namespace llvm;
using namespace llvm::dwarf;

namespace {

/// Types nest; a damaged file may nest them in a circle.
constexpr unsigned MostSteps = 64;

std::optional<uint64_t> addressOf(const DWARFDie &Variable) {
  Expected<DWARFLocationExpressionsVector> Locations =
      Variable.getLocations(DW_AT_location);
  if (!Locations) {
    consumeError(Locations.takeError());
    return std::nullopt;
  }
  DWARFUnit &Unit = *Variable.getDwarfUnit();
  for (const DWARFLocationExpression &Location : *Locations) {
    DataExtractor Data(Location.Expr, Unit.isLittleEndian(),
                       Unit.getAddressByteSize());
    std::optional<uint64_t> Address;
    for (const DWARFExpression::Operation &Op :
         DWARFExpression(Data, Unit.getAddressByteSize())) {
      if (Op.isError())
        return std::nullopt;
      if (Op.getCode() == DW_OP_addr)
        Address = Op.getRawOperand(0);
      else if (Op.getCode() == DW_OP_addrx) {
        if (auto Item = Unit.getAddrOffsetSectionItem(
                static_cast<uint32_t>(Op.getRawOperand(0))))
          Address = Item->Address;
      } else if (Op.getCode() == DW_OP_plus_uconst && Address)
        *Address += Op.getRawOperand(0); // Of variables merged into one.
      else
        return std::nullopt;
    }
    if (Address)
      return Address;
  }
  return std::nullopt;
}

DWARFDie typeOf(const DWARFDie &Die) {
  return Die.getAttributeValueAsReferencedDie(DW_AT_type)
      .resolveTypeUnitReference();
}

DWARFDie withoutQualifiers(DWARFDie Type) {
  for (unsigned Step = 0; Type && Step != MostSteps; ++Step) {
    switch (Type.getTag()) {
    case DW_TAG_typedef:
    case DW_TAG_const_type:
    case DW_TAG_volatile_type:
    case DW_TAG_restrict_type:
    case DW_TAG_atomic_type:
      Type = typeOf(Type);
      break;
    default:
      return Type;
    }
  }
  return {};
}

std::string nameOf(const DWARFDie &Die) {
  const char *Name = Die.getShortName();
  return Name ? Name : "";
}

/// Mangled, where the language does so.
std::string linkageName(const DWARFDie &Function) {
  const char *Name = Function.getSubroutineName(DINameKind::LinkageName);
  return Name ? Name : "";
}

std::string qualifiedName(const DWARFDie &Variable) {
  std::string Name = nameOf(Variable);
  DWARFDie Declaration = Variable;
  if (DWARFDie Of =
          Variable.getAttributeValueAsReferencedDie(DW_AT_specification))
    Declaration = Of;
  for (DWARFDie Scope = Declaration.getParent(); Scope;
       Scope = Scope.getParent()) {
    switch (Scope.getTag()) {
    case DW_TAG_namespace:
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
    case DW_TAG_subprogram:
      if (std::string Outer = nameOf(Scope); !Outer.empty())
        Name.insert(0, Outer + "::");
      break;
    default:
      break;
    }
  }
  return Name;
}

std::optional<uint64_t> sizeOf(DWARFDie Type) {
  return Type.getTypeSize(Type.getDwarfUnit()->getAddressByteSize());
}

/// Of a member or base; nothing for a static member.
std::optional<uint64_t> offsetOf(const DWARFDie &Member) {
  if (auto Offset = toUnsigned(Member.find(DW_AT_data_member_location)))
    return Offset;
  if (auto Bits = toUnsigned(Member.find(DW_AT_data_bit_offset)))
    return *Bits / 8;
  // A union's may do without.
  if (Member.getParent().getTag() == DW_TAG_union_type)
    return 0;
  return std::nullopt;
}

/// A step down: what it adds to the path, and where it leads.
struct Step {
  std::string Text;
  DWARFDie Type;
  uint64_t Offset;
};

std::optional<Step> intoMember(const DWARFDie &Type, uint64_t Offset) {
  for (const DWARFDie &Child : Type.children()) {
    bool IsBase = Child.getTag() == DW_TAG_inheritance;
    if (Child.getTag() != DW_TAG_member && !IsBase)
      continue;
    std::optional<uint64_t> Begin = offsetOf(Child);
    DWARFDie MemberType = withoutQualifiers(typeOf(Child));
    if (!Begin || !MemberType || Offset < *Begin)
      continue;
    std::optional<uint64_t> Size = sizeOf(MemberType);
    if (!Size || Offset - *Begin >= *Size)
      continue;
    // std::array's only member says nothing; nor has an anonymous union a name.
    std::string Name = IsBase ? "" : nameOf(Child);
    if (Name == "_M_elems")
      Name.clear();
    return Step{Name.empty() ? "" : "." + Name, MemberType, Offset - *Begin};
  }
  return std::nullopt;
}

std::optional<Step> intoElement(const DWARFDie &Type, uint64_t Offset) {
  DWARFDie ElementType = withoutQualifiers(typeOf(Type));
  std::optional<uint64_t> Size =
      ElementType ? sizeOf(ElementType) : std::nullopt;
  if (!Size || !*Size)
    return std::nullopt;
  std::vector<uint64_t> Counts;
  for (const DWARFDie &Child : Type.children()) {
    if (Child.getTag() != DW_TAG_subrange_type)
      continue;
    if (auto Count = toUnsigned(Child.find(DW_AT_count)))
      Counts.push_back(*Count);
    else if (auto Last = toUnsigned(Child.find(DW_AT_upper_bound)))
      Counts.push_back(*Last + 1);
    else
      return std::nullopt;
  }
  uint64_t Index = Offset / *Size;
  std::string Text;
  for (size_t I = Counts.size(); I-- != 0;) {
    if (!Counts[I])
      return std::nullopt;
    // The first dimension takes what is left.
    uint64_t Here = I ? Index % Counts[I] : Index;
    Text.insert(0, "[" + std::to_string(Here) + "]");
    Index /= Counts[I];
  }
  return Step{Text, ElementType, Offset % *Size};
}

/// What is to be added to a variable's name, down to a scalar.
std::string pathInto(DWARFDie Declared, uint64_t Offset) {
  std::string Path;
  DWARFDie Type = withoutQualifiers(Declared);
  for (unsigned Depth = 0; Type && Depth != MostSteps; ++Depth) {
    std::optional<Step> Next;
    switch (Type.getTag()) {
    case DW_TAG_structure_type:
    case DW_TAG_class_type:
    case DW_TAG_union_type:
      Next = intoMember(Type, Offset);
      break;
    case DW_TAG_array_type:
      Next = intoElement(Type, Offset);
      break;
    default:
      return Path; // A scalar: which of its bytes doesn't matter.
    }
    if (!Next)
      break;
    Path += Next->Text;
    Type = Next->Type;
    Offset = Next->Offset;
  }
  return Offset ? Path + "+" + std::to_string(Offset) : Path;
}

/// The type of a static member has its declaration, that of an inlined variable
/// its origin.
DWARFDie declaredType(const DWARFDie &Variable) {
  if (DWARFDie Type = typeOf(Variable))
    return Type;
  for (Attribute Other : {DW_AT_specification, DW_AT_abstract_origin})
    if (DWARFDie Of = Variable.getAttributeValueAsReferencedDie(Other))
      return typeOf(Of);
  return {};
}

/// Among the variables of a function that are visible where it is.
class LocalSearch {
public:
  LocalSearch(const DWARFDie &Function, uint64_t Pc, const PlaceInFrame &Place)
      : Pc(Pc), Place(Place) {
    bool IsArm = Function.getDwarfUnit()->getContext().getArch() ==
                 Triple::ArchType::aarch64;
    StackPointer = IsArm ? 31 : 7;
    FramePointer = IsArm ? 29 : 6;
    forEachExpression(Function, DW_AT_frame_base,
                      [&](const DWARFExpression::Operation &Op) {
                        if (Op.getCode() == DW_OP_call_frame_cfa)
                          FromBase = -static_cast<int64_t>(Place.FromCfa);
                        else
                          FromBase = fromRegister(Op, DW_OP_reg0);
                      });
  }

  void lookIn(const DWARFDie &Scope, const std::string &Inlined) {
    if (++Depth > MostSteps)
      return;
    for (const DWARFDie &Child : Scope.children()) {
      switch (Child.getTag()) {
      case DW_TAG_variable:
      case DW_TAG_formal_parameter:
        consider(Child, Inlined);
        break;
      case DW_TAG_lexical_block:
      case DW_TAG_inlined_subroutine:
        if (Child.addressRangeContainsAddress(Pc))
          lookIn(Child, Child.getTag() == DW_TAG_lexical_block
                            ? Inlined
                            : linkageName(Child));
        break;
      default:
        break;
      }
    }
    --Depth;
  }

  LocalVariable found() const {
    return Candidates == 1 ? Found : LocalVariable();
  }

private:
  /// Those of one operation.
  template <class F>
  void forEachExpression(const DWARFDie &Die, Attribute Which, F Use) const {
    Expected<DWARFLocationExpressionsVector> Locations =
        Die.getLocations(Which);
    if (!Locations) {
      consumeError(Locations.takeError());
      return;
    }
    DWARFUnit &Unit = *Die.getDwarfUnit();
    for (const DWARFLocationExpression &Location : *Locations) {
      if (Location.Range &&
          (Pc < Location.Range->LowPC || Pc >= Location.Range->HighPC))
        continue;
      DataExtractor Data(Location.Expr, Unit.isLittleEndian(),
                         Unit.getAddressByteSize());
      DWARFExpression Expression(Data, Unit.getAddressByteSize());
      auto Op = Expression.begin();
      if (Op == Expression.end() || Op->isError())
        continue;
      DWARFExpression::Operation First = *Op;
      if (++Op == Expression.end())
        Use(First);
    }
  }

  /// How far the place is from what a register has.
  std::optional<int64_t> fromRegister(const DWARFExpression::Operation &Op,
                                      unsigned First) const {
    if (Op.getCode() == First + StackPointer)
      return static_cast<int64_t>(Place.FromSp);
    if (Op.getCode() == First + FramePointer)
      return Place.FromFp;
    return std::nullopt;
  }

  void consider(const DWARFDie &Variable, const std::string &Inlined) {
    DWARFDie Type = declaredType(Variable);
    std::optional<uint64_t> Size =
        Type ? sizeOf(withoutQualifiers(Type)) : std::nullopt;
    std::string Name = nameOf(Variable);
    if (!Size || Name.empty())
      return;
    forEachExpression(
        Variable, DW_AT_location, [&](const DWARFExpression::Operation &Op) {
          std::optional<int64_t> From = Op.getCode() == DW_OP_fbreg
                                            ? FromBase
                                            : fromRegister(Op, DW_OP_breg0);
          if (!From)
            return;
          uint64_t Offset = static_cast<uint64_t>(*From) - Op.getRawOperand(0);
          if (Offset >= *Size)
            return;
          ++Candidates;
          Found = {Name + pathInto(Type, Offset), Inlined};
        });
  }

  uint64_t Pc;
  const PlaceInFrame &Place;
  unsigned StackPointer, FramePointer; ///< Numbers of DWARF's.
  std::optional<int64_t> FromBase;     ///< The place, from the frame's base.
  unsigned Depth = 0;
  unsigned Candidates = 0;
  LocalVariable Found;
};

DWARFDie variableAt(DWARFContext &Debug, uint64_t Address) {
  DWARFCompileUnit *Unit = Debug.getCompileUnitForDataAddress(Address);
  return Unit ? Unit->getVariableForAddress(Address) : DWARFDie();
}

} // namespace

std::string memberPath(DWARFContext &Debug, uint64_t Address,
                       uint64_t SymbolBegin) {
  DWARFDie Variable = variableAt(Debug, Address);
  if (!Variable)
    Variable = variableAt(Debug, SymbolBegin);
  if (!Variable)
    return {};
  std::optional<uint64_t> Begin = addressOf(Variable);
  std::string Path = qualifiedName(Variable);
  if (!Begin || *Begin > Address || Path.empty())
    return {};
  return Path + pathInto(declaredType(Variable), Address - *Begin);
}

LocalVariable localVariable(DWARFContext &Debug, uint64_t Pc,
                            const PlaceInFrame &Place) {
  DWARFDie Function = Debug.getDIEsForAddress(Pc).FunctionDIE;
  while (Function && Function.getTag() != DW_TAG_subprogram) // Inlined.
    Function = Function.getParent();
  if (!Function)
    return {};
  LocalSearch Search(Function, Pc, Place);
  Search.lookIn(Function, "");
  return Search.found();
}

} // namespace stm::tool
