"""examples/detector_service.py has the methods, names and shapes that a scan program expects of an ophyd detector."""

import pathlib
import subprocess
import sys
import threading

import numpy as np
import pytest

import nbt

EXAMPLES = pathlib.Path(__file__).resolve().parents[3] / "examples"
sys.path.insert(0, str(EXAMPLES))

from detector_service import SimulatedDetector  # noqa: E402

ARGUMENTS = "-cell 50 60 70 -default_F 100 -N 5 -detpixels_f 40 -detpixels_s 30 -pixel 0.8 -oversample 1"
NEVER_IN_TIME = {"detector.pixels": (4000, 4000), "sampling.oversample": 100}


@pytest.fixture
def detector():
    made = SimulatedDetector(ARGUMENTS, deadline_s=60)
    yield made
    made.unstage()


def expose(detector):
    status = detector.trigger()
    status.wait(timeout=120)
    assert status.done and status.success
    return detector.read()


def test_a_scan_gives_the_frames_of_the_simulation(detector):
    assert detector.stage() == [detector]
    detector.configure({"goniometer.phi_start_deg": 30})
    reading = expose(detector)
    expected = nbt.Simulation(arguments=ARGUMENTS + " -phi 30").run()
    assert np.array_equal(reading["detector_image"]["value"], expected)
    assert reading["detector_in_time"]["value"] == 1 and reading["detector_rows_done"]["value"] == 30
    assert detector.unstage() == [detector]


def test_readings_are_what_was_described(detector):
    detector.configure({"crystal.misset_deg": (1, 2, 3), "crystal.shape": "gauss"})
    detector.stage()
    reading, described = expose(detector), detector.describe()
    assert list(reading) == list(described) and detector.hints["fields"][0] in reading
    assert described["detector_image"]["shape"] == list(reading["detector_image"]["value"].shape) == [30, 40]
    assert all(set(entry) == {"value", "timestamp"} for entry in reading.values())
    assert all(set(entry) == {"source", "dtype", "shape"} for entry in described.values())
    configuration = detector.read_configuration()
    assert list(configuration) == list(detector.describe_configuration())
    assert configuration["detector_crystal.misset_deg"]["value"].tolist() == [1, 2, 3]


def test_a_missed_deadline_is_in_the_reading_and_the_next_frame_is_whole(detector):
    detector.stage()
    detector.deadline_s = 0.2
    detector.configure(NEVER_IN_TIME)
    reading = expose(detector)
    assert reading["detector_in_time"]["value"] == 0 and reading["detector_rows_done"]["value"] < 4000
    done = reading["detector_rows_done"]["value"]
    assert not reading["detector_image"]["value"][done:].any()
    detector.deadline_s = 60
    detector.configure({"detector.pixels": (40, 30), "sampling.oversample": 1})
    assert expose(detector)["detector_in_time"]["value"] == 1


def test_unstage_stops_a_frame(detector):
    detector.stage()
    detector.configure(NEVER_IN_TIME)
    status = detector.trigger()
    detector.unstage()
    assert status.done and detector.read()["detector_in_time"]["value"] == 0


def test_an_error_of_the_run_reaches_who_waits(detector):
    detector.stage()
    detector.configure({"limits.memory_bytes": 1})
    status = detector.trigger()
    with pytest.raises(nbt.MemoryLimit):
        status.wait(timeout=60)
    assert status.done and not status.success and isinstance(status.exception(), nbt.MemoryLimit)


def test_callbacks_of_a_status_are_called_once_before_and_after(detector):
    detector.stage()
    called = threading.Event()
    status = detector.trigger()
    status.add_callback(lambda given: called.set() if given is status else None)
    assert called.wait(60)
    late = []
    status.add_callback(late.append)
    assert late == [status]


def test_calls_out_of_order_are_refused(detector):
    with pytest.raises(RuntimeError, match="not staged"):
        detector.trigger()
    with pytest.raises(RuntimeError, match="no frame"):
        detector.read()
    detector.stage()
    with pytest.raises(RuntimeError, match="staged already"):
        detector.stage()
    detector.configure(NEVER_IN_TIME)
    status = detector.trigger()
    with pytest.raises(RuntimeError, match="busy"):
        detector.trigger()
    with pytest.raises(TimeoutError):
        status.wait(timeout=0.01)


def test_a_scene_that_cannot_be_is_refused_at_stage_and_a_wrong_value_at_configure():
    with pytest.raises(nbt.InconsistentScene):
        SimulatedDetector("-detpixels 20").stage()
    detector = SimulatedDetector(ARGUMENTS)
    with pytest.raises(nbt.OutOfRange):
        detector.configure({"crystal.fudge": 2, "crystal.cells": (5, 5, -1)})
    assert not detector.read_configuration() and detector._simulation["crystal.fudge"] == 1


def test_the_program_runs_a_scan():
    result = subprocess.run([sys.executable, EXAMPLES / "detector_service.py", "4"], capture_output=True, text=True)
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.count("photons in") == 4 and "cancelled at the deadline" in result.stdout, result.stdout
