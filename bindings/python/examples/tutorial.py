# # From a scene to a refined orientation
#
# Simulate a still image, add photon noise, pretend that the orientation is known only roughly, find it again, and draw
# the result. Run it as a script, or cell by cell (# %%) in an editor that knows such cells.
#
#     python3 tutorial.py [picture.png]

# %% A scene: parameters by name, structure factors from arrays
import sys

import numpy as np

import nbt

true_misset_deg = np.array([12.0, 25.0, -37.0])
sim = nbt.Simulation(
    {
        "crystal.cell_lengths_A": (40, 50, 60),
        "crystal.cells": (8, 8, 8),
        "crystal.shape": "gauss",
        "crystal.misset_deg": true_misset_deg,
        "crystal.mosaic_spread_deg": 0.3,
        "crystal.mosaic_domains": 5,
        "detector.pixels": (160, 120),
        "detector.pixel_size_mm": 0.8,
        "detector.distance_mm": 120,
        "beam.fluence_per_m2": 3e28,
        "background.water_um": 0.03,
        "noise.seed": 7,
    }
)
hkl = np.stack(np.meshgrid(*[np.arange(-20, 21)] * 3, indexing="ij"), axis=-1).reshape(-1, 3)
sim.set_structure_factors(hkl, 40 + 20 * np.cos(hkl @ [1.0, 2.0, 3.0]))

# %% An image, and what a detector would count: noise is a function of the image and the seed
image = sim.run()
measured = sim.digitize(image, "noise").counts.astype(np.int32) - int(sim["digitize.adc_offset"])
print(f"{image.shape[1]} x {image.shape[0]} pixels, {image.sum():.0f} photons, brightest {image.max():.1f}")

# %% A guess that is off by a few tenths of a degree
model = sim.clone()
model["crystal.misset_deg"] = true_misset_deg + [0.15, -0.2, 0.1]

# %% Gauss-Newton: each step is one run, whatever the size of the image
for step in range(8):
    fit = model.normal_equations(np.maximum(measured, 0), "poisson", "crystal.misset_deg")
    change = -np.linalg.solve(fit.matrix, fit.gradient)
    model["crystal.misset_deg"] += change
    print(f"step {step}: loss {fit.loss:.2f}, change {np.abs(change).max():.1e} deg")
    if np.abs(change).max() < 1e-6:
        break

# %% How far it is from the truth, and how far it may be: the inverse matrix is the covariance
error = model["crystal.misset_deg"] - true_misset_deg
sigma = np.sqrt(np.diag(np.linalg.inv(fit.matrix)))
print("error (deg):", np.round(error, 5), " standard error:", np.round(sigma, 5))
assert np.all(np.abs(error) < 5 * sigma), "the orientation was not found again"

# %% The measured image with resolution rings
if len(sys.argv) > 1:
    import matplotlib

    matplotlib.use("Agg")
    import nbt.plotting

    nbt.plotting.show(measured, sim).figure.savefig(sys.argv[1], dpi=120)
