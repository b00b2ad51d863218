# Fails when a Markdown link inside the tree, or a mention of docs/<page>.md in text or source, names no file.
# TOP: the top of the tree.

cmake_minimum_required(VERSION 3.25)

set(broken "")

function(require_file mentioned_in target path)
  if(NOT EXISTS "${path}")
    set(broken "${broken}${mentioned_in}: ${target}\n" PARENT_SCOPE)
  endif()
endfunction()

file(GLOB top_pages "${TOP}/*.md")
file(GLOB_RECURSE pages "${TOP}/docs/*.md" "${TOP}/examples/*.md" "${TOP}/bindings/*.md" "${TOP}/packaging/*.md")
foreach(page IN LISTS top_pages pages)
  file(READ "${page}" text)
  cmake_path(GET page PARENT_PATH folder)
  # A bracket in an element would keep the list from being split there.
  string(REPLACE "](" "@@" text "${text}")
  # A lambda in shown C++ code looks like a link, but for the blanks in it.
  string(REGEX MATCHALL "@@[^)# ]+[)#]" links "${text}")
  foreach(link IN LISTS links)
    string(REGEX REPLACE "^@@|[)#]$" "" target "${link}")
    if(NOT target MATCHES "^[a-z]+:")
      require_file("${page}" "${target}" "${folder}/${target}")
    endif()
  endforeach()
endforeach()

file(GLOB_RECURSE sources "${TOP}/src/*" "${TOP}/capi/*" "${TOP}/cli/*" "${TOP}/refine/*" "${TOP}/examples/*" "${TOP}/docs/*.md"
     "${TOP}/bindings/*.py" "${TOP}/bindings/*.md")
foreach(source IN LISTS top_pages sources)
  file(STRINGS "${source}" lines REGEX "docs/[a-z/-]+\\.md")
  string(REGEX MATCHALL "docs/[a-z/-]+\\.md" mentions "${lines}")
  list(REMOVE_DUPLICATES mentions)
  foreach(mention IN LISTS mentions)
    require_file("${source}" "${mention}" "${TOP}/${mention}")
  endforeach()
endforeach()

if(broken)
  message(FATAL_ERROR "These mention pages that do not exist:\n${broken}")
endif()
