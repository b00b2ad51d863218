"""Finds libnbt and turns statuses into exceptions. `library` has the functions of nbt.h with their types."""

from __future__ import annotations

import ctypes
import ctypes.util
import operator
import os
import pathlib
import sys

from . import _raw
from .errors import BY_STATUS, InternalError, InvalidArgument, LibraryNotFound

VERSION = "0.1"  # of the interface this binding was written for; before 1.0 a minor version may change it

_NAMES = {"darwin": ("libnbt.dylib",)}.get(sys.platform, ("libnbt.so.0", "libnbt.so"))


def _candidates() -> list[str]:
    """Where libnbt may be, first come first served. NBT_LIBRARY excludes all other places."""
    if os.environ.get("NBT_LIBRARY"):
        return [os.environ["NBT_LIBRARY"]]
    beside = [str(pathlib.Path(__file__).resolve().parent / name) for name in _NAMES]
    found = ctypes.util.find_library("nbt")
    return beside + ([found] if found else []) + list(_NAMES)


def _load() -> ctypes.CDLL:
    reasons = []
    for place in _candidates():
        if os.path.dirname(place) and not os.path.exists(place):
            reasons.append(f"  {place}: no such file")
            continue
        try:
            loaded = ctypes.CDLL(place)
            for name, (result, arguments) in _raw.FUNCTIONS.items():
                function = getattr(loaded, name)
                function.restype, function.argtypes = result, arguments
        except (OSError, AttributeError) as error:
            reasons.append(f"  {place}: {error}")
            continue
        version = loaded.nbt_version().decode()
        if version.split(".")[:2] == VERSION.split("."):
            return loaded
        reasons.append(f"  {place}: is version {version}, and version {VERSION} is needed")
    raise LibraryNotFound(
        "libnbt could not be loaded. Set NBT_LIBRARY to the path of the library, or install it where the system's"
        " loader finds it; on Debian it needs the packages libgomp1, libhwy1 and libstdc++6. Tried:\n"
        + "\n".join(reasons)
    )


library = _load()


def encoded(text: str, what: str) -> bytes:
    """UTF-8 for the library, whose strings end at the first NUL."""
    if not isinstance(text, str):
        raise TypeError(f"{what} is {text!r}: a str is needed")
    if "\0" in text:
        raise InvalidArgument(f"{what} is {text!r}: a NUL character would end it early")
    return text.encode()


def whole(value, what: str) -> int:
    """Also NumPy's integers, which ctypes does not take."""
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(f"{what} is {value!r}: a whole number is needed") from None


def check(status: int, handle: ctypes.c_void_p | None = None) -> None:
    if status != _raw.NBT_OK:
        raise BY_STATUS.get(status, InternalError)(library.nbt_last_error(handle).decode(errors="replace"))


def record(kind: type[ctypes.Structure], /, **fields):
    """A record of nbt.h that knows its size."""
    return kind(struct_size=ctypes.sizeof(kind), **fields)
