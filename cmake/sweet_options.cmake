# SPDX-FileCopyrightText: sweet contributors
# SPDX-License-Identifier: BSD-3-Clause

# sweet_compile_options(<target>): the language level, warnings and sanitizers of everything in this repository.
# They belong to our own targets only; nothing here reaches a consumer.
function(sweet_compile_options target)
  target_compile_features(${target} PUBLIC cxx_std_20)
  set_target_properties(${target} PROPERTIES CXX_EXTENSIONS OFF)
  # g++ 12 does not see that CAF's fill_range(), a template that is compiled with our types, sets an element before using it.
  target_compile_options(${target} PRIVATE
    -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Wnon-virtual-dtor -Wold-style-cast
    -Woverloaded-virtual -Wcast-qual
    $<$<CXX_COMPILER_ID:GNU>:-Wno-maybe-uninitialized>
    $<$<BOOL:${SWEET_WERROR}>:-Werror>)
  if(SWEET_SANITIZE)
    target_compile_options(${target} PRIVATE
      -fsanitize=${SWEET_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${SWEET_SANITIZE})
  endif()
endfunction()
