% What the binding adds to the C call: a 64 x 64 image through nbt_mex and through sim.run().
sim = nbt.Simulation('-default_F 100 -cell 50 60 70 -N 10 -detpixels 64 -oversample 1');
if ~exist('repeats', 'var'), repeats = 2000; end
warning('off', 'nbt:warning');
id = sim.id;
empty = @() nbt_mex('version');
calls = {'an empty call of nbt_mex', empty; 'nbt_mex(''run'', ...)', @() nbt_mex('run', id, [], 0, 0); ...
         'sim.run()', @() sim.run()};
times = zeros(5, 3);
for round = 1:5                             % in turn, so that a busy machine slows all of them
  for i = 1:3
    call = calls{i, 2};
    tic();
    for j = 1:repeats, call(); end
    times(round, i) = toc() / repeats * 1e6;
  end
end
for i = 1:3
  fprintf('%-26s %7.1f us  (%.1f to %.1f)\n', calls{i, 1}, median(times(:, i)), min(times(:, i)), max(times(:, i)));
end
