# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
# Run with -DSPIN= -DMODEL= -DFOLDER=: checks the model exhaustively, and fails unless spin says that it found nothing and
# has seen every state. Then it does the same with each mutant of the model, which must fail: a line
# `/* MUTANT <NAME>: <what is wrong with it> */` says what the model is with <NAME> defined.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE "${FOLDER}")
file(MAKE_DIRECTORY "${FOLDER}")

# build(<program> <spin option...> [CC <option>...])
function(build program)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "CC")
  execute_process(COMMAND "${SPIN}" -a ${arg_UNPARSED_ARGUMENTS} "${MODEL}" WORKING_DIRECTORY "${FOLDER}"
    COMMAND_ERROR_IS_FATAL ANY)
  execute_process(COMMAND gcc -O1 -w -DVECTORSZ=4096 ${arg_CC} -o ${program} pan.c WORKING_DIRECTORY "${FOLDER}"
    COMMAND_ERROR_IS_FATAL ANY)
endfunction()

# Runs a program that spin has made; sets `out` and `passed`.
function(run_program)
  execute_process(COMMAND ${ARGN} -m1000000 WORKING_DIRECTORY "${FOLDER}" OUTPUT_VARIABLE out ERROR_VARIABLE out
    RESULT_VARIABLE result)
  set(passed ON)
  if(NOT result EQUAL 0 OR NOT out MATCHES "errors: 0" OR out MATCHES "max search depth too small|out of memory|Search not completed")
    set(passed OFF)
  endif()
  set(out "${out}" PARENT_SCOPE)
  set(passed ${passed} PARENT_SCOPE)
endfunction()

function(check what)
  run_program(${ARGN})
  if(NOT passed)
    file(GLOB trail "${FOLDER}/*.trail")
    if(trail)
      execute_process(COMMAND "${SPIN}" -k "${trail}" -p -g "${MODEL}" WORKING_DIRECTORY "${FOLDER}" OUTPUT_VARIABLE steps ERROR_VARIABLE steps)
    endif()
    message(FATAL_ERROR "${what}:\n${out}\n${steps}")
  endif()
  string(REGEX MATCH "[0-9]+ states, stored" states "${out}")
  message("${what}: ${states}")
endfunction()

# Found at the first error: "errors: 1" and not something that keeps spin from looking.
function(check_mutant name)
  run_program(${ARGN})
  if(passed)
    message(FATAL_ERROR "the mutant ${name} survives: the model does not see what it breaks")
  elseif(NOT out MATCHES "errors: 1")
    message(FATAL_ERROR "the mutant ${name}:\n${out}")
  endif()
  string(REGEX MATCH "(assertion violated|invalid end state|acceptance cycle)[^\n]*" found "${out}")
  message("mutant ${name}: ${found}")
endfunction()

file(STRINGS "${MODEL}" formulas REGEX "^ltl ")
file(STRINGS "${MODEL}" mutants REGEX "^/\\* MUTANT ")
list(TRANSFORM mutants REPLACE "^/\\* MUTANT ([A-Z_0-9]+): .*" "\\1")
build(safety CC -DSAFETY -DNOCLAIM)
check("assertions and end states" ./safety)
if(formulas)
  build(claims)
  foreach(formula IN LISTS formulas)
    string(REGEX REPLACE "^ltl +([A-Za-z_0-9]+).*" "\\1" name "${formula}")
    check("ltl ${name}" ./claims -a -f -N ${name})
  endforeach()
endif()
foreach(mutant IN LISTS mutants)
  # Found soon, so that to compile it well would take longer.
  build(mutant -D${mutant} CC -O0 -DSAFETY -DNOCLAIM)
  check_mutant(${mutant} ./mutant)
endforeach()
