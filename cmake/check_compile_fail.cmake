# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
# Run with -DCXX= -DFILE= -DINCLUDE=; see sweet_compile_fail().
cmake_minimum_required(VERSION 3.25)
file(STRINGS "${FILE}" expected REGEX "^// EXPECT: ")
list(LENGTH expected count)
if(NOT count EQUAL 1)
  message(FATAL_ERROR "${FILE} needs exactly one line `// EXPECT: <regular expression>`")
endif()
string(REGEX REPLACE "^// EXPECT: " "" expected "${expected}")

set(compile "${CXX}" -std=c++20 -fsyntax-only "-I${INCLUDE}" "${FILE}")
execute_process(COMMAND ${compile} RESULT_VARIABLE result ERROR_VARIABLE errors)
if(NOT result EQUAL 0)
  message(FATAL_ERROR "must compile without SWEET_MUST_NOT_COMPILE:\n${errors}")
endif()
execute_process(COMMAND ${compile} -DSWEET_MUST_NOT_COMPILE RESULT_VARIABLE result ERROR_VARIABLE errors)
if(result EQUAL 0)
  message(FATAL_ERROR "compiles, and must not")
endif()
if(NOT errors MATCHES "${expected}")
  message(FATAL_ERROR "fails without the diagnostic \"${expected}\":\n${errors}")
endif()
