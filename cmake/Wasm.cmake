# Flags of the WebAssembly build, for every object that goes into a module, also for libraries built here.

# SIMD128 and native exceptions: Chrome 95, Firefox 100, Safari 16.4, node 18.
add_compile_options(-msimd128 -fwasm-exceptions)
add_link_options(-fwasm-exceptions)
if(NBT_WASM_THREADS)
  add_compile_options(-pthread)
  add_link_options(-pthread)
endif()
