import pytest

import nbt


@pytest.fixture
def sim():
    """A small scene: 40 x 30 pixels (fast x slow) with spots."""
    return nbt.Simulation(
        {
            "crystal.cell_lengths_A": (50, 60, 70),
            "crystal.cell_angles_deg": (85, 95, 100),
            "crystal.misset_deg": (11, 23, -37),
            "crystal.cells": (5, 6, 7),
            "detector.pixels": (40, 30),
            "detector.pixel_size_mm": 0.8,
            "detector.distance_mm": 120,
            "sampling.oversample": 1,
            "structure_factors.default_F": 100,
        }
    )


@pytest.fixture
def long_sim(sim):
    """Minutes of work in many tiles."""
    sim.update({"detector.pixels": (2000, 2000), "crystal.mosaic_spread_deg": 0.5, "crystal.mosaic_domains": 2000})
    return sim
