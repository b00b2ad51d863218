"""What Python adds to the suite: types, arrays, copies, callbacks, interrupts, threads, bad input."""

import copy
import gc
import json
import logging
import os
import pickle
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest

import nbt
from nbt._library import library

# ---- Parameters


def test_values_have_the_types_of_their_kinds(sim):
    assert sim["detector.distance_mm"] == 120.0 and isinstance(sim["detector.distance_mm"], float)
    assert sim["sampling.oversample"] == 1 and isinstance(sim["sampling.oversample"], int)
    assert sim["beam.polarization"] is True
    assert sim["crystal.shape"] == "square"
    assert sim["crystal.cells"].tolist() == [5, 6, 7] and sim["crystal.cells"].dtype == int
    assert sim["crystal.mosaic_domains"] is None and sim["detector.pivot"] is None, "automatic"


def test_none_and_del_give_the_default_back(sim):
    sim["crystal.fudge"] = 3
    sim["crystal.fudge"] = None
    assert sim["crystal.fudge"] == 1
    sim["crystal.fudge"] = "2.5"
    del sim["crystal.fudge"]
    assert sim["crystal.fudge"] == 1


def test_attributes_are_the_same_parameters_with_their_sentences(sim):
    sim.parameters.detector.distance_mm = 150
    assert sim["detector.distance_mm"] == 150
    del sim.parameters.detector.distance_mm
    assert sim.parameters.detector.distance_mm == 100
    assert "crystal" in dir(sim.parameters) and "cells" in dir(sim.parameters.crystal)
    sentence = nbt.parameters["crystal.cells"].sentence
    assert sentence in type(sim.parameters.crystal).cells.__doc__
    with pytest.raises(AttributeError):
        sim.parameters.crystal.cell = 1
    with pytest.raises(AttributeError, match="goniometer"):
        sim.parameters.spindle


def test_completion_offers_every_parameter(sim):
    assert sim._ipython_key_completions_() == list(nbt.parameters) == list(sim)
    assert len(nbt.parameters) > 50 and "crystal.cells" in sim


def test_an_orientation_matrix_may_be_a_matrix(sim):
    matrix = np.arange(9.0).reshape(3, 3)
    sim["crystal.orientation_matrix"] = matrix
    assert np.array_equal(sim["crystal.orientation_matrix"], matrix.ravel())


def test_arguments_may_be_text_or_words():
    text = nbt.Simulation(arguments="-cell 50 60 70 -default_F 100 -detpixels 20")
    words = nbt.Simulation(arguments=["-cell", 50, 60, 70, "-default_F", 100, "-detpixels", 20])
    assert np.array_equal(text.run(), words.run())


# ---- Arrays


def test_large_image_crosses_without_a_copy(sim, monkeypatch):
    sim["detector.pixels"] = (2048, 2048)
    sim["detector.roi"] = (0, 10, 0, 10)
    written_to = []
    run = library.nbt_run
    monkeypatch.setattr(library, "nbt_run", lambda *a: (written_to.append(a[3]), run(*a))[1])
    image = sim.run()
    assert image.shape == (2048, 2048) and image.dtype == np.float32
    assert written_to == [image.ctypes.data]
    out = np.full((2048, 2048), 7, np.float32)
    assert sim.run(out=out) is out and written_to[1] == out.ctypes.data
    assert np.array_equal(out, image)


def test_out_may_be_part_of_a_larger_array(sim):
    large = np.full((32, 50), -1.0)
    sim.run(out=large[1:31, 3:43])
    assert np.array_equal(large[1:31, 3:43], sim.run(float))
    assert np.all(large[0] == -1) and np.all(large[:, :3] == -1) and np.all(large[:, 43:] == -1)


def test_out_may_be_any_writable_buffer(sim):
    buffer = bytearray(40 * 30 * 4)
    sim.run(out=memoryview(buffer).cast("f", (30, 40)))
    assert np.array_equal(np.frombuffer(buffer, np.float32).reshape(30, 40), sim.run())


def read_only():
    array = np.empty((30, 40), np.float32)
    array.flags.writeable = False
    return array


@pytest.mark.parametrize(
    "out, error, words",
    [
        (np.empty((40, 30), np.float32), nbt.WrongLength, r"\(40, 30\).*\(30, 40\)"),
        (np.empty(1200, np.float32), nbt.WrongLength, r"\(1200,\)"),
        (np.empty((30, 40), np.float16), TypeError, "float16"),
        (np.empty((30, 40), np.dtype(np.float32).newbyteorder()), TypeError, "dtype"),
        (np.empty((40, 30), np.float32).T, ValueError, "strides"),
        (np.empty((30, 40), np.float32)[::-1], ValueError, "strides"),
        (np.empty((30, 80), np.float32)[:, ::2], ValueError, "strides"),
        (read_only(), ValueError, "read-only"),
        (bytes(4800), nbt.WrongLength, r"\(4800,\)"),
        ([[0.0] * 40] * 30, TypeError, "list"),
    ],
)
def test_bad_out_is_refused(sim, out, error, words):
    with pytest.raises(error, match=words):
        sim.run(out=out)
    assert sim.run().max() > 0


@pytest.mark.parametrize("dtype", [np.int32, np.float16, complex, "U3"])
def test_bad_dtype_is_refused(sim, dtype):
    with pytest.raises(TypeError, match="float32 or float64"):
        sim.run(dtype)


class Dlpack:
    """An array that offers DLPack alone."""

    def __init__(self, array):
        self.array = array

    def __dlpack__(self, **options):
        return self.array.__dlpack__(**options)

    def __dlpack_device__(self):
        return self.array.__dlpack_device__()


def test_data_of_any_kind_give_the_same_gradient(sim):
    counts = np.arange(1200).reshape(30, 40) % 50
    large = np.zeros((30, 60), np.uint16)
    large[:, 5:45] = counts
    expected = sim.gradient(counts.astype(np.uint16), parameters="crystal.misset_deg")
    kinds = [counts.astype(t) for t in ("u1", "i2", ">i4", "i8", "f2", "f4", ">f8", "u4")]
    kinds += [counts.tolist(), np.asfortranarray(counts), large[:, 5:45], Dlpack(counts.astype(np.int32))]
    kinds += [memoryview(counts.astype(np.uint16))]
    for data in kinds:
        result = sim.gradient(data, parameters="crystal.misset_deg")
        assert (result.loss, result.values.tobytes()) == (expected.loss, expected.values.tobytes()), data


@pytest.mark.parametrize(
    "data, error",
    [
        (np.zeros((40, 30)), nbt.WrongLength),
        (np.zeros(1200), nbt.WrongLength),
        (np.zeros((30, 40), complex), TypeError),
        (np.full((30, 40), "a"), TypeError),
        (None, TypeError),
        (np.full((30, 40), np.nan), nbt.OutOfRange),
    ],
)
def test_bad_data_are_refused(sim, data, error):
    with pytest.raises(error):
        sim.gradient(data, parameters="crystal.misset_deg")


def test_structure_factors_are_checked(sim):
    with pytest.raises(TypeError, match="int32"):
        sim.set_structure_factors([[0, 0, 1.5]], [1])
    with pytest.raises(TypeError, match="int32"):
        sim.set_structure_factors([[0, 0, 2**40]], [1])
    with pytest.raises(nbt.WrongLength, match=r"\(2, 3\)"):
        sim.set_structure_factors([[0, 0, 1]], [1, 2])
    with pytest.raises(TypeError, match="complex"):
        sim.set_structure_factors([[0, 0, 1]], [1j])
    with pytest.raises(nbt.WrongLength, match="three axes"):
        sim.set_structure_factor_grid((0, 0, 0), [1, 2])
    with pytest.raises(nbt.OutOfRange, match="0 0 1"):
        sim.set_structure_factors([[0, 0, 1]], [np.inf])
    sim.set_structure_factors([[0, 0, 1], [1, 0, 0]], [1, 2])
    assert sim.structure_factor_box() == ((0, 0, 0), (1, 0, 1))
    sim.set_structure_factors(None, None)
    assert sim.structure_factor_box().shape == (0, 0, 0)


@pytest.mark.parametrize("call, shape", [("set_sources", (4,)), ("set_mosaic_rotations", (9,)), ("set_mask", (5,))])
def test_shapes_of_data_are_checked(sim, call, shape):
    with pytest.raises(nbt.WrongLength, match="shape"):
        getattr(sim, call)(np.ones(shape))
    getattr(sim, call)(None)


# ---- Rows


def test_rows_are_computed_one_chunk_ahead_and_no_more(sim):
    sim["detector.pixels"] = (400, 2000)
    done = [0.0]
    sim.progress = done.append
    for i, rows in enumerate(sim.rows(100)):
        time.sleep(0.01)
        assert done[-1] <= (i + 2) * 100 / 2000 + 1e-9, f"while chunk {i} of {len(rows)} rows was worked on"
    assert done[-1] == 1


def test_leaving_a_loop_early_stops_the_run(long_sim):
    for rows in long_sim.rows(1):
        break
    gc.collect()
    long_sim["detector.pixels"] = (40, 30)
    assert long_sim.run().max() > 0, "usable at once, and no cancel is left over"


def test_a_simulation_in_use_refuses_other_calls(sim):
    rows = sim.rows(4)
    next(rows)
    for call in (sim.run, sim.report, sim.close, lambda: sim["crystal.cells"]):
        with pytest.raises(nbt.InvalidArgument, match="in use"):
            call()
    rows.close()
    sim.run()


def test_python_ends_cleanly_with_rows_unread():
    code = """if True:
        import nbt
        sim = nbt.Simulation(arguments="-cell 50 60 70 -default_F 1 -detpixels 3000 -mosaic 1 -mosaic_domains 500")
        rows = sim.rows(1)
        next(rows)"""
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert result.returncode == 0, result.stderr
    assert "Error" not in result.stderr and "terminate" not in result.stderr, result.stderr


# ---- Callbacks and interrupts


class Oops(Exception):
    pass


def oops(*_):
    raise Oops("from the callback")


def test_exceptions_of_callbacks_reach_the_caller(sim):
    sim.progress = oops
    for call in (sim.run, lambda: list(sim.rows(4)), lambda: sim.jacobian("crystal.misset_deg")):
        with pytest.raises(Oops):
            call()
    sim.progress = None
    sim.log = oops
    sim["crystal.cells"] = (50, 50, 50)  # makes the library warn about the sampling
    with pytest.raises(Oops):
        sim.run()
    sim.log = None
    for rows_per_chunk in (None, 3):
        with pytest.raises(Oops):
            sim.gradient(oops, parameters="crystal.misset_deg", rows_per_chunk=rows_per_chunk)
    assert sim.run().max() > 0


@pytest.mark.parametrize(
    "rows, words",
    [
        (lambda first, count: np.zeros((count, 7)), r"\(.*, 7\)"),
        (lambda first, count: {"data": np.zeros((count, 40)), "weight": 1}, "weight"),
        (lambda first, count: "text", "numbers"),
    ],
)
def test_bad_rows_of_a_data_function_are_refused(sim, rows, words):
    with pytest.raises((ValueError, TypeError), match=words):
        sim.gradient(rows, parameters="crystal.misset_deg")


def test_rows_of_a_data_function_are_as_good_as_arrays(sim):
    data, weights = np.random.default_rng(1).random((2, 30, 40))
    mask = data > 0.2
    whole = sim.gradient(data, mask=mask, weights=weights, background=2, parameters="detector.distance_mm")

    def read(first, count):
        part = slice(first, first + count)
        return {"data": data[part], "mask": mask[part], "weights": weights[part], "background": 2}

    parts = sim.gradient(read, parameters="detector.distance_mm", rows_per_chunk=7, dtype=float)
    assert (parts.loss, parts["detector.distance_mm"]) == (whole.loss, whole["detector.distance_mm"])
    assert parts.pixels == mask.sum()


@pytest.mark.parametrize("call", ["run", "rows", "gradient"])
def test_ctrl_c_stops_a_run(long_sim, call):
    calls = {
        "run": long_sim.run,
        "rows": lambda: list(long_sim.rows(10)),
        "gradient": lambda: long_sim.gradient(np.ones((2000, 2000)), parameters="crystal.misset_deg"),
    }
    timer = threading.Timer(0.3, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        calls[call]()
    timer.join()
    gc.collect()
    long_sim["detector.pixels"] = (40, 30)
    assert long_sim.run().max() > 0
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_cancel_comes_from_any_thread(long_sim):
    threading.Timer(0.2, long_sim.cancel).start()
    with pytest.raises(nbt.Cancelled):
        long_sim.run()


def test_other_threads_run_meanwhile(long_sim):
    ticks = []

    def tick():
        while not done.wait(0.01):
            ticks.append(1)

    done = threading.Event()
    thread = threading.Thread(target=tick)
    thread.start()
    threading.Timer(0.5, long_sim.cancel).start()
    with pytest.raises(nbt.Cancelled):
        long_sim.run()
    done.set()
    thread.join()
    assert len(ticks) > 5, "the GIL is released"


def test_simulations_run_at_the_same_time(sim):
    expected = sim.run()
    images = [None] * 4
    clones = [sim.clone() for _ in images]

    def run(i):
        images[i] = clones[i].run()

    threads = [threading.Thread(target=run, args=(i,)) for i in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(np.array_equal(image, expected) for image in images)


def test_warnings_go_to_logging(sim, caplog):
    sim["crystal.cells"] = (50, 50, 50)
    with caplog.at_level(logging.WARNING, "nbt"):
        sim.run()
    assert "oversample" in caplog.text


# ---- Copies, files, life


def test_copies_are_independent_and_complete(sim):
    sim.set_structure_factors([[0, 0, 1], [1, 1, 0]], [5, 7])
    sim.set_mask(np.arange(1200).reshape(30, 40) % 3 != 0)
    expected = sim.run()
    for twin in (sim.clone(), copy.copy(sim), copy.deepcopy(sim), pickle.loads(pickle.dumps(sim))):
        assert np.array_equal(twin.run(), expected)
        twin["crystal.cells"] = (1, 1, 1)
        assert sim["crystal.cells"].tolist() == [5, 6, 7]
    assert json.loads(sim.dump_scene())["nbt_scene"] == 1
    assert np.array_equal(nbt.Simulation.from_scene(json.loads(sim.dump_scene())).run(), expected)


def test_closed_simulation_says_so(sim):
    with sim:
        sim.run()
    for call in (sim.run, sim.report, sim.clone, lambda: next(sim.rows()), lambda: sim["crystal.cells"]):
        with pytest.raises(nbt.InvalidArgument, match="closed"):
            call()
    sim.cancel()
    sim.close()


def test_a_dropped_simulation_is_freed_at_once():
    freed = nbt.Simulation()._destroy
    assert not freed.alive


@pytest.mark.parametrize(
    "call",
    [
        lambda sim: sim.__setitem__("crystal.cells\0x", 1),
        lambda sim: sim.__setitem__("crystal.shape", "gauss\0"),
        lambda sim: sim["crystal.\0"],
        lambda sim: sim.set_arguments(["-cell\0"]),
        lambda sim: sim.load_scene("{}\0"),
        lambda sim: sim.gradient(np.ones((30, 40)), parameters=["crystal.cells\0"]),
    ],
)
def test_text_with_nul_is_refused(sim, call):
    with pytest.raises(nbt.InvalidArgument, match="NUL"):
        call(sim)


@pytest.mark.parametrize("name, value", [("crystal.cells", [1, 2j, 3]), ("crystal.cells", object()), (5, 1)])
def test_values_that_are_no_numbers_are_refused(sim, name, value):
    with pytest.raises(TypeError):
        sim[name] = value


@pytest.mark.parametrize("kind", ["noise", "integer"])
def test_rows_become_the_same_counts_as_the_whole_image(sim, kind):
    sim["noise.seed"] = 1
    image = sim.run()
    whole = sim.digitize(image, kind)
    sim.digitize_begin(kind, max_photons=image.max())
    counts = np.concatenate([sim.digitize_rows(image[first : first + 7]) for first in range(0, len(image), 7)])
    assert np.array_equal(counts, whole.counts) and counts.any()
    assert sim.digitize_end() == (whole.scale, whole.total_photons, whole.overloads)


def test_rows_to_digitize_are_checked(sim):
    rows = np.zeros((7, sim.image_size()[1]), np.float32)
    with pytest.raises(nbt.InvalidArgument, match="digitize_begin"):
        sim.digitize_rows(rows)
    sim.digitize_begin("integer", max_photons=1)
    for wrong in (rows[:, 1:], rows[0], np.float32(1)):
        with pytest.raises(nbt.WrongLength, match="rows has shape"):
            sim.digitize_rows(wrong)
    assert sim.digitize_rows(rows).shape == rows.shape


@pytest.mark.parametrize("call", ["gradient", "digitize", "estimate_memory"])
def test_unknown_words_are_answered_with_the_known_ones(sim, call):
    image = np.ones((30, 40))
    arguments = {"gradient": (image, "squares"), "digitize": (image, "noisy"), "estimate_memory": ("all",)}
    with pytest.raises(ValueError, match="use one of"):
        getattr(sim, call)(*arguments[call])


def test_errors_are_also_pythons_own():
    sim = nbt.Simulation()
    with pytest.raises(KeyError, match="crystal.cells") as caught:
        sim["crystal.cell"]
    assert str(caught.value)[0] not in "'\"" and isinstance(pickle.loads(pickle.dumps(caught.value)), nbt.UnknownName)
    with pytest.raises(OSError, match="nowhere.hkl"):
        sim.set_arguments(["-hkl", "nowhere.hkl"])
    assert {error.status for error in nbt.Error.__subclasses__()} == set(range(1, 13))


@pytest.mark.parametrize("rows_per_chunk", ["7", 2.5, None])
def test_numbers_of_rows_are_whole(sim, rows_per_chunk):
    with pytest.raises(TypeError, match="rows_per_chunk"):
        sim.rows(rows_per_chunk)
    with pytest.raises(TypeError, match="rows_per_chunk"):
        sim.jacobian("crystal.misset_deg", rows_per_chunk=rows_per_chunk)
    with pytest.raises(TypeError, match="slow"):
        sim.trace(rows_per_chunk, 0)


def test_integers_of_numpy_are_whole(sim):
    assert len(next(sim.rows(np.int64(7)))) == 7
    assert sim.trace(np.int32(3), np.uint8(5))["slow"] == 3
    assert np.array_equal(sim.run(rows_per_chunk=np.int16(4)), sim.run())
    assert sim.gradient(np.ones((30, 40)), parameters="crystal.fudge", rows_per_chunk=np.int64(4)).pixels == 1200


# ---- The other results


def test_jacobian_rows_and_tangent_agree_with_the_jacobian(sim):
    sim["precision.mode"] = "double"
    names = ["crystal.misset_deg", "detector.distance_mm"]
    whole = sim.jacobian(names)
    images, slopes = zip(*sim.jacobian_rows(7, names))
    assert np.array_equal(np.concatenate(images), whole.image)
    assert np.array_equal(np.concatenate(slopes, axis=1), whole.derivatives)
    tangent = [1, 2, -1, 0.5]
    along = sim.jacobian(names, tangent).derivatives[0]
    np.testing.assert_allclose(along, np.tensordot(tangent, whole.derivatives, 1), atol=1e-9 * np.abs(along).max())


def test_gradient_by_sources_and_orientations_has_their_shapes(sim):
    sim.update({"crystal.mosaic_spread_deg": 0.2, "crystal.mosaic_domains": 3})
    sim.update({"goniometer.phi_range_deg": 1, "goniometer.phi_steps": 2})
    result = sim.gradient(np.ones((30, 40)), "weights", "crystal.misset_deg", sources=True, orientations=True)
    assert result.sources.shape == (1, 5) and result.orientations.shape == (2, 3, 3)
    assert sim.sample_counts() == (1, 2, 3) and np.any(result.orientations != 0)


def test_memory_estimate_and_limit(sim):
    # Rows come from a thread of their own, in which OpenMP may count otherwise, as after PyTorch was imported.
    sim.update({"detector.pixels": (1000, 1000), "execution.threads": 1})
    estimate = sim.estimate_memory("chunked", rows_per_chunk=10)
    assert estimate.output_bytes == 4e6 and estimate.whole_image_fits is True
    sim["limits.memory_bytes"] = estimate.working_bytes
    assert sum(len(rows) for rows in sim.rows(10)) == 1000
    with pytest.raises(MemoryError, match="limits.memory_bytes"):
        next(sim.rows(1000))


def test_report_trace_and_devices(sim):
    image = sim.run()
    last = sim.report()["last_run"]["panels"][0]
    assert last["max"] == pytest.approx(image.max()) and sim.trace(3, 5)["slow"] == 3
    assert any(device.available for device in nbt.devices())
