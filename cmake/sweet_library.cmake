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

# sweet_component(<name> [LINK <target>...] [HEADERS <file>...] [SOURCES <file>...]): a library beside the one above, for what
# not everybody needs, or can build: the target sweet::<name> of the files in the current folder, whose headers are
# <sweet/<name>/...>. It is installed with cmake/sweet-<name>.pc.in.
function(sweet_component name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINK;HEADERS;SOURCES")
  set(include_dir "${PROJECT_BINARY_DIR}/${name}_include")
  file(MAKE_DIRECTORY "${include_dir}/sweet")
  file(CREATE_LINK "${CMAKE_CURRENT_SOURCE_DIR}" "${include_dir}/sweet/${name}" SYMBOLIC)
  list(TRANSFORM arg_HEADERS PREPEND "${include_dir}/sweet/${name}/")

  set(target sweet_${name})
  add_library(${target} STATIC ${arg_SOURCES})
  add_library(sweet::${name} ALIAS ${target})
  set_target_properties(${target} PROPERTIES EXPORT_NAME ${name})
  sweet_compile_options(${target})
  target_link_libraries(${target} PUBLIC sweet ${arg_LINK})
  target_sources(${target} PUBLIC FILE_SET HEADERS BASE_DIRS "${include_dir}" FILES ${arg_HEADERS})
  if(NOT PROJECT_IS_TOP_LEVEL AND NOT SWEET_INSTALL)
    # Built for who links it.
    set_target_properties(${target} PROPERTIES EXCLUDE_FROM_ALL ON)
  endif()
  set_property(GLOBAL APPEND PROPERTY SWEET_COMPONENTS ${name})
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
