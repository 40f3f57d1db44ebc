//===- report/symbolize.cpp - frames as the reader knows them ---*- C++ -*-===//
//
// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "report/symbolize.h"

#include "report/own_code.h"
#include "report/stack_store.h"

#include <cstdlib>
#include <cxxabi.h>
#include <dlfcn.h>
#include <link.h>

namespace stm::rt {

using namespace __sanitizer;

namespace {

bool endsWith(const char *Text, const char *End) {
  uptr Length = internal_strlen(Text), EndLength = internal_strlen(End);
  return Length >= EndLength &&
         internal_strcmp(Text + Length - EndLength, End) == 0;
}

/// Whose debug information takes more time than all else (libc6-dbg has 20 MB)
/// and names no line that anybody would change.
bool isOfSystem(const char *Object) {
  for (const char *Name : {"/libc.so.6", "/libm.so.6", "/libgcc_s.so.1",
                           "/ld-linux-x86-64.so.2", "/ld-linux-aarch64.so.1"})
    if (endsWith(Object, Name))
      return true;
  return false;
}

struct Iteration {
  int (*Visit)(dl_phdr_info *, size_t, void *);
  void *Arg;
};

int visitDebuggable(dl_phdr_info *Info, size_t Bytes, void *Arg) {
  auto &I = *static_cast<Iteration *>(Arg);
  bool IsLibrary = Info->dlpi_name[0]; // Tests have the runtime in them.
  for (unsigned S = 0; S != Info->dlpi_phnum; ++S)
    if (IsLibrary && Info->dlpi_phdr[S].p_type == PT_LOAD &&
        isOwnCode(Info->dlpi_addr + Info->dlpi_phdr[S].p_vaddr))
      return 0;
  return isOfSystem(Info->dlpi_name) ? 0 : I.Visit(Info, Bytes, I.Arg);
}

bool startsWith(const char *Text, const char *Prefix) {
  return internal_strncmp(Text, Prefix, internal_strlen(Prefix)) == 0;
}

bool contains(const char *Text, const char *Part) {
  return internal_strstr(Text, Part) != nullptr;
}

/// What calls main and threads' functions.
bool isStartupFunction(const char *Function) {
  static constexpr const char *Names[] = {
      "_start",
      "__libc_start_main",
      "__libc_start_main_impl",
      "__libc_start_call_main",
      "start_thread",
      "clone",
      "clone3",
      "__clone",
      "__clone3",
      "__GI___clone",
      // Of sanitizers.
      "asan_thread_start(void*)",
      "__tsan_thread_start_func",
  };
  for (const char *Name : Names)
    if (internal_strcmp(Function, Name) == 0)
      return true;
  return false;
}

/// Whether \p Function is operator() of \p Callable.
bool isCallOf(const char *Function, const char *Callable) {
  return Function && startsWith(Function, Callable) &&
         startsWith(Function + internal_strlen(Callable), "::operator()(");
}

void release(Frame &F) {
  InternalFree(F.Function);
  InternalFree(F.File);
  InternalFree(F.Module);
}

} // namespace

/// What libbacktrace has in the place of dl_iterate_phdr
/// (cmake/SanitizerCommon.cmake).
extern "C" int __stm_iterate_debuggable(int (*Visit)(dl_phdr_info *, size_t,
                                                     void *),
                                        void *Arg) {
  Iteration I = {Visit, Arg};
  return dl_iterate_phdr(visitDebuggable, &I);
}

char *readableName(const char *Name) {
  // "_ZGTt" stands where the original has "_Z". The Itanium demangler of gcc
  // knows the prefix, LLVM's doesn't; this way it doesn't matter.
  constexpr char VersionPrefix[] = "_ZGTt";
  InternalScopedString Original;
  if (startsWith(Name, VersionPrefix)) {
    Name += sizeof(VersionPrefix) - 1;
    // A copy's suffix, which the demangler takes after parameters only.
    Original.AppendF("_Z%.*s",
                     static_cast<int>(internal_strchrnul(Name, '.') - Name),
                     Name);
    Name = Original.data();
  }
  char *Readable;
  int Status;
  // Its malloc is the program's: only called while a report is written.
  if (char *Demangled =
          startsWith(Name, "_Z")
              ? abi::__cxa_demangle(Name, nullptr, nullptr, &Status)
              : nullptr) {
    Readable = internal_strdup(Demangled);
    free(Demangled);
  } else {
    Readable = internal_strdup(Name);
  }
  constexpr char CloneWords[] = "transaction clone for ";
  if (startsWith(Readable, CloneWords)) {
    char *Stripped = internal_strdup(Readable + sizeof(CloneWords) - 1);
    InternalFree(Readable);
    Readable = Stripped;
  }
  if (char *Suffix = const_cast<char *>(internal_strstr(Readable, " [clone ")))
    *Suffix = 0;
  while (char *Tag = const_cast<char *>(internal_strstr(Readable, "[abi:"))) {
    const char *Rest = internal_strchrnul(Tag, ']');
    Rest += *Rest == ']';
    internal_memmove(Tag, Rest, internal_strlen(Rest) + 1);
  }
  return Readable;
}

void simplifyPath(char *Path) {
  // libbacktrace puts the compilation's folder and a slash before an absolute
  // path too.
  char *Absolute = Path;
  while (char *Joint = const_cast<char *>(internal_strstr(Absolute, "//")))
    Absolute = Joint + 1;
  internal_memmove(Path, Absolute, internal_strlen(Absolute) + 1);
  // What stays is behind Out; a component "..", removes the one before it.
  char *Out = Path;
  for (const char *In = Path; *In;) {
    const char *End = internal_strchrnul(In, '/');
    uptr Length = static_cast<uptr>(End - In);
    bool IsUp = Length == 2 && In[0] == '.' && In[1] == '.';
    bool IsHere = Length == 1 && In[0] == '.';
    char *Previous = Out;
    if (IsUp && Out > Path + 1) {
      // Out is behind a slash: back to behind the one before.
      for (--Previous; Previous > Path && Previous[-1] != '/';)
        --Previous;
      // "../.." has nothing to remove.
      if (internal_strncmp(Previous, "../", 3) == 0)
        Previous = Out;
    }
    if (IsUp && Previous != Out) {
      Out = Previous;
    } else if (!IsHere || Out == Path) {
      internal_memmove(Out, In, Length);
      Out += Length;
      if (*End)
        *Out++ = '/';
    }
    In = *End ? End + 1 : End;
  }
  *Out = 0;
}

bool isLibraryFile(const char *File) {
  static constexpr const char *Ours[] = {
#define STM_OWN_HEADER(Part) Part,
#include "base/own_headers.inc"
  };
  for (const char *Part : Ours)
    if (contains(File, Part))
      return true;
  return startsWith(File, "/usr/include/") || startsWith(File, "/usr/lib/") ||
         contains(File, "/include/c++/") || contains(File, "/libstdc++-v3/");
}

bool isOwnFunction(const char *Function) {
  return startsWith(Function, "stm::rt::") || startsWith(Function, "__stm_") ||
         contains(Function, "stm::detail::Block<") ||
         startsWith(Function, "stm::atomic<") ||
         contains(Function, " stm::atomic<");
}

char *callableOf(const char *Function) {
  constexpr char Begin[] = "stm::detail::Block<", End[] = ">::run(void*)";
  const char *First = internal_strstr(Function, Begin);
  if (!First || !endsWith(Function, End))
    return nullptr;
  First += sizeof(Begin) - 1;
  // The callable's type, a comma, the result's.
  const char *Last = Function + internal_strlen(Function) - (sizeof(End) - 1);
  for (int Depth = 0; --Last > First;) {
    if (internal_strchr(">)}", *Last))
      ++Depth;
    else if (internal_strchr("<({", *Last))
      --Depth;
    else if (*Last == ',' && Depth == 0)
      break;
  }
  while (Last > First && internal_strchr("& ", Last[-1]))
    --Last;
  if (Last <= First)
    return nullptr;
  InternalScopedString Name;
  Name.AppendF("%.*s", static_cast<int>(Last - First), First);
  return internal_strdup(Name.data());
}

Frames::~Frames() {
  for (Frame &F : List)
    release(F);
}

bool Frames::append(uintptr_t ReturnAddress) {
  uintptr_t Pc = StackTrace::GetPreviousInstructionPc(ReturnAddress);
  if (isOwnCode(Pc))
    return true;
  SymbolizedStack *Symbolized = Symbolizer::GetOrInit()->SymbolizePC(Pc);
  SymbolizedStackHolder Owner(Symbolized);
  const char *StripPrefix = common_flags()->strip_path_prefix;
  for (SymbolizedStack *S = Symbolized; S; S = S->next) {
    AddressInfo &Info = S->info;
    Dl_info Exported = {};
    if (!Info.function && Info.module && isOfSystem(Info.module))
      dladdr(reinterpret_cast<void *>(Pc), &Exported);
    const char *Known = Info.function ? Info.function : Exported.dli_sname;
    char *Function = Known ? readableName(Known) : nullptr;
    if (Function && isStartupFunction(Function)) {
      InternalFree(Function);
      return false;
    }
    if (char *Callable =
            Function && !Info.file ? callableOf(Function) : nullptr) {
      InternalFree(Function);
      Function = Callable;
      if (!empty() && isCallOf(List.back().Function, Callable)) {
        InternalFree(Callable); // It wasn't inlined.
        continue;
      }
    }
    // The runtime's files too, for where it is linked into a test.
    if ((Function && isOwnFunction(Function)) ||
        (Info.file && contains(Info.file, "/stm/stm.hpp"))) {
      InternalFree(Function);
      continue;
    }
    Frame F = {};
    F.Function = Function;
    F.Pc = Pc;
    F.Line = Info.line;
    F.Column = Info.column;
    F.ModuleOffset = Info.module_offset;
    if (Info.module)
      F.Module = internal_strdup(Info.module);
    if (Info.file) {
      simplifyPath(Info.file);
      F.IsLibrary = isLibraryFile(Info.file);
      F.File = internal_strdup(StripPathPrefix(Info.file, StripPrefix));
    } else if (Info.module) {
      // Without debug information the object must do.
      F.IsLibrary = startsWith(Info.module, "/usr/lib/") ||
                    startsWith(Info.module, "/lib/");
    }
    List.push_back(F);
  }
  return true;
}

void Frames::appendStack(uint32_t StackId) {
  StoredStack Stack = getStack(StackId);
  for (uint32_t I = 0; I != Stack.Size; ++I)
    if (!append(Stack.Pcs[I]))
      break;
  // Most of what calls main and threads' functions is local to libc and
  // libstdc++: without their debug information it has no name to know it by.
  while (List.size() > 1 && !List.back().Function && List.back().IsLibrary) {
    release(List.back());
    List.pop_back();
  }
}

const Frame *Frames::userFrame() const {
  for (const Frame &F : List)
    if (!F.IsLibrary)
      return &F;
  return empty() ? nullptr : &List[0];
}

const Frame *Frames::libraryFrame() const {
  const Frame *User = userFrame();
  return User && User != &List[0] ? User - 1 : nullptr;
}

} // namespace stm::rt
