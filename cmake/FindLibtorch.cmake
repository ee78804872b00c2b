# Libtorch: imported targets Libtorch::torch (torch_cpu and c10) for the official wheel or an unpacked libtorch.
# The wheel's own TorchConfig.cmake wants a CUDA toolkit on every machine; the program needs two libraries and a folder.
#
#   TEASEL_LIBTORCH  a libtorch folder, or a site-packages folder that holds torch/ (cache variable or environment)

set(_default "$ENV{TEASEL_CACHE}")
if(NOT _default)
  set(_default "$ENV{XDG_CACHE_HOME}")
  if(NOT _default)
    set(_default "$ENV{HOME}/.cache")
  endif()
  string(APPEND _default "/teasel")
endif()
string(APPEND _default "/torch-2.11.0")
if(NOT TEASEL_LIBTORCH AND NOT "$ENV{TEASEL_LIBTORCH}" STREQUAL "")
  set(_default "$ENV{TEASEL_LIBTORCH}")
endif()
set(TEASEL_LIBTORCH "${_default}" CACHE PATH "libtorch folder, or site-packages folder that holds torch/")

set(Libtorch_ROOT_DIR "${TEASEL_LIBTORCH}")
if(IS_DIRECTORY "${TEASEL_LIBTORCH}/torch/lib")
  set(Libtorch_ROOT_DIR "${TEASEL_LIBTORCH}/torch")
endif()

# Plain existence tests, not find_library: a changed TEASEL_LIBTORCH must not meet a cached answer.
foreach(_name torch_cpu c10)
  if(EXISTS "${Libtorch_ROOT_DIR}/lib/lib${_name}.so")
    set(Libtorch_${_name} "${Libtorch_ROOT_DIR}/lib/lib${_name}.so")
  else()
    unset(Libtorch_${_name})
  endif()
endforeach()
if(EXISTS "${Libtorch_ROOT_DIR}/include/ATen/ATen.h")
  set(Libtorch_INCLUDE_DIR "${Libtorch_ROOT_DIR}/include")
  set(_header "${Libtorch_INCLUDE_DIR}/torch/headeronly/version.h")
  if(NOT EXISTS "${_header}")
    set(_header "${Libtorch_INCLUDE_DIR}/torch/csrc/api/include/torch/version.h")
  endif()
  if(EXISTS "${_header}")
    set(_parts "")
    foreach(_part MAJOR MINOR PATCH)
      file(STRINGS "${_header}" _line REGEX "define TORCH_VERSION_${_part} ")
      string(REGEX REPLACE ".* ([0-9]+).*" "\\1" _line "${_line}")
      list(APPEND _parts "${_line}")
    endforeach()
    list(JOIN _parts "." Libtorch_VERSION)
  endif()
endif()

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(Libtorch
  REQUIRED_VARS Libtorch_torch_cpu Libtorch_c10 Libtorch_INCLUDE_DIR VERSION_VAR Libtorch_VERSION
  REASON_FAILURE_MESSAGE "looked in ${TEASEL_LIBTORCH}. Run scripts/setup, or give -DTEASEL_LIBTORCH=DIR")

if(Libtorch_FOUND AND NOT TARGET Libtorch::torch)
  foreach(_name torch_cpu c10)
    add_library(Libtorch::${_name} SHARED IMPORTED)
    set_target_properties(Libtorch::${_name} PROPERTIES IMPORTED_LOCATION "${Libtorch_${_name}}" IMPORTED_SONAME "lib${_name}.so")
  endforeach()
  # Headers and libraries apart: objects need the first, only the shared library links the second.
  add_library(Libtorch::headers INTERFACE IMPORTED)
  # After all other folders: the wheel carries fmt, protobuf and pybind11 headers that must not shadow the system's.
  target_compile_options(Libtorch::headers INTERFACE
    "SHELL:-idirafter ${Libtorch_INCLUDE_DIR}"
    "SHELL:-idirafter ${Libtorch_INCLUDE_DIR}/torch/csrc/api/include")
  add_library(Libtorch::torch INTERFACE IMPORTED)
  target_link_libraries(Libtorch::torch INTERFACE Libtorch::torch_cpu Libtorch::c10)
endif()
