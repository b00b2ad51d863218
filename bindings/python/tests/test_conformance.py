"""The suite of all bindings (bindings/conformance/README.md)."""

import json
import pathlib

import numpy as np
import pytest

import nbt

TREE = pathlib.Path(__file__).resolve().parents[3]
CASES = json.loads((TREE / "bindings/conformance/suite.json").read_text())["cases"]
STATUS = {name[len("NBT_ERROR_") :]: value for name, value in vars(nbt._raw).items() if name.startswith("NBT_ERROR_")}


def make(sim, call):
    name = call["call"]
    if name in ("set", "set_text"):
        sim[call["name"]] = call["values"] if name == "set" else call["text"]
    elif name == "set_arguments":
        sim.set_arguments([word.replace("{golden}", str(TREE / "tests/golden")) for word in call["arguments"]])
    elif name == "load_scene":
        sim.load_scene(call["text"])
    elif name == "set_structure_factors":
        sim.set_structure_factors(np.column_stack([call["h"], call["k"], call["l"]]), call["F"])
    elif name == "set_structure_factor_grid":
        shape = [b - a + 1 for a, b in zip(call["first"], call["last"])]
        F = np.array(call["F"], float)
        sim.set_structure_factor_grid(call["first"], F.reshape(shape) if F.size == np.prod(shape) else F)
    elif name == "set_sources":
        sim.set_sources(np.reshape(call["directions"], (-1, 3)), call["wavelengths_A"], call["weights"])
    elif name == "set_mosaic_rotations":
        sim.set_mosaic_rotations(np.reshape(call["rotations"], (-1, 3, 3)))
    elif name == "set_mask":
        sim.set_mask(np.reshape(call["mask"], (call["slow_count"], call["fast_count"])))
    elif name == "set_roi":
        sim["detector.roi"] = call["limits"]
    elif name == "cancel":
        sim.cancel()
    elif name == "run":
        sim.run()
    elif name == "run_chunked":
        if call.get("stop"):
            sim.progress = lambda fraction: sim.cancel()
        for _ in sim.rows(call["rows_per_chunk"]):
            pass
    elif name == "gradient":
        sim.gradient(np.ones(sim.image_size()), "weights", call["parameters"])
    elif name == "trace_pixel":
        sim.trace(call["slow"], call["fast"])
    else:
        raise AssertionError(f"the suite has a call {name} that this test does not know")


def with_part(part):
    cases = [case for case in CASES if part in case]
    return pytest.mark.parametrize("case", cases, ids=[case["name"] for case in cases])


@pytest.fixture
def sim(case):
    simulation = nbt.Simulation()
    for call in case["scene"]:
        make(simulation, call)
    return simulation


@with_part("image")
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_image(sim, case, dtype):
    expected = case["image"]
    image = sim.run(dtype)
    relative = expected["relative"] + (1.2e-7 if dtype == np.float32 else 0)

    def near(value, figure):
        return value == pytest.approx(figure, rel=relative, abs=expected["absolute"])

    assert image.shape == (expected["slow_count"], expected["fast_count"])
    assert np.unravel_index(image.argmax(), image.shape) == (expected["max_slow"], expected["max_fast"])
    assert near(image.sum(dtype=float), expected["sum"])
    assert near(image.max(), expected["max"])
    for slow, fast, value in expected["pixels"]:
        assert near(image[slow, fast], value), (slow, fast)
    for rows_per_chunk in (1, 7, len(image)):
        assert np.array_equal(np.concatenate(list(sim.rows(rows_per_chunk, dtype))), image)
    assert np.array_equal(nbt.Simulation.from_scene(sim.dump_scene()).run(dtype), image)
    assert np.array_equal(sim.clone().run(dtype), image)


@with_part("counts")
def test_counts(sim, case):
    image = sim.run()
    for expected in case["counts"]:
        counts = sim.digitize(image, expected["kind"]).counts
        assert counts.sum(dtype=np.int64) == expected["sum"]
        for slow, fast, value in expected["pixels"]:
            assert counts[slow, fast] == value, (expected["kind"], slow, fast)


@with_part("trace")
def test_trace(sim, case):
    expected = case["trace"]
    value = sim.trace(expected["slow"], expected["fast"])["final"]["pixel_value"]
    assert value == pytest.approx(expected["pixel_value"], rel=expected["relative"])


def pattern(loss, name, shape, dtype):
    if name not in loss:
        return None
    rule = loss[name]
    slow, fast = np.indices(shape)
    steps = (rule["slow"] * slow + rule["fast"] * fast) % rule["modulus"]
    return (rule["factor"] * steps + rule["offset"]).astype(dtype)


def assert_within(values, expected, tolerances):
    assert np.all(np.abs(values - np.array(expected)) <= tolerances), (values, expected, tolerances)


@with_part("gradient")
def test_gradient(sim, case):
    expected = case["gradient"]
    loss = expected["loss"]
    shape = sim.image_size()
    options = {name: loss[name] for name in ("scale", "gain", "readout_variance") if name in loss}
    options.update({name: pattern(loss, name, shape, float) for name in ("background", "weights", "mask")})
    box = sim.structure_factor_box()
    for dtype in expected["data_types"]:
        data = pattern(loss, "data", shape, dtype)
        arguments = (data, loss["kind"], expected["parameters"])
        result = sim.gradient(*arguments, amplitudes="amplitudes" in expected, **options)
        chunked = sim.gradient(*arguments, rows_per_chunk=5, **options)
        assert (chunked.loss, chunked.values.tobytes()) == (result.loss, result.values.tobytes()), dtype
        assert result.names == expected["components"]
        assert_within(result.values, expected["values"], expected["tolerances"])
        assert result.loss == pytest.approx(expected["loss_value"], rel=1e-8)
        assert result.scale_derivative == pytest.approx(expected["scale_derivative"], rel=1e-8)
        assert result.pixels == expected["pixels"]
        for *hkl, value, tolerance in expected.get("amplitudes", []):
            assert_within(result.amplitudes[tuple(np.subtract(hkl, box.first))], value, tolerance)
    if "normal_equations" in expected:
        normal = expected["normal_equations"]
        equations = sim.normal_equations(*arguments, with_scale=normal["with_scale"], **options)
        assert_within(equations.matrix.ravel(), normal["matrix"], normal["tolerances"])
        assert_within(equations.gradient[:-1], expected["values"], expected["tolerances"])
        assert equations.gradient[-1] == pytest.approx(expected["scale_derivative"], rel=1e-8)
    jacobian = sim.jacobian(expected["parameters"])
    for row in expected.get("derivative_pixels", []):
        assert_within(jacobian.derivatives[:, row["slow"], row["fast"]], row["values"], row["tolerances"])


@with_part("error")
def test_error(sim, case):
    expected = case["error"]
    before = sim.dump_scene()
    with pytest.raises(nbt.Error) as caught:
        make(sim, expected["call"])
    assert caught.value.status == STATUS[expected["status"]], caught.value
    for word in expected["message"]:
        assert word in str(caught.value)
    assert sim.dump_scene() == before
