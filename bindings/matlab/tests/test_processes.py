"""What takes an Octave of its own: Ctrl-C, the end of the process, and libraries that are missing.

NBT_OCTAVE is octave-cli, NBT_OCTAVE_PACKAGE the folder with the binding, NBT_LIBRARY the path of libnbt."""

import os
import pathlib
import shutil
import signal
import subprocess
import time

import pytest

BINDING = pathlib.Path(__file__).resolve().parents[1]
PACKAGE = os.environ["NBT_OCTAVE_PACKAGE"]
LONG = "sim = nbt.Simulation('-cell 50 60 70 -default_F 100 -N 5 -detpixels 2000 -oversample 200');"


def start(code, package=PACKAGE, **environment):
    return subprocess.Popen(
        [os.environ["NBT_OCTAVE"], "--quiet", "--norc", "--no-history", "--eval", code],
        env={**os.environ, **environment},
        cwd=package,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        # Where the tests run in the background, the signal may be ignored from the start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )


def output(code, package=PACKAGE, **environment):
    process = start(code, package, **environment)
    text = process.communicate(timeout=120)[0]
    return process.returncode, text


@pytest.mark.parametrize(
    "run",
    [
        "sim.run();",
        "sim.progress = @(fraction) 0; sim.run();",
        "sim.gradient(zeros(2000), 'weights', 'crystal.misset_deg');",
        "sim.jacobian_chunked(50, @(image, derivatives, first) 0, 'crystal.misset_deg');",
        "sim.set('sampling.oversample', 1); sim.run_chunked(1, @(rows, first) pause(60));",
        "sim.set('sampling.oversample', 1); sim.run_chunked(1, @(rows, first) evalin('base', 'while true, x = 1; end'));",
        "sim.set('detector.pixels', [50 50]); sim.run(); pause(60);",  # Octave's own again after a run
    ],
)
def test_ctrl_c_ends_the_run_and_the_command_and_leaves_the_simulation_usable(run):
    code = f"""{LONG}
        unwind_protect
          disp('running'); fflush(stdout);
          try, {run} catch, disp('an error instead'), end
          disp('not interrupted');
        unwind_protect_cleanup
          sim.set('detector.pixels', [20 20], 'sampling.oversample', 1);
          printf('%d pixels afterwards\\n', numel(sim.run()));
        end_unwind_protect"""
    process = start(code)
    assert process.stdout.readline() == "running\n"
    time.sleep(0.7)
    process.send_signal(signal.SIGINT)
    try:
        text = process.communicate(timeout=60)[0]
    finally:
        process.kill()
    assert "400 pixels afterwards" in text, text
    assert "not interrupted" not in text and "instead" not in text, text


def test_octave_ends_cleanly_with_simulations_alive():
    returncode, text = output(LONG + "global other; other = nbt.Simulation(); nbt_mex('create');")
    assert returncode == 0 and "error" not in text and "fatal" not in text, text


def test_live_simulations_survive_clear():
    returncode, text = output("id = nbt_mex('create'); save_id = id; clear all; clear functions; disp(nbt.version());")
    assert returncode == 0 and "error" not in text, text


def test_missing_mex_says_where_it_was_looked_for_and_how_to_build_it(tmp_path):
    shutil.copytree(BINDING / "+nbt", tmp_path / "+nbt")
    returncode, text = output("try, nbt.Simulation(), catch e, disp(e.identifier), disp(e.message), end", tmp_path)
    assert "nbt:libraryNotFound" in text and str(tmp_path) in text and "nbt_build" in text, text


def copy_library(folder):
    folder.mkdir(parents=True)
    for file in pathlib.Path(os.environ["NBT_LIBRARY"]).parent.glob("libnbt.so*"):
        shutil.copy(file, folder)


def test_missing_library_says_where_it_was_looked_for(tmp_path):
    libraries = tmp_path / "libraries"
    copy_library(libraries)
    package = tmp_path / "package"
    code = f"nbt_build('', '{package}')"
    returncode, text = output(code, BINDING, NBT_LIBRARY_DIR=str(libraries))
    assert returncode == 0, text
    assert output("disp(nbt.version())", package)[1].strip(), "it works while the library is there"
    shutil.rmtree(libraries)
    text = output(
        "try, nbt.Simulation(), catch e, disp(e.identifier), disp(e.message), end", package, LD_LIBRARY_PATH="/no/such"
    )[1]
    for word in ("nbt:libraryNotFound", "libnbt.so.0", str(libraries), "/no/such", "nbt_build"):
        assert word in text, (word, text)


def test_building_without_nbt_says_what_is_missing(tmp_path):
    build = f"nbt_build('/no/such/prefix', '{tmp_path}')"
    text = output(build, BINDING, NBT_INCLUDE_DIR="", NBT_LIBRARY_DIR="")[1]
    assert "nbt.h in /no/such/prefix/include" in text and "NBT_INCLUDE_DIR" in text, text
    text = output(build, BINDING, NBT_LIBRARY_DIR="")[1]
    assert "libnbt.* in /no/such/prefix/lib" in text and "NBT_LIBRARY_DIR" in text, text
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("library_folder", ["lib", "lib/x86_64-linux-gnu"])
def test_an_installed_tree_is_built_in_place(library_folder, tmp_path):
    installed = tmp_path / "share/nbt/matlab"
    shutil.copytree(BINDING, installed)
    (tmp_path / "include/nbt").mkdir(parents=True)
    shutil.copy(pathlib.Path(os.environ["NBT_INCLUDE_DIR"]) / "nbt/nbt.h", tmp_path / "include/nbt")
    copy_library(tmp_path / library_folder)
    returncode, text = output("nbt_build(); disp(nbt.version())", installed, NBT_INCLUDE_DIR="", NBT_LIBRARY_DIR="")
    assert returncode == 0 and text.strip().count(".") == 2, text
    assert f"'{tmp_path / library_folder}'" in (installed / "nbt_library_dir.m").read_text()
