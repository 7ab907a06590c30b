# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
# Run with -DCHECK= -DFOLDER=: a small correct tree passes check_sources.cmake, and each change to it is found.
cmake_minimum_required(VERSION 3.25)

set(spdx "// SPDX-FileCopyrightText: sweet contributors\n// SPDX-License-Identifier: BSD-3-Clause\n")
set(first "#include <sweet/messages/compiler_check.hpp>\n\n")

function(write_tree)
  file(REMOVE_RECURSE "${FOLDER}")
  file(WRITE "${FOLDER}/CMakeLists.txt" "project(sweet VERSION 1.2.3\n")
  foreach(layer IN ITEMS messages strategies actors builders)
    file(WRITE "${FOLDER}/${layer}/CMakeLists.txt" "sweet_layer(${layer}\n  HEADERS\n    a.hpp\n    runtime/b.hpp\n    runtime/time/d.hpp\n)\n")
    file(WRITE "${FOLDER}/${layer}/a.hpp" "#pragma once\n${spdx}#include <sweet/messages/a.hpp>\nnamespace sweet::inline v1_2 {}\n")
  endforeach()
  file(WRITE "${FOLDER}/actors/runtime/b.hpp"
    "#pragma once\n${spdx}#include <caf/scheduler/abstract_coordinator.hpp>\n#include <sweet/actors/runtime/time/d.hpp>\n")
  file(WRITE "${FOLDER}/actors/runtime/time/d.hpp"
    "#pragma once\n${spdx}#include <sweet/actors/runtime/memory/e.hpp>\n#include <sweet/messages/a.hpp>\n")
  file(WRITE "${FOLDER}/actors/emit/sources/json/CMakeLists.txt" "sweet_component(json\n  HEADERS\n    a.hpp\n)\n")
  file(WRITE "${FOLDER}/actors/emit/sources/json/a.hpp" "#pragma once\n${spdx}${first}#include <sweet/json/a.hpp>\n#include <sweet/actors/task/a.hpp>\n")
  file(WRITE "${FOLDER}/actors/asio/CMakeLists.txt" "sweet_component(asio\n  HEADERS\n    a.hpp\n)\n")
  file(WRITE "${FOLDER}/actors/asio/a.hpp" "#pragma once\n${spdx}${first}#include <sweet/actors/task/a.hpp>\n")
  file(WRITE "${FOLDER}/actors/node/CMakeLists.txt" "sweet_component(node\n  HEADERS\n    a.hpp\n)\n")
  file(WRITE "${FOLDER}/actors/node/a.hpp" "#pragma once\n${spdx}${first}#include <sweet/asio/a.hpp>\n")
  file(WRITE "${FOLDER}/builders/runtime/b.hpp" "#pragma once\n${spdx}#include <sweet/builders/a.hpp>\n")
  file(WRITE "${FOLDER}/apps/sweet/main.cpp" "${spdx}#include \"job.hpp\"\n#include <sweet/sweet.hpp>\n")
endfunction()

function(check)
  execute_process(COMMAND "${CMAKE_COMMAND}" "-DROOT=${FOLDER}" -P "${CHECK}"
    RESULT_VARIABLE result ERROR_VARIABLE said)
  set(result "${result}" PARENT_SCOPE)
  set(said "${said}" PARENT_SCOPE)
endfunction()

# finds(<file> <text> <expected> [<other file>]): with <text> as the file, the check fails and says <expected> of it, or of the other.
function(finds file text expected)
  write_tree()
  file(WRITE "${FOLDER}/${file}" "${text}")
  check()
  set(blamed ${ARGN} "${file}")
  list(GET blamed 0 blamed)
  if(result EQUAL 0 OR NOT said MATCHES "${blamed}: ${expected}")
    message(SEND_ERROR "${file} holding\n${text}\nmust be found with: ${expected}\nthe check said (${result}): ${said}")
  endif()
endfunction()

write_tree()
check()
if(NOT result EQUAL 0)
  message(SEND_ERROR "a correct tree must pass: ${said}")
endif()

set(header "#pragma once\n${spdx}")
finds(messages/a.hpp "${header}#include <sweet/strategies/a.hpp>\n" "messages must not include strategies")
finds(strategies/a.hpp "${header}#include <sweet/actors/a.hpp>\n" "strategies must not include actors")
finds(actors/a.hpp "${header}  #  include <sweet/builders/a.hpp>\n" "actors must not include builders")
finds(builders/a.hpp "${header}#include <sweet/apps/a.hpp>\n" "builders must not include apps")
finds(actors/a.hpp "${header}#include <sweet/testing/a.hpp>\n" "actors must not include testing")
finds(builders/a.hpp "${header}#include <sweet/sweet.hpp>\n" "a layer must not include the header of everything")
finds(actors/a.hpp "${header}#include \"b.hpp\"\n" "write <sweet/actors/...>")
finds(actors/a.hpp "${header}#include <caf/resumable.hpp>\n" "CAF's internals stay in actors/runtime")
finds(builders/a.hpp "${header}#include <caf/detail/core_export.hpp>\n" "CAF's internals stay in actors/runtime")
finds(apps/sweet/main.cpp "${spdx}#include <caf/actor_control_block.hpp>\n" "CAF's internals stay in actors/runtime")
finds(actors/emit/sources/json/a.hpp "${header}#include <sweet/sqlite/a.hpp>\n" "actors must not include sqlite")
finds(actors/emit/sources/json/a.hpp "${header}#include <sweet/builders/a.hpp>\n" "actors must not include builders")
finds(actors/emit/sources/json/a.hpp "${header}#include <sweet/actors/emit/sources/json/a.hpp>\n" "write <sweet/json/...>, as it is installed")
finds(actors/emit/sources/json/a.hpp "${header}#include <caf/resumable.hpp>\n" "CAF's internals stay in actors/runtime")
finds(actors/emit/sources/json/b.cpp "${spdx}" "not listed in actors/emit/sources/json/CMakeLists.txt")
finds(actors/a.hpp "${header}#include <sweet/json/a.hpp>\n" "actors must not include json")
finds(actors/asio/a.hpp "${header}#include <sweet/node/a.hpp>\n" "actors must not include node")
finds(actors/c.cpp "${spdx}" "not listed in actors/CMakeLists.txt")
finds(actors/emit/sources/json/a.hpp "${header}#include <string>\n${first}" "include <sweet/messages/compiler_check.hpp> before all else")
finds(actors/emit/sources/json/a.hpp "${header}#include <sweet/messages/a.hpp>\n" "include <sweet/messages/compiler_check.hpp> before all else" messages/a.hpp)
finds(messages/a.hpp "${spdx}#pragma once\n" "its first line is not #pragma once")
finds(messages/a.hpp "#pragma once\n" "does not start with the two SPDX lines")
finds(messages/a.hpp "${header}namespace sweet {\n" "write namespace sweet::inline v1_2")
finds(messages/a.hpp "${header}namespace sweet::inline v1_1::detail {\n" "write namespace sweet::inline v1_2")

# The folders in actors/, actors/emit/ and actors/runtime/ have an order.
finds(actors/runtime/time/d.hpp "${header}#include <sweet/actors/runtime/queues/e.hpp>\n"
  "must not include actors/runtime/queues/e.hpp, as the order in actors/runtime/ is system, memory, time, queues")
finds(actors/runtime/time/d.cpp "${spdx}#include <sweet/actors/runtime/b.hpp>\n" "must not include actors/runtime/b.hpp")
finds(actors/runtime/b.hpp "${header}#include <sweet/actors/task/e.hpp>\n" "must not include actors/task/e.hpp")
finds(actors/runtime/b.hpp "${header}#include <sweet/actors/a.hpp>\n" "must not include actors/a.hpp")
finds(actors/emit/sources/json/a.hpp "${header}#include <sweet/actors/a.hpp>\n" "must not include actors/a.hpp")
finds(actors/emit/wire/a.hpp "${header}#include <sweet/actors/emit/b.hpp>\n"
  "must not include actors/emit/b.hpp, as the order in actors/emit/ is wire, ., sources")
finds(actors/emit/b.hpp "${header}#include <sweet/actors/emit/sources/a.hpp>\n" "must not include actors/emit/sources/a.hpp")
finds(actors/strange/a.hpp "${header}" "its folder has no place in the order of those in actors/")

# A unit is a header and its source.
set(includes_b "#include <sweet/builders/runtime/b.hpp>\n")
set(circle "is in a circle of units, which include each other: ")
finds(builders/a.hpp "${header}${includes_b}" "${circle}builders/a -> builders/runtime/b -> builders/a" builders/a)
finds(builders/a.cpp "${spdx}${includes_b}" "${circle}builders/a -> builders/runtime/b -> builders/a" builders/a)
finds(apps/sweet/job.hpp "${header}#include \"main.hpp\"\n" "${circle}apps/sweet/job -> apps/sweet/main -> apps/sweet/job" apps/sweet/job)
