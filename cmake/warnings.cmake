# Warnings are errors in our own code; generated code and dependencies are system includes.

add_library(cartograph_warnings INTERFACE)
target_compile_options(cartograph_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Werror
  $<$<CXX_COMPILER_ID:Clang>:-Wthread-safety>)
