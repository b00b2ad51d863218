#!/usr/bin/env bash
# The Python package alone; libnbt is found in the environment's lib folder.
set -euo pipefail
"$PYTHON" -m pip install --no-deps --no-build-isolation "$SRC_DIR/bindings/python"
