% Simulates an image, adds noise, and saves both as pictures; no display is needed.
% Usage: addpath the folder with +nbt, then first_image; or set `folder` before, where the pictures are to go.
if ~exist('folder', 'var'), folder = pwd(); end

sim = nbt.Simulation('-cell 79.1 79.1 37.9 -default_F 100 -N 10 -distance 150 -detpixels_f 512 -detpixels_s 384');
sim.set('crystal.misset_deg', [15 25 35], 'sampling.oversample', 2);
image = sim.run();                          % image(fast, slow)
[brightest, place] = max(image(:));
[fast, slow] = ind2sub(size(image), place);
fprintf('%d x %d pixels, the brightest has %.4g photons at fast %d, slow %d\n', size(image), brightest, fast - 1, slow - 1);

sim.set('background.water_um', 0.001, 'noise.seed', 1);
counts = sim.digitize(sim.run(), 'noise');

imwrite(nbt.picture(image), fullfile(folder, 'image.png'));
imwrite(nbt.picture(counts), fullfile(folder, 'counts.png'));
