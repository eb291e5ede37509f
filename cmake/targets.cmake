# How this project names and builds its targets: one library a top folder, one test binary a top folder.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_POSITION_INDEPENDENT_CODE OFF)
set(CMAKE_CXX_FLAGS_DEBUG "-O1 -g1")
set(CMAKE_CXX_FLAGS_RELEASE "-O3 -g1")

find_program(CARTOGRAPH_CCACHE ccache)
if(CARTOGRAPH_CCACHE)
  set(CMAKE_C_COMPILER_LAUNCHER ${CARTOGRAPH_CCACHE})
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CARTOGRAPH_CCACHE})
endif()

find_program(CARTOGRAPH_LLD ld.lld)
if(CARTOGRAPH_LLD)
  add_link_options(-fuse-ld=lld)
endif()

# cartograph_library(NAME [LINK target…]): every .cc below the current folder, as the static library cartograph_NAME.
function(cartograph_library name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/*.cc)
  list(FILTER sources EXCLUDE REGEX "/main\\.cc$")
  if(NOT sources)
    add_library(cartograph_${name} INTERFACE)
    return()
  endif()
  add_library(cartograph_${name} STATIC ${sources})
  target_include_directories(cartograph_${name} PUBLIC ${CMAKE_SOURCE_DIR})
  target_link_libraries(cartograph_${name} PUBLIC ${ARG_LINK} PRIVATE cartograph_warnings)
endfunction()

# cartograph_test(NAME [LINK target…]): every *_test.cc below tests/NAME, as the test binary NAME_test.
function(cartograph_test name)
  cmake_parse_arguments(ARG "" "" "LINK" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_CURRENT_SOURCE_DIR}/${name}/*.cc)
  if(NOT sources)
    return()
  endif()
  add_executable(${name}_test ${sources})
  target_link_libraries(${name}_test PRIVATE ${ARG_LINK} GTest::gmock GTest::gtest_main cartograph_warnings)
  target_compile_definitions(${name}_test PRIVATE CARTOGRAPH_SOURCE_DIR="${CMAKE_SOURCE_DIR}"
                                                  CARTOGRAPH_BINARY_DIR="${CMAKE_BINARY_DIR}")
  add_test(NAME ${name}_test COMMAND ${name}_test)
endfunction()
