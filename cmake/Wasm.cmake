# Flags of the WebAssembly build, for every object that goes into a module, also for libraries built here.

# SIMD128 and native exceptions. -pthread allows atomic instructions; the same objects make the module without threads,
# where those work on memory that is not shared.
add_compile_options(-msimd128 -fwasm-exceptions -pthread)
add_link_options(-fwasm-exceptions)
