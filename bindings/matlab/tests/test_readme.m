function tests = test_readme()
  % The code of the README and the examples work as they stand.
  tests = localfunctions();
end

function folder = binding()
  folder = fullfile(fileparts(mfilename('fullpath')), '..');
end

function folder = scratch()
  folder = tempname();
  mkdir(folder);
end

function test_blocks_of_the_readme_run_in_order()
  page = fileread(fullfile(binding(), 'README.md'));
  blocks = regexp(page, '```matlab\n(.*?)```', 'tokens');
  expect(numel(blocks) >= 6, '%d blocks', numel(blocks));
  before = cd(scratch());
  back = onCleanup(@() cd(before));
  for block = blocks, run_block(block{1}{1}); end
  expect(isequal(size(imread('image.png')), [384 512 3]), 'the picture stands upright');
  file = dir('image.f32');
  expect(file.bytes == 4 * 512 * 384, 'every row is in the file');
end

function run_block(code)
  evalin('base', code);
end

function run_example(name, folder)
  evalin('base', sprintf('folder = ''%s''; repeats = 3; run(''%s'');', folder, ...
                         fullfile(binding(), 'examples', [name '.m'])));
end

function test_first_image_saves_pictures()
  folder = scratch();
  run_example('first_image', folder);
  for name = {'image.png', 'counts.png'}
    picture = imread(fullfile(folder, name{1}));
    expect(isequal(size(picture), [384 512 3]) && max(picture(:)) > 200, '%s', name{1});
  end
end

function test_refinement_finds_the_orientation_again()
  run_example('refine_orientation', scratch());
  off = abs(evalin('base', 'found_deg - true_deg'));
  sigma = evalin('base', 'standard_error_deg');
  expect(off < 5 * sigma & sigma < 0.1, 'off by %s deg, standard error %s', mat2str(off, 3), mat2str(sigma, 3));
end

function test_overhead_is_measured()
  run_example('overhead', scratch());
  expect(evalin('base', 'all(times(:) > 0)'), 'times');
end

function test_picture_shows_the_brightest_pixel_in_its_place()
  image = zeros(40, 30);
  image(33, 5) = 1000;
  rgb = nbt.picture(image);
  expect(isequal(size(rgb), [30 40 3]) && isa(rgb, 'uint8'), '%s', mat2str(size(rgb)));
  brightness = sum(double(rgb), 3);
  [~, place] = max(brightness(:));
  expect(place == sub2ind([30 40], 5, 33), 'row slow, column fast');
  expect(isequal(size(nbt.picture(zeros(3, 4))), [4 3 3]), 'a dark image');
end
