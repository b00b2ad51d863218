# Everything is found relative to where the package lies, so an installed tree may be moved.

include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/nbt")

# The components are the Debian packages (cmake/Packages.cmake).
install(
  TARGETS nbt
  EXPORT nbtTargets
  LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT library NAMELINK_COMPONENT development
  RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT library
  FILE_SET nbt_headers DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" COMPONENT development)
install(
  TARGETS nbt_static
  EXPORT nbtStaticTargets
  ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}" COMPONENT development
  INCLUDES DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}")
foreach(set nbtTargets nbtStaticTargets)
  install(
    EXPORT ${set}
    NAMESPACE nbt::
    DESTINATION "${package_dir}"
    COMPONENT development)
endforeach()

# What libnbt.a must be linked with besides Highway, by programs of any language: the C++ runtime and OpenMP's.
set(cxx_runtime ${CMAKE_CXX_IMPLICIT_LINK_LIBRARIES})
list(FILTER cxx_runtime INCLUDE REGEX "^(stdc\\+\\+|c\\+\\+)$")
set(NBT_STATIC_NEEDS ${cxx_runtime} m ${CMAKE_DL_LIBS})
list(TRANSFORM NBT_STATIC_NEEDS PREPEND "-l")
if(OpenMP_CXX_FLAGS MATCHES "^-fopenmp")
  # The compiler knows where its runtime lies; clang's is not where the linker looks.
  list(PREPEND NBT_STATIC_NEEDS ${OpenMP_CXX_FLAGS})
else()
  list(TRANSFORM OpenMP_CXX_LIB_NAMES PREPEND "-l" OUTPUT_VARIABLE openmp_runtime)
  list(PREPEND NBT_STATIC_NEEDS ${openmp_runtime})
endif()
list(JOIN NBT_STATIC_NEEDS " " pkgconfig_static_needs)

configure_package_config_file(cmake/nbtConfig.cmake.in "${PROJECT_BINARY_DIR}/nbtConfig.cmake"
                              INSTALL_DESTINATION "${package_dir}")
# Before 1.0 a minor version may break its users.
write_basic_package_version_file("${PROJECT_BINARY_DIR}/nbtConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/nbtConfig.cmake" "${PROJECT_BINARY_DIR}/nbtConfigVersion.cmake"
        DESTINATION "${package_dir}" COMPONENT development)

file(RELATIVE_PATH pkgconfig_to_prefix "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
configure_file(cmake/nbt.pc.in "${PROJECT_BINARY_DIR}/nbt.pc" @ONLY)
install(FILES "${PROJECT_BINARY_DIR}/nbt.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig" COMPONENT development)

if(NBT_PROGRAM)
  file(RELATIVE_PATH bin_to_lib "/${CMAKE_INSTALL_BINDIR}" "/${CMAKE_INSTALL_LIBDIR}")
  if(APPLE)
    set_target_properties(nbt_program PROPERTIES INSTALL_RPATH "@loader_path/${bin_to_lib}")
  else()
    set_target_properties(nbt_program PROPERTIES INSTALL_RPATH "$ORIGIN/${bin_to_lib}")
  endif()
  install(TARGETS nbt_program RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" COMPONENT tools)
endif()

# As in the tree, so that links between the pages hold.
install(FILES README.md CHANGELOG.md CONTRIBUTING.md LICENSE DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT tools)
install(DIRECTORY docs DESTINATION "${CMAKE_INSTALL_DOCDIR}" COMPONENT tools)

include(Packages)
