//===- tool/symbolize.cpp - names for what a report knows by address *- C++
//-*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tool/symbolize.h"

#include "tool/member_path.h"

#include <algorithm>
#include <filesystem>
#include <llvm/DebugInfo/DWARF/DWARFContext.h>
#include <llvm/DebugInfo/Symbolize/Symbolize.h>
#include <llvm/Demangle/Demangle.h>
#include <llvm/Object/ObjectFile.h>
#include <map>
#include <memory>

namespace stm::tool {

namespace {

bool isOwnFunction(const std::string &Function) {
  auto Has = [&](const char *Part) {
    return Function.find(Part) != std::string::npos;
  };
  return Function.starts_with("stm::rt::") || Function.starts_with("__stm_") ||
         Function.starts_with("stm::atomic<") || Has(" stm::atomic<") ||
         Has("stm::detail::Block<");
}

/// As the runtime's: what is known of a block's callable that was inlined,
/// where there is no debug information.
std::string callableOf(const std::string &Function) {
  const std::string Begin = "stm::detail::Block<", End = ">::run(void*)";
  size_t First = Function.find(Begin);
  if (First == std::string::npos || !Function.ends_with(End))
    return {};
  First += Begin.size();
  // The callable's type, a comma, the result's.
  size_t Last = Function.size() - End.size();
  for (int Depth = 0; --Last > First;) {
    char C = Function[Last];
    Depth += C == '>' || C == ')' || C == '}';
    Depth -= C == '<' || C == '(' || C == '{';
    if (C == ',' && Depth == 0)
      break;
  }
  while (Last > First &&
         (Function[Last - 1] == '&' || Function[Last - 1] == ' '))
    --Last;
  return Function.substr(First, Last - First);
}

std::string orEmpty(const std::string &Text) {
  return Text == llvm::DILineInfo::BadString ? "" : Text;
}

/// Anything else, a pipe say, could be waited for without end.
bool isRegularFile(const std::string &Path) {
  std::error_code Failed;
  return std::filesystem::is_regular_file(Path, Failed);
}

class Names {
public:
  explicit Names(const std::vector<std::string> &Symbols)
      : Symbols(Symbols), Symbolizer(options()) {}

  /// The frames that \p F is, innermost first; just \p F if nothing is known.
  Stack expand(const Frame &F) {
    Stack Found;
    std::string File = fileOf(F.Module);
    if (!isRegularFile(File))
      return {F};
    auto Inlined = Symbolizer.symbolizeInlinedCode(File, at(F.ModuleOffset));
    if (!Inlined) {
      llvm::consumeError(Inlined.takeError());
      return {F};
    }
    for (uint32_t I = 0; I != Inlined->getNumberOfFrames(); ++I) {
      const llvm::DILineInfo &Info = Inlined->getFrame(I);
      Frame G = F;
      G.Function = readableName(orEmpty(Info.FunctionName));
      G.File = orEmpty(Info.FileName);
      if (!G.File.empty())
        G.File = std::filesystem::path(G.File).lexically_normal().string();
      G.Line = Info.Line;
      G.Column = Info.Column;
      G.IsLibrary = isLibraryFile(G.File.empty() ? G.Module : G.File);
      if (G.Function.empty() && G.File.empty())
        return {F};
      if (std::string Callable = callableOf(G.Function);
          G.File.empty() && !Callable.empty())
        G.Function = Callable;
      // The runtime leaves them out too.
      if (!isOwnFunction(G.Function) &&
          G.File.find("/stm/stm.hpp") == std::string::npos)
        Found.push_back(std::move(G));
    }
    return Found;
  }

  std::string variable(const Object &O) {
    std::string File = fileOf(O.Module);
    if (!isRegularFile(File))
      return {};
    auto Data = Symbolizer.symbolizeData(File, at(O.ModuleOffset));
    if (!Data) {
      llvm::consumeError(Data.takeError());
      return {};
    }
    uint64_t Address = O.ModuleOffset.value_or(0);
    // The nearest symbol may not be what the address belongs to.
    bool IsInside =
        Address >= Data->Start && Address - Data->Start < Data->Size;
    if (llvm::DWARFContext *Debug = debugOf(File))
      if (std::string Path =
              memberPath(*Debug, Address, IsInside ? Data->Start : Address);
          !Path.empty())
        return Path;
    std::string Name = orEmpty(Data->Name);
    if (Name.empty() || !IsInside)
      return {};
    Name = readableName(Name);
    uint64_t Inside = Address - Data->Start;
    return Inside ? Name + "+" + std::to_string(Inside) : Name;
  }

  /// Names the variable of a function's frame.
  void findLocal(Object &O) {
    std::string File = fileOf(O.Module);
    llvm::DWARFContext *Debug = isRegularFile(File) ? debugOf(File) : nullptr;
    if (!Debug)
      return;
    LocalVariable Found = localVariable(*Debug, *O.ModuleOffset, *O.InFrame);
    O.Variable = Found.Path;
    if (!Found.InlinedFunction.empty())
      O.Function = readableName(Found.InlinedFunction);
  }

private:
  std::string fileOf(const std::string &Module) const {
    namespace fs = std::filesystem;
    std::string Name = fs::path(Module).filename().string();
    for (const std::string &Path : Symbols)
      for (const std::string &Known : {Name, Name + ".debug"}) {
        std::string Inside = (fs::path(Path) / Known).string();
        if (isRegularFile(Inside))
          return Inside;
        if (fs::path(Path).filename() == Known && isRegularFile(Path))
          return Path;
      }
    return Module;
  }

  static llvm::symbolize::LLVMSymbolizer::Options options() {
    llvm::symbolize::LLVMSymbolizer::Options O;
    O.Demangle = false; // readableName() does.
    return O;
  }

  static llvm::object::SectionedAddress at(std::optional<uint64_t> Offset) {
    return {Offset.value_or(0), llvm::object::SectionedAddress::UndefSection};
  }

  struct Module {
    std::optional<llvm::object::OwningBinary<llvm::object::ObjectFile>> File;
    std::unique_ptr<llvm::DWARFContext> Debug;
  };

  llvm::DWARFContext *debugOf(const std::string &Path) {
    auto [Found, IsNew] = Modules.try_emplace(Path);
    Module &M = Found->second;
    if (!IsNew)
      return M.Debug.get();
    auto File = llvm::object::ObjectFile::createObjectFile(Path);
    if (!File) {
      llvm::consumeError(File.takeError());
      return nullptr;
    }
    M.File.emplace(std::move(*File));
    auto Quiet = [](llvm::Error E) { llvm::consumeError(std::move(E)); };
    M.Debug = llvm::DWARFContext::create(
        *M.File->getBinary(),
        llvm::DWARFContext::ProcessDebugRelocations::Process, nullptr, "",
        Quiet, Quiet);
    return M.Debug.get();
  }

  const std::vector<std::string> &Symbols;
  llvm::symbolize::LLVMSymbolizer Symbolizer;
  std::map<std::string, Module> Modules;
};

/// LLVM is asked only if there is something to ask.
class Lazily {
public:
  explicit Lazily(const std::vector<std::string> &Symbols) : Symbols(Symbols) {}

  Names &operator*() {
    if (!Made)
      Made = std::make_unique<Names>(Symbols);
    return *Made;
  }

private:
  const std::vector<std::string> &Symbols;
  std::unique_ptr<Names> Made;
};

void symbolize(Stack &Frames, Lazily &Known) {
  auto IsNameless = [](const Frame &F) {
    return F.Function.empty() && !F.Line && !F.Module.empty() && F.ModuleOffset;
  };
  if (std::none_of(Frames.begin(), Frames.end(), IsNameless))
    return;
  Stack Named;
  for (Frame &F : Frames) {
    if (!IsNameless(F)) {
      Named.push_back(std::move(F));
      continue;
    }
    for (Frame &G : (*Known).expand(F))
      Named.push_back(std::move(G));
  }
  Frames = std::move(Named);
}

void symbolize(Object &O, Lazily &Known) {
  symbolize(O.AllocatedAt, Known);
  if (O.Kind == "stack" && O.InFrame && !O.Module.empty() && O.ModuleOffset)
    (*Known).findLocal(O);
  if (O.Kind != "global" || O.Module.empty() || !O.ModuleOffset)
    return;
  // The runtime knows symbols, not types.
  if (O.Name.find_first_of(".[") != std::string::npos)
    return;
  std::string Name = (*Known).variable(O);
  if (!Name.empty())
    O.Name = Name;
}

} // namespace

std::string readableName(const std::string &Name) {
  constexpr char VersionPrefix[] = "_ZGTt";
  std::string Readable =
      Name.starts_with(VersionPrefix)
          ? llvm::demangle("_Z" + Name.substr(sizeof(VersionPrefix) - 1))
          : llvm::demangle(Name);
  // "f() (.cold)", "f() [clone .part.0]".
  for (const char *Suffix : {" (.", " [clone "})
    if (size_t At = Readable.find(Suffix); At != std::string::npos)
      Readable.resize(At);
  for (size_t At; (At = Readable.find("[abi:")) != std::string::npos;) {
    size_t End = Readable.find(']', At);
    Readable.erase(At, End == std::string::npos ? End : End - At + 1);
  }
  return Readable;
}

void symbolize(Report &R, const std::vector<std::string> &Symbols) {
  Lazily Known(Symbols);
  for (Conflict &C : R.Conflicts) {
    symbolize(C.Victim.Frames, Known);
    symbolize(C.Culprit.Frames, Known);
    if (C.What)
      symbolize(*C.What, Known);
  }
  for (Inevitable &I : R.Inevitables)
    symbolize(I.Frames, Known);
}

} // namespace stm::tool
