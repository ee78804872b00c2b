# Compiler, linker and ccache settings. Targets: teasel_common (every object), teasel_link (everything that is linked).
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
# GCC drops a precompiled header made with other -fpic/-fpie settings: one setting for libraries, programs and tests.
set(CMAKE_POSITION_INDEPENDENT_CODE ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
if(NOT CMAKE_BUILD_TYPE)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "" FORCE)
endif()
set(CMAKE_CXX_FLAGS_RELEASE "-O2 -DNDEBUG" CACHE STRING "" FORCE)

option(TEASEL_WERROR "Warnings in our own code are errors" OFF)
option(TEASEL_LIBFUZZER "Fuzz targets run under libFuzzer; needs clang as CMAKE_CXX_COMPILER" OFF)
set(TEASEL_SANITIZE "" CACHE STRING "Sanitizers, for example address,undefined")

find_program(TEASEL_CCACHE ccache)
if(TEASEL_CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
  # Without the first two ccache refuses every file that uses a precompiled header; without the last two, the header
  # itself, whose list of includes the configuration has just written.
  set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${TEASEL_CCACHE})
endif()

add_library(teasel_common INTERFACE)
target_include_directories(teasel_common INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(teasel_common INTERFACE
  -Wall -Wextra -Wno-missing-field-initializers  # designated initialisers leave fields out on purpose
  $<$<CXX_COMPILER_ID:GNU>:-Wno-array-bounds>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-restrict>
  $<$<CXX_COMPILER_ID:GNU>:-Wno-stringop-overflow>  # GCC 12 gives false ones for std::string's operator+
  -Werror=invalid-pch
  $<$<BOOL:${TEASEL_WERROR}>:-Werror>
  $<$<BOOL:${TEASEL_WERROR}>:-Wno-error=maybe-uninitialized>  # depends on what the optimiser happens to inline
  -fopenmp)  # at::parallel_for is a header: without this it runs on one thread
add_library(teasel_link INTERFACE)
target_link_options(teasel_link INTERFACE -fopenmp)
find_program(TEASEL_MOLD mold)
if(TEASEL_MOLD)
  target_link_options(teasel_link INTERFACE -fuse-ld=mold)
endif()

if(TEASEL_LIBFUZZER)
  target_compile_options(teasel_common INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(TEASEL_SANITIZE)
  target_compile_options(teasel_common INTERFACE -fsanitize=${TEASEL_SANITIZE} -fno-omit-frame-pointer -fno-sanitize=vptr
    -fno-sanitize-recover=undefined)
  target_link_options(teasel_link INTERFACE -fsanitize=${TEASEL_SANITIZE})
else()
  # A definition that is missing is told when the library is linked, not when a program is. (Sanitizers leave some open.)
  target_link_options(teasel_link INTERFACE -Wl,-z,defs)
endif()
