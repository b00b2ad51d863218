function nbt_build(prefix, output)
  %NBT_BUILD  Compiles nbt_mex.c against an installed libnbt, in Octave or MATLAB.
  %
  %   nbt_build()                    an nbt that this folder was installed with, or /usr/local
  %   nbt_build('/opt/nbt')          /opt/nbt/include/nbt/nbt.h and libnbt in /opt/nbt/lib or a folder below it
  %   nbt_build('/opt/nbt', OUTPUT)  writes nbt_mex, and a copy of the rest of the binding, to the folder OUTPUT
  %
  % The environment variables NBT_INCLUDE_DIR and NBT_LIBRARY_DIR name the two folders where they are not below the
  % prefix. The folder of the library is compiled in (rpath), so that it is found without LD_LIBRARY_PATH.
  here = fileparts(mfilename('fullpath'));
  if nargin < 1
    prefix = fileparts(fileparts(fileparts(here)));
    if ~exist(fullfile(prefix, 'include', 'nbt', 'nbt.h'), 'file'), prefix = '/usr/local'; end
  end
  if nargin < 2, output = here; end
  include_dir = folder_with('nbt/nbt.h', 'NBT_INCLUDE_DIR', {fullfile(prefix, 'include')});
  library_dir = folder_with('libnbt.*', 'NBT_LIBRARY_DIR', library_folders(prefix));

  if ~exist(output, 'dir'), mkdir(output); end
  source = fullfile(here, 'nbt_mex.c');
  target = fullfile(output, ['nbt_mex.' mexext()]);
  if exist('OCTAVE_VERSION', 'builtin')
    compile_octave(source, target, include_dir, library_dir);
  else
    mex('-R2018a', ['-I' include_dir], ['-L' library_dir], '-lnbt', '-DNBT_MEX_UT', '-lut', ...
        ['LDFLAGS=$LDFLAGS -Wl,-rpath,' library_dir], '-outdir', output, source);
  end
  file = fopen(fullfile(output, 'nbt_library_dir.m'), 'w');
  fprintf(file, 'function folder = nbt_library_dir()\n  %%NBT_LIBRARY_DIR  Where nbt_mex looks for libnbt first.\n');
  fprintf(file, '  folder = ''%s'';\nend\n', strrep(library_dir, '''', ''''''));
  fclose(file);
  if ~strcmp(output, here)
    copyfile(fullfile(here, '+nbt'), output);
  end
end

function compile_octave(source, target, include_dir, library_dir)
  object = [tempname() '.o'];  % beside the source it would litter the tree
  command = sprintf('mkoctfile --mex -std=c99 -I"%s" -c "%s" -o "%s"', include_dir, source, object);
  link = sprintf('mkoctfile --mex "%s" -L"%s" -lnbt "-Wl,-rpath,%s" -o "%s"', object, library_dir, library_dir, target);
  [status, log] = system([command ' 2>&1 && ' link ' 2>&1']);
  if exist(object, 'file'), delete(object); end
  if status ~= 0
    error('nbt:buildFailed', 'mkoctfile failed (Debian: apt-get install octave-dev):\n%s', log);
  end
end

function folders = library_folders(prefix)
  % Debian has a folder per architecture below lib.
  below = dir(fullfile(prefix, 'lib'));
  below = {below([below.isdir]).name};
  below = below(~strncmp(below, '.', 1));
  folders = [fullfile(prefix, {'lib', 'lib64'}), fullfile(prefix, 'lib', below)];
end

function folder = folder_with(file, variable, folders)
  if ~isempty(getenv(variable)), folders = {getenv(variable)}; end
  for i = 1:numel(folders)
    folder = folders{i};
    if ~isempty(dir(fullfile(folder, file))), return; end
  end
  error('nbt:libraryNotFound', 'there is no %s in %s: give the prefix of an installed nbt, or set %s', file, ...
        strjoin(folders, ', '), variable);
end
