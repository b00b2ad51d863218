# Installs BUILD_DIR to INSTALLED and renames that to MOVED, so that nothing can depend on where it was installed.

cmake_minimum_required(VERSION 3.25)

file(REMOVE_RECURSE "${INSTALLED}" "${MOVED}")
execute_process(COMMAND "${CMAKE_COMMAND}" --install "${BUILD_DIR}" --prefix "${INSTALLED}" COMMAND_ERROR_IS_FATAL ANY)
file(RENAME "${INSTALLED}" "${MOVED}")

file(GLOB_RECURSE texts "${MOVED}/*.cmake" "${MOVED}/*.pc")
foreach(text IN LISTS texts)
  file(STRINGS "${text}" fixed_paths REGEX "${INSTALLED}|${BUILD_DIR}")
  if(fixed_paths)
    message(FATAL_ERROR "${text} names the place of the build or of the installation:\n${fixed_paths}")
  endif()
endforeach()
