# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
# Run with -DHOW=find_package|add_subdirectory|pkg_config and the paths that CMakeLists.txt gives: installs sweet into
# FOLDER, moves it away from there, and builds and runs consumer/ against it.
cmake_minimum_required(VERSION 3.25)

# A consumer that has sweet as a subfolder compiles all of it; it may do that incrementally. CI starts from nothing.
if(NOT HOW STREQUAL "add_subdirectory")
  file(REMOVE_RECURSE "${FOLDER}")
endif()
file(MAKE_DIRECTORY "${FOLDER}")
set(consumer "${CMAKE_CURRENT_LIST_DIR}/consumer")

function(run)
  execute_process(COMMAND ${ARGN} COMMAND_ERROR_IS_FATAL ANY)
endfunction()

if(NOT HOW STREQUAL "add_subdirectory")
  run("${CMAKE_COMMAND}" --install "${BUILD}" --prefix "${FOLDER}/first" --strip)
  file(RENAME "${FOLDER}/first" "${FOLDER}/moved")
  file(GLOB_RECURSE files LIST_DIRECTORIES false "${FOLDER}/moved/*")
  foreach(file IN LISTS files)
    if(IS_SYMLINK "${file}")
      message(FATAL_ERROR "${file} was installed as a link")
    endif()
  endforeach()
endif()

if(HOW STREQUAL "pkg_config")
  file(GLOB_RECURSE pc "${FOLDER}/moved/*/sweet.pc")
  cmake_path(GET pc PARENT_PATH pc_folder)
  set(ENV{PKG_CONFIG_PATH} "${pc_folder}")
  file(MAKE_DIRECTORY "${FOLDER}/build")
  function(build program source package)
    execute_process(COMMAND "${PKG_CONFIG}" --cflags --libs ${package} OUTPUT_VARIABLE flags COMMAND_ERROR_IS_FATAL ANY)
    separate_arguments(flags UNIX_COMMAND "${flags}")
    run("${CXX}" -std=c++20 "${consumer}/${source}" ${flags} -o "${FOLDER}/build/${program}")
  endfunction()
  build(consumer main.cpp sweet)
  build(consumer_test test.cpp sweet-testing)
else()
  if(HOW STREQUAL "find_package")
    set(where "-DCMAKE_PREFIX_PATH=${FOLDER}/moved")
  else()
    # In batches, as projects in a hurry build: a quarter of the time, and sweet must compile that way too.
    set(where "-DSWEET_SOURCE=${SOURCE}" -DCMAKE_UNITY_BUILD=ON -DCMAKE_UNITY_BUILD_BATCH_SIZE=12)
  endif()
  run("${CMAKE_COMMAND}" -G Ninja -S "${consumer}" -B "${FOLDER}/build" "-DCMAKE_CXX_COMPILER=${CXX}" ${where})
  run("${CMAKE_COMMAND}" --build "${FOLDER}/build" -j2)
endif()

set(consumer_prints "sweet ${VERSION}: 45\n")
set(consumer_test_prints "20 seeds, 20 hours\n")
foreach(program IN ITEMS consumer consumer_test)
  execute_process(COMMAND "${FOLDER}/build/${program}" OUTPUT_VARIABLE out COMMAND_ERROR_IS_FATAL ANY)
  if(NOT out STREQUAL "${${program}_prints}")
    message(FATAL_ERROR "${program} printed: ${out}")
  endif()
endforeach()
