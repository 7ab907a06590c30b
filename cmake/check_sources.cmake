# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause

# Run with -DROOT=<repository>. Fails unless
# - includes follow the arrow messages <- strategies <- actors <- builders <- apps,
# - what belongs to CAF's internals is included in actors/runtime/ only,
# - the layers include by <sweet/...> paths, never by "...",
# - what a component in components/ includes is the layers up to builders, and itself,
# - every header and source of a layer or component stands in its CMakeLists.txt (a header that does not is neither installed nor checked),
# - every C++ file starts with its licence, and a header with #pragma once.
cmake_minimum_required(VERSION 3.25)

set(layers messages strategies actors builders apps)
set(caf_internals "caf/(detail|scheduler|intrusive)/|caf/(resumable|actor_control_block|mailbox_element|execution_unit)\\.hpp")
set(problems "")

# check_file(<layer> <file> [<component>]): a component may include what its layer may, and itself.
function(check_file layer file)
  set(component "${ARGN}")
  list(FIND layers ${layer} own_rank)
  file(STRINGS "${ROOT}/${file}" head LIMIT_COUNT 3)
  if(NOT head MATCHES "SPDX-FileCopyrightText: sweet contributors;// SPDX-License-Identifier: BSD-3-Clause")
    list(APPEND problems "${file}: does not start with the two SPDX lines")
  endif()
  if(file MATCHES "\\.hpp$" AND NOT head MATCHES "^#pragma once;")
    list(APPEND problems "${file}: its first line is not #pragma once")
  endif()

  file(STRINGS "${ROOT}/${file}" includes REGEX "^[ \t]*#[ \t]*include")
  foreach(line IN LISTS includes)
    if(component AND line MATCHES "<sweet/${component}/")
      continue()
    elseif(line MATCHES "<sweet/([a-z]+)/")
      list(FIND layers ${CMAKE_MATCH_1} rank)
      if(rank EQUAL -1 OR rank GREATER own_rank)
        list(APPEND problems "${file}: ${layer} must not include ${CMAKE_MATCH_1}: ${line}")
      endif()
    elseif(line MATCHES "<sweet/sweet\\.hpp>" AND NOT layer STREQUAL "apps")
      list(APPEND problems "${file}: a layer must not include the header of everything: ${line}")
    elseif(line MATCHES "#[ \t]*include[ \t]*\"" AND NOT layer STREQUAL "apps")
      list(APPEND problems "${file}: write <sweet/${layer}/...>: ${line}")
    endif()
    if(line MATCHES "${caf_internals}" AND NOT file MATCHES "^actors/runtime/")
      list(APPEND problems "${file}: CAF's internals stay in actors/runtime: ${line}")
    endif()
  endforeach()
  set(problems "${problems}" PARENT_SCOPE)
endfunction()

foreach(layer IN LISTS layers)
  file(GLOB_RECURSE files RELATIVE "${ROOT}" "${ROOT}/${layer}/*.hpp" "${ROOT}/${layer}/*.cpp")
  set(listed "")
  if(NOT layer STREQUAL "apps")
    file(STRINGS "${ROOT}/${layer}/CMakeLists.txt" listed)
    list(TRANSFORM listed STRIP)
  endif()
  foreach(file IN LISTS files)
    check_file(${layer} ${file})
    cmake_path(RELATIVE_PATH file BASE_DIRECTORY ${layer} OUTPUT_VARIABLE name)
    if(listed AND NOT name IN_LIST listed AND NOT file STREQUAL "builders/sweet.hpp")
      list(APPEND problems "${file}: not listed in ${layer}/CMakeLists.txt, on a line of its own")
    endif()
  endforeach()
endforeach()

file(GLOB components RELATIVE "${ROOT}/components" "${ROOT}/components/*")
foreach(component IN LISTS components)
  file(STRINGS "${ROOT}/components/${component}/CMakeLists.txt" listed)
  list(TRANSFORM listed STRIP)
  file(GLOB files RELATIVE "${ROOT}" "${ROOT}/components/${component}/*.hpp" "${ROOT}/components/${component}/*.cpp")
  foreach(file IN LISTS files)
    check_file(builders ${file} ${component})
    cmake_path(GET file FILENAME name)
    if(NOT name IN_LIST listed)
      list(APPEND problems "${file}: not listed in components/${component}/CMakeLists.txt, on a line of its own")
    endif()
  endforeach()
endforeach()

if(problems)
  list(JOIN problems "\n  " problems)
  message(FATAL_ERROR "\n  ${problems}")
endif()
