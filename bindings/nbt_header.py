"""What nbt.h declares, read once for the raw layers of all bindings that are made from it.

Reads the header's own plain style: `enum {...};`, `typedef struct nbt_x {...} nbt_x;`, callback typedefs and NBT_API
declarations. Anything else that looks like a declaration is an error, so nothing is left out in silence.
"""

import pathlib
import re
import sys
from typing import NamedTuple

PATH = pathlib.Path(__file__).resolve().parents[1] / "capi/include/nbt/nbt.h"


class Argument(NamedTuple):
    type: str  # "const double*"
    name: str  # "" of an argument that has none


class Function(NamedTuple):
    """Also the type of a callback."""

    result: str
    name: str
    arguments: list[Argument]


class Record(NamedTuple):
    name: str
    fields: list[Argument]


class Header(NamedTuple):
    constants: list[tuple[str, int]]
    types: list  # Record or Function (a callback); one comes after those that it uses
    functions: list[Function]

    @property
    def records(self) -> list[str]:
        return [kind.name for kind in self.types if isinstance(kind, Record)]

    @property
    def callbacks(self) -> list[str]:
        return [kind.name for kind in self.types if isinstance(kind, Function)]


def _without_comments(text):
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def _declaration(text):
    """'const double* values' -> ('const double*', 'values')"""
    match = re.fullmatch(r"\s*(.+?[\s*])(\w+)\s*", text, re.DOTALL)
    return Argument(" ".join(match[1].split()), match[2])


def _arguments(text):
    return [] if text.strip() in ("", "void") else [_declaration(part) for part in text.split(",")]


def _in_order(types):
    """A record that a callback takes comes before it, and a callback that a record holds comes before that."""
    pending = {kind.name: kind for kind in types}
    while pending:
        ready = [n for n, kind in pending.items() if not set(re.findall(r"\w+", str(kind))) & pending.keys() - {n}]
        yield from (pending.pop(name) for name in ready)


def read():
    text = _without_comments(PATH.read_text(encoding="utf-8"))
    constants = [
        (name, int(value))
        for body in re.findall(r"\benum \{(.*?)\};", text, re.DOTALL)
        for name, value in re.findall(r"(NBT_\w+) = (\d+)", body)
    ]
    types = [
        Record(name, [_declaration(field) for field in body.split(";") if field.strip()])
        for name, body in re.findall(r"typedef struct (\w+) \{(.*?)\} \1;", text, re.DOTALL)
    ]
    types += [
        Function(result, name, _arguments(body))
        for result, name, body in re.findall(r"typedef (\w+) \(\*(\w+)\)\((.*?)\);", text, re.DOTALL)
    ]
    functions = [
        Function(result, name, _arguments(body))
        for result, name, body in re.findall(r"^NBT_API ([\w ]+?\*?) ?(nbt_\w+)\((.*?)\);", text, re.DOTALL | re.MULTILINE)
    ]
    if len(functions) != len(re.findall(r"^NBT_API ", text, re.MULTILINE)):
        raise SystemExit(f"{PATH}: a declaration was not understood")
    return Header(constants, list(_in_order(types)), functions)


def write_or_check(made, target):
    """What the generators do with their text: `--check` only compares it with the file."""
    if sys.argv[1:] == ["--check"]:
        if target.read_text(encoding="utf-8") != made:
            raise SystemExit(f"{target} is out of date: run {sys.argv[0]}")
    else:
        target.write_text(made, encoding="utf-8")
