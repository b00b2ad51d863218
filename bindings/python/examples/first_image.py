"""Simulates an image and writes it as a picture (PGM), for any image viewer.  python3 first_image.py [picture.pgm]"""

import sys

import nbt
import numpy as np

sim = nbt.Simulation(
    {
        "crystal.cell_lengths_A": (79.1, 79.1, 37.9),
        "crystal.cells": (10, 10, 10),
        "crystal.misset_deg": (15, 25, 35),
        "structure_factors.default_F": 100,
        "detector.pixels": (512, 384),
        "detector.pixel_size_mm": 0.2,
    }
)
image = sim.run()  # image[slow, fast]
slow, fast = image.shape
print(f"{fast} x {slow} pixels, brightest {image.max():.4g} photons")

# Dark spots on white; a fiftieth of the brightest and more is black.
grey = 255 - np.minimum(255, 255 * 50 * image / image.max()).astype(np.uint8)
with open(sys.argv[1] if len(sys.argv) > 1 else "first_image.pgm", "wb") as file:
    file.write(b"P5\n%d %d\n255\n" % (fast, slow))
    file.write(grey.tobytes())
