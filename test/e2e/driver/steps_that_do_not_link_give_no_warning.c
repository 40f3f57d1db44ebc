// Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception

// Preprocessing, compiling, assembling and checking have no use for the
// runtime, assembling and linking none for the plugin.

// It links without the sanitizer.
// UNSUPPORTED: sanitized
// RUN: rm -rf %t && mkdir %t && cd %t
// RUN: %build/bin/stm-clang -Werror -E %s -o a.i
// RUN: %build/bin/stm-clang -Werror -S %s -o a.s
// RUN: %build/bin/stm-clang -Werror -c a.s -o from_assembly.o
// RUN: %build/bin/stm-clang -Werror -c %s -o a.o
// RUN: %build/bin/stm-clang -Werror -fsyntax-only %s
// RUN: %build/bin/stm-clang -Werror -c -o after_dashes.o -- %s
// RUN: %build/bin/stm-clang -Werror -M %s | FileCheck --check-prefix=RULE %s
// RULE: stm/stm.h
// RUN: %build/bin/stm-clang -Werror a.o -o a && ./a
// RUN: %build/bin/stm-clang -Werror from_assembly.o -o a && ./a
// RUN: echo '"%s" -o responded' > response
// RUN: %build/bin/stm-clang -Werror @response && ./responded
// RUN: %build/bin/stm-clang -Werror -x c - -o from_stdin < %s && ./from_stdin
// RUN: %build/bin/stm-clang++ -Werror -x c++ %s -o as_cxx && ./as_cxx
// RUN: %build/bin/stm-clang -Werror -r a.o -o partial.o
// RUN: %build/bin/stm-clang -Werror partial.o -o a && ./a

#include <stm/stm.h>

static int Counter;

STM_TRANSACTION int next(void) { return ++Counter; }

int main(void) { return next() == 1 ? 0 : 1; }
