//===- tx/foreign.h - objects of libraries, made by an attempt --*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Libraries are compiled without barriers. They may work as they stand on an
// object that the attempt has made in a frame of its own: nobody else has seen
// it. What such an object owns no log knows of, so a rollback destroys it.
//
// Invariants
//  1. What is noted lies in a frame of the attempt's: below its checkpoint, or
//     that of the innermost scope then. No log restores anything there. (Not in
//     blocks that it has allocated: an undo record may be older than the
//     object, and an exception may take one out of a scope that is undone.)
//  2. Only libraries write what its destructor looks at, and they free nothing
//     that barriers have written.
//  3. Inside of a scope only the scope's own may be used: plain stores to
//     others would stay when it is undone.
//  4. A program may leave one without a destructor, in a frame that others use
//     by now. Whoever is to be destroyed looks as the library has left it,
//     wherever its destructor will look; at the end of a block, where the
//     frames are gone, none is.
//  5. While the library works on one a rollback leaves it alone, and loses what
//     it owns. (An operator delete of the program's has run a block.)
//
// Owner only.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_TX_FOREIGN_H
#define STM_RT_TX_FOREIGN_H

#include "mem/log_memory.h"

#include <array>

namespace stm::rt {

class ForeignObjects {
public:
  /// What only the library changes in an object of its class.
  using Marks = std::array<uintptr_t, 9>;
  struct Class {
    size_t Bytes;
    Marks (*MarksOf)(const void *);
    void (*Destroy)(void *);
  };
  static constexpr size_t None = ~size_t{0};

  /// For one more. False: no memory.
  bool makeRoom() { return Objects.reserve(1); }
  /// There is room. What lay there before is gone. Where it is in the list, not
  /// before \p From.
  size_t add(void *Object, const Class &Of, size_t From);
  /// Somebody else destroys it. \p Begin may be none of these. Those noted
  /// before \p From keep their places.
  void forget(const void *Begin, size_t From);
  /// The one that \p Address is in, of those noted since \p From; or None.
  size_t find(const void *Address, size_t From) const;

  char *address(size_t Which) const { return Objects.begin()[Which].Begin; }
  const Class &classOf(size_t Which) const {
    return *Objects.begin()[Which].Of;
  }
  /// The library works on it.
  void begin(size_t Which) { Objects.begin()[Which].IsBusy = true; }
  void end(size_t Which);

  bool empty() const { return Objects.empty(); }
  size_t size() const { return Objects.size(); }
  /// Destroys what was noted since \p From, newest first. Destructors free, and
  /// the program's deallocators may run transactions: of all there are (0) none
  /// is in the list any more when the first one is called.
  void destroy(size_t From);
  /// The frames of those noted since \p From are gone.
  void drop(size_t From) {
    if (STM_UNLIKELY(Objects.size() > From))
      Objects.truncate(Objects.begin() + From);
  }
  /// In a fork's child, for a thread that is not there.
  void abandon() { Objects = {}; }

private:
  struct Object {
    char *Begin;
    const Class *Of; ///< Null: it was destroyed. Others keep their places.
    Marks Left;
    bool IsBusy;

    bool contains(const char *Address) const {
      return Of && Address >= Begin && Address < Begin + Of->Bytes;
    }
    void destroy() const;
  };

  LogVector<Object> Objects;
};

} // namespace stm::rt

#endif // STM_RT_TX_FOREIGN_H
