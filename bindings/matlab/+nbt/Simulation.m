classdef Simulation < handle
  %SIMULATION  A diffraction experiment: parameters by name, data, and images of it.
  %
  %   sim = nbt.Simulation('-cell 79.1 79.1 37.9 -default_F 100 -N 10');
  %   sim.set('detector.pixels', [1024 512], 'detector.distance_mm', 150);
  %   image = sim.run();                            % single, image(fast, slow), photons per pixel
  %
  % IMAGES ARE image(fast, slow): MATLAB's order is column-major, so the rows of the detector are the columns here, and
  % no image is transposed on its way. size(image) is sim.image_size(), [fast slow]; pixel (fast, slow), counted from 0
  % as everywhere in nbt, is image(fast + 1, slow + 1). Masks, data, backgrounds, weights and derivatives have the same
  % order. To look at it upright: imagesc(image.').
  %
  % Errors have identifiers: nbt:unknownName, nbt:invalidArgument, nbt:wrongLength, nbt:outOfRange,
  % nbt:inconsistentScene, nbt:fileError, nbt:memoryLimit, nbt:outOfMemory, nbt:cancelled, nbt:deviceError,
  % nbt:unsupported, nbt:internalError. What the library warns of is the warning nbt:warning.

  properties (SetAccess = private)
    id = uint64(0)  % of the raw layer, nbt_mex
  end
  properties
    progress = []   % function of 0..1, called from time to time during runs; an error in it ends the run
  end
  properties (Access = private)
    failure = []    % what a callback raised
  end

  methods
    function self = Simulation(varargin)
      %Simulation()  Simulation(ARGUMENTS), a nanoBragg command line  Simulation(NAME, VALUE, ...)
      nbt.load_library();
      self.id = nbt_mex('create');
      if nargin == 1
        self.set_arguments(varargin{1});
      else
        self.set(varargin{:});
      end
    end

    function delete(self)
      if self.id ~= 0
        nbt_mex('destroy', self.id);
        self.id = uint64(0);
      end
    end

    function close(self)
      %CLOSE  Frees memory now. Every later use of the simulation is an error.
      self.delete();
    end

    % ---- Parameters

    function set(self, varargin)
      %SET  sim.set(NAME, VALUE, ...): numbers, a text, or [] for the default. A matrix is taken row by row, as the
      % library's parameters are. nbt.parameters() lists the names.
      if mod(numel(varargin), 2)
        error('nbt:invalidArgument', 'set needs pairs of a name and a value: the last name has no value');
      end
      for i = 1:2:numel(varargin)
        name = text(varargin{i}, 'name');
        value = varargin{i + 1};
        if isempty(value)
          nbt_mex('unset', self.id, name);
        elseif is_text(value)
          nbt_mex('set_text', self.id, name, text(value, name));
        else
          nbt_mex('set', self.id, name, permute(reals(value, name), [2 1 3:ndims(value)]));
        end
      end
    end

    function value = get(self, name)
      %GET  A number or a row of them, a logical or a text, as the parameter's kind is; [] or '' where it is automatic.
      value = nbt_mex('get', self.id, text(name, 'name'));
    end

    function set_arguments(self, arguments)
      %SET_ARGUMENTS  A nanoBragg command line without the program's name, as one text or a cell of texts and numbers.
      % Reads the files it names. All or nothing.
      if is_text(arguments)
        words = regexp(text(arguments, 'arguments'), '"[^"]*"|''[^'']*''|\S+', 'match');
        words = regexprep(words, '^(["''])(.*)\1$', '$2');
      else
        words = arguments;
        for i = find(cellfun(@isnumeric, words(:).'))
          words{i} = sprintf('%.17g', words{i});
        end
      end
      nbt_mex('set_arguments', self.id, texts(words, 'arguments'));
    end

    % ---- Data

    function set_structure_factors(self, hkl, F)
      %SET_STRUCTURE_FACTORS  HKL: n x 3 whole numbers; F: n amplitudes in electrons. [] and [] remove all.
      if ~isempty(hkl) && size(hkl, 2) ~= 3
        error('nbt:wrongLength', 'hkl is %s: n x 3 is needed', size_text(hkl));
      end
      nbt_mex('set_structure_factors', self.id, indices(hkl, 'hkl'), reals(F, 'F'));
    end

    function set_structure_factor_grid(self, first, F)
      %SET_STRUCTURE_FACTOR_GRID  F(i, j, k) is the amplitude of (h, k, l) = FIRST + [i j k] - 1.
      first = indices(first, 'first');
      if numel(first) ~= 3
        error('nbt:wrongLength', 'first is %s: three indices are needed', size_text(first));
      end
      shape = int32([size(F, 1), size(F, 2), size(F, 3)]);
      nbt_mex('set_structure_factor_grid', self.id, first, first(:).' + shape - 1, permute(reals(F, 'F'), [3 2 1]));
    end

    function set_sources(self, directions, wavelengths_A, weights)
      %SET_SOURCES  DIRECTIONS: n x 3, from the sample towards each source. [] removes them. WAVELENGTHS_A and WEIGHTS:
      % n values, or [] for beam.wavelength_A and 1.
      if nargin < 3, wavelengths_A = []; end
      if nargin < 4, weights = []; end
      if ~isempty(directions) && size(directions, 2) ~= 3
        error('nbt:wrongLength', 'directions is %s: n x 3 is needed', size_text(directions));
      end
      nbt_mex('set_sources', self.id, reals(directions, 'directions').', reals(wavelengths_A, 'wavelengths_A'), ...
              reals(weights, 'weights'));
    end

    function set_mosaic_rotations(self, rotations)
      %SET_MOSAIC_ROTATIONS  3 x 3 x n; R(:, :, i) is a matrix that is applied after phi. [] removes them.
      if ~isempty(rotations) && (size(rotations, 1) ~= 3 || size(rotations, 2) ~= 3)
        error('nbt:wrongLength', 'rotations is %s: 3 x 3 x n is needed', size_text(rotations));
      end
      nbt_mex('set_mosaic_rotations', self.id, permute(reals(rotations, 'rotations'), [2 1 3]));
    end

    function set_mask(self, mask)
      %SET_MASK  mask(fast, slow): false or 0 is not rendered. [] removes it.
      nbt_mex('set_mask', self.id, flags(mask, 'mask'));
    end

    function set_roi(self, limits)
      %SET_ROI  [first_fast last_fast first_slow last_slow], counted from 0, inclusive.
      self.set('detector.roi', limits);
    end

    % ---- Copies and files

    function load_scene(self, scene)
      %LOAD_SCENE  The text of a scene file. Replaces everything; all or nothing.
      nbt_mex('load_scene', self.id, text(scene, 'scene'));
    end

    function scene = dump_scene(self)
      %DUMP_SCENE  Everything that was set, data included, as JSON text.
      scene = nbt_mex('dump_scene', self.id);
    end

    function copy = clone(self)
      %CLONE  An independent copy that shares the structure factors; without progress.
      copy = nbt.Simulation();
      made = nbt_mex('clone', self.id);
      nbt_mex('destroy', copy.id);
      copy.id = made;
    end

    % ---- Images

    function varargout = image_size(self, panel)
      %IMAGE_SIZE  [fast slow], or two outputs.
      if nargin < 2, panel = 0; end
      shape = nbt_mex('image_size', self.id, panel);
      if nargout > 1
        varargout = num2cell(shape);
      else
        varargout = {shape};
      end
    end

    function image = run(self, type, panel)
      %RUN  The image in photons per pixel, image(fast, slow), 'single' unless TYPE is 'double'.
      is_double = nargin > 1 && choice({'single', 'double'}, type, 'type');
      if nargin < 3, panel = 0; end
      if isempty(self.progress)
        image = nbt_mex('run', self.id, [], panel, is_double);
      else
        image = self.long('run', panel, is_double);
      end
    end

    function run_chunked(self, rows_per_chunk, consume, type)
      %RUN_CHUNKED  Calls CONSUME(rows, first_slow) for one chunk after the other; the image is never held as a whole.
      % rows(fast, i) is row first_slow + i - 1, counted from 0. 0 rows: chosen. Any number gives the same bits. An
      % error in CONSUME ends the run and comes out here.
      is_double = nargin > 3 && choice({'single', 'double'}, type, 'type');
      require_function(consume, 'consume');
      self.long('run_chunked', rows_per_chunk, is_double, @(varargin) self.deliver(consume, varargin{:}));
    end

    function cancel(self)
      %CANCEL  Stops the run that is going on (from one of its callbacks), or the next one at its start.
      nbt_mex('cancel', self.id);
    end

    function [counts, result] = digitize(self, image, kind, panel)
      %DIGITIZE  uint16 counts of the single image that run() gave. KIND: 'integer' or 'noise'. RESULT has scale (counts
      % per photon), total_photons and overloads.
      if nargin < 3, kind = 'integer'; end
      if nargin < 4, panel = 0; end
      [counts, values] = nbt_mex('digitize', self.id, choice({'integer', 'noise'}, kind, 'kind'), panel, image);
      result = struct('scale', values(1), 'total_photons', values(2), 'overloads', values(3));
    end

    function estimate = estimate_memory(self, run, varargin)
      %ESTIMATE_MEMORY  What a run would take. RUN: 'whole', 'chunked', 'gradient', 'jacobian' or 'normal_equations'.
      % Options: type, rows_per_chunk, limit_bytes, parameters, amplitudes.
      if nargin < 2, run = 'whole'; end
      options = named(struct('type', 'single', 'rows_per_chunk', 0, 'limit_bytes', 0, 'parameters', {{}}, ...
                             'amplitudes', false), varargin);
      kind = choice({'whole', 'chunked', 'gradient', 'jacobian', 'normal_equations'}, run, 'run');
      components = 0;
      if kind > 1, components = numel(self.component_names(options.parameters)); end
      values = nbt_mex('estimate_memory', self.id, kind, choice({'single', 'double'}, options.type, 'type'), ...
                       options.rows_per_chunk, options.limit_bytes, components, options.amplitudes);
      fields = {'working_bytes', 'output_bytes', 'evaluations', 'whole_image_fits', 'recommended_rows_per_chunk', ...
                'largest_rows_per_chunk', 'device_bytes'};
      estimate = cell2struct(num2cell(values), fields, 2);
      estimate.whole_image_fits = estimate.whole_image_fits ~= 0;
    end

    % ---- Derivatives

    function names = component_names(self, parameters)
      %COMPONENT_NAMES  What a text or a cell of texts stands for; {}: everything that is differentiable.
      if nargin < 2, parameters = {}; end
      names = nbt_mex('component_names', self.id, texts(parameters, 'parameters'));
    end

    function box = structure_factor_box(self)
      %STRUCTURE_FACTOR_BOX  [first h k l; last h k l] of the structure factors in use; 0 x 0 without any.
      box = nbt_mex('structure_factor_box', self.id);
    end

    function counts = sample_counts(self)
      %SAMPLE_COUNTS  [sources, phi steps, mosaic domains] as a run has them.
      counts = nbt_mex('sample_counts', self.id);
    end

    function result = gradient(self, data, loss, parameters, varargin)
      %GRADIENT  A loss of the image against DATA and its derivatives by any number of parameters, in one sweep.
      %
      %   fit = sim.gradient(data, 'poisson', {'crystal.misset_deg', 'detector.distance_mm'}, 'background', 40)
      %
      % LOSS: 'least_squares', 'gaussian', 'poisson', or 'weights', for which the data are dL/dimage. PARAMETERS: names,
      % components ('crystal.misset_deg[2]') or ties ('a[0]+a[1]'); {}: all that are differentiable. DATA: data(fast,
      % slow), or a function of (first_slow, count) that gives columns of it, as an array or as a struct with data, mask,
      % background, weights. Options: mask, background, weights, scale, gain, readout_variance, rows_per_chunk; class
      % (of the data of a function: 'double' unless told otherwise); amplitudes, sources, orientations: true for the
      % derivatives by these.
      %
      % FIT: loss, scale_derivative, pixels (that count), names, values, and where asked for amplitudes(h, k, l) in
      % structure_factor_box, sources (n x 5: wavelength, weight, direction), orientations (3 x domains x phi steps).
      if nargin < 3, loss = 'least_squares'; end
      if nargin < 4, parameters = {}; end
      more = struct('amplitudes', false, 'sources', false, 'orientations', false);
      [given, options] = self.measured(data, loss, varargin, more);
      names = self.component_names(parameters);
      wanted = double([options.amplitudes, options.sources, options.orientations]);
      [values, summary, amplitudes, sources, orientations] = ...
          self.long('gradient', given, texts(parameters, 'parameters'), wanted);
      result = struct('loss', summary(1), 'scale_derivative', summary(2), 'pixels', summary(3), 'names', {names}, ...
                      'values', values);
      if options.amplitudes
        shape = diff(self.structure_factor_box(), 1, 1) + 1;
        result.amplitudes = permute(reshape(amplitudes, fliplr(shape)), [3 2 1]);
      end
      if options.sources, result.sources = sources.'; end
      if options.orientations
        counts = self.sample_counts();
        result.orientations = reshape(orientations, [3, counts(3), counts(2)]);
      end
    end

    function result = normal_equations(self, data, loss, parameters, varargin)
      %NORMAL_EQUATIONS  J'WJ and J'Wr of Gauss-Newton, without the Jacobian; arguments as of gradient(), and the option
      % with_scale: the scale is then the last component. RESULT: loss, pixels, names, matrix, gradient.
      if nargin < 3, loss = 'least_squares'; end
      if nargin < 4, parameters = {}; end
      [given, options] = self.measured(data, loss, varargin, struct('with_scale', false));
      names = self.component_names(parameters);
      if options.with_scale, names{end + 1} = 'scale'; end
      [matrix, summary, gradient] = ...
          self.long('normal_equations', given, texts(parameters, 'parameters'), double(options.with_scale));
      result = struct('loss', summary(1), 'pixels', summary(3), 'names', {names}, 'matrix', matrix, 'gradient', gradient);
    end

    function result = jacobian(self, parameters, tangent, rows_per_chunk)
      %JACOBIAN  RESULT: image(fast, slow), derivatives(fast, slow, component), names. With TANGENT, one factor per
      % component, there is one derivative: along it.
      if nargin < 2, parameters = {}; end
      if nargin < 3, tangent = []; end
      if nargin < 4, rows_per_chunk = 0; end
      names = self.component_names(parameters);
      [image, derivatives] = self.long('jacobian', texts(parameters, 'parameters'), reals(tangent, 'tangent'), ...
                                       rows_per_chunk, []);
      result = struct('image', image, 'derivatives', derivatives, 'names', {names});
    end

    function jacobian_chunked(self, rows_per_chunk, consume, parameters, tangent)
      %JACOBIAN_CHUNKED  Calls CONSUME(image_rows, derivative_rows, first_slow) for one chunk after the other.
      if nargin < 4, parameters = {}; end
      if nargin < 5, tangent = []; end
      require_function(consume, 'consume');
      self.long('jacobian', texts(parameters, 'parameters'), reals(tangent, 'tangent'), rows_per_chunk, ...
                @(varargin) self.deliver(consume, varargin{:}));
    end

    % ---- Looking inside

    function values = trace(self, fast, slow, panel)
      %TRACE  Every intermediate value of one pixel, counted from 0, as a struct (docs/trace.md).
      if nargin < 4, panel = 0; end
      values = jsondecode(nbt_mex('trace', self.id, panel, slow, fast));
    end

    function values = report(self)
      %REPORT  What the library decided by itself and what follows from the scene, as a struct (docs/report.md).
      values = jsondecode(nbt_mex('report', self.id));
    end
  end

  methods (Static)
    function simulation = from_scene(scene)
      %FROM_SCENE  A simulation from the text of a scene file.
      simulation = nbt.Simulation();
      simulation.load_scene(scene);
    end
  end

  methods (Access = private)
    function varargout = long(self, command, varargin)
      % A call with callbacks. Octave loses the identifier of an error that passes through a MEX file, so that errors
      % are caught in the callbacks and raised again here.
      hook = [];
      if ~isempty(self.progress)
        require_function(self.progress, 'progress');
        hook = @(fraction) self.deliver(self.progress, fraction);
      end
      self.failure = [];
      raised = [];
      try
        [varargout{1:nargout}] = nbt_mex(command, self.id, hook, varargin{:});
      catch raised
      end
      if ~isempty(self.failure)
        raised = self.failure;
        self.failure = [];
      end
      if ~isempty(raised), rethrow(raised); end
    end

    function stop = deliver(self, callback, varargin)
      stop = false;
      try
        callback(varargin{:});
      catch raised
        self.failure = raised;
        stop = true;
      end
    end

    function [given, options] = measured(self, data, loss, pairs, more)
      % The loss as the raw layer takes it; `more` holds the other options of the caller with their defaults.
      options = more;
      defaults = {'mask', [], 'background', [], 'weights', [], 'scale', 1, 'gain', 0, 'readout_variance', 0, ...
                  'rows_per_chunk', 0, 'class', 'double'};
      for i = 1:2:numel(defaults), options.(defaults{i}) = defaults{i + 1}; end
      options = named(options, pairs);
      given = struct('kind', choice({'weights', 'least_squares', 'gaussian', 'poisson'}, loss, 'loss'), ...
                     'scale', options.scale, 'gain', options.gain, 'readout_variance', options.readout_variance, ...
                     'rows_per_chunk', options.rows_per_chunk, 'data_class', options.class);
      shape = self.image_size();
      if isa(data, 'function_handle')
        if ~isempty([options.mask(:); options.background(:); options.weights(:)])
          error('nbt:invalidArgument', 'with a data function, mask, background and weights come from the function');
        end
        read = data;
      else
        data = measured_numbers(data);
        require_shape(data, shape, 'data');
        rows = companions(options, shape);
        rows.data = data;
        given.data_class = class(data);
        read = @(first, count) columns(rows, first, count);
      end
      if isa(data, 'function_handle') || options.rows_per_chunk ~= 0
        rows = struct('data', @(first, count) self.answer(read, given.data_class, [shape(1), count], first));
      end
      for field = fieldnames(rows).', given.(field{1}) = rows.(field{1}); end
    end

    function rows = answer(self, read, class_name, shape, first)
      % Checked rows for the library; anything but a struct stops the run.
      rows = true;
      try
        answered = read(first, shape(2));
        if ~isstruct(answered), answered = struct('data', {answered}); end
        pairs = [fieldnames(answered).'; struct2cell(answered).'];
        answered = named(struct('data', [], 'mask', [], 'background', [], 'weights', []), pairs(:));
        require_shape(answered.data, shape, 'data');
        checked = companions(answered, shape);
        checked.data = in_class(answered.data, class_name, 'data');
        rows = checked;
      catch raised
        self.failure = raised;
      end
    end
  end
end

% ---- What goes in, checked and converted

function is = is_text(value)
  is = ischar(value) || isa(value, 'string');
end

function value = text(value, name)
  if ~is_text(value)
    error('nbt:invalidArgument', '%s is %s of %s: a text is needed', name, class(value), size_text(value));
  end
  value = char(value);
end

function list = texts(list, name)
  if isempty(list)
    list = {};
  elseif ischar(list)
    list = {list};
  elseif ~iscell(list)
    list = cellstr(list);
  end
  list = cellfun(@(word) text(word, name), list, 'UniformOutput', false);
end

function values = reals(value, name)
  if ~(isnumeric(value) || islogical(value)) || ~isreal(value)
    error('nbt:invalidArgument', '%s is %s: real numbers are needed', name, kind_text(value));
  end
  values = full(double(value));
  if isinteger(value) && any(abs(values(:)) > 2^53)
    error('nbt:invalidArgument', '%s is %s with numbers beyond 2^53, which a double does not hold', name, class(value));
  end
end

function values = indices(value, name)
  values = in_class(reals(value, name), 'int32', name);
end

function values = flags(value, name)
  values = uint8(reals(value, name) ~= 0);
end

function values = in_class(value, class_name, name)
  % Floating point may be rounded to single; integers must come out as they were.
  if isa(value, class_name) && ~issparse(value)
    values = value;
    return
  end
  given = reals(value, name);
  values = cast(given, class_name);
  wrong = find(double(values) ~= given, 1);
  if isinteger(values) && ~isempty(wrong)
    error('nbt:invalidArgument', '%s(%d) is %.17g: a number of %s is needed', name, wrong, given(wrong), class_name);
  end
end

function values = measured_numbers(value)
  switch class(value)
    case {'single', 'double', 'uint16', 'int32'}
      values = full(value);
    case {'logical', 'int8', 'uint8', 'int16'}
      values = int32(value);
    otherwise
      values = reals(value, 'data');
  end
end

function rows = companions(given, shape)
  rows = struct('mask', flags(spread(given.mask, shape, 'mask'), 'mask'), ...
                'background', reals(spread(given.background, shape, 'background'), 'background'), ...
                'weights', reals(spread(given.weights, shape, 'weights'), 'weights'));
end

function values = spread(value, shape, name)
  % One number stands for all pixels.
  values = value;
  if numel(value) == 1
    values = repmat(value, shape);
  elseif ~isempty(value)
    require_shape(value, shape, name);
  end
end

function part = columns(rows, first, count)
  part = structfun(@(values) values(:, first + 1:min(end, first + count)), rows, 'UniformOutput', false);
end

function require_shape(value, shape, name)
  if ~isequal(size(value), double(shape))
    hint = '';
    if isequal(size(value), fliplr(double(shape))), hint = ' (images are image(fast, slow): is it transposed?)'; end
    error('nbt:wrongLength', '%s is %s: %d x %d (fast x slow) is needed%s', name, size_text(value), shape, hint);
  end
end

function require_function(value, name)
  if ~isa(value, 'function_handle')
    error('nbt:invalidArgument', '%s is %s: a function handle is needed', name, kind_text(value));
  end
end

function index = choice(words, word, name)
  index = find(strcmp(words, text(word, name))) - 1;
  if isempty(index)
    error('nbt:invalidArgument', '%s is ''%s'': use one of %s', name, char(word), strjoin(words, ', '));
  end
end

function options = named(options, pairs)
  known = fieldnames(options);
  if mod(numel(pairs), 2)
    error('nbt:invalidArgument', 'options are pairs of a name and a value: the last name has no value');
  end
  for i = 1:2:numel(pairs)
    choice(known, pairs{i}, 'option');
    options.(char(pairs{i})) = pairs{i + 1};
  end
end

function words = kind_text(value)
  words = [class(value) ' of ' size_text(value)];
  if isnumeric(value) && ~isreal(value), words = ['complex ' words]; end
end

function words = size_text(value)
  words = strjoin(arrayfun(@(n) sprintf('%d', n), size(value), 'UniformOutput', false), ' x ');
end
