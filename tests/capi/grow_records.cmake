# nbt_grow_records(HEADER GROWN): writes HEADER, which is nbt.h, with another field at the end of every record.

function(nbt_grow_records header grown)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS "${header}")
  file(READ "${header}" text)
  string(REGEX REPLACE "\n} (nbt_[a-z_]+;)" "\n  double added_later[3];\n} \\1" text "${text}")
  file(CONFIGURE OUTPUT "${grown}" CONTENT "${text}" @ONLY)
endfunction()
