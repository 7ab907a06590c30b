# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
# Run with -DPROGRAM= and -DSUITES=: PROGRAM's top-level test units are exactly SUITES (separated by spaces).
cmake_minimum_required(VERSION 3.25)
execute_process(COMMAND "${PROGRAM}" --list_content=HRF
  OUTPUT_VARIABLE out ERROR_VARIABLE err COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL "(^|\n)[A-Za-z_0-9]+\\*?" found "${out}${err}")
list(TRANSFORM found REPLACE "[\n*]" "")
separate_arguments(expected UNIX_COMMAND "${SUITES}")
list(SORT found)
list(SORT expected)
if(NOT found STREQUAL expected)
  message(FATAL_ERROR "suites in the program: ${found}\nsuites with a CTest entry: ${expected}\n"
    "Each <name>_test.cpp must hold exactly BOOST_AUTO_TEST_SUITE(<name>_test), and all its cases inside.")
endif()
