#===- PrivateJemalloc.cmake - the allocator of logs and versions -----------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# Target stm_jemalloc: Debian's static jemalloc with nothing visible but the
# mallocx family. Its archive also defines malloc, free and operator new. Hiding
# them with --exclude-libs or a version script would be too late: the runtime's
# own calls to malloc (on the program's behalf!) would already be bound to them
# inside the link. So the archive becomes one object first, in which everything
# else is local. operator new lives in a member of its own, which nothing pulls.
#
#===------------------------------------------------------------------------===#

find_library(STM_JEMALLOC_ARCHIVE libjemalloc_pic.a)
find_path(STM_JEMALLOC_INCLUDE jemalloc/jemalloc.h)
mark_as_advanced(STM_JEMALLOC_ARCHIVE STM_JEMALLOC_INCLUDE)
if(NOT STM_JEMALLOC_ARCHIVE OR NOT STM_JEMALLOC_INCLUDE)
  message(FATAL_ERROR "jemalloc was not found: install libjemalloc-dev "
          "(libjemalloc_pic.a and jemalloc/jemalloc.h)")
endif()

set(Functions mallocx rallocx xallocx sallocx dallocx sdallocx nallocx mallctl
    mallctlnametomib mallctlbymib)
list(TRANSFORM Functions PREPEND "-Wl,-u," OUTPUT_VARIABLE Wanted)
list(TRANSFORM Functions PREPEND "--keep-global-symbol=" OUTPUT_VARIABLE Kept)

set(Target "")
if(CMAKE_C_COMPILER_TARGET) # For another machine.
  set(Target "--target=${CMAKE_C_COMPILER_TARGET}")
endif()
set(Object "${CMAKE_BINARY_DIR}/lib/stm_jemalloc.o")
add_custom_command(OUTPUT "${Object}"
  COMMAND "${CMAKE_C_COMPILER}" ${Target} -fuse-ld=lld -r -nostdlib ${Wanted}
          -o "${Object}.tmp" "${STM_JEMALLOC_ARCHIVE}"
  COMMAND "${CMAKE_OBJCOPY}" ${Kept} "${Object}.tmp" "${Object}"
  COMMAND "${CMAKE_COMMAND}" -E rm "${Object}.tmp"
  DEPENDS "${STM_JEMALLOC_ARCHIVE}" VERBATIM
  COMMENT "Making jemalloc private")
add_custom_target(stm_jemalloc_file DEPENDS "${Object}")

add_library(stm_jemalloc INTERFACE)
add_dependencies(stm_jemalloc stm_jemalloc_file)
target_link_libraries(stm_jemalloc INTERFACE "${Object}" pthread m)
target_include_directories(stm_jemalloc SYSTEM INTERFACE
  "${STM_JEMALLOC_INCLUDE}")
