# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
# Run with -DCHECK= -DFOLDER=: a small correct tree passes check_sources.cmake, and each change to it is found.
cmake_minimum_required(VERSION 3.25)

set(spdx "// SPDX-FileCopyrightText: sweet contributors\n// SPDX-License-Identifier: BSD-3-Clause\n")

function(write_tree)
  file(REMOVE_RECURSE "${FOLDER}")
  foreach(layer IN ITEMS messages strategies actors builders)
    file(WRITE "${FOLDER}/${layer}/CMakeLists.txt" "sweet_layer(${layer}\n  HEADERS\n    a.hpp\n    runtime/b.hpp\n)\n")
    file(WRITE "${FOLDER}/${layer}/a.hpp" "#pragma once\n${spdx}#include <sweet/messages/a.hpp>\n")
  endforeach()
  file(WRITE "${FOLDER}/actors/runtime/b.hpp" "#pragma once\n${spdx}#include <caf/scheduler/abstract_coordinator.hpp>\n")
  file(WRITE "${FOLDER}/apps/sweet/main.cpp" "${spdx}#include \"job.hpp\"\n#include <sweet/sweet.hpp>\n")
endfunction()

function(check)
  execute_process(COMMAND "${CMAKE_COMMAND}" "-DROOT=${FOLDER}" -P "${CHECK}"
    RESULT_VARIABLE result ERROR_VARIABLE said)
  set(result "${result}" PARENT_SCOPE)
  set(said "${said}" PARENT_SCOPE)
endfunction()

# finds(<file> <text> <expected>): with <text> as the file, the check fails and says <expected>.
function(finds file text expected)
  write_tree()
  file(WRITE "${FOLDER}/${file}" "${text}")
  check()
  if(result EQUAL 0 OR NOT said MATCHES "${file}: ${expected}")
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
finds(actors/c.cpp "${spdx}" "not listed in actors/CMakeLists.txt")
finds(messages/a.hpp "${spdx}#pragma once\n" "its first line is not #pragma once")
finds(messages/a.hpp "#pragma once\n" "does not start with the two SPDX lines")
