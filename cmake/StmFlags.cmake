#===- StmFlags.cmake - how our own code is compiled ------------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# A target, not global flags: sanitizer_common, which is built here too, keeps
# its own.
#
#===------------------------------------------------------------------------===#

add_library(stm_flags INTERFACE)
target_include_directories(stm_flags INTERFACE
  "${CMAKE_CURRENT_SOURCE_DIR}/include")
target_compile_options(stm_flags INTERFACE
  -Wall -Wextra $<$<BOOL:${STM_WERROR}>:-Werror>
  # Debian's valgrind gives up on libraries with clang's DWARF 5.
  -gdwarf-4
  # Types are a tenth of the unit tests' compile time.
  $<$<AND:$<CONFIG:RelWithDebInfo>,$<BOOL:$<TARGET_PROPERTY:STM_ONLY_LINES>>>:-gline-tables-only>)

if(STM_SANITIZE)
  # Errors end the program, so that a test that has one fails.
  set(SanitizeOptions "-fsanitize=${STM_SANITIZE}" -fno-sanitize-recover=all
      -fno-omit-frame-pointer)
  # A rollback jumps past frames that ThreadSanitizer would go on believing in, until
  # it has no room for more.
  if(STM_SANITIZE MATCHES "thread")
    list(APPEND SanitizeOptions "SHELL:-mllvm -tsan-instrument-func-entry-exit=0")
  endif()
  target_compile_options(stm_flags INTERFACE ${SanitizeOptions})
  target_link_options(stm_flags INTERFACE "-fsanitize=${STM_SANITIZE}")
endif()

if(STM_COVERAGE)
  # Counters that can be mapped to the profile's file (%c): what a forked child does,
  # or a program that is killed or ends by _exit or abort, counts too.
  set(StmCoverageOptions -fprofile-instr-generate -fcoverage-mapping
      "SHELL:-mllvm -runtime-counter-relocation")
  target_compile_options(stm_flags INTERFACE ${StmCoverageOptions})
  target_link_options(stm_flags INTERFACE -fprofile-instr-generate)
endif()
