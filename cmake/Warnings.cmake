# NBT_WARNINGS: for nbt's own code only, never for what includes its headers.

set(NBT_WARNINGS -Wall -Wextra -Wconversion -Wshadow)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # g++ 12 invents overlaps inside std::string when it inlines (its bug 105651).
  list(APPEND NBT_WARNINGS $<$<COMPILE_LANGUAGE:CXX>:-Wno-restrict>)
endif()
if(NBT_WERROR)
  list(APPEND NBT_WARNINGS -Werror)
endif()
