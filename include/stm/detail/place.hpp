//===- stm/detail/place.hpp - where a callable was written ------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// The blocks of these headers run their users' callables: reports name them by
// the users' lines. Of a lambda clang writes file and line into the name of its
// type; of anything else, and by other compilers, the header's line is all that
// there is.
//
//===----------------------------------------------------------------------===//

#ifndef STM_DETAIL_PLACE_HPP
#define STM_DETAIL_PLACE_HPP

#include <cstddef>
#include <string_view>

namespace stm {
namespace detail {

struct Place {
  const char *File;
  unsigned Line;
};

template <class F> constexpr std::string_view nameOfType() {
  return __PRETTY_FUNCTION__;
}

/// \p Text without the number at its end and the colon before it, or nothing.
constexpr std::string_view withoutNumber(std::string_view Text) {
  size_t Size = Text.size();
  while (Size && Text[Size - 1] >= '0' && Text[Size - 1] <= '9')
    --Size;
  bool IsOne = Size && Size != Text.size() && Text[Size - 1] == ':';
  return Text.substr(0, IsOne ? Size - 1 : 0);
}

/// `FILE:LINE:COLUMN` of the first lambda in a type's name, or nothing. There
/// may be parentheses in FILE.
constexpr std::string_view lambdaIn(std::string_view Type) {
  constexpr std::string_view Before = "(lambda at ";
  size_t At = Type.find(Before);
  if (At == Type.npos)
    return {};
  Type.remove_prefix(At + Before.size());
  for (size_t End = Type.find(')'); End != Type.npos;
       End = Type.find(')', End + 1)) {
    std::string_view Text = Type.substr(0, End);
    if (!withoutNumber(withoutNumber(Text)).empty())
      return Text;
  }
  return {};
}

template <class F> class WrittenAt {
  static constexpr std::string_view Text = lambdaIn(nameOfType<F>());
  static constexpr size_t Column = Text.rfind(':');
  static constexpr size_t Number =
      Text.empty() ? 0 : Text.rfind(':', Column - 1);

  /// A string by itself.
  struct Path {
    char Of[Number + 1] = {};
    constexpr Path() {
      for (size_t I = 0; I != Number; ++I)
        Of[I] = Text[I];
    }
  };
  static constexpr Path File{};
  static constexpr unsigned line() {
    unsigned Line = 0;
    for (size_t I = Number + 1; I < Column; ++I)
      Line = Line * 10 + static_cast<unsigned>(Text[I] - '0');
    return Line;
  }

public:
  static constexpr bool IsKnown = !Text.empty();
  static constexpr Place get() { return {File.Of, line()}; }
};

/// Of \p F or, if that isn't known, of the call.
template <class F>
constexpr Place placeOf(const char *File = __builtin_FILE(),
                        unsigned Line = __builtin_LINE()) {
  if constexpr (WrittenAt<F>::IsKnown)
    return WrittenAt<F>::get();
  else
    return {File, Line};
}

} // namespace detail
} // namespace stm

#endif // STM_DETAIL_PLACE_HPP
