# A folder of src/ is a layer, a build target and a direction of includes.

# nbt_add_layer(NAME [MAY_INCLUDE layer...] [LIBS library...])
# Makes the OBJECT library nbt_NAME from the .cpp files of the current folder: one glob per folder, because a file
# that lies in the folder belongs to it. A folder of headers alone becomes an INTERFACE library.
# MAY_INCLUDE names the layers directly below; tests/layers checks the includes against it.
function(nbt_add_layer name)
  cmake_parse_arguments(arg "" "" "MAY_INCLUDE;LIBS" ${ARGN})
  list(TRANSFORM arg_MAY_INCLUDE PREPEND nbt_ OUTPUT_VARIABLE below)
  file(GLOB sources CONFIGURE_DEPENDS "${CMAKE_CURRENT_SOURCE_DIR}/*.cpp")
  if(sources)
    add_library(nbt_${name} OBJECT ${sources})
    target_include_directories(nbt_${name} PUBLIC "${PROJECT_SOURCE_DIR}/src")
    target_link_libraries(nbt_${name} PUBLIC ${below} PRIVATE nbt_flags ${arg_LIBS})
  else()
    add_library(nbt_${name} INTERFACE)
    target_include_directories(nbt_${name} INTERFACE "${PROJECT_SOURCE_DIR}/src")
    target_link_libraries(nbt_${name} INTERFACE ${below} ${arg_LIBS})
  endif()
  set_property(GLOBAL APPEND PROPERTY NBT_LAYERS ${name})
  set_property(GLOBAL PROPERTY NBT_MAY_INCLUDE_${name} ${arg_MAY_INCLUDE})
endfunction()
