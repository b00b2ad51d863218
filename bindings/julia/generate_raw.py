"""Makes src/raw.jl, Julia's view of nbt.h:  python3 generate_raw.py [--check]"""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True
import nbt_header  # noqa: E402

TYPES = {
    "char": "UInt8",
    "double": "Cdouble",
    "float": "Cfloat",
    "int32_t": "Int32",
    "int64_t": "Int64",
    "nbt_simulation": "Cvoid",
    "nbt_status": "Int32",
    "size_t": "Csize_t",
    "uint8_t": "UInt8",
    "uint16_t": "UInt16",
    "void": "Cvoid",
}

HEADER = nbt_header.read()


def julia_type(declared):
    """Texts are Cstring in calls, which ccall checks for NUL; callbacks are addresses that @cfunction makes."""
    bare = declared.replace("const ", "").replace("const", "").replace(" ", "")
    if bare in HEADER.callbacks:
        return "Ptr{Cvoid}"
    if bare == "char*":
        return "Cstring"
    if bare == "char**":
        return "Ptr{Cstring}"
    if bare.endswith("*"):
        return f"Ptr{{{julia_type(bare[:-1])}}}"
    return bare if bare in HEADER.records else TYPES[bare]


def record(kind):
    fields = (f"    {field.name}::{julia_type(field.type).replace('Cstring', 'Ptr{UInt8}')}" for field in kind.fields)
    return ["", f"struct {kind.name}", *fields, "end"]


def function(place, declared):
    names = ", ".join(argument.name for argument in declared.arguments)
    types = ", ".join(julia_type(argument.type) for argument in declared.arguments)
    types += "," if len(declared.arguments) == 1 else ""
    call = ", ".join(filter(None, [f"ADDRESSES[{place}]", julia_type(declared.result), f"({types})", names]))
    return [f"{declared.name}({names}) =", f"    ccall({call})"]


def generate():
    lines = ["# The C interface as Julia sees it. Made from nbt.h by generate_raw.py; do not edit.", "module Raw", ""]
    lines += [f"const {name} = Int32({value})" for name, value in HEADER.constants]
    for kind in HEADER.types:
        if isinstance(kind, nbt_header.Record):
            lines += record(kind)
    lines += ["", "const FUNCTIONS = ("] + [f"    :{declared.name}," for declared in HEADER.functions] + [")"]
    lines += ["", "# Of each of these in the library that was loaded.", "const ADDRESSES = fill(C_NULL, length(FUNCTIONS))", ""]
    for place, declared in enumerate(HEADER.functions, 1):
        lines += function(place, declared)
    return "\n".join(lines + ["", "end"]) + "\n"


if __name__ == "__main__":
    nbt_header.write_or_check(generate(), HERE / "src/raw.jl")
