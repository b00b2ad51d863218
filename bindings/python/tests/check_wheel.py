"""check_wheel.py FOLDER: installs the wheel that lies there into a fresh environment and renders with it.

The environment sees the system's NumPy and nothing of this tree.
"""

import os
import pathlib
import subprocess
import sys
import tempfile
import venv

CODE = """
import pathlib, sys, nbt
assert pathlib.Path(nbt.__file__).is_relative_to(sys.prefix), nbt.__file__
maps = pathlib.Path("/proc/self/maps")
loaded = [line.split()[-1] for line in maps.read_text().splitlines() if "libnbt" in line] if maps.exists() else []
assert all(pathlib.Path(place).is_relative_to(sys.prefix) for place in loaded), loaded
sim = nbt.Simulation(arguments="-cell 50 60 70 -default_F 100 -detpixels 64")
assert sim.run().max() > 0 and len(sim.gradient(sim.run()).values) > 10
print("nbt", nbt.__version__, "in", nbt.__file__)
"""

(wheel,) = pathlib.Path(sys.argv[1]).resolve().glob("*.whl")
assert "-py3-none-" in wheel.name and "any" not in wheel.name, wheel.name
clean = {name: value for name, value in os.environ.items() if name not in ("NBT_LIBRARY", "PYTHONPATH")}
with tempfile.TemporaryDirectory() as folder:
    venv.create(folder, system_site_packages=True, with_pip=False)
    python = str(pathlib.Path(folder) / "bin/python")
    pip = [sys.executable, "-m", "pip", "--python", python, "--disable-pip-version-check", "install", "--no-index"]
    subprocess.run([*pip, "--no-deps", str(wheel)], check=True, env=clean)
    subprocess.run([python, "-c", CODE], check=True, env=clean, cwd=folder)
