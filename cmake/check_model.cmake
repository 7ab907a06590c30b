# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause
# Run with -DSPIN= -DMODEL= -DFOLDER=: checks the model exhaustively, and fails unless spin says that it found nothing and
# has seen every state.
cmake_minimum_required(VERSION 3.25)
file(REMOVE_RECURSE "${FOLDER}")
file(MAKE_DIRECTORY "${FOLDER}")
execute_process(COMMAND "${SPIN}" -a "${MODEL}" WORKING_DIRECTORY "${FOLDER}" COMMAND_ERROR_IS_FATAL ANY)

function(check what)
  execute_process(COMMAND ${ARGN} -m1000000 WORKING_DIRECTORY "${FOLDER}" OUTPUT_VARIABLE out ERROR_VARIABLE out
    RESULT_VARIABLE result)
  if(NOT result EQUAL 0 OR NOT out MATCHES "errors: 0" OR out MATCHES "max search depth too small|out of memory|Search not completed")
    file(GLOB trail "${FOLDER}/*.trail")
    if(trail)
      execute_process(COMMAND "${SPIN}" -t -p "${MODEL}" WORKING_DIRECTORY "${FOLDER}" OUTPUT_VARIABLE steps ERROR_VARIABLE steps)
    endif()
    message(FATAL_ERROR "${what}:\n${out}\n${steps}")
  endif()
  string(REGEX MATCH "[0-9]+ states, stored" states "${out}")
  message("${what}: ${states}")
endfunction()

file(STRINGS "${MODEL}" formulas REGEX "^ltl ")
execute_process(COMMAND cc -O2 -DSAFETY -DNOCLAIM -DVECTORSZ=4096 -o safety pan.c
  WORKING_DIRECTORY "${FOLDER}" COMMAND_ERROR_IS_FATAL ANY)
check("assertions and end states" ./safety)
if(formulas)
  execute_process(COMMAND cc -O2 -DVECTORSZ=4096 -o claims pan.c WORKING_DIRECTORY "${FOLDER}" COMMAND_ERROR_IS_FATAL ANY)
  foreach(formula IN LISTS formulas)
    string(REGEX REPLACE "^ltl +([A-Za-z_0-9]+).*" "\\1" name "${formula}")
    check("ltl ${name}" ./claims -a -f -N ${name})
  endforeach()
endif()
