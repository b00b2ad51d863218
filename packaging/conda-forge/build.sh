#!/usr/bin/env bash
# The library, its headers and its packages for CMake and pkg-config. What conda's host environment lacks is not fetched.
set -euo pipefail
cmake ${CMAKE_ARGS:-} -S "$SRC_DIR" -B build -G Ninja -DCMAKE_BUILD_TYPE=Release -DCMAKE_INSTALL_PREFIX="$PREFIX" \
  -DCMAKE_INSTALL_LIBDIR=lib -DNBT_TESTS=OFF -DNBT_PROGRAM=OFF -DFETCHCONTENT_FULLY_DISCONNECTED=ON
cmake --build build
cmake --install build
