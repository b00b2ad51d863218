"""Arrays across the boundary: checked, converted where that loses nothing, and not copied where they fit already."""

from __future__ import annotations

import ctypes

import numpy as np

from . import _raw
from .errors import WrongLength

IMAGE_TYPES = {np.dtype(np.float32): _raw.NBT_FLOAT32, np.dtype(np.float64): _raw.NBT_FLOAT64}
DATA_TYPES = {**IMAGE_TYPES, np.dtype(np.uint16): _raw.NBT_UINT16, np.dtype(np.int32): _raw.NBT_INT32}


def as_array(value, name: str) -> np.ndarray:
    """What NumPy makes of anything with __array__, the buffer protocol or DLPack."""
    if hasattr(value, "__dlpack__") and not hasattr(value, "__array__"):
        return np.from_dlpack(value)
    array = np.asarray(value)
    if array.dtype.kind not in "biuf":
        raise TypeError(f"{name} has dtype {array.dtype}: numbers are needed")
    return array


def numbers(value, dtype, name: str) -> np.ndarray:
    """A contiguous array of the dtype. Converts only what keeps every value: 3.5 is no Miller index."""
    array = as_array(value, name)
    converted = np.ascontiguousarray(array, dtype)
    if converted.dtype.kind != "f" and not np.array_equal(converted, array):
        raise TypeError(f"{name} has values that {converted.dtype} does not: {array.dtype} {array.ravel()[:4]} ...")
    return converted


def flat_image(value, name: str) -> np.ndarray:
    """As it is if it has a type that the library takes; other numbers as the smallest such type that holds them."""
    array = as_array(value, name)
    if array.dtype.newbyteorder("=") not in DATA_TYPES:
        small = next((t for t in (np.uint16, np.int32, np.float32) if np.can_cast(array.dtype, t)), np.float64)
        array = array.astype(small)
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def row_stride(array: np.ndarray) -> int:
    """Elements from row to row, or 0 where the library cannot walk the array as it lies."""
    return elements_to_next_row(array.strides, array.shape[1], array.itemsize) if array.flags.aligned else 0


def elements_to_next_row(strides: tuple[int, int], fast_count: int, itemsize: int) -> int:
    """0 where the pixels of a row are not next to each other, or rows not one after the other."""
    slow, fast = strides
    fits = fast == itemsize and slow >= fast_count * itemsize and slow % itemsize == 0
    return slow // itemsize if fits else 0


def require_shape(array: np.ndarray, shape: tuple[int, ...], name: str) -> np.ndarray:
    if array.shape != shape:
        raise WrongLength(f"{name} has shape {array.shape}: {shape} is needed, slow before fast")
    return array


def writable_image(out, shape: tuple[int, int]) -> np.ndarray:
    """The caller's own memory, or an error: never a copy that the caller would not see."""
    array = out if isinstance(out, np.ndarray) else np.asarray(memoryview(out))
    require_shape(array, shape, "out")
    if array.dtype not in IMAGE_TYPES:
        raise TypeError(f"out has dtype {array.dtype}: float32 or float64 is needed")
    if not array.flags.writeable:
        raise ValueError("out is read-only: a writable array is needed")
    if not row_stride(array):
        raise ValueError(f"out has strides {array.strides}: each row must lie in order, fast pixels next to each other")
    return array


def require_dtype_of_out(asked, has: np.dtype) -> None:
    if asked is not None and np.dtype(asked) != has:
        raise TypeError(f"out has dtype {has} and dtype is {np.dtype(asked)}: leave dtype out")


def view(address: int, shape: tuple[int, ...], dtype, stride: int | None = None) -> np.ndarray:
    """The library's memory, without a copy; valid as long as the library says."""
    size = np.dtype(dtype).itemsize
    width = shape[-1] if stride is None else stride
    count = int(np.prod(shape[:-1], dtype=np.int64)) * width
    buffer = (ctypes.c_char * ((count - width + shape[-1]) * size)).from_address(address)
    if stride is None:
        return np.ndarray(shape, dtype, buffer)
    return np.ndarray(shape, dtype, buffer, strides=(stride * size, size))


def address(array: np.ndarray | None) -> int | None:
    return None if array is None else array.ctypes.data
