# Fails unless LIBRARY exports exactly the names in LIST, the header declares exactly those, and the C99 test names them all.
# NM, LIBRARY, LIST, HEADER, C99_TEST.

cmake_minimum_required(VERSION 3.25)

file(STRINGS "${LIST}" listed REGEX "^nbt_")
set(sorted ${listed})
list(SORT sorted)
list(REMOVE_DUPLICATES sorted)
if(NOT sorted STREQUAL listed)
  message(FATAL_ERROR "${LIST} is not sorted, or has a name twice.")
endif()

execute_process(COMMAND "${NM}" -D --defined-only "${LIBRARY}" OUTPUT_VARIABLE symbols COMMAND_ERROR_IS_FATAL ANY)
string(REGEX MATCHALL " [A-Za-z] [^\n]+" symbols "${symbols}")
list(TRANSFORM symbols REPLACE "^ [A-Za-z] " "")
list(SORT symbols)
if(NOT symbols STREQUAL listed)
  message(FATAL_ERROR "exported:\n${symbols}\nlisted:\n${listed}")
endif()

# names_in(FILE PATTERN): the sorted names whose occurrences in FILE match PATTERN.
function(names_in file pattern result)
  file(READ "${file}" text)
  # A semicolon or bracket in an element would upset the list.
  string(REGEX REPLACE "[][;]" " " text "${text}")
  string(REGEX MATCHALL "${pattern}" names "${text}")
  list(TRANSFORM names REPLACE "[^a-z0-9_]+|NBT_API|function" "")
  list(TRANSFORM names REPLACE "^.*(nbt_[a-z_]+)$" "\\1")
  list(SORT names)
  set(${result} ${names} PARENT_SCOPE)
endfunction()

names_in("${HEADER}" "NBT_API [a-z0-9_ *]*nbt_[a-z_]+\\(" declared)
if(NOT declared STREQUAL listed)
  message(FATAL_ERROR "declared in ${HEADER}:\n${declared}\nlisted:\n${listed}")
endif()
names_in("${C99_TEST}" "\\(function\\)nbt_[a-z_]+," tested)
if(NOT tested STREQUAL listed)
  message(FATAL_ERROR "named in ${C99_TEST}:\n${tested}\nlisted:\n${listed}")
endif()
