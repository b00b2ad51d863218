% Finds an orientation again that is a few tenths of a degree off, by Gauss-Newton on a noisy image.
true_deg = [12 25 -37];
sim = nbt.Simulation('crystal.cell_lengths_A', [40 50 60], 'crystal.cells', [8 8 8], 'crystal.shape', 'gauss', ...
                     'crystal.misset_deg', true_deg, 'crystal.mosaic_spread_deg', 0.3, 'crystal.mosaic_domains', 5, ...
                     'detector.pixels', [160 120], 'detector.pixel_size_mm', 0.8, 'detector.distance_mm', 120, ...
                     'beam.fluence_per_m2', 3e28, 'background.water_um', 0.03, 'digitize.adc_offset', 0, 'noise.seed', 7);
[h, k, l] = ndgrid(-20:20, -20:20, -20:20);
sim.set_structure_factor_grid([-20 -20 -20], 40 + 20 * cos(h + 2 * k + 3 * l));
counts = sim.digitize(sim.run(), 'noise');

found_deg = true_deg + [0.15 -0.2 0.1];
for step = 1:8
  sim.set('crystal.misset_deg', found_deg);
  fit = sim.normal_equations(counts, 'poisson', 'crystal.misset_deg');
  change_deg = -(fit.matrix \ fit.gradient(:)).';
  found_deg = found_deg + change_deg;
  fprintf('step %d: loss %.2f, change %.1e deg\n', step, fit.loss, max(abs(change_deg)));
  if max(abs(change_deg)) < 1e-6, break; end
end

standard_error_deg = sqrt(diag(inv(fit.matrix))).';
fprintf('misset %.4f deg, off by %.1e, standard error %.1e\n', [found_deg; found_deg - true_deg; standard_error_deg]);
