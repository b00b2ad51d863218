function load_library()
  %LOAD_LIBRARY  Loads nbt_mex and with it libnbt, or says where they were looked for.
  persistent is_loaded
  if ~isempty(is_loaded), return; end
  try
    nbt_mex('version');
    is_loaded = true;
  catch raised
    beside = fullfile(fileparts(fileparts(mfilename('fullpath'))), ['nbt_mex.' mexext()]);
    if ~exist(beside, 'file')
      error('nbt:libraryNotFound', ['%s does not exist, and the path has no other: %s\nBuild it with nbt_build ' ...
            '(bindings/matlab/README.md) and addpath the folder that holds it and +nbt.'], beside, raised.message);
    end
    compiled_in = '(not recorded)';
    if exist('nbt_library_dir', 'file'), compiled_in = nbt_library_dir(); end
    error('nbt:libraryNotFound', ['%s could not be loaded, because of libnbt or what it needs: %s\nlibnbt was looked ' ...
          'for in\n  %s (NBT_LIBRARY_DIR when nbt_mex was built)\n  LD_LIBRARY_PATH (%s)\n  the places of the ' ...
          'system''s loader\nInstall it there, or build nbt_mex again with nbt_build(PREFIX). On Debian libnbt needs ' ...
          'libgomp1, libhwy1 and libstdc++6.'], beside, raised.message, compiled_in, getenv('LD_LIBRARY_PATH'));
  end
end
