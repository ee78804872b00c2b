# Rooms are OBJECT libraries: all objects, tests' too, share compiler settings and with them one precompiled header.

# teasel_torch_headers(TARGET): the precompiled header of all objects that see torch.
function(teasel_torch_headers target)
  set(source "${PROJECT_BINARY_DIR}/generated/pch.cpp")
  file(CONFIGURE OUTPUT "${source}" CONTENT "// Carries the precompiled header.\n")
  add_library(${target} OBJECT "${source}")
  target_link_libraries(${target} PRIVATE teasel_common Libtorch::headers)
  target_precompile_headers(${target} PRIVATE <ATen/ATen.h>)
endfunction()

# teasel_use_torch(TARGET): torch's headers, through the precompiled one.
function(teasel_use_torch target)
  target_link_libraries(${target} PRIVATE teasel_common Libtorch::headers)
  target_precompile_headers(${target} REUSE_FROM teasel_pch)
endfunction()

# teasel_room(NAME [TORCH] [WITHOUT FILE...]): OBJECT library teasel_NAME of all sources below teasel/NAME. An empty or
# missing folder is no room yet; its first file makes it one.
function(teasel_room name)
  cmake_parse_arguments(ROOM "TORCH" "" "WITHOUT" ${ARGN})
  set(folder "${PROJECT_SOURCE_DIR}/teasel/${name}")
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS "${folder}/*.cpp")
  foreach(file IN LISTS ROOM_WITHOUT)
    list(REMOVE_ITEM sources "${folder}/${file}")
  endforeach()
  if(ROOM_TORCH)
    set_property(GLOBAL APPEND PROPERTY TEASEL_TORCH_ROOMS ${name})
  else()
    set_property(GLOBAL APPEND PROPERTY TEASEL_PLAIN_ROOMS ${name})
  endif()
  if(NOT sources)
    return()
  endif()
  add_library(teasel_${name} OBJECT ${sources})
  if(ROOM_TORCH)
    teasel_use_torch(teasel_${name})
  else()
    target_link_libraries(teasel_${name} PRIVATE teasel_common)
  endif()
  set_property(GLOBAL APPEND PROPERTY TEASEL_ROOMS ${name})
endfunction()
