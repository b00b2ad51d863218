"""What the binding adds to the C call: a 64 x 64 image, through ctypes alone and through sim.run()."""

import statistics
import time

import numpy as np

import nbt
from nbt import _raw
from nbt._library import library

sim = nbt.Simulation(arguments="-default_F 100 -cell 50 60 70 -N 10 -detpixels 64 -oversample 1")
image = np.empty((64, 64), np.float32)
address = image.ctypes.data


def c_call():
    library.nbt_run(sim._handle, 0, _raw.NBT_FLOAT32, address, image.size, 64)


def microseconds(call, repeats=2000):
    start = time.perf_counter()
    for _ in range(repeats):
        call()
    return (time.perf_counter() - start) / repeats * 1e6


calls = {"C call": c_call, "sim.run(out=image)": lambda: sim.run(out=image), "sim.run()": sim.run}
times = {name: [] for name in calls}
for _ in range(5):  # in turn, so that a busy machine slows all of them
    for name, call in calls.items():
        times[name].append(microseconds(call))
for name, values in times.items():
    print(f"{name:20} {statistics.median(values):7.1f} us  ({min(values):.1f} to {max(values):.1f})")
