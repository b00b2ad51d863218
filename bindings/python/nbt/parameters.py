"""The parameter table of the library: names, units, ranges, sentences; and parameters as attributes."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NamedTuple

from . import _raw
from ._library import check, library, record

if TYPE_CHECKING:
    from .simulation import Simulation

KINDS = ("real", "integer", "boolean", "choice", "text")


class Parameter(NamedTuple):
    """One row of the table. docs/parameters.md has all of them."""

    name: str
    kind: str  # one of KINDS
    length: int
    unit: str
    choices: tuple[str, ...]
    minimum: float
    maximum: float
    default: str  # "": automatic, decided by each run
    differentiable: bool
    flags: str  # nanoBragg options that set it
    sentence: str

    @property
    def description(self) -> str:
        count = "" if self.length == 1 else f"{self.length} x "
        kind = " | ".join(self.choices) if self.choices else count + self.kind
        unit = f", {self.unit}" if self.unit else ""
        limits = f", {self.minimum:g} to {self.maximum:g}" if self.kind in ("real", "integer") else ""
        notes = "; differentiable" if self.differentiable else ""
        return f"{self.sentence}\n\n{kind}{unit}{limits}; default: {self.default or 'automatic'}{notes}"


def _row(index: int) -> Parameter:
    row = record(_raw.nbt_parameter)
    check(library.nbt_parameter_describe(index, ctypes.byref(row)))
    texts = {name: getattr(row, name).decode() for name in ("name", "unit", "choices", "flags", "sentence")}
    texts["choices"] = tuple(filter(None, texts["choices"].split("|")))
    return Parameter(
        kind=KINDS[row.kind],
        length=row.length,
        minimum=row.minimum,
        maximum=row.maximum,
        default=row.default_text.decode(),
        differentiable=bool(row.differentiable),
        **texts,
    )


table = {row.name: row for row in map(_row, range(library.nbt_parameter_count()))}


class Group:
    """Parameters of one group as attributes; setting None or deleting one gives the default back."""

    __slots__ = ("_simulation",)

    def __init__(self, simulation: Simulation) -> None:
        object.__setattr__(self, "_simulation", simulation)


def _attribute(name: str) -> property:
    def get(group: Group) -> Any:
        return group._simulation[name]

    def set(group: Group, value: Any) -> None:
        group._simulation[name] = value

    def delete(group: Group) -> None:
        del group._simulation[name]

    return property(get, set, delete, table[name].description)


def _group_class(group: str) -> type[Group]:
    members = {name.partition(".")[2]: _attribute(name) for name in table if name.startswith(group + ".")}
    return type(group, (Group,), {"__slots__": (), "__doc__": f"Parameters of the {group}.", **members})


_groups = {group: _group_class(group) for group in dict.fromkeys(name.partition(".")[0] for name in table)}


class Parameters:
    """`sim.parameters.crystal.cells`: what `sim["crystal.cells"]` is, with completion and help()."""

    __slots__ = ("_simulation",)

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    def __getattr__(self, group: str) -> Group:
        if group not in _groups:
            raise AttributeError(f"there is no group {group!r}: {', '.join(_groups)}")
        return _groups[group](self._simulation)

    def __dir__(self) -> list[str]:
        return list(_groups)

    def __iter__(self) -> Iterator[str]:
        return iter(table)
