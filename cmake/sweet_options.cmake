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
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
    # The optimiser of g++ 12 warns about correct code: strings that it concatenates itself (GCC bugs 105329 and 105651), and
    # elements that CAF's fill_range() sets before it uses them. g++ 14, which CI runs on Debian 13, keeps these warnings.
    target_compile_options(${target} PRIVATE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-maybe-uninitialized)
  endif()
  if(SWEET_SANITIZE)
    target_compile_options(${target} PRIVATE
      -fsanitize=${SWEET_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${SWEET_SANITIZE})
  endif()
endfunction()
