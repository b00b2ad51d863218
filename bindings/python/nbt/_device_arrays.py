"""Arrays in the memory of a CUDA device: what __cuda_array_interface__ tells of them, and whose stream waits."""

from __future__ import annotations

import sys

import numpy as np

from . import _arrays, _raw
from ._library import record, whole


def is_on_device(array) -> bool:
    """An array of CuPy, Numba or PyTorch on a card, and whatever else has the interface."""
    return not isinstance(array, np.ndarray) and hasattr(array, "__cuda_array_interface__")


def device_image(out, shape: tuple[int, int], dtype, stream) -> _raw.nbt_device_image:
    """The caller's own memory as the library takes it, or an error. `out` must live while the record is used."""
    array = out.__cuda_array_interface__
    has = np.dtype(array["typestr"])
    if tuple(array["shape"]) != shape:
        raise _arrays.WrongLength(f"out has shape {tuple(array['shape'])}: {shape} is needed, slow before fast")
    if has not in _arrays.IMAGE_TYPES:
        raise TypeError(f"out has dtype {has}: float32 or float64 is needed")
    _arrays.require_dtype_of_out(dtype, has)
    address, read_only = array["data"]
    if read_only:
        raise ValueError("out is read-only: a writable array is needed")
    strides = array.get("strides") or (shape[1] * has.itemsize, has.itemsize)
    row_stride = _arrays.elements_to_next_row(strides, shape[1], has.itemsize)
    if not row_stride:
        raise ValueError(f"out has strides {strides}: each row must lie in order, fast pixels next to each other")
    return record(
        _raw.nbt_device_image,
        pixel_type=_arrays.IMAGE_TYPES[has],
        pixels=address,
        capacity=(shape[0] - 1) * row_stride + shape[1],
        row_stride=row_stride,
        stream=_stream_of(out, array) if stream is None else _handle(stream),
    )


def _stream_of(out, array: dict) -> int | None:
    """Where work on the array may be under way: version 3 of the interface tells; None is the default stream."""
    torch = sys.modules.get("torch")
    if torch is not None and isinstance(out, torch.Tensor):  # its interface is of version 2
        return torch.cuda.current_stream(out.device).cuda_stream
    return array.get("stream")


def _handle(stream) -> int:
    """The cudaStream_t of a number, or of a stream of CUDA Python, PyTorch or CuPy."""
    if hasattr(stream, "__cuda_stream__"):
        return stream.__cuda_stream__()[1]
    for name in ("cuda_stream", "ptr"):
        if hasattr(stream, name):
            return getattr(stream, name)
    return whole(stream, "stream")
