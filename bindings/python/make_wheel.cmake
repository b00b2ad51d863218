# Makes the wheel in OUTPUT from the package in SOURCE and the library in LIBRARY, with PYTHON; no network is used.
# STRIP: the tool that takes symbols out of the library, or empty.

cmake_minimum_required(VERSION 3.25)

set(stage "${OUTPUT}/stage")
file(REMOVE_RECURSE "${stage}")
file(GLOB old_wheels "${OUTPUT}/*.whl")
if(old_wheels)
  file(REMOVE ${old_wheels})
endif()
file(COPY "${SOURCE}/nbt" "${SOURCE}/pyproject.toml" "${SOURCE}/setup.py" "${SOURCE}/README.md" DESTINATION "${stage}"
     PATTERN __pycache__ EXCLUDE)
# Under the name that the loader asks for, and without the links beside it.
file(COPY_FILE "${LIBRARY}" "${stage}/nbt/${SONAME}")
if(STRIP)
  execute_process(COMMAND "${STRIP}" --strip-unneeded "${stage}/nbt/${SONAME}" COMMAND_ERROR_IS_FATAL ANY)
endif()
execute_process(
  COMMAND "${PYTHON}" -m pip wheel "${stage}" --no-deps --no-build-isolation --no-index --disable-pip-version-check
          --wheel-dir "${OUTPUT}" COMMAND_ERROR_IS_FATAL ANY)
