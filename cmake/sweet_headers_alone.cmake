# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause

# The target headers_alone: each public header compiles when nothing has been included before it. One that its own source, or
# another header, includes before anything else proves that when those are compiled; each of the others is compiled alone here.
#
# Most of such a compilation goes into the same few headers. A header that includes all of a group of these, itself or by way of
# others, is compiled after the group, precompiled. That hides nothing but the use of a name above the line that includes it: what
# the header includes is proven alone in the same way.

# From the largest to the smallest; a header gets the first that it includes all of.
set(sweet_precompiled_groups task_handles task_cells errors text)
set(sweet_precompiled_task_handles sweet/actors/task/spawning_task.hpp)
set(sweet_precompiled_task_cells sweet/actors/runtime/cell/task_memory.hpp sweet/messages/task_result.hpp)
set(sweet_precompiled_errors sweet/messages/task_error.hpp chrono vector)
set(sweet_precompiled_text string)

# sweet_included(<result> <header> <folder>...): what a header includes, itself or by way of headers that lie in the folders.
function(sweet_included result header)
  get_property(state GLOBAL PROPERTY "sweet_included_state_${header}")
  if(state STREQUAL "looking")
    message(FATAL_ERROR "${header} includes itself, by way of others")
  elseif(NOT state)
    set_property(GLOBAL PROPERTY "sweet_included_state_${header}" looking)
    set(all)
    foreach(folder IN LISTS ARGN)
      if(EXISTS "${folder}/${header}")
        file(STRINGS "${folder}/${header}" lines REGEX "^#include <")
        foreach(line IN LISTS lines)
          string(REGEX REPLACE "^#include <([^>]+)>.*" "\\1" next "${line}")
          sweet_included(further "${next}" ${ARGN})
          list(APPEND all "${next}" ${further})
        endforeach()
        break()
      endif()
    endforeach()
    list(REMOVE_DUPLICATES all)
    set_property(GLOBAL PROPERTY "sweet_included_by_${header}" "${all}")
    set_property(GLOBAL PROPERTY "sweet_included_state_${header}" known)
  endif()
  get_property(all GLOBAL PROPERTY "sweet_included_by_${header}")
  set(${result} "${all}" PARENT_SCOPE)
endfunction()

# sweet_headers_alone(<target> <include folder> <header>...): compiles headers of a target, as <sweet/...> writes them.
function(sweet_headers_alone target include_dir)
  foreach(header IN LISTS ARGN)
    set(unit "${CMAKE_BINARY_DIR}/headers_alone/${header}.cxx")
    file(CONFIGURE OUTPUT "${unit}" CONTENT "#include <${header}>\n")
    sweet_included(included "${header}" "${include_dir}" "${SWEET_INCLUDE_DIR}")
    set(chosen others)
    foreach(group IN LISTS sweet_precompiled_groups)
      set(missing ${sweet_precompiled_${group}})
      list(REMOVE_ITEM missing ${included})
      if(NOT missing)
        set(chosen ${group})
        break()
      endif()
    endforeach()
    list(APPEND units_${chosen} "${unit}")
  endforeach()

  foreach(group IN LISTS sweet_precompiled_groups ITEMS others)
    if(NOT units_${group})
      continue()
    endif()
    set(objects ${target}_headers_${group})
    add_library(${objects} OBJECT EXCLUDE_FROM_ALL ${units_${group}})
    sweet_compile_options(${objects})
    set_target_properties(${objects} PROPERTIES UNITY_BUILD OFF)
    target_link_libraries(${objects} PRIVATE ${target})
    list(TRANSFORM sweet_precompiled_${group} REPLACE "(.+)" "<\\1>" OUTPUT_VARIABLE precompiled)
    target_precompile_headers(${objects} PRIVATE ${precompiled})
    add_dependencies(headers_alone ${objects})
  endforeach()
endfunction()
