"""A detector of a beamline that is not there: simulated frames behind the methods that ophyd gives a detector.

A scan program stages it, triggers it, waits for the status, and reads it:

    detector = SimulatedDetector("-cell 79.1 79.1 37.9 -default_F 100 -N 10 -detpixels 256", deadline_s=1.0)
    detector.stage()
    status = detector.trigger()
    status.wait()
    image = detector.read()["detector_image"]["value"]
    detector.unstage()

Names and shapes of the methods are those of ophyd, which is not needed. A frame that misses its deadline is cancelled:
the reading then has a 0 in `detector_in_time`, the rows that were finished, and zeros below them.

    python3 detector_service.py [FRAMES]

runs a scan; every fourth frame asks for more than the deadline allows.
"""

from __future__ import annotations

import sys
import threading
import time
from collections import OrderedDict
from typing import Any, Callable

import numpy as np

import nbt


class Status:
    """What trigger() gives back at once: finished later, with success or with an exception."""

    def __init__(self) -> None:
        self._finished = threading.Event()
        self._lock = threading.Lock()
        self._callbacks: list[Callable[[Status], Any]] = []
        self._exception: BaseException | None = None

    @property
    def done(self) -> bool:
        return self._finished.is_set()

    @property
    def success(self) -> bool:
        return self.done and self._exception is None

    def add_callback(self, callback: Callable[[Status], Any]) -> None:
        """Called once, when the status is finished; at once if it is already."""
        with self._lock:
            if not self.done:
                self._callbacks.append(callback)
                return
        callback(self)

    def exception(self, timeout: float | None = None) -> BaseException | None:
        if not self._finished.wait(timeout):
            raise TimeoutError(f"the frame is not finished after {timeout} s")
        return self._exception

    def wait(self, timeout: float | None = None) -> None:
        exception = self.exception(timeout)
        if exception is not None:
            raise exception

    def finish(self, exception: BaseException | None = None) -> None:
        with self._lock:
            self._exception = exception
            self._finished.set()
        for callback in self._callbacks:
            callback(self)


class SimulatedDetector:
    """An ophyd-like detector whose frames nbt computes. Parameters of nbt are its configuration."""

    parent = None

    def __init__(self, arguments: str = "", name: str = "detector", *, deadline_s: float = 1.0, rows: int = 16) -> None:
        self.name = name
        self.deadline_s = deadline_s
        self._rows_per_chunk = rows
        self._simulation = nbt.Simulation(arguments=arguments)
        self._configured: dict[str, float] = {}  # when each parameter was set
        self._staged = False
        self._status: Status | None = None  # of the last frame
        self._gave_up = threading.Event()
        self._reading: OrderedDict[str, dict[str, Any]] = OrderedDict()

    @property
    def hints(self) -> dict[str, list[str]]:
        return {"fields": [f"{self.name}_total"]}

    # ---- Life of a scan

    def stage(self) -> list[SimulatedDetector]:
        """Resolves the scene, so that what does not fit together is known before the first frame."""
        if self._staged:
            raise RuntimeError(f"{self.name} is staged already: unstage it first")
        self._simulation.image_size()
        self._staged = True
        return [self]

    def unstage(self) -> list[SimulatedDetector]:
        """Stops a frame that is being made, and waits for it."""
        if self._is_busy():
            self._give_up()
            self._status.exception()
        self._staged = False
        return [self]

    def trigger(self) -> Status:
        """Starts a frame. The status is finished when it is done or its deadline has passed, whichever comes first."""
        if not self._staged:
            raise RuntimeError(f"{self.name} is not staged: call stage() first")
        if self._is_busy():
            raise RuntimeError(f"{self.name} is busy: wait for the status of the frame before")
        self._status = Status()
        self._gave_up.clear()
        threading.Thread(target=self._expose, args=(self._status,), name=f"{self.name} frame", daemon=True).start()
        return self._status

    def _is_busy(self) -> bool:
        return self._status is not None and not self._status.done

    def _give_up(self) -> None:
        self._gave_up.set()
        self._simulation.cancel()

    def _expose(self, status: Status) -> None:
        watchdog = threading.Timer(self.deadline_s, self._give_up)
        watchdog.start()
        failure = None
        try:
            self._publish(*self._render())
        except Exception as error:  # reaches whoever waits for the status
            failure = error
        watchdog.cancel()
        watchdog.join()  # so that it cannot reach the next frame
        status.finish(failure)

    def _render(self) -> tuple[np.ndarray, int]:
        """The image and the number of its rows that were finished in time.

        A cancel that comes just after the last row stops the next run at its start. So a frame that was stopped before
        its own deadline is made again.
        """
        image = np.zeros(self._simulation.image_size(), np.float32)
        while True:
            done = 0
            try:
                for rows in self._simulation.rows(self._rows_per_chunk):
                    image[done : done + len(rows)] = rows
                    done += len(rows)
                return image, done
            except nbt.Cancelled:
                if self._gave_up.is_set():
                    return image, done

    def _publish(self, image: np.ndarray, rows_done: int) -> None:
        now = time.time()
        values = {
            "image": image,
            "total": float(image.sum(dtype=float)),
            "rows_done": rows_done,
            "in_time": int(rows_done == len(image)),
        }
        self._reading = OrderedDict((f"{self.name}_{key}", {"value": v, "timestamp": now}) for key, v in values.items())

    # ---- What a scan program asks

    def read(self) -> OrderedDict[str, dict[str, Any]]:
        """The last frame: {name: {"value", "timestamp"}}."""
        if not self._reading:
            raise RuntimeError(f"{self.name} has no frame yet: trigger it and wait for the status")
        return self._reading

    def describe(self) -> OrderedDict[str, dict[str, Any]]:
        """The same names as read(): {name: {"source", "dtype", "shape"}}."""
        kinds = {
            "image": ("array", list(self._simulation.image_size())),
            "total": ("number", []),
            "rows_done": ("integer", []),
            "in_time": ("integer", []),
        }
        return OrderedDict(
            (f"{self.name}_{key}", {"source": f"SIM:{self.name}", "dtype": dtype, "shape": shape})
            for key, (dtype, shape) in kinds.items()
        )

    def configure(self, values: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Sets parameters of nbt by name. The configuration before and after; nothing is set if one value is wrong."""
        before = self.read_configuration()
        trial = self._simulation.clone()
        trial.update(values)
        now = time.time()
        self._simulation.update(values)
        self._configured.update(dict.fromkeys(values, now))
        return before, self.read_configuration()

    def read_configuration(self) -> OrderedDict[str, dict[str, Any]]:
        return OrderedDict(
            (f"{self.name}_{key}", {"value": self._simulation[key], "timestamp": when})
            for key, when in self._configured.items()
        )

    def describe_configuration(self) -> OrderedDict[str, dict[str, Any]]:
        described = OrderedDict()
        for key in self._configured:
            row = nbt.parameters[key]
            dtype = {"integer": "integer", "boolean": "boolean", "real": "number"}.get(row.kind, "string")
            several = row.length > 1
            described[f"{self.name}_{key}"] = {
                "source": f"SIM:{self.name}",
                "dtype": "array" if several else dtype,
                "shape": [row.length] if several else [],
            }
        return described


def scan(detector: SimulatedDetector, frames: int) -> tuple[int, int]:
    """A rotation scan, as a scan program would do it: how many frames were in time, and how many were not."""
    in_time = 0
    detector.stage()
    try:
        for frame in range(frames):
            hard = frame % 4 == 3
            turned = {"goniometer.phi_start_deg": 0.5 * frame, "sampling.oversample": 2000 if hard else 3}
            detector.configure(turned)
            detector.trigger().wait()
            reading = detector.read()
            in_time += reading["detector_in_time"]["value"]
            print(
                f"frame {frame}: {reading['detector_total']['value']:.4g} photons in"
                f" {reading['detector_rows_done']['value']} rows"
                + ("" if reading["detector_in_time"]["value"] else ", cancelled at the deadline")
            )
    finally:
        detector.unstage()
    return in_time, frames - in_time


def main() -> int:
    frames = int(sys.argv[1]) if len(sys.argv) > 1 else 8
    detector = SimulatedDetector("-cell 79.1 79.1 37.9 -default_F 100 -N 10 -detpixels 256", deadline_s=2.0)
    in_time, late = scan(detector, frames)
    print(f"{in_time} frames in time, {late} late")
    return 0 if late >= frames // 4 else 1


if __name__ == "__main__":
    sys.exit(main())
