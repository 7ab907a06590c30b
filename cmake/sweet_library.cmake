# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause

# The one include folder, in the build tree: <build>/include/sweet/{messages,strategies,actors,builders} are links to the
# source folders, so in-tree code writes the same paths as installed code while the source root stays off the path.
set(SWEET_INCLUDE_DIR "${PROJECT_BINARY_DIR}/include")

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
  sweet_compile_options(${target})
  # The workers' thread-local state is on the path of every spawn; a static library is linked into the program, so the
  # cheap access is always possible.
  target_compile_options(${target} PRIVATE -ftls-model=initial-exec)
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS "${SWEET_INCLUDE_DIR}"
    FILES "${SWEET_INCLUDE_DIR}/sweet/sweet.hpp")
endfunction()

# sweet_layer(<layer> [HEADERS <file>...] [SOURCES <file>...]): the files of one layer, relative to its folder. Every
# header is installed and must compile alone.
function(sweet_layer layer)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "HEADERS;SOURCES")
  if(arg_UNPARSED_ARGUMENTS)
    message(FATAL_ERROR "sweet_layer(${layer}): put ${arg_UNPARSED_ARGUMENTS} under HEADERS or SOURCES")
  endif()
  list(TRANSFORM arg_HEADERS PREPEND "${SWEET_INCLUDE_DIR}/sweet/${layer}/")
  list(TRANSFORM arg_SOURCES PREPEND "${PROJECT_SOURCE_DIR}/${layer}/")
  target_sources(sweet
    PUBLIC FILE_SET HEADERS FILES ${arg_HEADERS}
    PRIVATE ${arg_SOURCES})
endfunction()
