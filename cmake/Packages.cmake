# Debian packages by CPack, one for each component of the install rules; scripts/build-debian-packages builds them.

set(NBT_PACKAGE_MAINTAINER "nbt developers <nbt@packages.invalid>" CACHE STRING "Maintainer of the Debian packages")

set(library_package "libnbt${PROJECT_VERSION_MAJOR}")
set(package_names ${library_package} libnbt-dev nbt-tools python3-nbt)
set(CPACK_COMPONENTS_ALL library development tools python)
if(NOT NBT_PROGRAM)
  list(REMOVE_ITEM CPACK_COMPONENTS_ALL tools)
endif()
if(NOT NBT_BINDINGS)
  list(REMOVE_ITEM CPACK_COMPONENTS_ALL python)
endif()

# What Debian wants in /usr/share/doc of every package; a plain installation leaves it out.
file(READ "${PROJECT_SOURCE_DIR}/LICENSE" license)
string(REGEX REPLACE "\n\n" "\n.\n" license "${license}")
string(REGEX REPLACE "\n$" "" license "${license}")
string(REGEX REPLACE "\n" "\n " license " ${license}")
string(TIMESTAMP package_date "%a, %d %b %Y %H:%M:%S +0000" UTC)
set(package_files "${PROJECT_BINARY_DIR}/debian")
configure_file(packaging/debian/copyright.in "${package_files}/copyright" @ONLY)
configure_file(packaging/debian/changelog.in "${package_files}/changelog" @ONLY)
find_program(NBT_GZIP gzip)
if(NBT_GZIP)
  execute_process(COMMAND "${NBT_GZIP}" -9nkf "${package_files}/changelog")
endif()
foreach(component name IN ZIP_LISTS CPACK_COMPONENTS_ALL package_names)
  install(FILES "${package_files}/copyright" "${package_files}/changelog.gz" DESTINATION "${CMAKE_INSTALL_DATADIR}/doc/${name}"
          COMPONENT ${component} EXCLUDE_FROM_ALL)
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME nbt)
set(CPACK_PACKAGE_VERSION "${PROJECT_VERSION}")
set(CPACK_PACKAGE_CONTACT "${NBT_PACKAGE_MAINTAINER}")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ
                                                WORLD_EXECUTE)

set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SOURCE nbt)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS_POLICY ">=")
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS "${CMAKE_LIBRARY_OUTPUT_DIRECTORY}")

set(CPACK_DEBIAN_LIBRARY_PACKAGE_NAME ${library_package})
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SECTION libs)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_LIBRARY_PACKAGE_CONTROL_EXTRA "${PROJECT_SOURCE_DIR}/packaging/debian/triggers")
set(CPACK_COMPONENT_LIBRARY_DESCRIPTION
    "nbt computes X-ray diffraction images of crystals, as nanoBragg does, in
bounded memory and with derivatives. This package has the shared library.")

# Highway is what the static library is linked with.
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libnbt-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS libhwy-dev)
set(CPACK_COMPONENT_DEVELOPMENT_DEPENDS library)
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
    "nbt computes X-ray diffraction images of crystals, as nanoBragg does, in
bounded memory and with derivatives. This package has the headers for C and
C++, the static library, and the files for CMake and pkg-config.")

set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME nbt-tools)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION science)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SHLIBDEPS ON)
set(CPACK_COMPONENT_TOOLS_DEPENDS library)
set(CPACK_COMPONENT_TOOLS_DESCRIPTION
    "nbt computes X-ray diffraction images of crystals, as nanoBragg does, in
bounded memory and with derivatives. This package has the program nbt, which
takes nanoBragg command lines, and the documentation.")

set(CPACK_DEBIAN_PYTHON_PACKAGE_NAME python3-nbt)
set(CPACK_DEBIAN_PYTHON_PACKAGE_SECTION python)
set(CPACK_DEBIAN_PYTHON_PACKAGE_ARCHITECTURE all)
set(CPACK_DEBIAN_PYTHON_PACKAGE_DEPENDS "python3 (>= 3.9), python3-numpy")
set(CPACK_DEBIAN_PYTHON_PACKAGE_CONTROL_EXTRA "${PROJECT_SOURCE_DIR}/packaging/debian/postinst"
                                              "${PROJECT_SOURCE_DIR}/packaging/debian/prerm")
set(CPACK_COMPONENT_PYTHON_DEPENDS library)
set(CPACK_COMPONENT_PYTHON_DESCRIPTION
    "nbt computes X-ray diffraction images of crystals, as nanoBragg does, in
bounded memory and with derivatives. This package has the Python module nbt,
with NumPy arrays, gradients and autograd for PyTorch.")

include(CPack)
