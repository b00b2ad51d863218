"""Runs the benchmarks for a moment and checks that they measure something. Asserts no time.

Usage: bench_test.py BUILD_FOLDER SCRIPT [unittest options]
"""
import json
import os
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree
from pathlib import Path

build, script = Path(sys.argv.pop(1)).resolve(), sys.argv.pop(1)

# Stands in for nanoBragg: takes its options and writes the float image to the file named last.
STAND_IN = """#!/bin/sh
for image; do :; done
exec '{program}' double auto 0 "$image" "$@" --compat last-layer-capture,wide-layer-pitch
"""


def run(command, **environment):
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})
    if done.returncode != 0:
        raise AssertionError(f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


class Benchmarks(unittest.TestCase):
    def results(self, name_pattern):
        command = [build / "bench" / "nbt_bench", f"--benchmark_filter={name_pattern}", "--benchmark_min_time=0.001",
                   "--benchmark_format=json"]
        results = json.loads(run(command))["benchmarks"]
        self.assertTrue(results, name_pattern)
        for result in results:
            self.assertNotIn("error_message", result, result)
        return [result for result in results if result.get("label") != "not available"]

    def assert_counters(self, name_pattern, *counters):
        results = self.results(name_pattern)
        self.assertTrue(results, name_pattern)
        for result in results:
            for counter in counters:
                self.assertGreater(result[counter], 0, result["name"])

    def test_every_precision_and_target_has_a_speed_and_a_ratio(self):
        self.assert_counters("^square/.*/constant/64/1(/|$)", "Mevaluations_per_s_and_core", "ratio_to_exact")

    def test_every_shape_and_lookup_has_a_speed_and_a_ratio(self):
        self.assert_counters("/(single|exact)/.*/64/1$", "Mevaluations_per_s_and_core", "ratio_to_exact")

    def test_threads_are_compared_with_one(self):
        self.assert_counters("^threads/1/[12]/", "Mevaluations_per_s_and_core", "ratio_to_one_thread")

    def test_gradients_are_compared_with_the_forward_run(self):
        self.assert_counters("^(gradient|jacobian)/.*/10$", "ratio_to_forward")

    def test_large_inputs_are_compared_with_small_ones(self):
        self.assert_counters("^large/sources/10$", "ns_per_evaluation", "cost_relative_to_1")

    def test_previews_take_time(self):
        self.assert_counters("^preview/", "real_time")


class Device(unittest.TestCase):
    """On the kernels of the CUDA device compiled for the host: the measurement works before there is a card."""

    def test_every_precision_shape_and_lookup_has_a_time(self):
        module = build / "tests" / "modules" / "libnbt_cuda_on_host.so"
        page = run([build / "bench" / "nbt_device_bench", "cuda", "short"], NBT_CUDA_MODULE=str(module))
        rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in page.splitlines() if " x " in line]
        images = [row for row in rows if len(row) == 10]
        self.assertEqual({row[0] for row in images}, {"single", "fast", "double"}, page)
        self.assertEqual({row[1] for row in images}, {"square", "round", "gauss", "tophat"}, page)
        self.assertEqual({row[2] for row in images}, {"default F", "nearest", "tricubic"}, page)
        self.assertEqual({row[3] for row in images}, {"double", "fixed_point", "float_pairs"}, page)
        for row in images:
            self.assertGreater(float(row[6]), 0, row)
        self.assertEqual(len(rows) - len(images), 4 + 2, page)
        for row in rows[len(images):]:
            self.assertGreater(float(row[-1]), 0, row)

    def test_a_device_that_does_not_exist_is_an_error(self):
        done = subprocess.run([build / "bench" / "nbt_device_bench", "cuda:99", "short"], capture_output=True, text=True)
        self.assertEqual(done.returncode, 1)
        self.assertIn("cuda:99", done.stderr)


class Comparison(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def results(self, *options):
        command = [sys.executable, script, "--quick", "--build", build, "--output", self.folder / "results", *options]
        self.table = run(command)
        return json.loads((self.folder / "results" / "results.json").read_text(encoding="utf-8"))

    def measured_rows(self, results):
        rows = [row for row in results["rows"] if row["status"] != "not available"]
        for row in results["rows"]:
            self.assertIn("| " + row["row"] + " |", self.table)
        if not rows:
            self.skipTest("this processor has neither AVX-512 nor AVX2")
        return rows

    def test_works_without_a_reference(self):
        for row in self.measured_rows(self.results()):
            self.assertGreater(row["nbt_per_s"]["median"], 0, row)
            self.assertNotEqual(row["status"], "wrong evaluation count", row)

    def test_compares_with_a_reference(self):
        stand_in = self.folder / "stand-in"
        stand_in.write_text(STAND_IN.format(program=build / "bench" / "nbt_time_scene"), encoding="utf-8")
        stand_in.chmod(0o755)
        for row in self.measured_rows(self.results("--reference", stand_in)):
            self.assertGreater(row["ratio_square"]["median"], 0, row)
            self.assertGreater(row["ratio_this_scene"]["median"], 0, row)
            self.assertTrue(row["images_agree"], row)
        xml.etree.ElementTree.parse(self.folder / "results" / "ratios.svg")


if __name__ == "__main__":
    unittest.main()
