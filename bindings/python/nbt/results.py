"""What runs give back besides images."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np


class Gradient(NamedTuple):
    """A loss and its derivatives; `gradient["detector.distance_mm"]` is one of `values`."""

    loss: float
    scale_derivative: float
    pixels: int  # that count
    names: list[str]  # of the components
    values: np.ndarray
    amplitudes: np.ndarray | None  # by every structure factor: h, k, l as in Simulation.structure_factor_box
    sources: np.ndarray | None  # by source: wavelength (A), weight, direction x, y, z
    orientations: np.ndarray | None  # by phi step and domain: small rotations about x, y, z in radians

    def __getitem__(self, key):
        return self.values[self.names.index(key)] if isinstance(key, str) else tuple(self)[key]


class NormalEquations(NamedTuple):
    """J^T W J and J^T W r of Gauss-Newton; with the scale it is the last component, named "scale"."""

    loss: float
    pixels: int
    names: list[str]
    matrix: np.ndarray
    gradient: np.ndarray


class Jacobian(NamedTuple):
    """An image and one derivative image per component; with a tangent one alone."""

    image: np.ndarray
    derivatives: np.ndarray  # component, slow, fast
    names: list[str]


class Digitized(NamedTuple):
    counts: np.ndarray  # uint16
    scale: float  # counts per photon (integer image)
    total_photons: float  # drawn (noise image)
    overloads: int  # pixels clipped at 65535 (noise image)


class DigitizeTotals(NamedTuple):
    scale: float  # counts per photon (integer image)
    total_photons: float  # drawn (noise image)
    overloads: int  # pixels clipped at 65535 (noise image)


class MemoryEstimate(NamedTuple):
    working_bytes: float  # what the library allocates for the run
    output_bytes: float  # the image as a whole
    evaluations: float
    whole_image_fits: bool
    recommended_rows_per_chunk: int
    largest_rows_per_chunk: int
    device_bytes: float


class Box(NamedTuple):
    """Closed ranges of the Miller indices of the structure factors in use."""

    first: tuple[int, int, int]
    last: tuple[int, int, int]

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(b - a + 1 for a, b in zip(self.first, self.last))
