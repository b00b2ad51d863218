# Fails when PAGE does not show the file EXAMPLE as it is, indented by four blanks.

cmake_minimum_required(VERSION 3.25)

file(READ "${EXAMPLE}" code)
string(REGEX REPLACE "\n([^\n])" "\n    \\1" code "    ${code}")
file(READ "${PAGE}" text)
string(FIND "${text}" "${code}" place)
if(place EQUAL -1)
  message(FATAL_ERROR "${PAGE} does not show ${EXAMPLE} as it is.")
endif()
