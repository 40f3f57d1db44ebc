//===- report/object.cpp - what lies at an address ------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/object.h"

#include "report/allocations.h"
#include "report/symbolize.h"

namespace stm::rt {

using namespace __sanitizer;

ObjectInfo::~ObjectInfo() {
  InternalFree(Name);
  InternalFree(Module);
}

void ObjectInfo::find(uintptr_t At) {
  Address = At;
  DataInfo Info;
  bool IsMapped = Symbolizer::GetOrInit()->SymbolizeData(At, &Info);
  if (IsMapped && Info.module && *Info.module == '[') {
    // What the kernel calls it.
    if (internal_strcmp(Info.module, "[stack]") == 0)
      Kind = ObjectKind::Stack;
    else if (internal_strcmp(Info.module, "[heap]") == 0)
      Kind = ObjectKind::Heap;
  } else if (IsMapped && Info.module) {
    // In a module, whether or not a symbol is known there.
    Kind = ObjectKind::Global;
    Module = internal_strdup(Info.module);
    ModuleOffset = Info.module_offset;
    if (Info.name && At - Info.start < Info.size) {
      Name = readableName(Info.name);
      Offset = At - Info.start;
      Size = Info.size;
    }
  }
  Info.Clear();
  if (Kind == ObjectKind::Global)
    return;
  if (AllocationSite Site = findAllocation(At); Site.Begin) {
    Kind = ObjectKind::Heap;
    Offset = At - Site.Begin;
    Size = Site.Bytes;
    AllocatedAt = Site.Stack;
  }
}

} // namespace stm::rt
