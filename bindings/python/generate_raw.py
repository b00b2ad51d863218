"""Makes nbt/_raw.py, the ctypes view of nbt.h:  python3 generate_raw.py [--check]"""

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))
sys.dont_write_bytecode = True
import nbt_header  # noqa: E402

SCALARS = {
    "int32_t": "c_int32",
    "int64_t": "c_int64",
    "nbt_status": "c_int32",
    "size_t": "c_size_t",
    "double": "c_double",
    "void": "None",
}

HEADER = nbt_header.read()


def ctype(declared):
    """The ctypes expression of a C type. Arrays are addresses: NumPy gives them as whole numbers."""
    bare = declared.replace("const ", "").strip()
    if bare in ("char*",):
        return "c_char_p"
    if bare.replace(" ", "") in ("char*const*", "char**"):
        return "POINTER(c_char_p)"
    if bare in HEADER.callbacks:
        return bare
    if bare.endswith("**"):
        return "POINTER(c_void_p)"
    if bare.endswith("*"):
        return f"POINTER({bare[:-1]})" if bare[:-1] in HEADER.records else "c_void_p"
    return SCALARS[bare]


def types_of(function):
    return [ctype(argument.type) for argument in function.arguments]


def as_tuple(items):
    return "(" + ", ".join(items) + ("," if len(items) == 1 else "") + ")"


def generate():
    lines = [
        '"""The C interface as ctypes sees it. Made from nbt.h by generate_raw.py; do not edit."""',
        "",
        "from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_double, c_int32, c_int64, c_size_t, c_void_p",
        "",
    ]
    lines += [f"{name} = {value}" for name, value in HEADER.constants]
    for kind in HEADER.types:
        if isinstance(kind, nbt_header.Record):
            lines += ["", "", f"class {kind.name}(Structure):", "    _fields_ = ("]
            lines += [f'        ("{field.name}", {ctype(field.type)}),' for field in kind.fields]
            lines.append("    )")
        else:
            lines += ["", f"{kind.name} = CFUNCTYPE({', '.join([ctype(kind.result)] + types_of(kind))})"]
    lines += ["", "", "# name: (result, arguments)", "FUNCTIONS = {"]
    for function in HEADER.functions:
        lines.append(f'    "{function.name}": ({ctype(function.result)}, {as_tuple(types_of(function))}),')
    lines.append("}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    nbt_header.write_or_check(generate(), HERE / "nbt/_raw.py")
