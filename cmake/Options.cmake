# What the options ask for and this version cannot give, and the flags that every target of ours shares.

include(GNUInstallDirs)

if(NBT_CUDA)
  include(CheckLanguage)
  check_language(CUDA)
  if(NOT CMAKE_CUDA_COMPILER)
    message(FATAL_ERROR "NBT_CUDA=ON needs nvcc, and none was found. Install the CUDA toolkit or leave NBT_CUDA off.")
  endif()
endif()
if(NBT_WASM AND NOT EMSCRIPTEN)
  message(FATAL_ERROR "NBT_WASM=ON needs Emscripten: configure with \"emcmake cmake --preset wasm\" (wasm/README.md).")
endif()
if(EMSCRIPTEN AND NOT NBT_WASM)
  message(FATAL_ERROR "Emscripten builds the WebAssembly package alone: use the preset wasm (wasm/README.md).")
endif()

if(PROJECT_IS_TOP_LEVEL AND NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
  set(CMAKE_BUILD_TYPE Release CACHE STRING "Release, RelWithDebInfo or Debug" FORCE)
endif()

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_C_STANDARD 99)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS OFF)
if(NOT NBT_WASM)
  set(CMAKE_POSITION_INDEPENDENT_CODE ON)
endif()
set(CMAKE_C_VISIBILITY_PRESET hidden)
set(CMAKE_CXX_VISIBILITY_PRESET hidden)
set(CMAKE_VISIBILITY_INLINES_HIDDEN ON)
set(CMAKE_BUILD_RPATH_USE_ORIGIN ON)
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
set(CMAKE_LIBRARY_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bin")

include(Warnings)
if(NBT_WASM)
  include(Wasm)
endif()

# Linked privately by every target of ours, and by nothing outside.
add_library(nbt_flags INTERFACE)
target_compile_options(
  nbt_flags
  INTERFACE
    # Results must not depend on what the compiler chooses to fuse; a fused multiply-add is written where it is meant.
    -ffp-contract=off ${NBT_WARNINGS})
if(NBT_SANITIZE)
  target_compile_options(nbt_flags INTERFACE -fsanitize=${NBT_SANITIZE} -fno-sanitize-recover=all
                                             -fno-omit-frame-pointer)
  target_link_options(nbt_flags INTERFACE -fsanitize=${NBT_SANITIZE})
endif()
