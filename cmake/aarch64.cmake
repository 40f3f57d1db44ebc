#===- aarch64.cmake - a toolchain file for aarch64 -------------------------===#
#
# Part of llvm-stm, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------===#
#
# The runtime and its unit tests for aarch64, compiled by clang on Debian for
# x86-64 and run by qemu-user. Wants the packages g++-aarch64-linux-gnu and
# qemu-user, and jemalloc, GoogleTest and nlohmann-json for aarch64 in
# STM_AARCH64_ROOT:
#
#   cmake -S . -B build/aarch64 -G Ninja -DSTM_BUILD_BENCH=OFF \
#     -DCMAKE_TOOLCHAIN_FILE=cmake/aarch64.cmake -DSTM_AARCH64_ROOT=ROOT/usr
#   ninja -C build/aarch64 unit-tests

set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(CMAKE_C_COMPILER clang-19)
set(CMAKE_CXX_COMPILER clang++-19)
set(CMAKE_ASM_COMPILER clang-19)
foreach(Language C CXX ASM)
  set(CMAKE_${Language}_COMPILER_TARGET aarch64-linux-gnu)
endforeach()
set(CMAKE_OBJCOPY llvm-objcopy-19)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-aarch64 -L /usr/aarch64-linux-gnu)
set(CMAKE_FIND_ROOT_PATH /usr/aarch64-linux-gnu ${STM_AARCH64_ROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
list(APPEND CMAKE_TRY_COMPILE_PLATFORM_VARIABLES STM_AARCH64_ROOT)

# Not this machine's own libbacktrace, but this machine's lit.
set(STM_GCC aarch64-linux-gnu-g++)
find_file(STM_LIT lit.py PATHS /usr/lib/llvm-19/build/utils/lit NO_DEFAULT_PATH
          NO_CMAKE_FIND_ROOT_PATH)
