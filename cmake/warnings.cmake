# Warnings are errors in our own code; generated code and dependencies are system includes.

add_library(cartograph_warnings INTERFACE)
target_compile_options(cartograph_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
  -Wno-missing-field-initializers  # designated initialisers leave out what keeps its default
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>)
