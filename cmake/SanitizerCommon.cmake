#===- SanitizerCommon.cmake - the library that sanitizers share ------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# Target stm_sanitizer_common: sanitizer_common and interception of LLVM 19.1.7,
# one pinned version whichever clang runs the plugin; static, for libstm.so.
# Debian ships it only inside the sanitizers' runtimes, so the sources come from
# its source package (fetch-sanitizer-common.sh), once per user, not per build
# folder.
#
# It lives beside ASan's and TSan's own copy in one program, of that version or
# another. In libstm.so the version script keeps the two apart; in unit tests,
# which link the runtime statically, that is up to us: its namespaces are renamed
# here, and what is in no namespace gives way to the sanitizer's own (weak).
#
#===------------------------------------------------------------------------===#

set(Version 19.1.7)
set(TarballSum
    ae498f3bc58ae2d9f64ef5f0c035c4240152bf015a5b7738b15c22e93bdc97ce)
set(TreeSum
    538d450f8a3fe2f29f62d4383b3a7dc10f0c71190f424713f6bde4e5c6f84d0b)

if(STM_SANITIZER_COMMON_SOURCE)
  set(Source "${STM_SANITIZER_COMMON_SOURCE}")
else()
  if(DEFINED ENV{XDG_CACHE_HOME})
    set(Cache "$ENV{XDG_CACHE_HOME}/llvm-stm")
  elseif(DEFINED ENV{HOME})
    set(Cache "$ENV{HOME}/.cache/llvm-stm")
  else()
    set(Cache "${CMAKE_BINARY_DIR}/cache")
  endif()
  set(Source "${Cache}/sanitizer_common-${Version}")
  message(STATUS "sanitizer_common ${Version} in ${Cache}")
  execute_process(
    COMMAND "${CMAKE_CURRENT_LIST_DIR}/fetch-sanitizer-common.sh"
            ${Version} ${TarballSum} ${TreeSum} "${Cache}"
    RESULT_VARIABLE Failed)
  if(Failed)
    message(FATAL_ERROR
      "The sources of sanitizer_common ${Version} are not to be had from this "
      "machine's package sources (see above). Unpack the compiler-rt folder of "
      "LLVM ${Version}'s sources anywhere and configure with "
      "-DSTM_SANITIZER_COMMON_SOURCE=<that folder>.")
  endif()
endif()
foreach(Needed lib/sanitizer_common/sanitizer_common.h
               lib/interception/interception.h include/sanitizer)
  if(NOT EXISTS "${Source}/${Needed}")
    message(FATAL_ERROR "sanitizer_common: ${Source} has no ${Needed}. "
      "STM_SANITIZER_COMMON_SOURCE wants compiler-rt's folder.")
  endif()
endforeach()

# What isn't for this system is empty after preprocessing, apart from these.
file(GLOB Sources "${Source}/lib/sanitizer_common/*.cpp"
     "${Source}/lib/interception/interception_linux.cpp")
list(FILTER Sources EXCLUDE REGEX
     "_(win|mac|fuchsia|netbsd|freebsd|solaris)[_.].*cpp$")
# Nor do we count coverage, or do without a C library.
list(FILTER Sources EXCLUDE REGEX
     "/(sancov_flags|sanitizer_coverage_[a-z_]*|sanitizer_common_nolibc)[.]cpp$")

# EXCLUDE_FROM_ALL keeps the install step and plain builds free of it.
add_library(stm_sanitizer_common_raw STATIC EXCLUDE_FROM_ALL ${Sources})
set_target_properties(stm_sanitizer_common_raw PROPERTIES
  CXX_STANDARD 17 CXX_CLANG_TIDY "" EXPORT_COMPILE_COMMANDS OFF)
target_compile_options(stm_sanitizer_common_raw PRIVATE
  -O2 -g1 -gdwarf-4 -fPIC -fno-exceptions -fno-rtti -fno-builtin -fvisibility=hidden
  -ftls-model=initial-exec -fno-sanitize=all -fno-omit-frame-pointer
  -fno-stack-protector -w)
target_compile_definitions(stm_sanitizer_common_raw PRIVATE HAVE_RPC_XDR_H=0)
set(Renamed __sanitizer=stm_sanitizer __interception=stm_interception)
target_compile_definitions(stm_sanitizer_common_raw PRIVATE ${Renamed})
target_include_directories(stm_sanitizer_common_raw SYSTEM PUBLIC
  "${Source}/lib" "${Source}/lib/sanitizer_common" "${Source}/include")

# File and line without a subprocess: libbacktrace, which gcc brings along. Where
# it is missing, sanitizer_common runs llvm-symbolizer or addr2line.
find_program(STM_GCC NAMES gcc-12 gcc gcc-13 gcc-14)
mark_as_advanced(STM_GCC)
set(Backtrace "")
if(STM_GCC)
  execute_process(COMMAND "${STM_GCC}" -print-file-name=libbacktrace.a
    OUTPUT_VARIABLE Backtrace OUTPUT_STRIP_TRAILING_WHITESPACE)
  execute_process(COMMAND "${STM_GCC}" -print-file-name=include
    OUTPUT_VARIABLE BacktraceInclude OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
set(BacktraceLibrary "")
if(IS_ABSOLUTE "${Backtrace}" AND EXISTS "${BacktraceInclude}/backtrace.h")
  message(STATUS "Symbolizer: in-process, ${Backtrace}")
  # Only these two headers: the folder also holds gcc's own stddef.h and kin.
  foreach(Header backtrace.h backtrace-supported.h)
    configure_file("${BacktraceInclude}/${Header}"
                   "${CMAKE_BINARY_DIR}/libbacktrace/${Header}" COPYONLY)
  endforeach()
  target_compile_definitions(stm_sanitizer_common_raw PRIVATE
    SANITIZER_LIBBACKTRACE=1)
  target_include_directories(stm_sanitizer_common_raw PRIVATE
    "${CMAKE_BINARY_DIR}/libbacktrace")
  # It reads the debug information of all that is loaded: what it needn't read
  # report/symbolize.cpp leaves out.
  set(BacktraceLibrary "${CMAKE_BINARY_DIR}/lib/libstm_backtrace.a")
  add_custom_command(OUTPUT "${BacktraceLibrary}"
    COMMAND "${CMAKE_OBJCOPY}"
            --redefine-sym dl_iterate_phdr=__stm_iterate_debuggable
            "${Backtrace}" "${BacktraceLibrary}"
    DEPENDS "${Backtrace}" VERBATIM
    COMMENT "Making libbacktrace look at fewer objects")
  add_custom_target(stm_backtrace_file DEPENDS "${BacktraceLibrary}")
else()
  message(STATUS "Symbolizer: a subprocess, for want of libbacktrace.a")
endif()

set(Library "${CMAKE_BINARY_DIR}/lib/libstm_sanitizer_common.a")
add_custom_command(OUTPUT "${Library}"
  COMMAND "${CMAKE_OBJCOPY}" --weaken
          $<TARGET_FILE:stm_sanitizer_common_raw> "${Library}"
  DEPENDS stm_sanitizer_common_raw VERBATIM
  COMMENT "Making sanitizer_common give way to a sanitizer's own")
add_custom_target(stm_sanitizer_common_file DEPENDS "${Library}")

add_library(stm_sanitizer_common INTERFACE)
add_dependencies(stm_sanitizer_common stm_sanitizer_common_file)
if(BacktraceLibrary)
  add_dependencies(stm_sanitizer_common stm_backtrace_file)
endif()
target_link_libraries(stm_sanitizer_common INTERFACE
  "${Library}" ${BacktraceLibrary} ${CMAKE_DL_LIBS} pthread rt m)
target_compile_definitions(stm_sanitizer_common INTERFACE ${Renamed})
target_include_directories(stm_sanitizer_common SYSTEM INTERFACE
  "${Source}/lib" "${Source}/lib/sanitizer_common" "${Source}/include")
