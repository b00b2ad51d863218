"""Rings lie where the geometry says, and the tutorial runs as it stands."""

import pathlib
import subprocess
import sys

import matplotlib
import numpy as np
import pytest

matplotlib.use("Agg")

import nbt.plotting  # noqa: E402

EXAMPLES = pathlib.Path(__file__).resolve().parents[1] / "examples"


def test_resolution_is_braggs_law(sim):
    traced = sim.trace(4, 33)["evaluations"][0]["scattering_inv_m"]
    assert nbt.plotting.resolution_A(sim, 4, 33) == pytest.approx(1e10 / np.linalg.norm(traced), rel=1e-9)


def test_rings_and_labels_are_drawn(sim, tmp_path):
    axes = nbt.plotting.show(sim.run(), sim, rings_A=(10, 20))
    assert sorted(text.get_text() for text in axes.texts) == ["10 Å", "20 Å"]
    axes.figure.savefig(tmp_path / "image.png")
    assert (tmp_path / "image.png").stat().st_size > 1000
    assert nbt.plotting.show(np.zeros((30, 40)), sim).texts, "rings without being told, and a dark image"
    assert not nbt.plotting.show(sim.run(), sim, rings_A=()).texts


def test_image_of_another_size_is_refused(sim):
    with pytest.raises(ValueError, match=r"\(40, 30\)"):
        nbt.plotting.show(np.zeros((40, 30)), sim)
    sim["detector.curved"] = True
    with pytest.raises(ValueError, match="curved"):
        nbt.plotting.show(np.zeros((30, 40)), sim)


def test_tutorial_finds_the_orientation_again(tmp_path):
    picture = tmp_path / "tutorial.png"
    result = subprocess.run([sys.executable, EXAMPLES / "tutorial.py", picture], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    assert "standard error" in result.stdout and picture.exists()


def test_overhead_is_measured():
    result = subprocess.run([sys.executable, EXAMPLES / "overhead.py"], capture_output=True, text=True)
    assert result.returncode == 0 and result.stdout.count("us") == 3, result.stdout + result.stderr
