//===- tool/words.cpp - numbers and names for readers -----------*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tool/words.h"

#include <cstdio>
#include <cstring>
#include <string_view>

namespace stm::tool {

namespace {

std::string tenths(double Value, const char *Unit) {
  char Text[64];
  std::snprintf(Text, sizeof(Text), "%.1f %s", Value, Unit);
  return Text;
}

/// \p Name with what stands between outermost \p Open and \p Close replaced by
/// "...". The brackets of operator<, operator-> and operator() are part of a
/// name.
std::string collapse(std::string_view Name, char Open, char Close) {
  constexpr std::string_view Operator = "operator";
  std::string To;
  unsigned Depth = 0;
  for (size_t I = 0; I < Name.size(); ++I) {
    std::string_view Rest = Name.substr(I);
    if (Rest.starts_with(Operator) && Rest.size() > Operator.size() &&
        std::strchr("<>-(", Rest[Operator.size()])) {
      size_t Length = Operator.size();
      while (Length < Rest.size() && std::strchr("<>-=", Rest[Length]))
        ++Length;
      if (Length == Operator.size() && Rest.substr(Length).starts_with("()"))
        Length += 2;
      if (!Depth)
        To += Rest.substr(0, Length);
      I += Length - 1;
      continue;
    }
    char C = Name[I];
    if (C == Close && Depth) {
      --Depth;
      if (!Depth)
        To += "...";
    }
    if (!Depth)
      To += C;
    if (C != Open)
      continue;
    // "()" is as short as it gets.
    if (I + 1 < Name.size() && Name[I + 1] == Close && !Depth) {
      To += Close;
      ++I;
    } else {
      ++Depth;
    }
  }
  return To;
}

std::string hex(uint64_t Number) {
  char Text[32];
  std::snprintf(Text, sizeof(Text), "0x%llx",
                static_cast<unsigned long long>(Number));
  return Text;
}

} // namespace

std::string duration(uint64_t Nanoseconds) {
  struct Unit {
    double Size;
    const char *Name;
  };
  auto Ns = static_cast<double>(Nanoseconds);
  // Half of the last digit less, so that 999.96 us is 1.0 ms.
  for (Unit U : {Unit{1e9, "s"}, Unit{1e6, "ms"}, Unit{1e3, "us"}})
    if (Ns >= U.Size * 0.99995)
      return tenths(Ns / U.Size, U.Name);
  return std::to_string(Nanoseconds) + " ns";
}

std::string change(uint64_t OldNanoseconds, uint64_t NewNanoseconds) {
  if (NewNanoseconds > OldNanoseconds)
    return "+" + duration(NewNanoseconds - OldNanoseconds);
  if (NewNanoseconds < OldNanoseconds)
    return "-" + duration(OldNanoseconds - NewNanoseconds);
  return duration(0);
}

std::string share(double Part, double Whole) {
  double Percent = Whole > 0 ? Part / Whole * 100 : 0;
  if (Percent > 0 && Percent < 0.1)
    return "<0.1 %";
  if (Percent > 0 && Percent < 9.95)
    return tenths(Percent, "%");
  char Text[64];
  std::snprintf(Text, sizeof(Text), "%.0f %%", Percent);
  return Text;
}

std::string bytes(uint64_t Bytes) {
  auto Size = static_cast<double>(Bytes);
  if (Bytes >= uint64_t{1} << 30)
    return tenths(Size / (1 << 30), "GB");
  if (Bytes >= uint64_t{1} << 20)
    return tenths(Size / (1 << 20), "MB");
  if (Bytes >= uint64_t{1} << 10)
    return tenths(Size / (1 << 10), "KB");
  return counted(Bytes, "byte");
}

std::string times(uint64_t Count) {
  return Count == 1 ? "once" : std::to_string(Count) + " times";
}

std::string counted(uint64_t Count, const char *What) {
  return std::to_string(Count) + " " + What + (Count == 1 ? "" : "s");
}

std::string printable(const std::string &Text) {
  std::string Out;
  for (size_t I = 0; I != Text.size(); ++I) {
    auto At = [&](size_t Ahead) {
      return I + Ahead < Text.size()
                 ? static_cast<unsigned char>(Text[I + Ahead])
                 : 0u;
    };
    unsigned C = At(0);
    // U+0080 to U+009F: C1 controls.
    bool IsC1 = C == 0xc2 && At(1) >= 0x80 && At(1) < 0xa0;
    // U+202A to U+202E, U+2066 to U+2069: directions; U+2028, U+2029: new
    // lines.
    bool IsDirection =
        C == 0xe2 && ((At(1) == 0x80 && At(2) >= 0xa8 && At(2) <= 0xae) ||
                      (At(1) == 0x81 && At(2) >= 0xa6 && At(2) <= 0xa9));
    if (C < 0x20 || C == 0x7f)
      Out += '?';
    else if (IsC1)
      Out += '?', I += 1;
    else if (IsDirection)
      Out += '?', I += 2;
    else
      Out += Text[I];
  }
  return Out;
}

std::string shortened(const std::string &Text, size_t Longest) {
  if (Text.size() <= Longest)
    return Text;
  size_t End = Longest;
  while (End && (static_cast<unsigned char>(Text[End]) & 0xc0) == 0x80)
    --End;
  return Text.substr(0, End) + "...";
}

std::string shortName(const std::string &Name, size_t Longest) {
  if (Name.size() <= Longest)
    return Name;
  std::string WithoutTemplates = collapse(Name, '<', '>');
  if (WithoutTemplates.size() <= Longest)
    return WithoutTemplates;
  return collapse(WithoutTemplates, '(', ')');
}

std::string blockName(const std::string &Name) {
  return Name.empty() ? "a block" : "\"" + Name + "\"";
}

std::string place(const Frame &F) {
  if (!F.File.empty() && F.Line)
    return F.File + ":" + std::to_string(F.Line) +
           (F.Column ? ":" + std::to_string(F.Column) : "");
  if (!F.Module.empty() && F.ModuleOffset)
    return "(" + F.Module + "+" + hex(*F.ModuleOffset) + ")";
  return {};
}

std::string line(const Stack &Frames) {
  const Frame *F = userFrame(Frames);
  if (!F)
    return "an unknown place";
  std::string Text = F->Function.empty() ? "??" : shortName(F->Function);
  if (std::string Place = place(*F); !Place.empty())
    Text += " " + Place;
  const Frame *Library = libraryFrame(Frames);
  if (Library && !Library->Function.empty())
    Text += " (in " + shortName(Library->Function) + ")";
  return Text;
}

const char *describe(const std::string &Kind) {
  static constexpr std::pair<std::string_view, const char *> Words[] = {
      {"read-write", "read what another transaction was writing"},
      {"write-write", "wrote what another transaction was writing"},
      {"validation", "had read what another transaction then changed"},
      {"inevitable", "had to wait for an inevitable transaction"},
      {"cancel", "was cancelled"},
      {"retry", "waited for a change (stm::retry)"},
      {"capacity", "found no memory for its log"},
      {"memory-limit",
       "was ended, since its versions took more than memory_limit_mb"},
  };
  for (auto [Name, Text] : Words)
    if (Kind == Name)
      return Text;
  return "was rolled back";
}

std::string describe(const Object &O) {
  std::string Allocated =
      O.AllocatedAt.empty() ? "" : "allocated by " + line(O.AllocatedAt);
  std::string Text;
  if (O.Kind == "stack" && !O.Function.empty()) {
    Text = (O.Variable.empty() ? "a variable" : O.Variable) + " of " +
           shortName(O.Function);
    if (!O.Name.empty())
      Text += ", on " + O.Name;
  } else if (!O.Name.empty()) {
    Text = O.Name;
    // With a member's path the offset is said already.
    if (O.Offset && *O.Offset && Text.find_first_of(".[+") == std::string::npos)
      Text += "+" + std::to_string(*O.Offset);
    if (!O.Function.empty())
      Text += " of " + shortName(O.Function);
  } else if (O.Kind == "heap" && (O.Size || O.Offset)) {
    if (O.Offset)
      Text = "byte " + std::to_string(*O.Offset) + " of ";
    Text += O.Size ? "a block of " + bytes(*O.Size) : std::string("a block");
  } else if (!O.Module.empty() && O.ModuleOffset) {
    Text = O.Module + "+" + hex(*O.ModuleOffset);
  }
  if (Text.empty() || Allocated.empty())
    return Text + Allocated;
  return Text + ", " + Allocated;
}

const char *describeSharing(const Conflict &C) {
  if (C.Sharing == "hash-collision")
    return "other memory, which has the same ownership record";
  if (C.FalseSharing && *C.FalseSharing)
    return "other bytes of the same stripe";
  return "";
}

} // namespace stm::tool
