# `cmake --install`: a tree that runs from anywhere, also when the build folder and the cache are gone.
#
#   bin/teasel  lib/libteasel.so  lib/teasel/{torch,nvidia}  lib/pkgconfig/teasel.pc  include/teasel
#   share/{man,bash-completion,zsh,doc/teasel}
#
# libtorch is copied: a cache folder is somebody's own and may be emptied at any time, so a program that others start, or
# that is started next year, must not lie half in it. It costs half a gigabyte; TEASEL_INSTALL_LIBTORCH=OFF points to
# TEASEL_LIBTORCH instead, which must then stay where it is.
option(TEASEL_INSTALL_LIBTORCH "Install copies of libtorch's libraries and headers" ON)

# ---- program and library: found from each other, wherever the tree is moved ---------------------------------------
if(TEASEL_INSTALL_LIBTORCH)
  set(torch_from_lib "$ORIGIN/teasel/torch/lib")
  set(torch_from_bin "$ORIGIN/../lib/teasel/torch/lib")
  # For teasel.pc.
  set(TEASEL_PC_TORCH_INCLUDE "\${prefix}/lib/teasel/torch/include")
else()
  set(torch_from_lib "${Libtorch_ROOT_DIR}/lib")
  set(torch_from_bin "${torch_from_lib}")
  set(TEASEL_PC_TORCH_INCLUDE "${Libtorch_INCLUDE_DIR}")
endif()
set_target_properties(teasel_lib PROPERTIES INSTALL_RPATH "${torch_from_lib}")
set_target_properties(teasel PROPERTIES INSTALL_RPATH "$ORIGIN/../lib;${torch_from_bin}")
install(TARGETS teasel teasel_lib RUNTIME DESTINATION bin LIBRARY DESTINATION lib)

if(TEASEL_INSTALL_LIBTORCH)
  # As in the wheel, because libtorch_cpu.so looks for CUDA's two small libraries beside itself.
  set(torch_files "${Libtorch_torch_cpu}" "${Libtorch_c10}")
  file(GLOB openmp "${Libtorch_ROOT_DIR}/lib/libgomp*.so*")
  install(FILES ${torch_files} ${openmp} DESTINATION lib/teasel/torch/lib)
  file(GLOB cuda_runtime "${Libtorch_ROOT_DIR}/../nvidia/cu*/lib/libcudart.so.*" "${Libtorch_ROOT_DIR}/../nvidia/cu*/lib/libcupti.so.*")
  foreach(library IN LISTS cuda_runtime)
    cmake_path(GET library PARENT_PATH folder)
    cmake_path(RELATIVE_PATH folder BASE_DIRECTORY "${Libtorch_ROOT_DIR}/.." OUTPUT_VARIABLE folder)
    install(FILES "${library}" DESTINATION "lib/teasel/${folder}")
  endforeach()
  # Headers for plug-ins, without those that shadow other libraries' and that ATen does not need.
  install(DIRECTORY "${Libtorch_INCLUDE_DIR}/" DESTINATION lib/teasel/torch/include
    REGEX "/include/(pybind11|google|fmt|oneapi|fbgemm|torch/csrc/api)$" EXCLUDE)
endif()

# ---- what a plug-in is compiled with ------------------------------------------------------------------------------
# One by one: install(DIRECTORY) would leave a folder for everything that has no header.
file(GLOB_RECURSE headers CONFIGURE_DEPENDS RELATIVE "${PROJECT_SOURCE_DIR}" teasel/*.hpp)
foreach(header IN LISTS headers)
  cmake_path(GET header PARENT_PATH folder)
  install(FILES "${header}" DESTINATION "include/${folder}")
endforeach()
configure_file(cmake/teasel.pc.in generated/teasel.pc @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/generated/teasel.pc" DESTINATION lib/pkgconfig)

# ---- completion and manual, made by the program itself ------------------------------------------------------------
set(spoken "${PROJECT_BINARY_DIR}/generated/spoken")
add_custom_command(OUTPUT "${spoken}/teasel" "${spoken}/_teasel" "${spoken}/teasel.1"
  COMMAND ${CMAKE_COMMAND} -E make_directory "${spoken}"
  COMMAND ${CMAKE_COMMAND} -E env --unset=TEASEL_PLUGINS $<TARGET_FILE:teasel> completion bash > "${spoken}/teasel"
  COMMAND ${CMAKE_COMMAND} -E env --unset=TEASEL_PLUGINS $<TARGET_FILE:teasel> completion zsh > "${spoken}/_teasel"
  COMMAND ${CMAKE_COMMAND} -E env --unset=TEASEL_PLUGINS $<TARGET_FILE:teasel> man > "${spoken}/teasel.1"
  DEPENDS teasel teasel_lib COMMENT "Writing completion scripts and the manual page" VERBATIM)
add_custom_target(teasel_install_files DEPENDS "${spoken}/teasel" "${spoken}/_teasel" "${spoken}/teasel.1")
install(FILES "${spoken}/teasel" DESTINATION share/bash-completion/completions)
install(FILES "${spoken}/_teasel" DESTINATION share/zsh/site-functions)
install(FILES "${spoken}/teasel.1" DESTINATION share/man/man1)

install(FILES LICENSE NOTICE CHANGELOG.md DESTINATION share/doc/teasel)
install(DIRECTORY docs examples configs DESTINATION share/doc/teasel)
