#!/usr/bin/env python3
# ===- e2e/Inputs/public_names.py - is all of it explained and shown? --------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
# ===------------------------------------------------------------------------===#
#
# public_names.py ROOT: lists the public names of include/stm and where programs
# that the tests compile use them. Fails if one has no comment or no use, or if a
# class says nothing of thread safety or cost. Relies on how clang-format lays
# headers out.

import glob
import os
import re
import sys

root = sys.argv[1]
headers = sorted(glob.glob(os.path.join(root, "include/stm/*.hpp")))
headers += [os.path.join(root, "include/stm", n) for n in ("stm.h", "block.h", "attributes.h")]
examples = [os.path.join(root, "TUTORIAL.md")]
for pattern in ("test/e2e/*/*.c", "test/e2e/*/*.cpp", "bench/apps/*/*.cpp", "bench/*/*.cpp"):
    examples += sorted(glob.glob(os.path.join(root, pattern)))
texts = {os.path.relpath(e, root): open(e, encoding="utf-8").read() for e in examples}
included = {
    os.path.basename(h): set(re.findall(r'#include "stm/(.*)"', open(h, encoding="utf-8").read()))
    for h in headers
}
wrong = []

# Somebody else's: what Asio asks of executors, the language of coroutines, and the
# library of containers.
REQUIRED = {"query", "promise_type", "get_return_object", "initial_suspend", "final_suspend",
            "unhandled_exception", "key_type", "mapped_type", "value_type"}
# Figures that are read, not called.
FIGURES = {"stm_stats", "stm_abort_info"}

# What a declaration may begin with that isn't its own line.
PREFIX = re.compile(r"\s*(template\b|requires\b|\[\[|friend\b|//(?!/))")
SKIP = re.compile(r"^(#|\}|namespace|extern|public:|private:|protected:|using namespace|static_assert)")


def name_of(declaration):
    """And whether it is a class."""
    text = re.sub(r"__attribute__\(\(.*?\)\)|\[\[.*?\]\]|alignas\(\d+\)", "", declaration)
    text = re.sub(r"^(template <.*?>(?=\s*(requires|class|struct|auto|inline|void|decltype|std|future|[A-Za-z_]))\s*)", "", text)
    found = re.match(r"\s*(class|struct|enum)\s+([\w:]+)", text)
    if found:
        return found.group(2), found.group(1) != "enum" and "{" in text
    found = re.match(r"\s*using\s+(\w+)", text)
    if found:
        return found.group(1), False
    found = re.match(r"\s*#define\s+(\w+)", text)
    if found:
        return found.group(1), False
    found = re.search(r"(operator\(\)|operator\s*[^\s\w(]+|operator \w+|~?\b\w+)\s*\(", re.sub(r"<[^<>]*>", "", text))
    if found:
        return found.group(1), False
    found = re.search(r"(\w+)\s*(=.*|\{.*)?;", text)
    return (found.group(1), False) if found else (None, False)


def walk(path):
    """(name, class around or None, comment) of each public declaration."""
    lines = open(path, encoding="utf-8").read().split("\n")
    hidden, owner, is_public, comment, last = False, None, True, [], None
    group = ""  # The comment of those that follow each other without an empty line.
    at = 0
    while at < len(lines):
        line = lines[at]
        at += 1
        if re.match(r"namespace detail \{|/// \\cond", line):
            hidden = True
        if re.match(r"\} // namespace detail|/// \\endcond", line):
            hidden, comment = False, []
            continue
        if hidden:
            continue
        indent = len(line) - len(line.lstrip())
        bare = line.strip()
        if owner and line.startswith("};"):
            owner, comment = None, []
            continue
        if not bare:
            comment, group = [], ""
            continue
        if bare in ("public:", "private:", "protected:"):
            is_public, comment = bare == "public:", []
            continue
        if bare.startswith("///"):
            comment.append(bare[3:].strip())
            continue
        wanted = 2 if owner else 0
        is_macro = path.endswith((".h",)) and re.match(r"#define STM_\w*[A-Z](\(|\s)", line)
        if indent != wanted or (SKIP.match(bare) and not is_macro) or bare.startswith("//"):
            continue
        declaration = bare
        depth_end = re.compile(r"[;{]\s*(//.*)?$|\}$|\);$")
        while not is_macro and not depth_end.search(declaration) and at < len(lines):
            nxt = lines[at].strip()
            if nxt.startswith("//"):
                break
            declaration += " " + nxt
            at += 1
        trailing = re.search(r"///<\s*(.*)$", declaration)
        text = " ".join(comment) or (trailing.group(1) if trailing else "")
        name, opens = name_of(declaration)
        if re.match(r"(template <.*?> )?class \w+(<\w+>::.*|;)", declaration):
            continue  # Elsewhere.
        if "std::exception" in declaration:
            opens = False  # Thrown, and nothing more.
        if not name or (owner and not is_public):
            comment = []
            continue
        if re.search(r"= (delete|default);", declaration) and not text:
            continue
        if not text:
            text = "(the same)" if last == name else group
        yield name, owner, text, opens
        last, comment, group = name, [], text
        if opens and not owner and not declaration.rstrip().endswith(("};", "}")):
            owner, is_public, last = name, bare.startswith("struct") or " struct " in declaration, None


def includes(program, header):
    """In C++ all include stm.hpp, in C stm.h."""
    if header in ("stm.hpp", "stm.h", "block.h", "attributes.h"):
        return True
    named = set(re.findall(r"#include <stm/(.*)>", program))
    return header in named or any(header in included.get(n, ()) for n in named)


for path in headers:
    header = os.path.basename(path)
    top = open(path, encoding="utf-8").read().split("#ifndef")[0]
    for name, owner, text, is_class in walk(path):
        if name in REQUIRED or name.endswith("_") or name.startswith(("__", "~", "operator=")) or name == owner:
            continue
        full = "%s::%s" % (owner, name) if owner else name
        # Operators are used under another name.
        word = name[len("operator"):].strip("() ") if name.startswith("operator") else name
        if not word:
            continue
        pattern = re.escape(word) if not word[0].isalpha() else r"\b%s\b" % re.escape(word)
        uses = [e for e, t in texts.items() if includes(t, header) and re.search(pattern, t)]
        print("%s: %s: %s" % (header, full, ", ".join(uses[:3]) or "nowhere"))
        if not text:
            wrong.append("%s: %s has no comment" % (header, full))
        if not uses and owner not in FIGURES and name not in ("stm_abort_kind", "cancel_on_throw_t"):
            wrong.append("%s: %s is in no program" % (header, full))
        if is_class and not owner and header not in ("stm.h", "stm.hpp"):
            for what in ("hread safety", "ost"):
                if what not in text + top:
                    wrong.append("%s: %s says nothing of %s" % (header, full, "thread safety" if what[0] == "h" else "cost"))

for line in wrong:
    print("error: " + line)
sys.exit(1 if wrong else 0)
