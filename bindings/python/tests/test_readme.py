"""The code of the README works as it stands, from the first block to the last."""

import pathlib
import re

import matplotlib

matplotlib.use("Agg")

PAGE = pathlib.Path(__file__).resolve().parents[1] / "README.md"


def test_blocks_run_in_order():
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert len(blocks) >= 6
    names: dict = {}
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), names)
    assert names["misset"].grad is not None and names["total"] > 0
