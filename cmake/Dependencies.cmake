# Each library is looked for on the system first (Debian 12 has all of them) and, but for Ceres, gemmi and libpng,
# fetched where it is missing.
# -DFETCHCONTENT_FULLY_DISCONNECTED=ON forbids fetching, -DFETCHCONTENT_TRY_FIND_PACKAGE_MODE=NEVER forces it.

include(FetchContent)

# What is set below must hold in fetched projects that ask for older policies.
set(CMAKE_POLICY_DEFAULT_CMP0077 NEW)
set(CMAKE_POLICY_DEFAULT_CMP0126 NEW)

# Emscripten has no OpenMP; src/cpu/parallel_loop.hpp does without.
if(NOT NBT_WASM)
  find_package(OpenMP REQUIRED COMPONENTS CXX)
  set(NBT_THREADS_LIBRARY OpenMP::OpenMP_CXX)
endif()

set(HWY_ENABLE_TESTS OFF)
set(HWY_ENABLE_CONTRIB OFF)
set(HWY_ENABLE_EXAMPLES OFF)
set(HWY_ENABLE_INSTALL OFF)
FetchContent_Declare(
  hwy
  GIT_REPOSITORY https://github.com/google/highway.git
  GIT_TAG 1.2.0
  GIT_SHALLOW ON
  SYSTEM
  FIND_PACKAGE_ARGS 1.0.3)

set(JSON_BuildTests OFF)
FetchContent_Declare(
  nlohmann_json
  GIT_REPOSITORY https://github.com/nlohmann/json.git
  GIT_TAG v3.11.2
  GIT_SHALLOW ON
  SYSTEM
  FIND_PACKAGE_ARGS 3.10)

FetchContent_MakeAvailable(hwy nlohmann_json)

if(NBT_PROGRAM)
  set(CLI11_INSTALL OFF)
  FetchContent_Declare(
    CLI11
    GIT_REPOSITORY https://github.com/CLIUtils/CLI11.git
    GIT_TAG v2.3.2
    GIT_SHALLOW ON
    SYSTEM
  FIND_PACKAGE_ARGS 2.1)
  FetchContent_MakeAvailable(CLI11)

  # Not fetched: it needs Eigen, glog and a solver of linear systems besides. 2.1 has the manifolds.
  find_package(Ceres 2.1 REQUIRED GLOBAL)
endif()

if(NBT_TESTS)
  set(INSTALL_GTEST OFF)
  FetchContent_Declare(
    googletest
    GIT_REPOSITORY https://github.com/google/googletest.git
    GIT_TAG release-1.12.1
    GIT_SHALLOW ON
    SYSTEM
  FIND_PACKAGE_ARGS 1.11 NAMES GTest)

  set(BENCHMARK_ENABLE_TESTING OFF)
  set(BENCHMARK_ENABLE_WERROR OFF)
  set(BENCHMARK_ENABLE_INSTALL OFF)
  FetchContent_Declare(
    benchmark
    GIT_REPOSITORY https://github.com/google/benchmark.git
    GIT_TAG v1.7.1
    GIT_SHALLOW ON
    SYSTEM
  FIND_PACKAGE_ARGS 1.7)
  FetchContent_MakeAvailable(googletest benchmark)
endif()

# Highway 1.2 built as part of this project names its target without the namespace.
if(NOT TARGET hwy::hwy)
  add_library(hwy::hwy ALIAS hwy)
endif()
