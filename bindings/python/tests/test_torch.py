"""nbt.torch against differences (gradcheck) and against itself in chunks, stills and modules."""

import numpy as np
import pytest
import torch

import nbt.torch


@pytest.fixture
def small(sim):
    """32 x 32 pixels, in double, few spots."""
    sim.update({"precision.mode": "double", "detector.pixels": (32, 32), "structure_factors.interpolation": "nearest"})
    sim.update({"beam.wavelength_A": 4, "crystal.shape": "gauss", "crystal.cells": (3, 3, 3)})
    sim.set_structure_factor_grid((-2, -2, -2), 20 + np.arange(125.0).reshape(5, 5, 5))
    return sim


def leaf(*values):
    return torch.tensor(values if len(values) > 1 else values[0], dtype=torch.float64, requires_grad=True)


def test_gradcheck_of_parameters_and_amplitudes_in_chunks(small):
    amplitudes = torch.tensor(20 + np.arange(27.0).reshape(3, 3, 3), requires_grad=True)

    def image(misset, distance, wavelength, F):
        names = {"crystal.misset_deg": misset, "detector.distance_mm": distance, "beam.wavelength_A": wavelength}
        return nbt.torch.render(small, names, F, first=(-1, -1, -1), rows_per_chunk=8)

    inputs = (leaf(11.0, 23.0, -37.0), leaf(120.0), leaf(4.0), amplitudes)
    assert torch.autograd.gradcheck(image, inputs, eps=1e-5, atol=1e-5, rtol=1e-5)


def test_gradcheck_of_a_module_in_chunks(small):
    model = nbt.torch.Scene(small, ["crystal.cell_lengths_A", "crystal.misset_deg"], rows_per_chunk=8)
    names, values = zip(*model.named_parameters())

    def image(*given):
        return torch.nn.utils.stateless.functional_call(model, dict(zip(names, given)), ())

    assert torch.autograd.gradcheck(image, values, eps=1e-5, atol=1e-5, rtol=1e-5)


def test_chunks_change_no_bit(small):
    results = []
    for rows_per_chunk in (None, 8, 1):
        misset = leaf(11.0, 23.0, -37.0)
        image = nbt.torch.render(small, {"crystal.misset_deg": misset}, rows_per_chunk=rows_per_chunk)
        (image**2).sum().backward()
        results.append((image.detach(), misset.grad))
    for image, grad in results[1:]:
        assert torch.equal(image, results[0][0]) and torch.equal(grad, results[0][1])


def test_the_image_is_that_of_run_and_sim_is_not_changed(small):
    image = nbt.torch.render(small, {"crystal.misset_deg": torch.zeros(3)}, dtype=torch.float32)
    assert small["crystal.misset_deg"].tolist() == [11, 23, -37]
    small["crystal.misset_deg"] = (0, 0, 0)
    assert np.array_equal(image.numpy(), small.run())


def test_backward_is_of_the_scene_of_its_forward(small):
    misset = leaf(11.0, 23.0, -37.0)
    expected = torch.autograd.grad(nbt.torch.render(small, {"crystal.misset_deg": misset}).sum(), misset)[0]
    image = nbt.torch.render(small, {"crystal.misset_deg": misset})
    small["crystal.cells"] = (1, 1, 1)
    assert torch.equal(torch.autograd.grad(image.sum(), misset)[0], expected)


def test_only_what_needs_a_gradient_gets_one(small):
    distance, F = leaf(120.0), torch.ones(3, 3, 3, dtype=torch.float64, requires_grad=True)
    image = nbt.torch.render(small, {"detector.distance_mm": distance.detach()}, F, first=(-1, -1, -1))
    image.sum().backward()
    assert distance.grad is None and F.grad.abs().sum() > 0


def test_stills_share_what_has_no_extra_axis(small):
    misset = torch.tensor([[11.0, 23, -37], [12, 23, -37]], dtype=torch.float64, requires_grad=True)
    distance = leaf(120.0)
    images = nbt.torch.render_stills(small, {"crystal.misset_deg": misset, "detector.distance_mm": distance})
    assert images.shape == (2, 32, 32)
    images[1].sum().backward()
    assert torch.all(misset.grad[0] == 0) and torch.any(misset.grad[1] != 0) and distance.grad != 0
    with pytest.raises(ValueError, match="stills"):
        nbt.torch.render_stills(small, {"detector.distance_mm": distance})


def test_an_optimiser_finds_a_distance(small):
    measured = nbt.torch.render(small)
    model = nbt.torch.Scene(small, ["detector.distance_mm"])
    with torch.no_grad():
        model.values["detector__distance_mm"].fill_(119.9)
    optimiser = torch.optim.LBFGS(model.parameters(), line_search_fn="strong_wolfe")

    def loss():
        optimiser.zero_grad()
        difference = ((model() - measured) ** 2).sum()
        difference.backward()
        return difference

    optimiser.step(loss)
    assert model.values["detector__distance_mm"].item() == pytest.approx(120, abs=1e-4)


def test_bad_input_is_named(small):
    with pytest.raises(ValueError, match="crystal.mosaic_domains"):
        nbt.torch.render(small, {"crystal.mosaic_domains": leaf(3.0)})
    with pytest.raises(ValueError, match="crystal.mosaic_spread_deg is automatic"):
        nbt.torch.Scene(small, ["crystal.mosaic_spread_deg"])
    with pytest.raises(KeyError, match="crystal.misset_deg"):
        nbt.torch.render(small, {"crystal.misset": leaf(1.0, 2.0, 3.0)})
    with pytest.raises(TypeError, match="float16"):
        nbt.torch.render(small, dtype=torch.float16)
    with pytest.raises(ValueError, match="has 3 values, not 2"):
        nbt.torch.render(small, {"crystal.misset_deg": leaf(1.0, 2.0)})
