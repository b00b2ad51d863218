"""The ctypes view of nbt.h is what the header says, to the byte, and the library is found or the search is told."""

import ctypes
import ctypes.util
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

import nbt
from nbt import _raw

HERE = pathlib.Path(__file__).resolve().parent


def test_generated_file_is_up_to_date():
    subprocess.run([sys.executable, HERE.parent / "generate_raw.py", "--check"], check=True)


def test_every_exported_function_is_declared():
    exports = (HERE.parents[2] / "capi/exports.txt").read_text().split("\n")
    assert set(_raw.FUNCTIONS) == {line for line in exports if line and not line.startswith("#")}


def test_records_have_the_compilers_layout(tmp_path):
    compiler = os.environ.get("CC") or shutil.which("cc")
    assert compiler, "a C compiler is needed for this test: set CC"
    records = [r for r in vars(_raw).values() if isinstance(r, type) and hasattr(r, "_fields_")]
    assert len(records) > 8
    lines, mine = [], []
    for kind in records:
        lines.append(f'printf("{kind.__name__} %zu\\n", sizeof({kind.__name__}));')
        mine.append(f"{kind.__name__} {ctypes.sizeof(kind)}")
        for field, _ in kind._fields_:
            lines.append(f'printf("{kind.__name__}.{field} %zu\\n", offsetof({kind.__name__}, {field}));')
            mine.append(f"{kind.__name__}.{field} {getattr(kind, field).offset}")
    source, program = tmp_path / "layout.c", tmp_path / "layout"
    source.write_text("#include <nbt/nbt.h>\n#include <stdio.h>\nint main(void) {\n" + "\n".join(lines) + "\n}\n")
    subprocess.run([compiler, f"-I{HERE.parents[2] / 'capi/include'}", source, "-o", program], check=True)
    assert subprocess.run([program], check=True, capture_output=True, text=True).stdout.split("\n")[:-1] == mine


def import_with(library):
    environment = {**os.environ, "NBT_LIBRARY": str(library)}
    return subprocess.run([sys.executable, "-c", "import nbt"], env=environment, capture_output=True, text=True)


@pytest.mark.parametrize("content, reason", [(None, "no such file"), (b"text", "too short")])
def test_missing_library_says_where_it_looked(tmp_path, content, reason):
    library = tmp_path / "libnbt.so"
    if content is not None:
        library.write_bytes(content)
    result = import_with(library)
    assert result.returncode != 0
    assert "LibraryNotFound" in result.stderr and str(library) in result.stderr and reason in result.stderr


def test_the_package_is_searched_before_the_system(monkeypatch):
    monkeypatch.setenv("NBT_LIBRARY", "one/place")
    assert nbt._library._candidates() == ["one/place"]
    monkeypatch.delenv("NBT_LIBRARY")
    places = nbt._library._candidates()
    assert places[0].startswith(str(pathlib.Path(nbt.__file__).parent)) and "libnbt.so" in places[-1]


def test_another_library_is_refused_by_name():
    result = import_with(ctypes.util.find_library("m"))
    assert "LibraryNotFound" in result.stderr and "nbt_status_text" in result.stderr


def test_version_is_the_librarys():
    assert nbt.library_version() == nbt.__version__
