"""Diffraction images of crystals: what nanoBragg computes, from Python.

    import nbt
    sim = nbt.Simulation(arguments="-default_F 100 -cell 50 60 70 -N 10 -detpixels 512")
    image = sim.run()                    # float32, image[slow, fast], photons per pixel

`nbt.parameters` is the table of everything that can be set; `nbt.torch` and `nbt.plotting` are imported when asked for.
"""

import ctypes as _ctypes
from typing import NamedTuple as _NamedTuple

from . import _raw
from ._library import check as _check
from ._library import library as _libnbt
from ._library import record as _record
from .errors import (
    Cancelled,
    DeviceError,
    Error,
    FileError,
    InconsistentScene,
    InternalError,
    InvalidArgument,
    LibraryNotFound,
    MemoryLimit,
    OutOfMemory,
    OutOfRange,
    UnknownName,
    Unsupported,
    WrongLength,
)
from .parameters import Parameter
from .parameters import table as parameters
from .results import Box, Digitized, DigitizeTotals, Gradient, Jacobian, MemoryEstimate, NormalEquations
from .simulation import Simulation

__version__ = "0.1.0"


class Device(_NamedTuple):
    name: str  # for execution.device
    description: str
    available: bool
    reason: str  # why not
    other_names: str  # that mean the same device, with blanks between them


def library_version() -> str:
    return _libnbt.nbt_version().decode()


def devices() -> list[Device]:
    rows = []
    for index in range(_libnbt.nbt_device_count()):
        row = _record(_raw.nbt_device)
        _check(_libnbt.nbt_device_describe(index, _ctypes.byref(row)))
        texts = [text.decode() for text in (row.name, row.description, row.reason, row.other_names)]
        rows.append(Device(texts[0], texts[1], bool(row.available), texts[2], texts[3]))
    return rows
