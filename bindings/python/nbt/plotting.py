"""Images with resolution rings, by matplotlib."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .simulation import Simulation


def resolution_A(sim: Simulation, slow, fast, *, panel: int = 0) -> np.ndarray:
    """d = wavelength / (2 sin theta) at the centres of pixels; infinite in the direct beam. Flat panels only."""
    report = sim.report()
    geometry, beam = report["detector"]["panels"][panel], report["beam"]
    if geometry["curved"]:
        raise ValueError("the detector is curved: resolution rings are those of a flat panel")
    slow, fast = np.broadcast_arrays(slow, fast)
    place = np.array(geometry["origin_mm"])
    place = place + geometry["pixel_size_mm"] * (
        (fast[..., None] + 0.5) * np.array(geometry["fast_axis"])
        + (slow[..., None] + 0.5) * np.array(geometry["slow_axis"])
    )
    ray = place / np.linalg.norm(place, axis=-1, keepdims=True)
    half_chord = np.linalg.norm(ray - beam["direction"], axis=-1) / 2  # sin theta
    with np.errstate(divide="ignore"):
        return beam["wavelength_A"] / (2 * half_chord)


def _round_rings(resolution: np.ndarray) -> list[float]:
    """Four rings, evenly spaced in scattering, at resolutions of two digits."""
    finest = resolution.min()
    return sorted({float(f"{finest * 5 / step:.2g}") for step in (1, 2, 3, 4)})


def show(
    image, sim: Simulation, *, rings_A: Sequence[float] | None = None, axes: Any = None, panel: int = 0, **options
) -> Any:
    """Draws image[slow, fast], fast to the right and slow downwards, and gives the axes.

    `rings_A`: resolutions of the rings, None for four of them, () for none. Other options go to imshow.
    """
    import matplotlib.pyplot as plt

    image = np.asarray(image)
    if image.shape != sim.image_size(panel):
        raise ValueError(f"image has shape {image.shape}: the simulation's is {sim.image_size(panel)}")
    axes = plt.subplots()[1] if axes is None else axes
    brightest = np.percentile(image, 99.7)
    axes.imshow(image, **{"cmap": "gray_r", "vmin": 0, "vmax": brightest or image.max() or 1, **options})
    step = max(1, max(image.shape) // 512)  # rings are smooth: a coarse grid draws them as well
    slow, fast = np.arange(0, image.shape[0], step), np.arange(0, image.shape[1], step)
    resolution = resolution_A(sim, slow[:, None], fast[None, :], panel=panel)
    levels = _round_rings(resolution) if rings_A is None else sorted(rings_A)
    levels = [level for level in levels if level > resolution.min()]
    if levels:
        lines = axes.contour(fast, slow, resolution, levels, colors="tab:blue", linewidths=0.8)
        axes.clabel(lines, fmt="%.3g Å")
    axes.set_xlabel("fast (pixels)")
    axes.set_ylabel("slow (pixels)")
    return axes
