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
    # What the optimisers of g++ 12 and 14 say about correct code: strings that they concatenate themselves (GCC bugs 105329 and
    # 105651), and variables that templates of CAF and Boost.Test set before they use them.
    target_compile_options(${target} PRIVATE -Wno-restrict -Wno-array-bounds -Wno-stringop-overflow -Wno-maybe-uninitialized)
    if(CMAKE_UNITY_BUILD)
      # To the compiler a source of a batch is an included file, whose types had better not be anonymous: it is included once.
      target_compile_options(${target} PRIVATE -Wno-subobject-linkage)
    endif()
  endif()
  if(SWEET_SANITIZE)
    # Checks of null pointers, alignment and object size are a third of what a test compiles to. AddressSanitizer reports an
    # access through a null pointer or past the end of an object; the alignment of blocks has a test of its own.
    target_compile_options(${target} PRIVATE
      -fsanitize=${SWEET_SANITIZE} -fno-sanitize=null,alignment,object-size -fno-sanitize-recover=all
      -fno-omit-frame-pointer)
    target_link_options(${target} PUBLIC -fsanitize=${SWEET_SANITIZE})
  endif()
  if(SWEET_SANITIZE STREQUAL "thread")
    # CAF's templates that libcaf holds, too, stay in the program: else libcaf would call ours, which are instrumented, from
    # threads of its own whose synchronisation is not, and each message to its printing actor would look like a race.
    set_target_properties(${target} PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  endif()
endfunction()
