# Warnings are errors in our own code; generated code and dependencies are system includes.

add_library(cartograph_warnings INTERFACE)
target_compile_options(cartograph_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
  -Wno-missing-field-initializers  # designated initialisers leave out what keeps its default
  # g++ 12 at -O3 sees overlaps and overflows in the standard library that are not there (GCC bug 105651 and its like).
  "$<$<AND:$<CXX_COMPILER_ID:GNU>,$<CONFIG:Release>>:-Wno-restrict;-Wno-array-bounds;-Wno-stringop-overflow;-Wno-maybe-uninitialized>"
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>)
