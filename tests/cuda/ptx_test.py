#!/usr/bin/env python3
"""Kernels read shared memory as shared memory.

A kernel object whose address is handed to a call, or that refers to a part of itself, stays in memory; nvcc then loads
the addresses of its members, does not know that they are shared ones, and reads through generic addresses from a stack.
Such a kernel gives the right numbers and takes twice the instructions, so only the compiled code shows it.

Usage: ptx_test.py NVCC SOURCE_DIR
"""

import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

nvcc, source = sys.argv[1], Path(sys.argv[2])

ENTRY = re.compile(r"^\.visible \.entry (\S+)\(.*?^\}", re.DOTALL | re.MULTILINE)
GENERIC = re.compile(r"^\s+(?:@%p\d+ )?(?:ld|st)(?:\.v[24])?\.[bfsu]\d+", re.MULTILINE)
SHARED = re.compile(r"\b(?:ld|st)\.shared")
TRICUBIC = "6LookupE2"  # those make calls with arrays, which have a stack


def entries(name):
    """The compiled kernels of a file: name and text."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "kernels.ptx"
        includes = [f"-I{source / part}" for part in (".", "src", "capi/include")]
        subprocess.run(
            [nvcc, "-x", "cu", "-ptx", "-std=c++20", "--expt-relaxed-constexpr", "-fmad=false", "-O3", "-DNDEBUG"]
            + ["-DNBT_ONE_LANE", *includes, str(source / "cuda" / name), "-o", str(out)],
            check=True,
        )
        return [(found.group(1), found.group(0)) for found in ENTRY.finditer(out.read_text())]


class Ptx(unittest.TestCase):
    def check(self, name):
        kernels = entries(name)
        self.assertTrue(kernels, f"no kernels in {name}")
        for kernel, text in kernels:
            with self.subTest(kernel=kernel):
                shared = len(SHARED.findall(text))
                self.assertGreater(shared, 100)
                self.assertLess(len(GENERIC.findall(text)), shared / 10, "loads through generic addresses")
                if TRICUBIC not in kernel:
                    self.assertNotIn("__local_depot", text, "the kernel has a stack")

    def test_images_read_shared_memory_as_such(self):
        self.check("render_fixed_point_64.cpp")

    def test_gradients_read_shared_memory_as_such(self):
        self.check("gradient_in_float.cpp")

    def test_derivative_images_read_shared_memory_as_such(self):
        self.check("image_in_float.cpp")


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1], verbosity=2)
