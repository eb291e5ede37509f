# Every package comes from Debian 12; scripts/setup installs them.

find_package(Threads REQUIRED)
find_package(Protobuf REQUIRED)  # MODULE mode: Debian's package has no CMake config that works
# Debian's RE2 has no CMake config, and its gRPC asks for the target all the same.
find_package(PkgConfig REQUIRED)
pkg_check_modules(re2 REQUIRED IMPORTED_TARGET re2)
add_library(re2::re2 ALIAS PkgConfig::re2)
find_package(gRPC CONFIG REQUIRED)
find_package(RocksDB CONFIG REQUIRED)
find_package(absl CONFIG REQUIRED)
find_package(GTest CONFIG REQUIRED)
find_package(benchmark CONFIG REQUIRED)
find_package(spdlog CONFIG REQUIRED)
find_package(CLI11 CONFIG REQUIRED)
find_package(nlohmann_json CONFIG REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(EXPAT REQUIRED)
# Versions of models come and go in pieces of some kB, with which glibc's allocator takes half the time of an update. The
# sanitizers bring their own.
if(NOT CARTOGRAPH_SANITIZER)
  find_library(CARTOGRAPH_ALLOCATOR NAMES libtcmalloc_minimal.so.4 REQUIRED)
  link_libraries(${CARTOGRAPH_ALLOCATOR})
endif()
