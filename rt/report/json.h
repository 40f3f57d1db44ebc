//===- report/json.h - emitting JSON ----------------------------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Puts commas, quotes and indentation; that members are in objects and not in
// arrays is the caller's to see to. What is emitted is UTF-8 whatever the
// strings hold: bytes that aren't become U+FFFD.
//
//===----------------------------------------------------------------------===//

#ifndef STM_RT_REPORT_JSON_H
#define STM_RT_REPORT_JSON_H

#include "report/sanitizer.h"

#include <stdint.h>

namespace stm::rt {

class JsonWriter {
public:
  explicit JsonWriter(__sanitizer::InternalScopedString &Out) : Out(Out) {}
  JsonWriter(const JsonWriter &) = delete;
  JsonWriter &operator=(const JsonWriter &) = delete;

  /// InLines: a line for each element or member.
  enum Layout { InLines, InOneLine };

  void beginObject(Layout How = InLines) { begin('{', How); }
  void endObject() { end('}'); }
  void beginArray(Layout How = InLines) { begin('[', How); }
  void endArray() { end(']'); }

  /// The next value's name.
  void key(const char *Name);

  void value(uint64_t Number);
  void signedValue(int64_t Number);
  void boolean(bool Value);
  void null();
  /// Null: JSON's null.
  void string(const char *Text);
  /// With six digits behind the point; what is no number is null.
  void fraction(double Value);

  void member(const char *Name, uint64_t Number) {
    key(Name);
    value(Number);
  }
  void member(const char *Name, const char *Text) {
    key(Name);
    string(Text);
  }
  void memberNull(const char *Name) {
    key(Name);
    null();
  }
  void memberBoolean(const char *Name, bool Value) {
    key(Name);
    boolean(Value);
  }
  void objectMember(const char *Name, Layout How = InLines) {
    key(Name);
    beginObject(How);
  }
  void arrayMember(const char *Name, Layout How = InLines) {
    key(Name);
    beginArray(How);
  }

private:
  void begin(char Bracket, Layout How);
  void end(char Bracket);
  void beforeValue();
  void newLine();
  void quoted(const char *Text);
  /// Not by the string's AppendF, which clears all the room that it has each
  /// time: a timeline of 16,000 events took half a minute.
  void append(const char *Text, size_t Length);

  static constexpr unsigned MaxDepth = 16;
  __sanitizer::InternalScopedString &Out;
  unsigned Depth = 0;
  bool HasElements[MaxDepth] = {};
  bool IsInOneLine[MaxDepth] = {};
  bool AfterKey = false;
};

} // namespace stm::rt

#endif // STM_RT_REPORT_JSON_H
