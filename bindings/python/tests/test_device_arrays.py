"""run(out=...) into arrays on a card, which here is the CUDA device with its kernels compiled for the host.

NBT_CUDA_MODULE names that module: it hands out "memory of a card" that this test can look into.
"""

import ctypes
import os
import sys
import types

import numpy as np
import pytest

import nbt

SHAPE = (30, 40)


@pytest.fixture(scope="module")
def card():
    """The module's functions for tests."""
    module = ctypes.CDLL(os.environ["NBT_CUDA_MODULE"])
    module.nbt_cuda_on_host_allocate.restype = ctypes.c_void_p
    module.nbt_cuda_on_host_allocate.argtypes = ctypes.c_int, ctypes.c_int64
    module.nbt_cuda_on_host_free.argtypes = (ctypes.c_void_p,)
    module.nbt_cuda_on_host_stream.restype = ctypes.c_void_p
    module.nbt_cuda_on_host_waits.restype = ctypes.c_int64
    module.nbt_cuda_on_host_waits.argtypes = (ctypes.c_void_p,)
    return module


@pytest.fixture
def array(card):
    """Makes arrays that have the interface alone; `pixels` is a view of their memory."""
    made = []

    def make(dtype=np.float32, width=SHAPE[1], **changed):
        count = SHAPE[0] * width * np.dtype(dtype).itemsize
        made.append(card.nbt_cuda_on_host_allocate(0, count))
        pixels = np.ndarray((SHAPE[0], width), dtype, (ctypes.c_char * count).from_address(made[-1]))
        pixels[:] = -1
        strides = None if width == SHAPE[1] else pixels.strides
        interface = {"shape": SHAPE, "typestr": pixels.dtype.str, "data": (made[-1], False), "strides": strides}
        interface = {**interface, "version": 3, **changed}
        return types.SimpleNamespace(__cuda_array_interface__=interface, pixels=pixels)

    yield make
    for address in made:
        card.nbt_cuda_on_host_free(address)


@pytest.fixture
def sim(sim):
    sim["execution.device"] = "cuda:0"
    return sim


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_array_on_the_card_gets_the_bits_of_one_on_the_host(sim, array, dtype):
    expected = sim.run(dtype)
    out = array(dtype)
    assert sim.run(out=out) is out
    assert np.array_equal(out.pixels, expected)
    assert sim.run(dtype, out=out) is out


def test_gaps_between_rows_stay_as_they_are(sim, array):
    out = array(width=50)
    sim.run(out=out)
    assert np.array_equal(out.pixels[:, :40], sim.run())
    assert np.all(out.pixels[:, 40:] == -1)


class CudaPython:
    def __init__(self, handle):
        self.handle = handle

    def __cuda_stream__(self):
        return 0, self.handle


STREAMS = {
    "number": lambda handle: handle,
    "NumPy's number": np.uint64,
    "CUDA Python": CudaPython,
    "PyTorch": lambda handle: types.SimpleNamespace(cuda_stream=handle),
    "CuPy": lambda handle: types.SimpleNamespace(ptr=handle),
}


@pytest.mark.parametrize("kind", STREAMS)
def test_stream_that_is_given_is_the_one_that_is_used(sim, array, card, kind):
    handle = card.nbt_cuda_on_host_stream(0)
    before = card.nbt_cuda_on_host_waits(handle)
    sim.run(out=array(stream=None), stream=STREAMS[kind](handle))
    assert card.nbt_cuda_on_host_waits(handle) > before


def test_stream_of_the_array_is_used_where_none_is_given(sim, array, card):
    handle = card.nbt_cuda_on_host_stream(0)
    before = card.nbt_cuda_on_host_waits(handle)
    sim.run(out=array(stream=handle))
    between = card.nbt_cuda_on_host_waits(handle)
    assert between > before
    sim.run(out=array(stream=handle), stream=0)
    assert card.nbt_cuda_on_host_waits(handle) == between, "0 is the default stream"


def test_tensor_is_used_in_pytorchs_current_stream(sim, array, card, monkeypatch):
    handle = card.nbt_cuda_on_host_stream(0)

    class Tensor:
        def __init__(self, made):
            self.__cuda_array_interface__, self.device = made.__cuda_array_interface__, "cuda:0"

    def current_stream(device):
        assert device == "cuda:0"
        return types.SimpleNamespace(cuda_stream=handle)

    torch = types.SimpleNamespace(Tensor=Tensor, cuda=types.SimpleNamespace(current_stream=current_stream))
    monkeypatch.setitem(sys.modules, "torch", torch)
    before = card.nbt_cuda_on_host_waits(handle)
    sim.run(out=Tensor(array(version=2)))
    assert card.nbt_cuda_on_host_waits(handle) > before


@pytest.mark.parametrize(
    "changed, error, words",
    [
        ({"shape": (40, 30)}, ValueError, r"\(40, 30\): \(30, 40\)"),
        ({"typestr": "<i4"}, TypeError, "int32: float32 or float64"),
        ({"typestr": ">f4"}, TypeError, "float32 or float64"),
        ({"strides": (160, 8)}, ValueError, r"strides \(160, 8\)"),
        ({"strides": (4, 120)}, ValueError, "next to each other"),
        ({"strides": (-160, 4)}, ValueError, r"strides \(-160, 4\)"),
        ({"strides": (0, 4)}, ValueError, r"strides \(0, 4\)"),
    ],
)
def test_array_that_is_not_as_it_must_be_is_refused_by_name(sim, array, changed, error, words):
    out = array(**changed)
    with pytest.raises(error, match=words):
        sim.run(out=out)
    assert np.all(out.pixels == -1)


def test_read_only_array_is_refused(sim, array):
    out = array()
    out.__cuda_array_interface__["data"] = (out.pixels.ctypes.data, True)
    with pytest.raises(ValueError, match="read-only"):
        sim.run(out=out)


def test_arguments_that_do_not_go_with_it_are_refused(sim, array):
    with pytest.raises(TypeError, match="float32 and dtype is float64"):
        sim.run(float, out=array())
    with pytest.raises(ValueError, match="rows_per_chunk is 7"):
        sim.run(out=array(), rows_per_chunk=7)
    with pytest.raises(TypeError, match="stream is 1, but out is not"):
        sim.run(stream=1)
    with pytest.raises(TypeError, match="stream is 'default': a whole number"):
        sim.run(out=array(), stream="default")


def test_memory_that_is_not_the_cards_is_refused_by_the_library(sim, array):
    on_host = np.empty(SHAPE, np.float32)
    with pytest.raises(nbt.InvalidArgument, match="not memory of a device"):
        sim.run(out=array(data=(on_host.ctypes.data, False)))
    sim["execution.device"] = "cpu"
    with pytest.raises(nbt.Unsupported, match="execution.device"):
        sim.run(out=array())


def test_exception_of_progress_ends_the_run(sim, array):
    def oops(_fraction):
        raise ZeroDivisionError

    sim.progress = oops
    with pytest.raises(ZeroDivisionError):
        sim.run(out=array())
