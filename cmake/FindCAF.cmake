# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause

#[=======================================================================[.rst:
FindCAF
-------

The C++ Actor Framework 0.17, from 0.17.6 on, as in Debian's libcaf-dev, which ships no CMake config. Others have another interface:
one of another version, or whose version is not told, is refused.

Components ``core`` (always), ``io`` and ``openssl`` become the imported targets ``CAF::core``, ``CAF::io`` and
``CAF::openssl``. ``CAF_ROOT`` points to an installation elsewhere. Sets ``CAF_FOUND`` and ``CAF_VERSION``.
#]=======================================================================]

unset(CAF_VERSION)
find_path(CAF_INCLUDE_DIR caf/config.hpp DOC "Folder that holds caf/config.hpp")
mark_as_advanced(CAF_INCLUDE_DIR)

if(CAF_INCLUDE_DIR)
  file(STRINGS "${CAF_INCLUDE_DIR}/caf/config.hpp" _caf_line REGEX "^#define CAF_VERSION [0-9]+")
  if(_caf_line MATCHES "CAF_VERSION ([0-9]+)")
    # 1706 is 0.17.6: two digits for each of minor and patch.
    math(EXPR _caf_major "${CMAKE_MATCH_1} / 10000")
    math(EXPR _caf_minor "${CMAKE_MATCH_1} / 100 % 100")
    math(EXPR _caf_patch "${CMAKE_MATCH_1} % 100")
    set(CAF_VERSION "${_caf_major}.${_caf_minor}.${_caf_patch}")
  endif()

  set(_caf_refused "")
  if(NOT CAF_VERSION)
    set(_caf_refused "does not tell its version")
  elseif(CAF_VERSION VERSION_LESS 0.17.6 OR NOT CAF_VERSION VERSION_LESS 0.18)
    set(_caf_refused "is of ${CAF_VERSION}")
  endif()
  if(_caf_refused)
    string(CONCAT CAF_NOT_FOUND_MESSAGE "sweet needs CAF 0.17.6 or a later 0.17 (Debian: apt-get install libcaf-dev; elsewhere: "
      "-DCAF_ROOT=FOLDER), but ${CAF_INCLUDE_DIR}/caf/config.hpp ${_caf_refused}.")
    if(CAF_FIND_REQUIRED)
      set(_caf_how FATAL_ERROR)
    else()
      set(_caf_how STATUS)
    endif()
    # The next run looks anew.
    unset(CAF_INCLUDE_DIR CACHE)
    unset(CAF_VERSION)
    set(CAF_FOUND FALSE)
    if(CAF_FIND_REQUIRED OR NOT CAF_FIND_QUIETLY)
      message(${_caf_how} "${CAF_NOT_FOUND_MESSAGE}")
    endif()
    return()
  endif()
endif()

set(_caf_required CAF_INCLUDE_DIR)
foreach(_caf_part IN ITEMS core io openssl)
  if(NOT _caf_part STREQUAL "core" AND NOT _caf_part IN_LIST CAF_FIND_COMPONENTS)
    continue()
  endif()
  string(TOUPPER ${_caf_part} _caf_upper)
  find_library(CAF_${_caf_upper}_LIBRARY caf_${_caf_part} DOC "libcaf_${_caf_part}")
  mark_as_advanced(CAF_${_caf_upper}_LIBRARY)
  list(APPEND _caf_required CAF_${_caf_upper}_LIBRARY)
  if(CAF_${_caf_upper}_LIBRARY)
    set(CAF_${_caf_part}_FOUND TRUE)
  endif()
endforeach()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(CAF
  REQUIRED_VARS ${_caf_required}
  VERSION_VAR CAF_VERSION
  HANDLE_COMPONENTS
  REASON_FAILURE_MESSAGE "On Debian: apt-get install libcaf-dev")

if(CAF_FOUND)
  find_package(Threads REQUIRED)
  if(CAF_openssl_FOUND)
    find_package(OpenSSL REQUIRED)
  endif()
  foreach(_caf_part IN ITEMS core io openssl)
    if(NOT CAF_${_caf_part}_FOUND OR TARGET CAF::${_caf_part})
      continue()
    endif()
    string(TOUPPER ${_caf_part} _caf_upper)
    # Headers of imported targets are SYSTEM for whoever links them.
    add_library(CAF::${_caf_part} UNKNOWN IMPORTED)
    set_target_properties(CAF::${_caf_part} PROPERTIES
      IMPORTED_LOCATION "${CAF_${_caf_upper}_LIBRARY}"
      INTERFACE_INCLUDE_DIRECTORIES "${CAF_INCLUDE_DIR}")
  endforeach()
  target_link_libraries(CAF::core INTERFACE Threads::Threads)
  if(TARGET CAF::io)
    target_link_libraries(CAF::io INTERFACE CAF::core)
  endif()
  if(TARGET CAF::openssl)
    target_link_libraries(CAF::openssl INTERFACE CAF::io OpenSSL::SSL OpenSSL::Crypto)
  endif()
endif()

unset(_caf_line)
unset(_caf_refused)
unset(_caf_major)
unset(_caf_minor)
unset(_caf_patch)
unset(_caf_part)
unset(_caf_upper)
unset(_caf_required)
