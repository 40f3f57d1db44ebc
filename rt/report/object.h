//===- report/object.h - what lies at an address ----------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_OBJECT_H
#define STM_RT_REPORT_OBJECT_H

#include "report/frames.h"
#include "report/sanitizer.h"

#include <stddef.h>
#include <stdint.h>

namespace stm::rt {

enum class ObjectKind : uint8_t { Unknown, Global, Heap, Stack };

/// Which threads' stacks are known by their numbers. Under the report's lock.
void forgetThreads();
void noteThread(uintptr_t Pointer, uint32_t Number);

/// Strings belong to it, and may be null.
struct ObjectInfo {
  ObjectKind Kind = ObjectKind::Unknown;
  uintptr_t Address = 0;
  char *Name = nullptr;     ///< Of a variable, demangled; whose stack it is.
  char *Function = nullptr; ///< Whose frame it is in. In the module, with the
                            ///< offset, is the call that it is in.
  PlaceInFrame Frame = {};
  char *Module = nullptr; ///< Which it is in.
  uintptr_t ModuleOffset = 0;
  uint64_t Offset = 0; ///< Of the address in the object, if its size is known.
  uint64_t Size = 0;   ///< 0: not known.
  uint32_t AllocatedAt = 0; ///< A stack of the store; 0: not known.

  ObjectInfo() = default;
  ~ObjectInfo();
  ObjectInfo(const ObjectInfo &) = delete;
  ObjectInfo &operator=(const ObjectInfo &) = delete;

  /// Once, with an address that isn't null. \p In: where it was found then.
  void find(uintptr_t Address, const PlaceInFrame &In = {});

private:
  void nameFrame(const PlaceInFrame &In);
};

} // namespace stm::rt

#endif // STM_RT_REPORT_OBJECT_H
