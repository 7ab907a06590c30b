# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause

# sweet_compile_options(<target>): the language level, warnings and sanitizers of everything in this repository.
# They belong to our own targets only; nothing here reaches a consumer.
function(sweet_compile_options target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual -Wcast-qual
    $<$<BOOL:${SWEET_WERROR}>:-Werror>)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # Not seen by the optimiser: CAF's and Boost.Test's templates set such a variable before they use it.
    target_compile_options(${target} PRIVATE -Wno-maybe-uninitialized)
    if(CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
      # Wrong about strings that g++ 12 concatenates itself (GCC bugs 105329 and 105651). g++ 14, Debian 13's, keeps these warnings.
      target_compile_options(${target} PRIVATE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow)
    endif()
  endif()
  if(SWEET_SANITIZE)
    target_compile_options(${target} PRIVATE
      -fsanitize=${SWEET_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${SWEET_SANITIZE})
  endif()
endfunction()
