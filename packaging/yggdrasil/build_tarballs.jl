# A recipe for nbt_jll: libnbt for the Julia package. Checked by eye and by Julia's parser, not built.
using BinaryBuilder, Pkg

name = "nbt"
version = v"0.1.0"

# Known once the release exists: the address of its archive, and what sha256sum prints of it. Highway is compiled into
# libnbt; its archive is that of its release 1.2.0, with its checksum filled in at the same time.
sources = [
    ArchiveSource("https://FILL_IN_AT_RELEASE/nbt-$(version).tar.gz", "FILL_IN_AT_RELEASE"),
    ArchiveSource("https://github.com/google/highway/archive/refs/tags/1.2.0.tar.gz", "FILL_IN_AT_RELEASE"),
]

script = raw"""
cd ${WORKSPACE}/srcdir/nbt-*
cmake -S . -B build -G Ninja \
    -DCMAKE_TOOLCHAIN_FILE=${CMAKE_TARGET_TOOLCHAIN} \
    -DCMAKE_INSTALL_PREFIX=${prefix} \
    -DCMAKE_BUILD_TYPE=Release \
    -DNBT_TESTS=OFF -DNBT_PROGRAM=OFF \
    -DFETCHCONTENT_SOURCE_DIR_HWY=$(echo ${WORKSPACE}/srcdir/highway-*)
cmake --build build --parallel ${nproc}
cmake --install build
install_license LICENSE
"""

# Where nbt is tested: Linux with glibc, 64 bits; on aarch64 it should work and has not been tried. C++20 needs the new strings of libstdc++.
platforms = expand_cxxstring_abis([
    Platform("x86_64", "linux"; libc = "glibc"),
    Platform("aarch64", "linux"; libc = "glibc"),
])
filter!(p -> cxxstring_abi(p) == "cxx11", platforms)

products = [LibraryProduct("libnbt", :libnbt)]

dependencies = [
    BuildDependency("nlohmann_json_jll"),
    # The runtimes of C++ and OpenMP.
    Dependency("CompilerSupportLibraries_jll"),
]

build_tarballs(ARGS, name, version, sources, script, platforms, products, dependencies;
               julia_compat = "1.6", preferred_gcc_version = v"12")
