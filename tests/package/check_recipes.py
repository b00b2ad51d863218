"""The recipes of packaging/ parse, have this version, and no checksum that nobody computed. Usage: check_recipes.py VERSION"""

import pathlib
import re
import shutil
import subprocess
import sys

import yaml

PACKAGING = pathlib.Path(__file__).resolve().parents[2] / "packaging"
version = sys.argv[1]

conda = yaml.safe_load((PACKAGING / "conda-forge/recipe.yaml").read_text())
assert conda["context"]["version"] == version, conda["context"]
assert [output["package"]["name"] for output in conda["outputs"]] == ["libnbt", "nbt"]
for output in conda["outputs"]:
    script = PACKAGING / "conda-forge" / output["build"]["script"]
    subprocess.run(["bash", "-n", str(script)], check=True)

yggdrasil = PACKAGING / "yggdrasil/build_tarballs.jl"
assert f'version = v"{version}"' in yggdrasil.read_text()
if shutil.which("julia"):
    parse = 'Meta.parse(string("begin\\n", read(ARGS[1], String), "\\nend"))'
    subprocess.run(["julia", "-e", parse, str(yggdrasil)], check=True)

for path in PACKAGING.rglob("*"):
    if path.is_file() and re.search(r"\b[0-9a-f]{64}\b", path.read_text()):
        sys.exit(f"{path} has a checksum: of which release? (packaging/README.md)")
print("The recipes parse; both wait for the checksums of a release.")
