# nvcc, and the cards that the kernels are compiled for.

enable_language(CUDA)

# Machine code for Turing to Blackwell, and for what comes later the newest as PTX, which the driver compiles.
set(NBT_CUDA_ARCHITECTURES
    "75-real;80-real;86-real;89-real;90-real;100-real;120"
    CACHE STRING "CUDA architectures of libnbt_cuda, as CMAKE_CUDA_ARCHITECTURES takes them")

# nbt_use_cuda(TARGET): flags of a target with CUDA sources. CMake 3.25 does not know nvcc's C++20.
function(nbt_use_cuda target)
  set_target_properties(${target} PROPERTIES CUDA_ARCHITECTURES "${NBT_CUDA_ARCHITECTURES}" CUDA_RUNTIME_LIBRARY Static
                                             CUDA_STANDARD_REQUIRED OFF)
  target_compile_options(
    ${target}
    PRIVATE $<$<COMPILE_LANGUAGE:CUDA>:-std=c++20
            --expt-relaxed-constexpr
            # A fused multiply-add is written where it is meant.
            -fmad=false
            -Xcompiler=-fvisibility=hidden>
            $<$<COMPILE_LANGUAGE:CXX>:-Wall -Wextra -Wconversion -Wshadow -ffp-contract=off>)
endfunction()
