//===- base/options.h - what STM_OPTIONS sets -------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Options are parsed once, before the first transaction, and don't change after
// that: reading one is a plain load. Before initOptions they have their
// defaults.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_BASE_OPTIONS_H
#define STM_RT_BASE_OPTIONS_H

#include <cstdint>

namespace stm::rt {

enum class ReportMode : uint8_t { Auto, Summary, Full, None };
enum class ReportFormat : uint8_t { Text, Json, Trace, Collapsed };
enum class ColorMode : uint8_t { Auto, Always, Never };
enum class FailOnMode : uint8_t { None, Conflicts, Inevitable, Any };
enum class SingleThreadMode : uint8_t { Auto, Plain, Barriers };
enum class QuiesceMode : uint8_t { Lazy, Always, Never };

struct Options {
#define STM_OPTION_INT(Field, Name, Default, Min, Max, Help)                   \
  int64_t Field = Default;
#define STM_OPTION_BOOL(Field, Name, Default, Help) bool Field = Default;
#define STM_OPTION_STRING(Field, Name, Default, Help)                          \
  const char *Field = Default;
#define STM_OPTION_CHOICE(Field, Name, Enum, Default, Words, Help)             \
  Enum Field = Enum::Default;
#include "base/options.inc"

  /// Somebody, or a program, reads more than a summary.
  bool wantsDetails() const {
    return Report == ReportMode::Full || Format != ReportFormat::Text;
  }
  /// One is asked for, whatever there will be to say.
  bool wantsReport() const {
    return wantsDetails() || Report == ReportMode::Summary ||
           FailOn != FailOnMode::None;
  }
  bool wantsTimeline() const {
    return Format == ReportFormat::Json || Format == ReportFormat::Trace;
  }
};

extern Options ParsedOptions;

inline const Options &options() { return ParsedOptions; }

/// Sets the options from the program's __stm_default_options() and then from
/// \p Environment (the value of STM_OPTIONS, may be null). A value that an
/// option can't have ends the program with a message; an unknown name is
/// reported and ignored. Also sets sanitizer_common's flags, which the report
/// needs.
void initOptions(const char *Environment);

/// Everything as at first, for tests that parse several times.
void resetOptionsForTesting();

} // namespace stm::rt

#endif // STM_RT_BASE_OPTIONS_H
