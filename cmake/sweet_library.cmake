# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause

# The one include folder, in the build tree: <build>/include/sweet/{messages,strategies,actors,builders} are links to the
# source folders, so in-tree code writes the same paths as installed code while the source root stays off the path.
set(SWEET_INCLUDE_DIR "${PROJECT_BINARY_DIR}/include")

# The headers that another header includes before anything else, as <sweet/...> writes them.
file(GLOB_RECURSE sweet_headers_of_layers CONFIGURE_DEPENDS messages/*.hpp strategies/*.hpp actors/*.hpp builders/*.hpp)
set(SWEET_FIRST_INCLUDED)
foreach(header IN LISTS sweet_headers_of_layers)
  file(STRINGS "${header}" first REGEX "^#include" LIMIT_COUNT 1)
  if(first MATCHES "^#include <(sweet/.*)>$")
    list(APPEND SWEET_FIRST_INCLUDED "${CMAKE_MATCH_1}")
  endif()
endforeach()
list(REMOVE_DUPLICATES SWEET_FIRST_INCLUDED)

# sweet_headers(<target> <include folder> <prefix> HEADERS <file>... SOURCES <file>...): the installed headers of a target. Those
# that neither a source nor another header includes first are noted for sweet_check_headers().
function(sweet_headers target include_dir prefix)
  cmake_parse_arguments(PARSE_ARGV 3 arg "" "" "HEADERS;SOURCES")
  list(TRANSFORM arg_HEADERS PREPEND "${include_dir}/sweet/${prefix}/" OUTPUT_VARIABLE files)
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS "${include_dir}" FILES ${files})
  foreach(header IN LISTS arg_HEADERS)
    string(REGEX REPLACE "\\.hpp$" ".cpp" source "${header}")
    set(first "")
    # In a batch a source does not come first, and proves nothing.
    if(source IN_LIST arg_SOURCES AND NOT CMAKE_UNITY_BUILD)
      file(STRINGS "${include_dir}/sweet/${prefix}/${source}" first REGEX "^#include" LIMIT_COUNT 1)
    endif()
    if(NOT "sweet/${prefix}/${header}" IN_LIST SWEET_FIRST_INCLUDED AND NOT first STREQUAL "#include <sweet/${prefix}/${header}>")
      set_property(TARGET ${target} APPEND PROPERTY SWEET_HEADERS_ALONE "sweet/${prefix}/${header}")
    endif()
  endforeach()
endfunction()

# sweet_check_headers(<target> <include folder>): after all of sweet_headers(<target> ...).
function(sweet_check_headers target include_dir)
  if(SWEET_CHECK_HEADERS)
    get_target_property(headers ${target} SWEET_HEADERS_ALONE)
    sweet_headers_alone(${target} "${include_dir}" ${headers})
  endif()
endfunction()

# sweet_position_independent(<target>): the library can be linked into a shared one, or a plugin, unless somebody has said
# -DCMAKE_POSITION_INDEPENDENT_CODE=OFF.
function(sweet_position_independent target)
  if(NOT DEFINED CMAKE_POSITION_INDEPENDENT_CODE)
    set_target_properties(${target} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  endif()
endfunction()

# sweet_add_library(<target>): the static library and its include link tree.
function(sweet_add_library target)
  file(MAKE_DIRECTORY "${SWEET_INCLUDE_DIR}/sweet")
  foreach(layer IN ITEMS messages strategies actors builders)
    file(CREATE_LINK "${PROJECT_SOURCE_DIR}/${layer}" "${SWEET_INCLUDE_DIR}/sweet/${layer}" SYMBOLIC)
  endforeach()
  # A copy, renewed when it changes: a link would be installed as a link.
  configure_file("${PROJECT_SOURCE_DIR}/builders/sweet.hpp" "${SWEET_INCLUDE_DIR}/sweet/sweet.hpp" COPYONLY)

  add_library(${target} STATIC)
  add_library(sweet::${target} ALIAS ${target})
  set_target_properties(${target} PROPERTIES UNITY_BUILD_MODE GROUP)
  sweet_compile_options(${target})
  sweet_position_independent(${target})
  # The workers' thread-local state is on the path of every spawn. It is small enough for the cheap access even in a plugin.
  target_compile_options(${target} PRIVATE -ftls-model=initial-exec)
  # Whoever uses what is installed accepts it for themselves.
  if(SWEET_ACCEPT_DOUBLE_DESTRUCTION)
    target_compile_definitions(${target} PUBLIC $<BUILD_INTERFACE:SWEET_ACCEPT_DOUBLE_DESTRUCTION>)
  endif()
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS "${SWEET_INCLUDE_DIR}"
    FILES "${SWEET_INCLUDE_DIR}/sweet/sweet.hpp")
  set_property(TARGET ${target} PROPERTY SWEET_HEADERS_ALONE sweet/sweet.hpp)
endfunction()

# sweet_component(<name> [LINK <target>...] [HEADERS <file>...] [SOURCES <file>...]): a library beside the one above, for what
# not everybody needs, or can build: the target sweet::<name> of the files in the current folder, whose headers are
# <sweet/<name>/...>. It is installed with cmake/sweet-<name>.pc.in.
function(sweet_component name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINK;HEADERS;SOURCES")
  set(include_dir "${PROJECT_BINARY_DIR}/${name}_include")
  file(MAKE_DIRECTORY "${include_dir}/sweet")
  file(CREATE_LINK "${CMAKE_CURRENT_SOURCE_DIR}" "${include_dir}/sweet/${name}" SYMBOLIC)

  set(target sweet_${name})
  add_library(${target} STATIC ${arg_SOURCES})
  add_library(sweet::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  sweet_position_independent(${target})
  sweet_compile_options(${target})
  target_link_libraries(${target} PUBLIC sweet ${arg_LINK})
  sweet_headers(${target} "${include_dir}" ${name} HEADERS ${arg_HEADERS} SOURCES ${arg_SOURCES})
  sweet_check_headers(${target} "${include_dir}")
  if(NOT PROJECT_IS_TOP_LEVEL AND NOT SWEET_INSTALL)
    # Built for who links it.
    set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
  set_property(GLOBAL APPEND PROPERTY SWEET_COMPONENTS ${name})
endfunction()

# sweet_batch(<result> <file>): the name of the batch in which a source is compiled. Batches go by folder, and not by number: what
# runs each time that a task is spawned is inlined into each other only if it lies in one.
function(sweet_batch result file)
  if(file MATCHES "^actors/runtime/(cell|home|memory|queues)/")
    set(batch cell)
  elseif(file MATCHES "^actors/runtime/")
    set(batch runtime)
  elseif(file MATCHES "^actors/(emit|process)/")
    set(batch emit)
  elseif(file MATCHES "^(messages|strategies)/")
    set(batch values)
  else()
    set(batch tasks)
  endif()
  set(${result} ${batch} PARENT_SCOPE)
endfunction()

# sweet_layer(<layer> [HEADERS <file>...] [SOURCES <file>...]): the files of one layer, relative to its folder. Every
# header is installed.
function(sweet_layer layer)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;SOURCES")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "sweet_layer(${layer}): put ${arg_UNPARSED_ARGUMENTS} under HEADERS or SOURCES")
  endif()
  sweet_headers(sweet "${SWEET_INCLUDE_DIR}" ${layer} HEADERS ${arg_HEADERS} SOURCES ${arg_SOURCES})
  foreach(source IN LISTS arg_SOURCES)
    sweet_batch(batch "${layer}/${source}")
    set_source_files_properties("${PROJECT_SOURCE_DIR}/${layer}/${source}" TARGET_DIRECTORY sweet PROPERTIES UNITY_GROUP ${batch})
  endforeach()
  list(TRANSFORM arg_SOURCES PREPEND "${PROJECT_SOURCE_DIR}/${layer}/")
  target_sources(sweet PRIVATE ${arg_SOURCES})
endfunction()
