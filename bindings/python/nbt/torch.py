"""Images that PyTorch differentiates: by parameters of the scene and by structure factors.

    import torch, nbt, nbt.torch
    misset = torch.tensor([11.0, 23.0, -37.0], dtype=torch.float64, requires_grad=True)
    image = nbt.torch.render(sim, {"crystal.misset_deg": misset})
    image.sum().backward()               # misset.grad, per degree

The backward pass is one gradient run (a vector-Jacobian product) for all inputs together; no image per parameter is
kept. Set precision.mode to "double" where derivatives are compared with differences. Tensors pass through host memory.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch

from .parameters import table
from .simulation import Simulation


class _Render(torch.autograd.Function):
    @staticmethod
    def forward(ctx, sim, names, first, dtype, rows_per_chunk, *tensors):
        scene = sim.clone()  # backward sees the scene of this call, whatever happens to `sim` later
        for name, tensor in zip(names, tensors):
            scene[name] = _host(tensor)
        if first is not None:
            scene.set_structure_factor_grid(first, _host(tensors[-1]))
        ctx.scene, ctx.names, ctx.rows_per_chunk, ctx.has_amplitudes = scene, names, rows_per_chunk, first is not None
        ctx.likes = [(tensor.shape, tensor.dtype, tensor.device) for tensor in tensors]
        image = torch.from_numpy(scene.run(dtype, rows_per_chunk=rows_per_chunk))
        return image.to(tensors[0].device) if tensors else image

    @staticmethod
    @torch.autograd.function.once_differentiable
    def backward(ctx, by_image):
        needs = ctx.needs_input_grad[5:]
        moving = [name for name, need in zip(ctx.names, needs) if need]
        by_amplitude = ctx.has_amplitudes and needs[-1]
        # An empty list would mean every parameter.
        asked = moving or ["structure_factors.default_F"]
        gradient = ctx.scene.gradient(
            _host(by_image), "weights", asked, amplitudes=by_amplitude, rows_per_chunk=ctx.rows_per_chunk
        )
        parts = iter(np.split(gradient.values, np.cumsum([table[name].length for name in asked])))
        found = [next(parts) if need else None for name, need in zip(ctx.names, needs)]
        if ctx.has_amplitudes:
            found.append(gradient.amplitudes if by_amplitude else None)
        return (None, None, None, None, None, *(_like(*pair) for pair in zip(found, ctx.likes)))


def _host(tensor: torch.Tensor) -> np.ndarray:
    return tensor.detach().cpu().numpy()


def _like(values: np.ndarray | None, like: tuple) -> torch.Tensor | None:
    shape, dtype, device = like
    return None if values is None else torch.from_numpy(values).reshape(shape).to(device, dtype)


def render(
    sim: Simulation,
    parameters: Mapping[str, torch.Tensor] | None = None,
    amplitudes: torch.Tensor | None = None,
    *,
    first: Sequence[int] | None = None,
    dtype: torch.dtype = torch.float64,
    rows_per_chunk: int | None = None,
) -> torch.Tensor:
    """The image[slow, fast] of `sim` with these parameters and structure factors; `sim` itself is not changed.

    `amplitudes`: a tensor over the box of Miller indices that begins at `first` (default: that of `sim`).
    """
    given = {name: torch.as_tensor(value) for name, value in (parameters or {}).items()}
    for name in given:
        if name in table and not table[name].differentiable and given[name].requires_grad:
            raise ValueError(f"{name} is not differentiable: give it to sim instead")
    tensors = list(given.values())
    if amplitudes is not None:
        first = tuple(sim.structure_factor_box().first if first is None else first)
        tensors.append(amplitudes)
    elif first is not None:
        raise ValueError("first is given without amplitudes")
    if dtype not in (torch.float32, torch.float64):
        raise TypeError(f"dtype is {dtype}: use torch.float32 or torch.float64")
    numpy_type = np.float32 if dtype == torch.float32 else np.float64
    return _Render.apply(sim, list(given), first, numpy_type, rows_per_chunk, *tensors)


def render_stills(sim: Simulation, parameters: Mapping[str, torch.Tensor], **options) -> torch.Tensor:
    """Images[still, slow, fast]: a parameter with one axis more than it has components is one value per still.

    A single-component parameter is per still with one axis; parameters without the extra axis are shared.
    """
    own = {name for name, value in parameters.items() if value.dim() > (0 if table[name].length == 1 else 1)}
    counts = {name: len(parameters[name]) for name in own}
    if len(set(counts.values())) != 1:
        raise ValueError(f"stills: numbers of values differ or none has one per still: {counts or list(parameters)}")
    stills = [
        render(sim, {name: value[i] if name in own else value for name, value in parameters.items()}, **options)
        for i in range(next(iter(counts.values())))
    ]
    return torch.stack(stills)


class Scene(torch.nn.Module):
    """A module whose torch.nn.Parameters are chosen parameters of a scene, from their values in `sim`.

    model = nbt.torch.Scene(sim, ["crystal.misset_deg", "detector.distance_mm"])
    image = model()                      # model.values["detector__distance_mm"].grad after backward()

    Structure factors that are given as `amplitudes` are one parameter more.
    """

    def __init__(
        self,
        sim: Simulation,
        parameters: Sequence[str],
        amplitudes: torch.Tensor | None = None,
        *,
        first: Sequence[int] | None = None,
        dtype: torch.dtype = torch.float64,
        rows_per_chunk: int | None = None,
    ) -> None:
        super().__init__()
        self.sim = sim.clone()
        self.names = list(parameters)
        self.options = {"first": first, "dtype": dtype, "rows_per_chunk": rows_per_chunk}
        self.values = torch.nn.ParameterDict()
        for name in self.names:
            value = sim[name]
            if value is None:
                raise ValueError(f"{name} is automatic: set it in the simulation first")
            self.values[name.replace(".", "__")] = torch.nn.Parameter(torch.as_tensor(value, dtype=torch.float64))
        self.amplitudes = None if amplitudes is None else torch.nn.Parameter(torch.as_tensor(amplitudes))

    def forward(self) -> torch.Tensor:
        given = {name: self.values[name.replace(".", "__")] for name in self.names}
        return render(self.sim, given, self.amplitudes, **self.options)
