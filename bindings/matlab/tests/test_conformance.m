function tests = test_conformance()
  % The suite of all bindings (bindings/conformance/README.md): one test per case.
  suite = jsondecode(fileread(fullfile(tree(), 'bindings', 'conformance', 'suite.json')));
  tests = cell(numel(suite.cases), 2);
  for i = 1:rows(tests), tests(i, :) = named_test(suite.cases{i}); end
end

function test = named_test(entry)
  test = {entry.name, @() test_case(entry)};
end

function folder = tree()
  folder = fullfile(fileparts(mfilename('fullpath')), '..', '..', '..');
end

function test_case(entry)
  parts = {'image', @check_image; 'counts', @check_counts; 'trace', @check_trace; 'gradient', @check_gradient; ...
           'error', @check_failure};
  checked = 0;
  for part = parts.'
    if isfield(entry, part{1})
      checked = checked + 1;
      try
        part{2}(make_scene(entry), entry.(part{1}));
      catch raised
        error(raised.identifier, '%s (%s): %s', part{1}, entry.promise, raised.message);
      end
    end
  end
  expect(checked > 0, '%s has nothing that this test knows', entry.name);
end

% ---- Scenes

function sim = make_scene(entry)
  sim = nbt.Simulation();
  for call = entries(entry.scene), make(sim, call{1}); end
end

function list = entries(value)
  % jsondecode makes a struct array of objects with the same keys, and a cell of others.
  if isstruct(value), value = num2cell(value); end
  list = value(:).';
end

function make(sim, call)
  switch call.call
    case 'set'
      sim.set(call.name, call.values);
    case 'set_text'
      sim.set(call.name, call.text);
    case 'set_arguments'
      sim.set_arguments(strrep(call.arguments, '{golden}', fullfile(tree(), 'tests', 'golden')));
    case 'load_scene'
      sim.load_scene(call.text);
    case 'set_structure_factors'
      sim.set_structure_factors([call.h(:), call.k(:), call.l(:)], call.F);
    case 'set_structure_factor_grid'
      make_grid(sim, call);
    case 'set_sources'
      sim.set_sources(reshape(call.directions, 3, []).', call.wavelengths_A, call.weights);
    case 'set_mosaic_rotations'
      sim.set_mosaic_rotations(permute(reshape(call.rotations, 3, 3, []), [2 1 3]));
    case 'set_mask'
      sim.set_mask(reshape(call.mask, call.fast_count, call.slow_count));
    case 'set_roi'
      sim.set_roi(call.limits);
    case 'cancel'
      sim.cancel();
    case 'run'
      sim.run();
    case 'run_chunked'
      stop = isfield(call, 'stop') && call.stop;
      sim.run_chunked(call.rows_per_chunk, @(rows, first) cancel_if(sim, stop));
    case 'gradient'
      sim.gradient(ones(sim.image_size()), 'weights', call.parameters);
    case 'trace_pixel'
      sim.trace(call.fast, call.slow);
    otherwise
      error('test:unknown', 'the suite has a call %s that this test does not know', call.call);
  end
end

function cancel_if(sim, stop)
  if stop, sim.cancel(); end
end

function make_grid(sim, call)
  shape = call.last(:).' - call.first(:).' + 1;
  if numel(call.F) == prod(shape)  % h slowest, l fastest
    sim.set_structure_factor_grid(call.first, permute(reshape(call.F, fliplr(shape)), [3 2 1]));
  else
    nbt_mex('set_structure_factor_grid', sim.id, int32(call.first), int32(call.last), call.F);
  end
end

% ---- Parts of a case

function expect_near(value, figure, relative, absolute, what)
  expect(abs(value - figure) <= relative * abs(figure) + absolute, '%s is %.17g, and %.17g was expected', what, value, ...
         figure);
end

function check_image(sim, expected)
  for type = {'single', 'double'}
    image = sim.run(type{1});
    relative = expected.relative + 1.2e-7 * strcmp(type{1}, 'single');
    near = @(value, figure, what) expect_near(value, figure, relative, expected.absolute, [type{1} ' ' what]);
    expect(isa(image, type{1}), 'the image is %s', class(image));
    expect(isequal(size(image), [expected.fast_count, expected.slow_count]), 'the image is %d x %d', size(image));
    [brightest, place] = max(double(image(:)));
    [fast, slow] = ind2sub(size(image), place);
    expect(isequal([slow, fast] - 1, [expected.max_slow, expected.max_fast]), 'brightest at slow %d, fast %d', ...
           slow - 1, fast - 1);
    near(brightest, expected.max, 'max');
    near(sum(double(image(:))), expected.sum, 'sum');
    for pixel = expected.pixels.'
      near(double(image(pixel(2) + 1, pixel(1) + 1)), pixel(3), sprintf('pixel slow %d, fast %d', pixel(1:2)));
    end
    for rows_per_chunk = [1, 7, expected.slow_count]
      expect(isequal(from_chunks(sim, rows_per_chunk, type{1}), image), 'chunks of %d rows give others bits', ...
             rows_per_chunk);
    end
    expect(isequal(nbt.Simulation.from_scene(sim.dump_scene()).run(type{1}), image), 'dumped and loaded: other bits');
    expect(isequal(sim.clone().run(type{1}), image), 'a clone gives other bits');
  end
end

function image = from_chunks(sim, rows_per_chunk, type)
  global nbt_test_image
  nbt_test_image = zeros(sim.image_size(), type);
  sim.run_chunked(rows_per_chunk, @take_rows, type);
  image = nbt_test_image;
end

function take_rows(rows, first)
  global nbt_test_image
  nbt_test_image(:, first + (1:columns(rows))) = rows;
end

function check_counts(sim, expected)
  image = sim.run();
  for given = entries(expected)
    counts = sim.digitize(image, given{1}.kind);
    expect(sum(double(counts(:))) == given{1}.sum, '%s: sum %d', given{1}.kind, sum(double(counts(:))));
    for pixel = given{1}.pixels.'
      expect(counts(pixel(2) + 1, pixel(1) + 1) == pixel(3), '%s: pixel slow %d, fast %d', given{1}.kind, pixel(1:2));
    end
  end
end

function check_trace(sim, expected)
  traced = sim.trace(expected.fast, expected.slow);
  expect_near(traced.final.pixel_value, expected.pixel_value, expected.relative, 0, 'pixel_value');
end

function values = pattern(loss, name, shape, class_name)
  values = [];
  if ~isfield(loss, name), return; end
  rule = loss.(name);
  [fast, slow] = ndgrid(0:shape(1) - 1, 0:shape(2) - 1);
  values = cast(rule.factor * mod(rule.slow * slow + rule.fast * fast, rule.modulus) + rule.offset, class_name);
end

function expect_within(values, expected, tolerances, what)
  expect(abs(values(:) - expected(:)) <= tolerances(:), '%s: %s, and %s was expected', what, mat2str(values(:).', 12), ...
         mat2str(expected(:).', 12));
end

function check_gradient(sim, expected)
  loss = expected.loss;
  shape = sim.image_size();
  options = {'background', pattern(loss, 'background', shape, 'double'), ...
             'weights', pattern(loss, 'weights', shape, 'double'), 'mask', pattern(loss, 'mask', shape, 'uint8')};
  for name = intersect(fieldnames(loss).', {'scale', 'gain', 'readout_variance'})
    options = [options, {name{1}, loss.(name{1})}];
  end
  classes = strrep(strrep(expected.data_types, 'float32', 'single'), 'float64', 'double');
  for class_name = classes(:).'
    given = {pattern(loss, 'data', shape, class_name{1}), loss.kind, expected.parameters};
    result = sim.gradient(given{:}, options{:}, 'amplitudes', isfield(expected, 'amplitudes'));
    chunked = sim.gradient(given{:}, options{:}, 'rows_per_chunk', 5);
    expect(isequal({chunked.loss, chunked.values}, {result.loss, result.values}), '%s: chunks give other bits', ...
           class_name{1});
    expect(isequal(result.names(:), expected.components(:)), 'the components are %s', strjoin(result.names, ', '));
    expect_within(result.values, expected.values, expected.tolerances, class_name{1});
    expect_near(result.loss, expected.loss_value, 1e-8, 0, 'loss');
    expect_near(result.scale_derivative, expected.scale_derivative, 1e-8, 0, 'scale_derivative');
    expect(result.pixels == expected.pixels, '%d pixels', result.pixels);
    if isfield(expected, 'amplitudes'), check_amplitudes(sim, result.amplitudes, expected.amplitudes); end
  end
  if isfield(expected, 'normal_equations')
    normal = expected.normal_equations;
    equations = sim.normal_equations(given{:}, options{:}, 'with_scale', normal.with_scale);
    expect_within(equations.matrix, normal.matrix, normal.tolerances, 'matrix');  % symmetric: either order
    expect_within(equations.gradient(1:end - 1), expected.values, expected.tolerances, 'gradient');
    expect_near(equations.gradient(end), expected.scale_derivative, 1e-8, 0, 'gradient by the scale');
  end
  if isfield(expected, 'derivative_pixels')
    jacobian = sim.jacobian(expected.parameters);
    for row = entries(expected.derivative_pixels)
      values = jacobian.derivatives(row{1}.fast + 1, row{1}.slow + 1, :);
      expect_within(values, row{1}.values, row{1}.tolerances, 'derivatives of a pixel');
    end
  end
end

function check_amplitudes(sim, amplitudes, expected)
  box = sim.structure_factor_box();
  for row = expected.'
    place = num2cell(row(1:3).' - box(1, :) + 1);
    expect_within(amplitudes(place{:}), row(4), row(5), sprintf('derivative by F of %d %d %d', row(1:3)));
  end
end

function check_failure(sim, expected)
  ids = struct('INVALID_ARGUMENT', 'invalidArgument', 'UNKNOWN_NAME', 'unknownName', 'WRONG_LENGTH', 'wrongLength', ...
               'OUT_OF_RANGE', 'outOfRange', 'INCONSISTENT_SCENE', 'inconsistentScene', 'FILE', 'fileError', ...
               'MEMORY_LIMIT', 'memoryLimit', 'CANCELLED', 'cancelled', 'DEVICE', 'deviceError', ...
               'UNSUPPORTED', 'unsupported');
  before = sim.dump_scene();
  expect_error(['nbt:' ids.(expected.status)], expected.message, @() make(sim, expected.call));
  expect(strcmp(sim.dump_scene(), before), 'the scene is another after the error');
end
