# Fails when a file of a layer includes one of a layer that its own does not stand on.
# TABLE: sets layers and below_<layer>. SOURCE_DIR: the folder that holds the layers.

cmake_minimum_required(VERSION 3.25)

include("${TABLE}")

# Everything that LAYER stands on, itself included, in `reachable`.
function(find_reachable layer)
  set(reachable ${layer})
  set(open ${below_${layer}})
  while(open)
    list(POP_FRONT open next)
    if(NOT next IN_LIST reachable)
      list(APPEND reachable ${next})
      list(APPEND open ${below_${next}})
    endif()
  endwhile()
  set(reachable ${reachable} PARENT_SCOPE)
endfunction()

set(wrong "")
foreach(layer IN LISTS layers)
  find_reachable(${layer})
  file(GLOB_RECURSE files "${SOURCE_DIR}/${layer}/*.cpp" "${SOURCE_DIR}/${layer}/*.hpp" "${SOURCE_DIR}/${layer}/*.h"
       "${SOURCE_DIR}/${layer}/*.def")
  foreach(file IN LISTS files)
    file(STRINGS "${file}" includes REGEX "^ *# *include *\"[a-z]+/")
    foreach(line IN LISTS includes)
      string(REGEX REPLACE "^[^\"]*\"([a-z]+)/.*" "\\1" included "${line}")
      if(NOT included IN_LIST reachable)
        string(APPEND wrong "${file}: ${line}\n  ${layer} may include: ${reachable}\n")
      endif()
    endforeach()
  endforeach()
endforeach()

if(wrong)
  message(FATAL_ERROR "Includes against the direction of the layers:\n${wrong}")
endif()
