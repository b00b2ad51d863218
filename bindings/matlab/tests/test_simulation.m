function tests = test_simulation()
  % What this binding adds to the suite: orientation of arrays, types, copies, callbacks, handles, bad input.
  tests = localfunctions();
end

% ---- Parameters

function test_values_have_the_types_of_their_kinds()
  sim = small_scene();
  expect(sim.get('detector.distance_mm') == 120, 'a number');
  expect(islogical(sim.get('beam.polarization')) && sim.get('beam.polarization'), 'a logical');
  expect(strcmp(sim.get('crystal.shape'), 'square'), 'a text');
  expect(isequal(sim.get('crystal.cells'), [5 6 7]), 'a row');
  expect(isempty(sim.get('crystal.mosaic_domains')) && isempty(sim.get('detector.pivot')), 'automatic');
end

function test_empty_gives_the_default_back()
  sim = small_scene();
  sim.set('crystal.fudge', 3, 'crystal.shape', 'gauss');
  sim.set('crystal.fudge', [], 'crystal.shape', '');
  expect(sim.get('crystal.fudge') == 1 && strcmp(sim.get('crystal.shape'), 'square'), 'defaults');
end

function test_numbers_of_any_class_are_values()
  sim = small_scene();
  for value = {int8(9), uint64(9), single(9), true + 8, sparse(9), '9'}
    sim.set('crystal.fudge', 1);
    sim.set('crystal.fudge', value{1});
    expect(sim.get('crystal.fudge') == 9, '%s', class(value{1}));
  end
  sim.set('crystal.cells', [4; 5; 6]);
  expect(isequal(sim.get('crystal.cells'), [4 5 6]), 'a column is as good as a row');
end

function test_a_matrix_is_taken_row_by_row()
  sim = small_scene();
  sim.set('crystal.orientation_matrix', [1 2 3; 4 5 6; 7 8 9]);
  expect(isequal(sim.get('crystal.orientation_matrix'), 1:9), '%s', mat2str(sim.get('crystal.orientation_matrix')));
end

function test_arguments_may_be_text_or_words()
  text = nbt.Simulation('-cell 50 60 "70" -default_F ''100'' -detpixels 20');
  words = nbt.Simulation({'-cell', 50, '60', 70, '-default_F', 1e2, '-detpixels', 20});
  expect(isequal(text.run(), words.run()), 'other images');
end

function test_the_table_of_parameters()
  table = nbt.parameters();
  expect(numel(table) > 50, '%d parameters', numel(table));
  row = table(strcmp({table.name}, 'crystal.cell_lengths_A'));
  expect(row.length == 3 && strcmp(row.kind, 'real') && strcmp(row.unit, 'A') && row.differentiable, 'cell_lengths_A');
  expect(~isempty(row.sentence) && ~isempty(strfind(row.flags, '-cell')), 'sentence and flags');
  devices = nbt.devices();
  expect(any([devices.available]) && ~isempty(nbt.version()), 'devices and version');
end

% ---- Orientation: fast is the first index, everywhere

function test_image_has_fast_as_first_index()
  sim = small_scene();
  image = sim.run();
  expect(isequal(size(image), [40 30]) && isequal(sim.image_size(), [40 30]), '%d x %d', size(image));
  [fast, slow] = sim.image_size();
  expect(fast == 40 && slow == 30, 'two outputs');
  traced = sim.trace(33, 4);
  expect(traced.fast == 33 && traced.slow == 4, 'trace(fast, slow)');
  expect(abs(image(34, 5) - traced.final.pixel_value) <= 1e-5 * max(image(:)), 'image(fast + 1, slow + 1)');
  last = sim.report().last_run.panels;
  expect(abs(last.max - max(image(:))) < 1e-6 * last.max, 'the report has the same maximum');
end

function test_mask_and_roi_have_the_order_of_the_image()
  sim = small_scene();
  image = sim.run();
  mask = true(40, 30);
  mask(8, 21) = false;
  sim.set_mask(mask);
  expected = image .* mask;
  expect(isequal(sim.run(), expected), 'the mask blanks image(8, 21) alone');
  sim.set_roi([3 12 20 29]);
  inside = false(40, 30);
  inside(4:13, 21:30) = true;
  expect(isequal(sim.run(), expected .* inside), 'first and last fast, first and last slow, from 0');
  sim.set_mask([]);
  sim.set('detector.roi', []);
  expect(isequal(sim.run(), image), 'removed again');
end

function test_data_and_derivatives_have_the_order_of_the_image()
  sim = small_scene();
  sim.set('precision.mode', 'double');
  data = zeros(40, 30);
  data(20, 7) = 1;
  fit = sim.gradient(data, 'weights', 'crystal.misset_deg');
  whole = sim.jacobian('crystal.misset_deg');
  image = sim.run('double');
  expect(isequal(size(whole.derivatives), [40 30 3]), '%s', mat2str(size(whole.derivatives)));
  expect(abs(whole.image - image) <= 1e-9 * max(image(:)), 'the image beside the derivatives');
  for i = 1:3
    expect(abs(fit.values(i) - whole.derivatives(20, 7, i)) <= 1e-9 * abs(fit.values(i)), 'component %d', i);
  end
end

function test_structure_factor_grid_has_h_as_first_index()
  listed = small_scene();
  grid = small_scene();
  F = reshape(1:24, [2 3 4]) * 10;
  grid.set_structure_factor_grid([-1 -1 -2], F);
  [h, k, l] = ndgrid(-1:0, -1:1, -2:1);
  listed.set_structure_factors([h(:), k(:), l(:)], F(:));
  expect(isequal(grid.structure_factor_box(), [-1 -1 -2; 0 1 1]), 'the box');
  expect(isequal(grid.run(), listed.run()), 'grid and list differ');
  fit = grid.gradient(ones(40, 30), 'weights', 'crystal.misset_deg', 'amplitudes', true);
  expect(isequal(size(fit.amplitudes), [2 3 4]), 'amplitudes are %s', mat2str(size(fit.amplitudes)));
end

function test_rotations_are_matrices()
  about_x = [1 0 0; 0 cosd(1) -sind(1); 0 sind(1) cosd(1)];
  turned = small_scene();
  turned.set('precision.mode', 'double', 'crystal.misset_deg', [0 0 0]);
  reference = turned.clone();
  turned.set_mosaic_rotations(about_x);
  reference.set('crystal.misset_deg', [1 0 0]);  % degrees about x, then y, then z
  a = turned.run('double');
  b = reference.run('double');
  expect(max(abs(a(:) - b(:))) <= 1e-9 * max(b(:)), 'a rotation about x by 1 degree is the misset [1 0 0]');
end

% ---- Runs

function test_large_image_crosses_with_one_copy_at_most()
  % Resident memory at its highest, in images of 2048 x 2048 singles: one that the library writes, one that Octave makes
  % of it. A third would be a second copy.
  if ~exist('/proc/self/clear_refs', 'file'), return; end
  sim = small_scene();
  sim.set('detector.pixels', [2048 2048], 'detector.roi', [0 9 0 9]);
  sim.run();
  image_kib = 2048 * 2048 * 4 / 1024;
  before = status_kib('VmRSS');
  file = fopen('/proc/self/clear_refs', 'w');
  fprintf(file, '5');
  fclose(file);
  image = sim.run();
  grown = (status_kib('VmHWM') - before) / image_kib;
  expect(isequal(size(image), [2048 2048]) && grown < 2.5, 'memory grew by %.2f images', grown);
end

function kib = status_kib(field)
  kib = str2double(regexp(fileread('/proc/self/status'), [field ':\s*(\d+)'], 'tokens', 'once'){1});
end

function test_types_of_images()
  sim = small_scene();
  exact = sim.run('double');
  expect(isa(exact, 'double') && isa(sim.run('single'), 'single') && isequal(single(exact), sim.run()), 'types');
end

function test_progress_goes_from_0_to_1()
  global nbt_test_fractions
  nbt_test_fractions = [];
  sim = small_scene();
  sim.progress = @note_fraction;
  sim.run_chunked(7, @(rows, first) 0);
  expect(issorted(nbt_test_fractions) && nbt_test_fractions(end) == 1, '%s', mat2str(nbt_test_fractions));
end

function note_fraction(fraction)
  global nbt_test_fractions
  nbt_test_fractions(end + 1) = fraction;
end

function test_digitize_gives_counts_and_their_scale()
  sim = small_scene();
  sim.set('noise.seed', 3);
  [counts, result] = sim.digitize(sim.run(), 'noise');
  expect(isa(counts, 'uint16') && isequal(size(counts), [40 30]) && result.total_photons > 0, 'noise');
  [~, result] = sim.digitize(sim.run());
  expect(result.scale > 0, 'integer');
end

function test_memory_estimate_and_limit()
  sim = small_scene();
  sim.set('detector.pixels', [1000 1000], 'execution.threads', 1);
  estimate = sim.estimate_memory('chunked', 'rows_per_chunk', 10);
  expect(estimate.output_bytes == 4e6 && estimate.whole_image_fits, 'estimate');
  sim.set('limits.memory_bytes', estimate.working_bytes);
  sim.run_chunked(10, @(rows, first) 0);
  expect_error('nbt:memoryLimit', 'limits.memory_bytes', @() sim.run_chunked(1000, @(rows, first) 0));
end

function test_rows_of_a_data_function_are_as_good_as_arrays()
  sim = small_scene();
  rand('seed', 1);
  all = struct('data', rand(40, 30), 'mask', rand(40, 30) > 0.2, 'weights', rand(40, 30), 'background', 2);
  whole = sim.gradient(all.data, 'least_squares', 'detector.distance_mm', 'mask', all.mask, 'weights', all.weights, ...
                       'background', 2);
  parts = sim.gradient(@(first, count) part_of(all, first, count), 'least_squares', 'detector.distance_mm', ...
                       'rows_per_chunk', 7);
  expect(isequal({parts.loss, parts.values, parts.pixels}, {whole.loss, whole.values, nnz(all.mask)}), 'other bits');
  plain = sim.gradient(@(first, count) all.data(:, first + (1:count)), 'least_squares', 'detector.distance_mm');
  expect(plain.pixels == 1200, 'an array instead of a struct');
end

function part = part_of(all, first, count)
  place = first + (1:count);
  part = struct('data', all.data(:, place), 'mask', all.mask(:, place), 'weights', all.weights(:, place), 'background', 2);
end

function test_data_of_any_class_give_the_same_gradient()
  sim = small_scene();
  counts = mod(reshape(0:1199, 40, 30), 50);
  expected = sim.gradient(uint16(counts), 'least_squares', 'crystal.misset_deg');
  for name = {'int8', 'uint8', 'int16', 'int32', 'uint32', 'int64', 'uint64', 'single', 'double'}
    fit = sim.gradient(cast(counts, name{1}), 'least_squares', 'crystal.misset_deg');
    expect(isequal({fit.loss, fit.values}, {expected.loss, expected.values}), '%s', name{1});
  end
end

function test_gradient_by_sources_and_orientations()
  sim = small_scene();
  sim.set('crystal.mosaic_spread_deg', 0.2, 'crystal.mosaic_domains', 3, 'goniometer.phi_range_deg', 1, ...
          'goniometer.phi_steps', 2);
  fit = sim.gradient(ones(40, 30), 'weights', {}, 'sources', true, 'orientations', true);
  expect(isequal(sim.sample_counts(), [1 2 3]) && isequal(size(fit.sources), [1 5]), 'sources');
  expect(isequal(size(fit.orientations), [3 3 2]) && any(fit.orientations(:)), 'orientations');
  expect(numel(fit.names) == numel(fit.values) && numel(fit.names) > 20, 'everything that is differentiable');
end

function test_jacobian_chunks_and_tangent_agree_with_the_whole()
  global nbt_test_image
  sim = small_scene();
  sim.set('precision.mode', 'double');
  names = {'crystal.misset_deg', 'detector.distance_mm'};
  whole = sim.jacobian(names);
  nbt_test_image = zeros(40, 30, 4);
  sim.jacobian_chunked(7, @take_derivatives, names);
  expect(isequal(nbt_test_image, whole.derivatives), 'chunks');
  tangent = [1 2 -1 0.5];
  along = sim.jacobian(names, tangent).derivatives;
  summed = sum(whole.derivatives .* reshape(tangent, 1, 1, 4), 3);
  expect(abs(along - summed) <= 1e-9 * max(abs(along(:))), 'tangent');
end

function take_derivatives(image, derivatives, first)
  global nbt_test_image
  nbt_test_image(:, first + (1:columns(image)), :) = derivatives;
end

% ---- Callbacks

function rows = oops(varargin)
  rows = [];
  error('my:oops', 'from the callback');
end

function test_errors_of_callbacks_reach_the_caller_with_their_identifier()
  sim = small_scene();
  calls = {@() sim.run_chunked(4, @oops), @() sim.gradient(@oops, 'least_squares', 'crystal.misset_deg'), ...
           @() sim.jacobian_chunked(4, @oops, 'crystal.misset_deg')};
  for call = calls, expect_error('my:oops', 'from the callback', call{1}); end
  sim.progress = @oops;
  calls = {@() sim.run(), @() sim.jacobian('crystal.misset_deg'), @() sim.gradient(ones(40, 30))};
  for call = calls, expect_error('my:oops', 'from the callback', call{1}); end
  sim.progress = [];
  expect(max(sim.run()(:)) > 0, 'it can be used afterwards');
end

function test_errors_of_callbacks_do_not_leak_or_crash_in_the_raw_layer()
  sim = small_scene();
  expect_error('Octave:MEX', 'feval', @() nbt_mex('run_chunked', sim.id, [], 4, 0, @oops));
  expect_error('nbt:cancelled', {}, @() nbt_mex('run_chunked', sim.id, [], 4, 0, @(rows, first) true));
  expect_error('nbt:wrongLength', 'data function', @() nbt_mex('gradient', sim.id, [], struct('kind', 1, 'data', ...
               @(first, count) struct('data', zeros(3))), {'crystal.misset_deg'}, [0 0 0]));
  expect(max(sim.run()(:)) > 0, 'it can be used afterwards');
end

function test_a_simulation_in_use_refuses_other_calls()
  sim = small_scene();
  calls = {@() sim.run(), @() sim.report(), @() sim.set('crystal.fudge', 1), @() sim.get('crystal.fudge')};
  for call = calls
    expect_error('nbt:invalidArgument', 'in use', @() sim.run_chunked(4, @(rows, first) call{1}()));
  end
  other = small_scene();
  sim.run_chunked(10, @(rows, first) other.run());
  expect(isequal(sim.run(), other.run()), 'another may run meanwhile');
end

function test_cancel_stops_from_a_callback_or_beforehand()
  sim = small_scene();
  expect_error('nbt:cancelled', {}, @() sim.run_chunked(4, @(rows, first) sim.cancel()));
  sim.run();
  sim.cancel();
  expect_error('nbt:cancelled', {}, @() sim.run());
  sim.run();
end

function test_a_callback_may_close_its_simulation()
  sim = small_scene();
  expect_error('nbt:cancelled', 'closed', @() sim.run_chunked(4, @(rows, first) sim.close()));
  expect_error('nbt:invalidArgument', 'closed', @() sim.run());
end

function test_bad_rows_of_a_data_function_are_refused()
  sim = small_scene();
  bad = {@(first, count) zeros(7, count), 'nbt:wrongLength', '7 x'; ...
         @(first, count) struct('data', zeros(40, count), 'weight', 1), 'nbt:invalidArgument', 'weight'; ...
         @(first, count) 'text', 'nbt:wrongLength', 'data'; @(first, count) {1}, 'nbt:wrongLength', 'data'};
  for row = bad.'
    expect_error(row{2}, row{3}, @() sim.gradient(row{1}, 'least_squares', 'crystal.misset_deg'));
  end
  expect_error('nbt:invalidArgument', 'int32', @() sim.gradient(@(first, count) 0.5 * ones(40, count), ...
               'least_squares', 'crystal.misset_deg', 'class', 'int32'));
end

% ---- Handles

function test_closed_and_forged_handles_are_refused()
  sim = small_scene();
  id = sim.id;
  sim.close();
  sim.close();
  for call = {@() sim.run(), @() sim.clone(), @() sim.get('crystal.cells'), @() sim.cancel()}
    expect_error('nbt:invalidArgument', 'closed', call{1});
  end
  for forged = {id, uint64(12345678), intmax('uint64'), uint64(0)}
    expect_error('nbt:invalidArgument', 'closed, or was never made', @() nbt_mex('run', forged{1}, [], 0, 0));
    expect_error('nbt:invalidArgument', 'never made', @() nbt_mex('destroy', forged{1}));
  end
  for forged = {double(id), [id id], 'id', {id}, []}
    expect_error('nbt:invalidArgument', 'uint64', @() nbt_mex('run', forged{1}, [], 0, 0));
  end
end

function test_dropped_simulations_are_freed_and_the_code_unlocked()
  for i = 1:50, sim = small_scene(); end
  expect(mislocked('nbt_mex'), 'locked while there is a simulation');
  clear sim
  try, nbt.Simulation('-no_such_option'); catch, end  % fails half-way
  expect(~mislocked('nbt_mex'), 'simulations are left over');
end

function test_copies_are_independent_and_complete()
  sim = small_scene();
  sim.set_structure_factors([0 0 1; 1 1 0], [5 7]);
  sim.set_sources([-1 0.002 0; -1 0 0.001], [1 1.01], [1 2]);
  sim.set_mask(mod(reshape(0:1199, 40, 30), 3) ~= 0);
  expected = sim.run();
  for twin = {sim.clone(), nbt.Simulation.from_scene(sim.dump_scene())}
    expect(isequal(twin{1}.run(), expected), 'another image');
    twin{1}.set('crystal.cells', [1 1 1]);
    expect(isequal(sim.get('crystal.cells'), [5 6 7]), 'the first has changed');
  end
end

% ---- Bad input

function test_wrong_classes_orders_and_shapes_are_named()
  sim = small_scene();
  cases = {'nbt:invalidArgument', 'complex', @() sim.set('crystal.cells', [1 2i 3]); ...
           'nbt:invalidArgument', 'cell', @() sim.set('crystal.cells', {1, 2, 3}); ...
           'nbt:wrongLength', 'crystal.cells', @() sim.set('crystal.cells', [1 2]); ...
           'nbt:invalidArgument', '2^53', @() sim.set('noise.seed', intmax('int64')); ...
           'nbt:invalidArgument', 'pairs', @() sim.set('crystal.cells'); ...
           'nbt:invalidArgument', 'name is double', @() sim.set(5, 1); ...
           'nbt:unknownName', 'crystal.cells', @() sim.get('crystal.cell'); ...
           'nbt:invalidArgument', 'hkl(3) is 1.5', @() sim.set_structure_factors([0 0 1.5], 1); ...
           'nbt:invalidArgument', 'int32', @() sim.set_structure_factors([0 0 2^40], 1); ...
           'nbt:wrongLength', '1 x 3', @() sim.set_structure_factors([0 0 1], [1 2]); ...
           'nbt:wrongLength', 'n x 3', @() sim.set_structure_factors([0; 0; 1], 1); ...
           'nbt:invalidArgument', 'complex', @() sim.set_structure_factors([0 0 1], 1i); ...
           'nbt:outOfRange', '0 0 1', @() sim.set_structure_factors([0 0 1], Inf); ...
           'nbt:wrongLength', 'first', @() sim.set_structure_factor_grid([0 0], 1); ...
           'nbt:wrongLength', 'directions', @() sim.set_sources(ones(1, 4)); ...
           'nbt:wrongLength', 'weights', @() sim.set_sources([1 0 0; 0 1 0], [], 1); ...
           'nbt:wrongLength', 'rotations', @() sim.set_mosaic_rotations(ones(1, 9)); ...
           'nbt:invalidArgument', 'cell', @() sim.set_mask({1}); ...
           'nbt:wrongLength', '30 x 40: 40 x 30', @() sim.gradient(zeros(30, 40)); ...
           'nbt:wrongLength', 'transposed', @() sim.gradient(zeros(30, 40)); ...
           'nbt:wrongLength', 'weights is 2 x 2', @() sim.gradient(zeros(40, 30), 'least_squares', {}, 'weights', eye(2)); ...
           'nbt:invalidArgument', 'complex', @() sim.gradient(1i * ones(40, 30)); ...
           'nbt:invalidArgument', 'cell', @() sim.gradient({}); ...
           'nbt:outOfRange', 'data', @() sim.gradient(nan(40, 30)); ...
           'nbt:invalidArgument', 'squares', @() sim.gradient(zeros(40, 30), 'squares'); ...
           'nbt:invalidArgument', 'masks', @() sim.gradient(zeros(40, 30), 'poisson', {}, 'masks', 1); ...
           'nbt:invalidArgument', 'no value', @() sim.gradient(zeros(40, 30), 'poisson', {}, 'mask'); ...
           'nbt:wrongLength', 'tangent', @() sim.jacobian('crystal.misset_deg', [1 2]); ...
           'nbt:invalidArgument', 'int32', @() sim.run('int32'); ...
           'nbt:invalidArgument', 'consume', @() sim.run_chunked(4, 'disp'); ...
           'nbt:invalidArgument', 'rows_per_chunk', @() sim.run_chunked(2.5, @(rows, first) 0); ...
           'nbt:invalidArgument', 'rows_per_chunk', @() sim.run_chunked('7', @(rows, first) 0); ...
           'nbt:invalidArgument', 'rows_per_chunk', @() sim.gradient(zeros(40, 30), 'weights', {}, 'rows_per_chunk', 2.5); ...
           'nbt:invalidArgument', 'panel', @() sim.run('single', 2^32); ...
           'nbt:outOfRange', '1', @() sim.run('single', 1); ...
           'nbt:invalidArgument', 'progress', @() run_with_progress(5); ...
           'nbt:invalidArgument', 'image is double', @() sim.digitize(zeros(40, 30)); ...
           'nbt:wrongLength', 'image is 30 x 40', @() sim.digitize(zeros(30, 40, 'single')); ...
           'nbt:invalidArgument', 'noisy', @() sim.digitize(sim.run(), 'noisy'); ...
           'nbt:invalidArgument', 'all', @() sim.estimate_memory('all'); ...
           'nbt:invalidArgument', 'slow', @() sim.trace(0, 0.5); ...
           'nbt:outOfRange', '40', @() sim.trace(40, 0); ...
           'nbt:fileError', 'nowhere.hkl', @() sim.set_arguments('-hkl nowhere.hkl')};
  before = sim.dump_scene();
  for row = cases.', expect_error(row{1}, row{2}, row{3}); end
  expect(strcmp(sim.dump_scene(), before), 'the scene has changed');
end

function run_with_progress(value)
  sim = small_scene();
  sim.progress = value;
  sim.run();
end

function test_text_with_nul_is_refused()
  sim = small_scene();
  nul = char(0);
  calls = {@() sim.set(['crystal.cells' nul 'x'], 1), @() sim.set('crystal.shape', ['gauss' nul]), ...
           @() sim.get(['crystal.' nul]), @() sim.set_arguments({['-cell' nul]}), @() sim.load_scene(['{}' nul]), ...
           @() sim.gradient(zeros(40, 30), 'weights', {['crystal.cells' nul]})};
  for call = calls, expect_error('nbt:invalidArgument', 'NUL', call{1}); end
end

function test_the_raw_layer_survives_anything()
  % No argument may crash Octave, whatever it is: an error with an identifier of nbt, or none.
  sim = small_scene();
  commands = {'set', 'set_text', 'unset', 'get', 'set_arguments', 'set_structure_factors', ...
              'set_structure_factor_grid', 'set_sources', 'set_mosaic_rotations', 'set_mask', 'load_scene', ...
              'image_size', 'run', 'run_chunked', 'estimate_memory', 'component_names', 'gradient', ...
              'normal_equations', 'jacobian', 'digitize', 'trace', 'nonsense', 'create', 'clone'};
  values = {[], 1, -1, NaN, 1e300, 'text', {}, {1}, {'crystal.misset_deg'}, struct('kind', 1), zeros(2, 3, 4), ...
            single(1), int32([1 2 3]), uint8(ones(2)), 1i, sparse(eye(2)), @(varargin) true, true, ...
            struct('kind', 9, 'data', zeros(40, 30)), 'crystal.cells'};
  rand('seed', 7);
  for command = commands
    for trial = 1:40
      given = values(ceil(rand(1, floor(rand() * 6)) * numel(values)));
      try
        nbt_mex(command{1}, sim.id, given{:});
      catch raised
        expect(strncmp(raised.identifier, 'nbt:', 4) || strcmp(raised.identifier, 'Octave:MEX'), '%s: [%s] %s', ...
               command{1}, raised.identifier, raised.message);
      end
    end
  end
  expect_error('nbt:invalidArgument', 'command', @() nbt_mex());
  expect_error('nbt:invalidArgument', 'missing', @() nbt_mex('run', sim.id));
end

function test_warnings_have_an_identifier()
  sim = small_scene();
  sim.set('crystal.cells', [50 50 50]);
  state = warning('on', 'nbt:warning');
  back = onCleanup(@() warning('off', 'nbt:warning'));
  evalc('sim.run();');
  [message, id] = lastwarn();
  expect(strcmp(id, 'nbt:warning') && ~isempty(strfind(message, 'oversample')), '[%s] %s', id, message);
end
