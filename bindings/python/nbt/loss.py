"""Measured images as the library takes them: whole arrays, or rows from a function."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Union

import numpy as np

from . import _arrays, _raw
from ._library import record, whole

if TYPE_CHECKING:
    from .simulation import Simulation

Data = Union[np.ndarray, Callable[[int, int], Any]]

LOSSES = {
    "weights": _raw.NBT_LOSS_WEIGHTS,
    "least_squares": _raw.NBT_LOSS_LEAST_SQUARES,
    "gaussian": _raw.NBT_LOSS_GAUSSIAN,
    "poisson": _raw.NBT_LOSS_POISSON,
}


def _beside(value, shape: tuple[int, int], name: str, dtype) -> np.ndarray | None:
    """Mask, background or weights for these rows; one number stands for all pixels."""
    if value is None:
        return None
    array = _arrays.as_array(value, name)
    if array.ndim == 0:
        array = np.broadcast_to(array, shape)
    _arrays.require_shape(array, shape, name)
    return np.ascontiguousarray(array != 0 if dtype == np.uint8 else array, dtype)


def _rows_of(given, dtype: np.dtype, shape: tuple[int, int]) -> dict[str, np.ndarray | None]:
    """The arrays of one answer of a data function."""
    rows = given if isinstance(given, Mapping) else {"data": given}
    unknown = set(rows) - {"data", "mask", "background", "weights"}
    if unknown:
        raise ValueError(f"data function: {sorted(unknown)} is not one of data, mask, background, weights")
    data = _arrays.require_shape(_arrays.numbers(rows["data"], dtype, "data"), shape, "data")
    return {"data": data, **_companions(rows, shape)}


def _companions(given: Mapping[str, Any], shape: tuple[int, int]) -> dict[str, np.ndarray | None]:
    types = {"mask": np.uint8, "background": np.float64, "weights": np.float64}
    return {name: _beside(given.get(name), shape, name, dtype) for name, dtype in types.items()}


@contextmanager
def loss_record(
    simulation: Simulation,
    data: Data,
    loss: str,
    *,
    mask=None,
    background=None,
    weights=None,
    scale: float = 1,
    gain: float = 0,
    readout_variance: float = 0,
    rows_per_chunk: int | None = None,
    dtype=np.float32,
) -> Iterator[Any]:
    """An nbt_loss whose arrays live as long as the block."""
    if loss not in LOSSES:
        raise ValueError(f"loss is {loss!r}: use one of {', '.join(LOSSES)}")
    made = record(_raw.nbt_loss, kind=LOSSES[loss], real_type=_raw.NBT_FLOAT64)
    made.scale, made.gain, made.readout_variance = scale, gain, readout_variance
    shape = simulation.image_size()
    companions = {"mask": mask, "background": background, "weights": weights}
    keep: list[Any] = []  # what the library reads until it returns
    if callable(data):
        if any(value is not None for value in companions.values()):
            raise ValueError("with a data function, mask, background and weights come from the function")
        kind = np.dtype(dtype)
        if kind not in _arrays.DATA_TYPES:
            raise TypeError(f"dtype is {kind}: use {', '.join(str(t) for t in _arrays.DATA_TYPES)}")
        read = data
    else:
        array = _arrays.require_shape(_arrays.flat_image(data, "data"), shape, "data")
        arrays = _companions(companions, shape)
        kind = array.dtype
        if rows_per_chunk is None:
            lone = all(value is None for value in arrays.values())  # one row stride holds for all four
            array = array if lone and _arrays.row_stride(array) else np.ascontiguousarray(array)
            made.row_stride = _arrays.row_stride(array)
            made.capacity = (shape[0] - 1) * made.row_stride + shape[1]
            keep.append((array, arrays))
            made.data = array.ctypes.data
            for name, value in arrays.items():
                setattr(made, name, _arrays.address(value))

        def read(first: int, count: int) -> dict[str, Any]:
            rows = {"data": array, **arrays}
            return {name: None if value is None else value[first : first + count] for name, value in rows.items()}

    if callable(data) or rows_per_chunk is not None:

        def fill(rows) -> None:
            arrays = _rows_of(read(rows.first_row, rows.row_count), kind, (rows.row_count, rows.fast_count))
            keep[:] = [arrays]
            for name, value in arrays.items():
                setattr(rows, name, _arrays.address(value))

        made.callback = _raw.nbt_data_callback(
            lambda pointer, _user: simulation._hooks.guarded(lambda: fill(pointer.contents))
        )
        made.rows_per_chunk = 0 if rows_per_chunk is None else whole(rows_per_chunk, "rows_per_chunk")
    made.data_type = _arrays.DATA_TYPES[kind]
    yield ctypes.byref(made)
    del keep
