# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause

# How tests become CTest entries. Everything has a timeout; nothing is skipped in silence.

set(Boost_USE_STATIC_LIBS ON)
find_package(Boost 1.77 CONFIG REQUIRED COMPONENTS unit_test_framework)

# Simulations start threads by the thousand: each with a megabyte of frames to see uses after a return would be a third of their
# time; 64 KiB of each size are enough for all but the deepest stacks.
set(SWEET_TEST_ENVIRONMENT
  "ASAN_OPTIONS=detect_leaks=1:min_uar_stack_size_log=16:max_uar_stack_size_log=16"
  "UBSAN_OPTIONS=print_stacktrace=1"
  "TSAN_OPTIONS=halt_on_error=1 second_deadlock_stack=1 suppressions=${PROJECT_SOURCE_DIR}/test/support/tsan_libcaf.supp")
# What two correctly synchronised CAF actors trip over, because libcaf itself is not instrumented.
set(SWEET_TEST_ENVIRONMENT_CAF ${SWEET_TEST_ENVIRONMENT})
list(TRANSFORM SWEET_TEST_ENVIRONMENT_CAF REPLACE tsan_libcaf tsan_caf)
set(SWEET_TEST_TIMEOUT 60)
if(SWEET_SANITIZE)
  math(EXPR SWEET_TEST_TIMEOUT "${SWEET_TEST_TIMEOUT} * 4")
endif()

# sweet_test_options(<target>): as everything else, but BOOST_CHECK_THROW(f(), ...) may drop what f() returns, also when that is
# [[nodiscard]]: both compilers look into the macro.
function(sweet_test_options target)
  sweet_compile_options(${target})
  target_compile_options(${target} PRIVATE -Wno-unused-result)
  if(SWEET_TEST_BATCHES)
    # Line tables are a third of the time to compile a suite; reports still name functions, and checks their lines.
    target_compile_options(${target} PRIVATE -g0)
  endif()
  if(SWEET_SANITIZE)
    # A third of the time to compile a suite; what is checked is the same. The library keeps its -O1.
    target_compile_options(${target} PRIVATE -O0)
    if(SWEET_SANITIZE MATCHES address AND CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(${target} PRIVATE --param=asan-instrumentation-with-call-threshold=0)
    endif()
  endif()
endfunction()

# sweet_test_program(<target> <file>... [LINK <target>...]): a Boost.Test executable of these files.
function(sweet_test_program target)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "LINK")
  add_executable(${target} ${arg_UNPARSED_ARGUMENTS})
  sweet_test_options(${target})
  target_link_libraries(${target} PRIVATE sweet_test_support ${arg_LINK})
  target_precompile_headers(${target} REUSE_FROM sweet_test_support)
endfunction()

# sweet_test_suite(<layer> [<file>...] [TSAN <file>...] [TSAN_CAF <file>...] [LINK <target>...] [DEPENDS <target>...])
#
# Each <name>_test.cpp holds exactly the Boost.Test suite <name>_test, which becomes the CTest entry <layer>/<name>_test. Files
# under TSAN are also run under ThreadSanitizer, those under TSAN_CAF (they use ordinary CAF actors) with the suppressions for
# frames of libcaf; a thread build contains only these.
# With SWEET_TEST_BATCHES there is one executable, sweet_test_<layer>, and the test <layer>/suites fails when it holds anything
# that has no entry. Without, each file is an executable <name>_test of its own, so that one suite is built without the others.
# For an entry's own needs: set_tests_properties(<layer>/<name>_test PROPERTIES TIMEOUT 120 RUN_SERIAL ON).
function(sweet_test_suite layer)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "TSAN;TSAN_CAF;LINK;DEPENDS")
  set(files ${arg_TSAN} ${arg_TSAN_CAF})
  if(NOT SWEET_SANITIZE STREQUAL "thread")
    list(APPEND files ${arg_UNPARSED_ARGUMENTS})
  endif()
  if(NOT files)
    return()
  endif()

  if(SWEET_TEST_BATCHES)
    set(target sweet_test_${layer})
    sweet_test_program(${target} ${files} LINK ${arg_LINK})
    # Suites are compiled in batches, which share what their templates become; hence each keeps its helpers in a namespace of
    # its own name. To g++ they are then included files, whose types had better not be anonymous: they are included once.
    set_target_properties(${target} PROPERTIES UNITY_BUILD ON UNITY_BUILD_BATCH_SIZE 8)
    if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
      target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
    endif()
    if(arg_DEPENDS)
      add_dependencies(${target} ${arg_DEPENDS})
    endif()
  endif()

  set(suites)
  foreach(file IN LISTS files)
    cmake_path(GET file STEM suite)
    if(NOT suite MATCHES "_test$")
      message(FATAL_ERROR "sweet_test_suite(${layer}): ${file} is not called <name>_test.cpp")
    endif()
    list(APPEND suites ${suite})
    if(NOT SWEET_TEST_BATCHES)
      set(target ${suite})
      sweet_test_program(${target} ${file} LINK ${arg_LINK})
      set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
      if(arg_DEPENDS)
        add_dependencies(${target} ${arg_DEPENDS})
      endif()
    endif()
    # Boost.Test fails when no test case lies in the suite.
    add_test(NAME ${layer}/${suite}
      COMMAND ${target} --run_test=${suite} --catch_system_errors=no --color_output=no --log_level=test_suite)
    set(environment ${SWEET_TEST_ENVIRONMENT})
    set(labels unit)
    if(file IN_LIST arg_TSAN OR file IN_LIST arg_TSAN_CAF)
      list(APPEND labels tsan)
    endif()
    if(file IN_LIST arg_TSAN_CAF)
      set(environment ${SWEET_TEST_ENVIRONMENT_CAF})
    endif()
    set_tests_properties(${layer}/${suite} PROPERTIES
      TIMEOUT ${SWEET_TEST_TIMEOUT} LABELS "${labels}" ENVIRONMENT "${environment}")
  endforeach()

  if(SWEET_TEST_BATCHES)
    list(JOIN suites " " suites)
    add_test(NAME ${layer}/suites
      COMMAND ${CMAKE_COMMAND} "-DPROGRAM=$<TARGET_FILE:${target}>" "-DSUITES=${suites}"
        -P "${PROJECT_SOURCE_DIR}/cmake/check_suites.cmake")
    set_tests_properties(${layer}/suites PROPERTIES TIMEOUT ${SWEET_TEST_TIMEOUT} LABELS unit)
  endif()
endfunction()

# sweet_race_test(<name> <file>... [ARGS <argument>...]): a program of its own that hammers one protocol and returns 0 when
# all was well; the CTest entry race/<name>. Its arguments are its size in an ordinary run.
function(sweet_race_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "ARGS")
  set(target sweet_race_${name})
  add_executable(${target} ${arg_UNPARSED_ARGUMENTS})
  sweet_compile_options(${target})
  target_link_libraries(${target} PRIVATE sweet::sweet)
  if(TARGET sweet_tsan_counts)
    target_link_libraries(${target} PRIVATE sweet_tsan_counts)
  endif()
  add_test(NAME race/${name} COMMAND ${target} ${arg_ARGS})
  set_tests_properties(race/${name} PROPERTIES
    TIMEOUT ${SWEET_TEST_TIMEOUT} LABELS "race;tsan" ENVIRONMENT "${SWEET_TEST_ENVIRONMENT}")
endfunction()

# sweet_model(<name>.pml...): a Promela model each, checked exhaustively by spin for assertions, invalid end states and, if
# it holds `ltl` formulas, each of them; the CTest entry model/<name>.
function(sweet_model)
  find_program(SWEET_SPIN spin REQUIRED)
  foreach(file IN LISTS ARGV)
    cmake_path(GET file STEM name)
    add_test(NAME model/${name}
      COMMAND ${CMAKE_COMMAND} "-DSPIN=${SWEET_SPIN}" "-DMODEL=${CMAKE_CURRENT_SOURCE_DIR}/${file}"
        "-DFOLDER=${CMAKE_CURRENT_BINARY_DIR}/${name}" -P "${PROJECT_SOURCE_DIR}/cmake/check_model.cmake")
    set_tests_properties(model/${name} PROPERTIES TIMEOUT 300 LABELS model COST 50)
  endforeach()
endfunction()

# sweet_compile_fail(<file>... [COMPILER <program>]): each file compiles as it is, and with SWEET_MUST_NOT_COMPILE defined it must
# fail with a message that matches its line `// EXPECT: <regular expression>`; the CTest entry compile_fail/<name>. In a line
# `// OPTIONS: <option>...` stand further options with which it must fail; `// ERRORS: <count>` says how many errors are enough.
# <sweet/sweet.hpp>, which nearly all of them include first, is compiled once.
function(sweet_compile_fail)
  set(folder "${PROJECT_BINARY_DIR}/compile_fail_header")
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # g++ looks for it where the header could be.
    set(precompiled "${folder}/sweet/sweet.hpp.gch")
    set(use_precompiled "-I${folder}")
  else()
    set(precompiled "${folder}/sweet/sweet.hpp.pch")
    set(use_precompiled -include-pch "${precompiled}")
  endif()
  if(NOT TARGET sweet_compile_fail_header)
    file(MAKE_DIRECTORY "${folder}/sweet")
    add_custom_command(OUTPUT "${precompiled}"
      COMMAND "${CMAKE_CXX_COMPILER}" -std=c++20 "-I${SWEET_INCLUDE_DIR}" -x c++-header "${SWEET_INCLUDE_DIR}/sweet/sweet.hpp"
        -MD -MF "${precompiled}.d" -MT "${precompiled}" -o "${precompiled}"
      DEPFILE "${precompiled}.d" VERBATIM)
    add_custom_target(sweet_compile_fail_header ALL DEPENDS "${precompiled}")
  endif()
  cmake_parse_arguments(PARSE_ARGV 0 arg "" "COMPILER" "")
  if(NOT arg_COMPILER)
    set(arg_COMPILER "${CMAKE_CXX_COMPILER}")
  endif()
  foreach(file IN LISTS arg_UNPARSED_ARGUMENTS)
    cmake_path(GET file STEM name)
    add_test(NAME compile_fail/${name}
      COMMAND ${CMAKE_COMMAND} "-DCXX=${arg_COMPILER}" "-DFILE=${CMAKE_CURRENT_SOURCE_DIR}/${file}"
        "-DINCLUDE=${SWEET_INCLUDE_DIR};${PROJECT_BINARY_DIR}/node_include" "-DUSE_PRECOMPILED=$<$<STREQUAL:${arg_COMPILER},${CMAKE_CXX_COMPILER}>:${use_precompiled}>"
        -P "${PROJECT_SOURCE_DIR}/cmake/check_compile_fail.cmake")
    set_tests_properties(compile_fail/${name} PROPERTIES TIMEOUT 300 LABELS compile_fail)
  endforeach()
endfunction()
