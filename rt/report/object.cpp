//===- report/object.cpp - what lies at an address ------------------------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/object.h"

#include "report/allocations.h"
#include "report/facts.h"
#include "report/symbolize.h"

#include "sanitizer_common/sanitizer_procmaps.h"

#include <link.h>

namespace stm::rt {

using namespace __sanitizer;

ObjectInfo::~ObjectInfo() {
  InternalFree(Name);
  InternalFree(Function);
  InternalFree(Module);
}

namespace {

/// The symbolizer reads the list of mappings anew for each address that is in
/// no module, which takes milliseconds.
bool isInModule(uintptr_t Address) {
  return dl_iterate_phdr(
      [](dl_phdr_info *Info, size_t, void *Address) {
        auto At = *static_cast<uintptr_t *>(Address);
        for (unsigned I = 0; I != Info->dlpi_phnum; ++I) {
          const ElfW(Phdr) &Segment = Info->dlpi_phdr[I];
          if (Segment.p_type == PT_LOAD &&
              At - (Info->dlpi_addr + Segment.p_vaddr) < Segment.p_memsz)
            return 1;
        }
        return 0;
      },
      &Address);
}

struct KnownThread {
  uintptr_t Pointer; ///< ThreadFacts::threadPointer().
  uint32_t Number;
};
constexpr unsigned MaxThreads = 1024;
constinit KnownThread Threads[MaxThreads] = {};
constinit unsigned ThreadCount = 0;

struct NamedRange {
  uintptr_t Begin, End;
  bool contains(uintptr_t Address) const {
    return Address - Begin < End - Begin;
  }
};

/// What the kernel calls so, as of the first look; under the report's lock.
struct KernelsNames {
  NamedRange Heap, Stack;
};
const KernelsNames &kernelsNames() {
  static KernelsNames Names;
  static bool IsKnown = false;
  if (IsKnown)
    return Names;
  IsKnown = true;
  MemoryMappingLayout Layout(/*cache_enabled=*/false);
  char Name[64];
  MemoryMappedSegment Segment(Name, sizeof(Name));
  while (Layout.Next(&Segment)) {
    if (internal_strcmp(Name, "[heap]") == 0)
      Names.Heap = {Segment.start, Segment.end};
    else if (internal_strcmp(Name, "[stack]") == 0)
      Names.Stack = {Segment.start, Segment.end};
  }
  return Names;
}

/// A thread's stack is a mapping that ends behind what its pointer points to;
/// others may lie next to it.
struct ThreadStack : NamedRange {
  uint32_t Number;
};
constinit ThreadStack Stacks[MaxThreads] = {};
constinit unsigned StackCount = 0;
constinit bool StacksAreKnown = false;

void addStacksIn(const MemoryMappedSegment &Segment) {
  NamedRange All = {Segment.start, Segment.end};
  for (unsigned I = 0; I != ThreadCount; ++I) {
    KnownThread T = Threads[I];
    if (!All.contains(T.Pointer))
      continue;
    uintptr_t Begin = All.Begin;
    bool IsReused = false; // By a later thread: whose was it then?
    for (unsigned Other = 0; Other != ThreadCount; ++Other) {
      uintptr_t Pointer = Threads[Other].Pointer;
      if (All.contains(Pointer) && Pointer < T.Pointer)
        Begin = Max(Begin, Pointer);
      IsReused |= Other != I && Pointer == T.Pointer;
    }
    Stacks[StackCount++] = {{Begin, T.Pointer}, IsReused ? 0 : T.Number};
  }
}

const ThreadStack *stackAround(uintptr_t Address) {
  if (!StacksAreKnown) {
    StacksAreKnown = true;
    MemoryMappingLayout Layout(/*cache_enabled=*/false);
    MemoryMappedSegment Segment;
    while (Layout.Next(&Segment))
      addStacksIn(Segment);
  }
  for (unsigned I = 0; I != StackCount; ++I)
    if (Stacks[I].contains(Address))
      return &Stacks[I];
  return nullptr;
}

uint32_t numberOfMainThread() {
  for (unsigned I = 0; I != ThreadCount; ++I)
    if (Threads[I].Pointer == ThreadFacts::InMainThread)
      return Threads[I].Number;
  return 0;
}

char *nameOfStack(uint32_t Thread) {
  InternalScopedString Name;
  Name.AppendF("the stack of thread %u", Thread);
  return internal_strdup(Name.data());
}

} // namespace

void forgetThreads() {
  ThreadCount = StackCount = 0;
  StacksAreKnown = false;
}

void noteThread(uintptr_t Pointer, uint32_t Number) {
  if (ThreadCount != MaxThreads && Pointer)
    Threads[ThreadCount++] = {Pointer, Number};
}

/// The function of the machine's frame, as what is inlined there has none; but
/// the user's that a library's has inlined.
void ObjectInfo::nameFrame(const PlaceInFrame &In) {
  Frames Known;
  Known.append(In.Pc);
  if (Known.empty())
    return;
  size_t Last = Known.size() - 1;
  while (Last && Known[Last].IsLibrary)
    --Last;
  const struct Frame &Outermost =
      Known[Known[Last].IsLibrary ? Known.size() - 1 : Last];
  if (!Outermost.Function)
    return;
  Frame = In;
  Kind = ObjectKind::Stack;
  Function = internal_strdup(Outermost.Function);
  if (Outermost.Module)
    Module = internal_strdup(Outermost.Module);
  ModuleOffset = Outermost.ModuleOffset;
}

void ObjectInfo::find(uintptr_t At, const PlaceInFrame &In) {
  Address = At;
  if (isInModule(At)) {
    Kind = ObjectKind::Global; // Whether or not a symbol is known there.
    DataInfo Info;
    if (Symbolizer::GetOrInit()->SymbolizeData(At, &Info) && Info.module) {
      Module = internal_strdup(Info.module);
      ModuleOffset = Info.module_offset;
      if (Info.name && At - Info.start < Info.size) {
        Name = readableName(Info.name);
        Offset = At - Info.start;
        Size = Info.size;
      }
    }
    Info.Clear();
  } else if (kernelsNames().Stack.contains(At)) {
    Kind = ObjectKind::Stack;
    if (uint32_t Number = numberOfMainThread())
      Name = nameOfStack(Number);
  } else if (const ThreadStack *Stack = stackAround(At)) {
    Kind = ObjectKind::Stack;
    if (Stack->Number)
      Name = nameOfStack(Stack->Number);
  } else if (kernelsNames().Heap.contains(At)) {
    Kind = ObjectKind::Heap;
  }
  if (Kind == ObjectKind::Global)
    return;
  if (AllocationSite Site = findAllocation(At); Site.Begin) {
    Kind = ObjectKind::Heap;
    Offset = At - Site.Begin;
    Size = Site.Bytes;
    AllocatedAt = Site.Stack;
  }
  if (In.Pc && Kind != ObjectKind::Heap)
    nameFrame(In);
}

} // namespace stm::rt
