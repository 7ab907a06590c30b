# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
# Run with -DMODULES= -DFOLDER= -DCXX=: FindCAF takes the CAFs that sweet can work with, and refuses others in one sentence. They are
# trees of one header and empty libraries.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE "${FOLDER}")
file(WRITE "${FOLDER}/project/CMakeLists.txt" [[
cmake_minimum_required(VERSION 3.25)
project(finds_caf LANGUAGES CXX)
list(PREPEND CMAKE_MODULE_PATH "${MODULES}")
find_package(CAF 0.17.6 ${HOW} COMPONENTS core io)
message("found: ${CAF_FOUND} ${CAF_VERSION}")
]])

# configure(<tree> <expected> [<option>...]): configuring with that CAF says <expected>.
function(configure tree expected)
  execute_process(COMMAND "${CMAKE_COMMAND}" -G Ninja -S "${FOLDER}/project" -B "${FOLDER}/build" "-DMODULES=${MODULES}" "-DCMAKE_CXX_COMPILER=${CXX}"
      "-DCAF_ROOT=${FOLDER}/${tree}" ${ARGN}
    RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
  string(REGEX REPLACE "[ \n]+" " " said "${said}")
  if(NOT said MATCHES "${expected}")
    message(SEND_ERROR "${tree}: without \"${expected}\" (${result}):\n${said}")
  endif()
  set(result "${result}" PARENT_SCOPE)
endfunction()

# caf(<tree> <lines of caf/config.hpp>)
function(caf tree)
  list(JOIN ARGN "\n" lines)
  file(WRITE "${FOLDER}/${tree}/include/caf/config.hpp" "#pragma once\n${lines}\n")
  file(WRITE "${FOLDER}/${tree}/lib/libcaf_core.so" "")
  file(WRITE "${FOLDER}/${tree}/lib/libcaf_io.so" "")
endfunction()

caf(0.17.6 "#define CAF_VERSION 1706")
caf(0.17.12 "#define CAF_VERSION 1712")
caf(0.17.5 "#define CAF_VERSION 1705")
caf(0.18.5 "#define CAF_VERSION 1805")
caf(0.19.0 "#define CAF_VERSION 1900")
caf(1.0.0 "#define CAF_VERSION 10000")
caf(1.1.0 "#include \"caf/detail/build_config.hpp\"")

# Refused ones first: what they leave in the cache must not keep the next run from finding another.
foreach(version IN ITEMS 0.17.5 0.18.5 0.19.0 1.0.0)
  configure(${version} "sweet needs CAF 0.17.6 or a later 0.17 .*but [^ ]*/${version}/include/caf/config.hpp is of ${version}\\." -DHOW=REQUIRED)
  if(result EQUAL 0)
    message(SEND_ERROR "${version} is taken")
  endif()
endforeach()
configure(1.1.0 "sweet needs CAF 0.17.6 .*/1.1.0/include/caf/config.hpp does not tell its version\\." -DHOW=REQUIRED)
configure(1.1.0 "sweet needs CAF 0.17.6 .*does not tell its version\\. found: FALSE " -DHOW=)
configure(0.17.6 "found: TRUE 0.17.6 " -DHOW=REQUIRED)
file(REMOVE_RECURSE "${FOLDER}/build")
configure(0.17.12 "found: TRUE 0.17.12 " -DHOW=REQUIRED)
