# policy_libc.txt -> policy_libc.inc: cmake -DIN=… -DOUT=… -P EmbedPolicy.cmake
# A line that isn't understood fails the build. (Names that stand under a
# pattern too, or beside a row of runtime_abi.def: static_asserts in
# FunctionPolicy.cpp.)
cmake_minimum_required(VERSION 3.25)

file(STRINGS "${IN}" lines)
set(names)
set(rows "// Generated from policy_libc.txt.\n")
foreach(line IN LISTS lines)
  if(line MATCHES "^#" OR line STREQUAL "")
    continue()
  endif()
  if(NOT line MATCHES "^fun:([A-Za-z0-9_$.*]+)=(pure|beside|inevitable)$")
    message(FATAL_ERROR "${IN}: not a policy: '${line}'")
  endif()
  if(CMAKE_MATCH_1 IN_LIST names)
    message(FATAL_ERROR "${IN}: '${CMAKE_MATCH_1}' stands twice")
  endif()
  list(APPEND names "${CMAKE_MATCH_1}")
  string(APPEND rows "STM_POLICY(\"${CMAKE_MATCH_1}\", ${CMAKE_MATCH_2})\n")
endforeach()
string(APPEND rows "#undef STM_POLICY\n")
file(WRITE "${OUT}" "${rows}")
