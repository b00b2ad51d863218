"""A scene and what is computed from it."""

from __future__ import annotations

import ctypes
import json
import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Union

import numpy as np

from . import _arrays, _device_arrays, _raw, errors
from ._calls import Calls
from ._library import check, encoded, library, record, whole
from .loss import Data, loss_record
from .parameters import Parameters, table
from .results import Box, Digitized, DigitizeTotals, Gradient, Jacobian, MemoryEstimate, NormalEquations

Names = Union[str, Sequence[str], None]

_RUNS = {
    "whole": _raw.NBT_RUN_WHOLE,
    "chunked": _raw.NBT_RUN_CHUNKED,
    "gradient": _raw.NBT_RUN_GRADIENT,
    "jacobian": _raw.NBT_RUN_JACOBIAN,
    "normal_equations": _raw.NBT_RUN_NORMAL_EQUATIONS,
}
_KINDS = {"integer": _raw.NBT_DIGITIZE_INTEGER, "noise": _raw.NBT_DIGITIZE_NOISE}
_NUMPY_KINDS = {"real": float, "integer": int, "boolean": bool}


def _choice(words: Mapping[str, int], word: str, what: str) -> int:
    if word not in words:
        raise ValueError(f"{what} is {word!r}: use one of {', '.join(words)}")
    return words[word]


def _image_type(dtype) -> int:
    if np.dtype(dtype) not in _arrays.IMAGE_TYPES:
        raise TypeError(f"dtype is {np.dtype(dtype)}: use float32 or float64")
    return _arrays.IMAGE_TYPES[np.dtype(dtype)]


def _texts(names: Names, what: str):
    """A C array of strings and its length; null and 0 for None."""
    if names is None:
        return None, 0
    texts = [encoded(name, what) for name in ([names] if isinstance(names, str) else names)]
    return (ctypes.c_char_p * len(texts))(*texts), len(texts)


class Simulation(Calls):
    """A diffraction experiment: parameters by name, data, and images of it.

        sim = nbt.Simulation({"crystal.cell_lengths_A": (79.1, 79.1, 37.9), "crystal.cells": (10, 10, 10)})
        sim["structure_factors.default_F"] = 100
        image = sim.run()

    `arguments` is a nanoBragg command line, as a list or as one text. One thread at a time may use a simulation;
    different ones are independent. Long runs release the GIL, and Ctrl-C stops them.
    """

    _digitized_width: int | None = None  # of the rows that digitize_rows takes

    def __init__(
        self, parameters: Mapping[str, Any] | None = None, *, arguments: Sequence[str] | str | None = None
    ) -> None:
        handle = ctypes.c_void_p()
        check(library.nbt_create(ctypes.byref(handle)))
        super().__init__(handle)
        if arguments is not None:
            self.set_arguments(arguments)
        self.update(parameters or {})

    # ---- Parameters

    def __setitem__(self, name: str, value: Any) -> None:
        """Numbers, text, or None for the default."""
        if value is None:
            self._call("nbt_unset", encoded(name, "name"))
        elif isinstance(value, str):
            self._call("nbt_set_text", encoded(name, "name"), encoded(value, name))
        else:
            values = _arrays.numbers(value, np.float64, name)
            self._call("nbt_set", encoded(name, "name"), values.ctypes.data, values.size)

    def __getitem__(self, name: str) -> Any:
        """A float, int, bool, str or array as the parameter's kind is; None where it is automatic."""
        row = table.get(name)
        if row is None or row.kind in ("choice", "text"):  # the library's own error for an unknown name
            return self._text("nbt_get_text", encoded(name, "name")) or None
        values = np.empty(row.length)
        self._call("nbt_get", encoded(name, "name"), values.ctypes.data, row.length)
        if np.isnan(values).any():
            return None
        values = values.astype(_NUMPY_KINDS[row.kind])
        return values if row.length > 1 else values[0].item()

    def __delitem__(self, name: str) -> None:
        self[name] = None

    def __contains__(self, name: object) -> bool:
        return name in table

    def __iter__(self) -> Iterator[str]:
        return iter(table)

    def keys(self) -> list[str]:
        return list(table)

    _ipython_key_completions_ = keys

    def update(self, parameters: Mapping[str, Any]) -> None:
        for name, value in parameters.items():
            self[name] = value

    @property
    def parameters(self) -> Parameters:
        return Parameters(self)

    def set_arguments(self, arguments: Sequence[str] | str) -> None:
        """A nanoBragg command line without the program's name; reads the files it names. All or nothing."""
        words = shlex.split(arguments) if isinstance(arguments, str) else [str(word) for word in arguments]
        texts, count = _texts(words, "argument")
        self._call("nbt_set_arguments", count, texts)

    # ---- Data

    def set_structure_factors(self, hkl, F) -> None:
        """`hkl`: integers of shape (n, 3); `F`: n amplitudes in electrons. None and None remove all."""
        if hkl is None and F is None:
            self._call("nbt_set_structure_factors", None, None, None, None, 0)
            return
        indices = _arrays.numbers(hkl, np.int32, "hkl")
        amplitudes = _arrays.numbers(F, np.float64, "F")
        _arrays.require_shape(indices, (amplitudes.size, 3), "hkl")
        h, k, l = np.ascontiguousarray(indices.T)
        addresses = (h.ctypes.data, k.ctypes.data, l.ctypes.data, amplitudes.ctypes.data)
        self._call("nbt_set_structure_factors", *addresses, amplitudes.size)

    def set_structure_factor_grid(self, first: Sequence[int], F) -> None:
        """A dense box: `F[i, j, k]` is the amplitude of (h, k, l) = first + (i, j, k)."""
        amplitudes = _arrays.numbers(F, np.float64, "F")
        start = _arrays.require_shape(_arrays.numbers(first, np.int32, "first"), (3,), "first")
        if amplitudes.ndim != 3:
            raise _arrays.WrongLength(f"F has shape {amplitudes.shape}: three axes h, k, l are needed")
        last = _arrays.numbers(start + np.array(amplitudes.shape) - 1, np.int32, "last")
        self._call(
            "nbt_set_structure_factor_grid",
            *(start.ctypes.data, last.ctypes.data, amplitudes.ctypes.data, amplitudes.size),
        )

    def set_sources(self, directions, wavelengths_A=None, weights=None) -> None:
        """`directions`: (n, 3), from the sample towards each source. None removes them."""
        rows = _arrays.numbers(np.empty((0, 3)) if directions is None else directions, np.float64, "directions")
        count = rows.size // 3
        given = [_arrays.require_shape(rows, (count, 3), "directions")]
        for values, name in ((wavelengths_A, "wavelengths_A"), (weights, "weights")):
            array = None if values is None else _arrays.numbers(values, np.float64, name)
            given.append(array if array is None else _arrays.require_shape(array, (count,), name))
        self._call("nbt_set_sources", *map(_arrays.address, given), count)

    def set_mosaic_rotations(self, rotations) -> None:
        """`rotations`: (n, 3, 3), applied after phi. None removes them."""
        given = _arrays.numbers(np.empty((0, 3, 3)) if rotations is None else rotations, np.float64, "rotations")
        _arrays.require_shape(given, (given.size // 9, 3, 3), "rotations")
        self._call("nbt_set_mosaic_rotations", given.ctypes.data, len(given))

    def set_mask(self, mask) -> None:
        """`mask[slow, fast]`: False or 0 is not rendered. None removes it."""
        if mask is None:
            self._call("nbt_set_mask", None, 0, 0)
            return
        given = np.ascontiguousarray(_arrays.as_array(mask, "mask") != 0, np.uint8)
        if given.ndim != 2:
            raise _arrays.WrongLength(f"mask has shape {given.shape}: two axes slow, fast are needed")
        self._call("nbt_set_mask", given.ctypes.data, given.shape[1], given.shape[0])

    # ---- Copies and files

    def load_scene(self, scene: str | Mapping[str, Any]) -> None:
        """The text of a scene file, or what json.loads makes of it. Replaces everything; all or nothing."""
        text = encoded(scene if isinstance(scene, str) else json.dumps(scene), "scene")
        self._call("nbt_load_scene", text, len(text))

    def dump_scene(self) -> str:
        """Everything that was set, data included, as JSON text."""
        return self._text("nbt_dump_scene")

    @classmethod
    def from_scene(cls, scene: str | Mapping[str, Any]) -> Simulation:
        simulation = cls()
        simulation.load_scene(scene)
        return simulation

    def clone(self) -> Simulation:
        """An independent copy that shares the structure factors; without progress and log callbacks."""
        handle = ctypes.c_void_p()
        self._call("nbt_clone", ctypes.byref(handle))
        copy = type(self).__new__(type(self))
        Calls.__init__(copy, handle)
        return copy

    def __copy__(self) -> Simulation:
        return self.clone()

    def __deepcopy__(self, _memo: dict) -> Simulation:
        return self.clone()

    def __reduce__(self):
        return self.from_scene, (self.dump_scene(),)

    def __enter__(self) -> Simulation:
        return self

    def __exit__(self, *_exception) -> None:
        self.close()

    # ---- Callbacks

    @property
    def progress(self) -> Callable[[float], Any] | None:
        """Called with 0..1 from time to time during a run; what it raises ends the run."""
        return self._hooks.progress

    @progress.setter
    def progress(self, callback: Callable[[float], Any] | None) -> None:
        self._hooks.progress = callback

    @property
    def log(self) -> Callable[[int, str], Any] | None:
        """Called with a level of `logging` and a line. None: the logger "nbt" gets it."""
        return self._hooks.log

    @log.setter
    def log(self, callback: Callable[[int, str], Any] | None) -> None:
        self._hooks.log = callback

    def cancel(self) -> None:
        """Stops the run that is going on, or the next one at its start. The one method for any thread."""
        if self._handle is not None:
            library.nbt_cancel(self._handle)

    # ---- Runs

    def image_size(self, panel: int = 0) -> tuple[int, int]:
        """(slow, fast): the shape of the image."""
        fast, slow = ctypes.c_int64(), ctypes.c_int64()
        self._call("nbt_get_image_size", whole(panel, "panel"), ctypes.byref(fast), ctypes.byref(slow))
        return slow.value, fast.value

    def run(
        self, dtype=None, *, out=None, rows_per_chunk: int | None = None, panel: int = 0, stream=None
    ) -> np.ndarray:
        """The image in photons per pixel, `image[slow, fast]`, float32 unless told otherwise.

        The library writes straight into the array, or into `out`. With `rows_per_chunk` the rows pass through a chunk
        instead; the bits are the same.

        `out` may be an array on the card that `execution.device` chooses, of CuPy, PyTorch or anything else with
        `__cuda_array_interface__`: then nothing is copied to the host. Rendering begins after the work that is in
        `stream`, which is a number or a stream object; None: the stream that the array tells of, PyTorch's current one,
        or the default stream. The image is complete when run() returns, for all streams.
        """
        shape = self.image_size(panel)
        if _device_arrays.is_on_device(out):
            if rows_per_chunk is not None:
                raise ValueError(f"rows_per_chunk is {rows_per_chunk}, but out is on a card: leave rows_per_chunk out")
            there = _device_arrays.device_image(out, shape, dtype, stream)
            self._run("nbt_run_to_device", whole(panel, "panel"), ctypes.byref(there))
            return out
        if stream is not None:
            raise TypeError(f"stream is {stream!r}, but out is not an array on a card: leave stream out")
        image = np.empty(shape, dtype or np.float32) if out is None else _arrays.writable_image(out, shape)
        _arrays.require_dtype_of_out(dtype, image.dtype)
        pixel_type = _image_type(image.dtype)
        if rows_per_chunk is None:
            stride = image.strides[0] // image.itemsize
            capacity = (shape[0] - 1) * stride + shape[1]
            self._run("nbt_run", whole(panel, "panel"), pixel_type, image.ctypes.data, capacity, stride)
        else:

            def take(first: int, rows: np.ndarray) -> None:
                image[first : first + len(rows)] = rows

            self._run_rows(rows_per_chunk, image.dtype, take)
        return image if out is None else out

    def rows(self, rows_per_chunk: int = 0, dtype=np.float32) -> Iterator[np.ndarray]:
        """The image in chunks of rows (0: chosen), never as a whole:  for rows in sim.rows(128): file.write(rows)

        The next chunk is computed while one is worked on. Leaving the loop early stops the run.
        """
        chunk, pixel_type = whole(rows_per_chunk, "rows_per_chunk"), np.dtype(dtype)
        _image_type(pixel_type)
        return self._stream(
            lambda deliver: self._run_rows(chunk, pixel_type, lambda _, rows: deliver(rows.copy()))
        )

    def _run_rows(self, rows_per_chunk: int, dtype: np.dtype, take: Callable[[int, np.ndarray], Any]) -> None:
        def on_rows(pointer, _user) -> int:
            done = pointer.contents
            shape = (done.row_count, done.fast_count)
            rows = _arrays.view(done.pixels, shape, dtype, done.row_stride)
            return self._hooks.guarded(lambda: take(done.first_row, rows))

        callback = _raw.nbt_rows_callback(on_rows)
        self._run("nbt_run_chunked", whole(rows_per_chunk, "rows_per_chunk"), _image_type(dtype), callback, None)

    def estimate_memory(
        self,
        run: str = "whole",
        *,
        dtype=np.float32,
        rows_per_chunk: int = 0,
        limit_bytes: float = 0,
        parameters: Names = None,
        amplitudes: bool = False,
    ) -> MemoryEstimate:
        """What a run would take: "whole", "chunked", "gradient", "jacobian" or "normal_equations"."""
        request = record(
            _raw.nbt_memory_request,
            run=_choice(_RUNS, run, "run"),
            pixel_type=_image_type(dtype),
            rows_per_chunk=whole(rows_per_chunk, "rows_per_chunk"),
            limit_bytes=limit_bytes,
            components=len(self.component_names(parameters)),
            with_amplitudes=amplitudes,
        )
        estimate = record(_raw.nbt_memory_estimate)
        self._call("nbt_estimate_memory", ctypes.byref(request), ctypes.byref(estimate))
        values = {field: getattr(estimate, field) for field in MemoryEstimate._fields}
        return MemoryEstimate(**{**values, "whole_image_fits": bool(estimate.whole_image_fits)})

    # ---- Derivatives

    def component_names(self, parameters: Names = None) -> list[str]:
        """The components that a list of parameters stands for; None: all that are differentiable."""
        texts, given = _texts(parameters, "parameter")
        count = ctypes.c_size_t()
        self._call("nbt_get_component_count", texts, given, ctypes.byref(count))
        return [self._text("nbt_get_component_name", texts, given, component) for component in range(count.value)]

    def structure_factor_box(self) -> Box:
        first, last, count = (ctypes.c_int32 * 3)(), (ctypes.c_int32 * 3)(), ctypes.c_size_t()
        self._call("nbt_get_structure_factor_box", first, last, ctypes.byref(count))
        return Box(tuple(first), tuple(last)) if count.value else Box((0, 0, 0), (-1, -1, -1))

    def sample_counts(self) -> tuple[int, int, int]:
        """Sources, phi steps and mosaic domains as a run has them."""
        counts = [ctypes.c_size_t() for _ in range(3)]
        self._call("nbt_get_sample_counts", *map(ctypes.byref, counts))
        return tuple(count.value for count in counts)

    def gradient(
        self,
        data: Data,
        loss: str = "least_squares",
        parameters: Names = None,
        *,
        amplitudes: bool = False,
        sources: bool = False,
        orientations: bool = False,
        **options,
    ) -> Gradient:
        """A loss of the image against `data` and its derivatives by any number of parameters, in one sweep.

        `loss`: "least_squares", "gaussian", "poisson", or "weights", for which the data are dL/dimage. `parameters`:
        names, components ("crystal.misset_deg[2]") or ties ("a[0]+a[1]"); None: all that are differentiable.

        `data`: the measured image, or a function (first_row, row_count) that gives rows of it, as an array or as a
        dict with "data", "mask", "background" and "weights". Options: `mask`, `background`, `weights`, `scale`,
        `gain`, `readout_variance`, `rows_per_chunk` and, for a function, `dtype` of its data. docs/gradients.md has the
        formulas.
        """
        source_count, steps, domains = self.sample_counts() if sources or orientations else (0, 0, 0)
        wanted = {
            "amplitudes": np.empty(self.structure_factor_box().shape) if amplitudes else None,
            "sources": np.empty((source_count, 5)) if sources else None,
            "orientations": np.empty((steps, domains, 3)) if orientations else None,
        }
        outputs = record(_raw.nbt_gradient_outputs, **{name: _arrays.address(array) for name, array in wanted.items()})
        outputs.amplitude_count = wanted["amplitudes"].size if amplitudes else 0
        outputs.source_count = source_count if sources else 0
        outputs.orientation_count = steps * domains if orientations else 0
        names = self.component_names(parameters)
        values, result = np.empty(len(names)), record(_raw.nbt_gradient_result)
        texts, count = _texts(parameters, "parameter")
        with loss_record(self, data, loss, **options) as measured:
            self._run(
                "nbt_run_gradient",
                *(measured, texts, count, values.ctypes.data, values.size, ctypes.byref(outputs), ctypes.byref(result)),
            )
        return Gradient(result.loss, result.scale_derivative, result.pixels, names, values, **wanted)

    def normal_equations(
        self,
        data: Data,
        loss: str = "least_squares",
        parameters: Names = None,
        *,
        with_scale: bool = False,
        **options,
    ) -> NormalEquations:
        """J^T W J and J^T W r of Gauss-Newton, without the Jacobian; data and options as for gradient()."""
        names = self.component_names(parameters) + ["scale"] * with_scale
        matrix, gradient = np.empty((len(names), len(names))), np.empty(len(names))
        result = record(_raw.nbt_gradient_result)
        texts, count = _texts(parameters, "parameter")
        with loss_record(self, data, loss, **options) as measured:
            self._run(
                "nbt_run_normal_equations",
                *(measured, texts, count, with_scale, matrix.ctypes.data, gradient.ctypes.data, len(names)),
                ctypes.byref(result),
            )
        return NormalEquations(result.loss, result.pixels, names, matrix, gradient)

    def jacobian(self, parameters: Names = None, tangent=None, *, rows_per_chunk: int = 0) -> Jacobian:
        """The image and its derivative images; with `tangent` only the derivative along it. Holds them all."""
        names = self.component_names(parameters)
        count = len(names) if tangent is None else 1
        shape = self.image_size()
        image, derivatives = np.empty(shape), np.empty((count, *shape))

        def take(first: int, rows: np.ndarray, slopes: np.ndarray) -> None:
            image[first : first + len(rows)] = rows
            derivatives[:, first : first + len(rows)] = slopes

        self._run_jacobian(rows_per_chunk, parameters, tangent, take)
        return Jacobian(image, derivatives, names)

    def jacobian_rows(
        self, rows_per_chunk: int = 0, parameters: Names = None, tangent=None
    ) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        """(rows of the image, rows of the derivative images) in chunks, as rows() does."""
        return self._stream(
            lambda deliver: self._run_jacobian(
                rows_per_chunk, parameters, tangent, lambda _, rows, slopes: deliver((rows.copy(), slopes.copy()))
            )
        )

    def _run_jacobian(self, rows_per_chunk: int, parameters: Names, tangent, take: Callable[..., Any]) -> None:
        def on_rows(pointer, _user) -> int:
            done = pointer.contents
            shape = (done.row_count, done.fast_count)
            rows = _arrays.view(done.image, shape, np.float64)
            slopes = _arrays.view(done.derivatives, (done.components, *shape), np.float64)
            return self._hooks.guarded(lambda: take(done.first_row, rows, slopes))

        texts, count = _texts(parameters, "parameter")
        along = None if tangent is None else _arrays.numbers(tangent, np.float64, "tangent")
        callback = _raw.nbt_jacobian_callback(on_rows)
        size, chunk = 0 if along is None else along.size, whole(rows_per_chunk, "rows_per_chunk")
        self._run("nbt_run_jacobian", texts, count, _arrays.address(along), size, chunk, callback, None)

    # ---- Images of counts, and looking inside

    def digitize(self, image, kind: str = "noise", *, panel: int = 0) -> Digitized:
        """The 16-bit "noise" or "integer" image of a float32 image, by adc, scale and seed of the parameters."""
        pixels = _arrays.require_shape(_arrays.numbers(image, np.float32, "image"), self.image_size(panel), "image")
        counts, result = np.empty(pixels.shape, np.uint16), record(_raw.nbt_digitize_result)
        self._call(
            "nbt_digitize",
            *(_choice(_KINDS, kind, "kind"), whole(panel, "panel"), pixels.ctypes.data, pixels.shape[1]),
            *(counts.ctypes.data, ctypes.byref(result)),
        )
        return Digitized(counts, result.scale, result.total_photons, result.overloads)

    def digitize_begin(self, kind: str = "noise", *, max_photons: float = 0, panel: int = 0) -> None:
        """Begins a 16-bit image whose rows come by and by: digitize_rows() for all of them in order, digitize_end().

        An "integer" image needs the brightest pixel's max_photons for its automatic scale.
        """
        place = _choice(_KINDS, kind, "kind"), whole(panel, "panel")
        self._call("nbt_digitize_begin", *place, ctypes.c_double(max_photons))
        self._digitized_width = self.image_size(panel)[1]

    def digitize_rows(self, rows) -> np.ndarray:
        """The counts (uint16) of the next rows (float32, [slow, fast])."""
        if self._digitized_width is None:
            raise errors.InvalidArgument("digitize_rows without digitize_begin: begin tells the kind and the panel")
        pixels = _arrays.numbers(rows, np.float32, "rows")
        _arrays.require_shape(pixels, (*pixels.shape[:1], self._digitized_width), "rows")
        counts = np.empty(pixels.shape, np.uint16)
        self._call("nbt_digitize_rows", len(pixels), pixels.ctypes.data, pixels.shape[1], counts.ctypes.data)
        return counts

    def digitize_end(self) -> DigitizeTotals:
        """Ends it after the last row."""
        result = record(_raw.nbt_digitize_result)
        self._call("nbt_digitize_end", ctypes.byref(result))
        self._digitized_width = None
        return DigitizeTotals(result.scale, result.total_photons, result.overloads)

    def trace(self, slow: int, fast: int, *, panel: int = 0) -> dict[str, Any]:
        """Every intermediate value of one pixel (docs/trace.md)."""
        place = whole(panel, "panel"), whole(slow, "slow"), whole(fast, "fast")
        return json.loads(self._text("nbt_trace_pixel", *place))

    def report(self) -> dict[str, Any]:
        """What the library decided by itself (docs/report.md)."""
        return json.loads(self._text("nbt_report"))
