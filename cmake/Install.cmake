# Everything is found relative to where the package lies, so an installed tree may be moved.

include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/nbt")

install(
  TARGETS nbt
  EXPORT nbtTargets
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}"
  RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}"
  FILE_SET nbt_headers DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
install(
  EXPORT nbtTargets
  NAMESPACE nbt::
  DESTINATION "${package_dir}")

configure_package_config_file(cmake/nbtConfig.cmake.in "${PROJECT_BINARY_DIR}/nbtConfig.cmake"
                              INSTALL_DESTINATION "${package_dir}")
# Before 1.0 a minor version may break its users.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/nbtConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/nbtConfig.cmake" "${PROJECT_BINARY_DIR}/nbtConfigVersion.cmake"
        DESTINATION "${package_dir}")

file(RELATIVE_PATH pkgconfig_to_prefix "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file(cmake/nbt.pc.in "${PROJECT_BINARY_DIR}/nbt.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/nbt.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")

if(NBT_PROGRAM)
  file(RELATIVE_PATH bin_to_lib "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_LIBDIR}")
  if(APPLE)
    set_target_properties(nbt_program PROPERTIES INSTALL_RPATH "@loader_path/${bin_to_lib}")
  else()
    set_target_properties(nbt_program PROPERTIES INSTALL_RPATH "$ORIGIN/${bin_to_lib}")
  endif()
  install(TARGETS nbt_program RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()

# As in the tree, so that links between the pages hold.
install(FILES README.md CHANGELOG.md CONTRIBUTING.md LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}")
install(DIRECTORY docs DESTINATION "${CMAKE_INSTALL_DOCDIR}")
