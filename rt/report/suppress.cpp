//===- report/suppress.cpp - what the reader has seen and accepted --------===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/suppress.h"

/// The program may define it (stm.h).
extern "C" __attribute__((weak, visibility("default"))) const char *
__stm_default_suppressions(void);

namespace stm::rt {

using namespace __sanitizer;

namespace {

const char *Types[] = {ConflictSuppression, InevitableSuppression,
                       LibrarySuppression};
SuppressionContext *Context;

[[noreturn]] void reportUnreadableSuppressions(const char *Path, int Error) {
  Printf("ERROR: STM_OPTIONS: suppressions=%s: the file can't be read (error "
         "%d)\n",
         Path, Error);
  Die();
}

[[noreturn]] void reportBadSuppression(const char *Path, unsigned LineNumber,
                                       const char *Line, int Length) {
  Printf("ERROR: STM_OPTIONS: suppressions: %s:%u: '%.*s': expected "
         "conflict:PATTERN, inevitable:PATTERN or called_from_lib:PATTERN\n",
         Path, LineNumber, Length, Line);
  Die();
}

bool isBlank(char C) { return C == ' ' || C == '\t' || C == '\r'; }

bool isWellFormed(const char *Line, uptr Length) {
  for (const char *Type : Types) {
    uptr TypeLength = internal_strlen(Type);
    // At least one character of pattern: an empty one would match everything.
    if (Length > TypeLength + 1 &&
        internal_strncmp(Line, Type, TypeLength) == 0 &&
        Line[TypeLength] == ':')
      return true;
  }
  return false;
}

/// sanitizer_common's parser says neither where nor what it didn't understand.
void checkSuppressions(const char *Path, const char *Text) {
  unsigned LineNumber = 1;
  for (const char *Line = Text;; ++LineNumber) {
    const char *End = internal_strchrnul(Line, '\n');
    const char *First = Line, *Last = End;
    while (First != Last && isBlank(*First))
      ++First;
    while (First != Last && isBlank(Last[-1]))
      --Last;
    uptr Length = static_cast<uptr>(Last - First);
    if (Length && *First != '#' && !isWellFormed(First, Length))
      reportBadSuppression(Path, LineNumber, First, static_cast<int>(Length));
    if (!*End)
      return;
    Line = End + 1;
  }
}

void parse(const char *Path, const char *Text) {
  checkSuppressions(Path, Text);
  if (!Context)
    Context = new (GetGlobalLowLevelAllocator())
        SuppressionContext(Types, ARRAY_SIZE(Types));
  Context->Parse(Text);
}

bool matches(const char *Type, const char *Text, Suppression **Found) {
  return Text && Context->Match(Text, Type, Found);
}

} // namespace

void loadSuppressions(const char *Path) {
  Context = nullptr;
  if (const char *Own =
          __stm_default_suppressions ? __stm_default_suppressions() : nullptr)
    parse("__stm_default_suppressions", Own);
  if (!*Path)
    return;
  char *Text;
  uptr MappedSize, Length;
  error_t Error = 0;
  if (!ReadFileToBuffer(Path, &Text, &MappedSize, &Length, kDefaultFileMaxSize,
                        &Error))
    reportUnreadableSuppressions(Path, Error);
  // It ends in zeros only where the last page isn't full.
  InternalScopedString Copy;
  Copy.AppendF("%.*s", static_cast<int>(Length), Text);
  UnmapOrDie(Text, MappedSize);
  parse(Path, Copy.data());
}

bool haveSuppressions() { return Context && Context->SuppressionCount(); }

bool isSuppressed(const char *Type, const Frames &Stack, const char *BlockName,
                  uint64_t Times) {
  if (!haveSuppressions())
    return false;
  Suppression *Found = nullptr;
  bool Matched = matches(Type, BlockName, &Found);
  for (size_t I = 0; !Matched && I != Stack.size(); ++I)
    Matched = matches(Type, Stack[I].Function, &Found) ||
              matches(Type, Stack[I].File, &Found) ||
              matches(Type, Stack[I].Module, &Found) ||
              matches(LibrarySuppression, Stack[I].Module, &Found);
  if (Matched)
    atomic_fetch_add(&Found->hit_count, static_cast<u32>(Times),
                     memory_order_relaxed);
  return Matched;
}

void appendMatchedSuppressions(InternalScopedString &Out,
                               const char *LinePrefix) {
  if (!haveSuppressions())
    return;
  InternalMmapVector<Suppression *> Matched;
  Context->GetMatched(&Matched);
  for (Suppression *S : Matched)
    Out.AppendF("%ssuppressed %u times by %s:%s\n", LinePrefix,
                atomic_load_relaxed(&S->hit_count), S->type, S->templ);
}

} // namespace stm::rt
