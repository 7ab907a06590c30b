# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause

# Sets sweet_compiler_refused to the sentence that says why this project's C++ compiler is refused, or to nothing. Included by the
# build and, installed, by find_package(sweet); messages/compiler_check.hpp says it to those who use neither.
set(sweet_compiler_refused "")
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13 AND NOT SWEET_ACCEPT_DOUBLE_DESTRUCTION)
  string(CONCAT sweet_compiler_refused
    "sweet: g++ ${CMAKE_CXX_COMPILER_VERSION} destroys the captures of lambdas, and aggregates, that are made inside a co_await "
    "expression twice, which corrupts memory; use -DCMAKE_CXX_COMPILER=clang++-19 (Debian 12: apt-get install clang-19) "
    "or g++ 14 (Debian 13).")
endif()
