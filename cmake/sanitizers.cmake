# CARTOGRAPH_SANITIZER is empty, asan (Address and UndefinedBehavior), tsan, or fuzz (libFuzzer with asan, clang only).

set(CARTOGRAPH_SANITIZER "" CACHE STRING "asan, tsan, fuzz, or empty")

if(CARTOGRAPH_SANITIZER STREQUAL "asan")
  add_compile_options(-fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer)
  # AddressSanitizer stops at a bad pointer by itself; these three cost a fifth of the build and find nothing more here.
  add_compile_options(-fno-sanitize=null,vptr,object-size)
  add_link_options(-fsanitize=address,undefined)
elseif(CARTOGRAPH_SANITIZER STREQUAL "tsan")
  add_compile_options(-fsanitize=thread -fno-omit-frame-pointer)
  add_link_options(-fsanitize=thread)
elseif(CARTOGRAPH_SANITIZER STREQUAL "fuzz")
  add_compile_options(-fsanitize=fuzzer-no-link,address,undefined -fno-sanitize-recover=all)
  add_link_options(-fsanitize=address,undefined)
elseif(NOT CARTOGRAPH_SANITIZER STREQUAL "")
  message(FATAL_ERROR "CARTOGRAPH_SANITIZER is '${CARTOGRAPH_SANITIZER}'; it must be asan, tsan, fuzz or empty")
endif()
