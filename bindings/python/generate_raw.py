"""Makes nbt/_raw.py, the ctypes view of nbt.h:  python3 generate_raw.py [--check]

Reads the header's own plain style: `enum {...};`, `typedef struct nbt_x {...} nbt_x;`, callback typedefs and NBT_API
declarations. Anything else that looks like a declaration is an error, so nothing is left out in silence.
"""

import pathlib
import re
import sys

HERE = pathlib.Path(__file__).resolve().parent
HEADER = HERE.parents[1] / "capi/include/nbt/nbt.h"
TARGET = HERE / "nbt/_raw.py"

SCALARS = {
    "int32_t": "c_int32",
    "int64_t": "c_int64",
    "nbt_status": "c_int32",
    "size_t": "c_size_t",
    "double": "c_double",
    "void": "None",
}


def without_comments(text):
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return "\n".join(line for line in text.splitlines() if not line.startswith("#"))


def ctype(declared, records, callbacks):
    """The ctypes expression of a C type. Arrays are addresses: NumPy gives them as whole numbers."""
    bare = declared.replace("const ", "").strip()
    if bare in ("char*",):
        return "c_char_p"
    if bare.replace(" ", "") in ("char*const*", "char**"):
        return "POINTER(c_char_p)"
    if bare in callbacks:
        return bare
    if bare.endswith("**"):
        return "POINTER(c_void_p)"
    if bare.endswith("*"):
        return f"POINTER({bare[:-1]})" if bare[:-1] in records else "c_void_p"
    return SCALARS[bare]


def split_declaration(text):
    """'const double* values' -> ('const double*', 'values')"""
    match = re.fullmatch(r"\s*(.+?[\s*])(\w+)\s*", text, re.DOTALL)
    return " ".join(match[1].split()), match[2]


def argument_types(text, records, callbacks):
    if text.strip() in ("", "void"):
        return []
    return [ctype(split_declaration(part)[0], records, callbacks) for part in text.split(",")]


def as_tuple(items):
    return "(" + ", ".join(items) + ("," if len(items) == 1 else "") + ")"


def constants_of(text):
    for body in re.findall(r"\benum \{(.*?)\};", text, re.DOTALL):
        yield from re.findall(r"(NBT_\w+) = (\d+)", body)


def generate(header):
    text = without_comments(header)
    structs = re.findall(r"typedef struct (\w+) \{(.*?)\} \1;", text, re.DOTALL)
    records = [name for name, _ in structs]
    callback_rows = re.findall(r"typedef (\w+) \(\*(\w+)\)\((.*?)\);", text, re.DOTALL)
    callbacks = [name for _, name, _ in callback_rows]
    functions = re.findall(r"^NBT_API ([\w ]+?\*?) ?(nbt_\w+)\((.*?)\);", text, re.DOTALL | re.MULTILINE)
    if len(functions) != len(re.findall(r"^NBT_API ", text, re.MULTILINE)):
        raise SystemExit(f"{HEADER}: a declaration was not understood")

    lines = [
        '"""The C interface as ctypes sees it. Made from nbt.h by generate_raw.py; do not edit."""',
        "",
        "from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_double, c_int32, c_int64, c_size_t, c_void_p",
        "",
    ]
    lines += [f"{name} = {value}" for name, value in constants_of(text)]
    # A record that a callback takes comes before it, and a callback that a record holds comes before that.
    pending = {name: ("record", body) for name, body in structs}
    pending.update({name: ("callback", (result, body)) for result, name, body in callback_rows})
    known = set()
    while pending:
        ready = [n for n, (_, body) in pending.items() if not (set(re.findall(r"\w+", str(body))) & pending.keys() - {n})]
        for name in ready:
            kind, body = pending.pop(name)
            lines += ["", ""] if kind == "record" else [""]
            if kind == "record":
                lines += [f"class {name}(Structure):", "    _fields_ = ("]
                for field in filter(str.strip, body.split(";")):
                    declared, field_name = split_declaration(field)
                    lines.append(f'        ("{field_name}", {ctype(declared, records, callbacks)}),')
                lines.append("    )")
            else:
                types = [ctype(body[0], records, callbacks)] + argument_types(body[1], records, callbacks)
                lines.append(f"{name} = CFUNCTYPE({', '.join(types)})")
            known.add(name)
    lines += ["", "", "# name: (result, arguments)", "FUNCTIONS = {"]
    for result, name, arguments in functions:
        types = as_tuple(argument_types(arguments, records, callbacks))
        lines.append(f'    "{name}": ({ctype(result, records, callbacks)}, {types}),')
    lines.append("}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    made = generate(HEADER.read_text(encoding="utf-8"))
    if sys.argv[1:] == ["--check"]:
        raise SystemExit(0 if TARGET.read_text(encoding="utf-8") == made else f"{TARGET} is out of date: run generate_raw.py")
    TARGET.write_text(made, encoding="utf-8")
