"""Calls on one handle: one at a time, Ctrl-C, exceptions of callbacks, and rows from a thread of their own."""

from __future__ import annotations

import atexit
import ctypes
import logging
import queue
import signal
import threading
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from . import _raw
from ._library import check, library
from .errors import InvalidArgument

_log = logging.getLogger("nbt")


class Hooks:
    """The callbacks that a handle keeps. They know nothing of the Simulation, so that it dies with its last reference.

    No exception can pass through the library. The first one is kept here, stops the run at its next progress call, and
    is raised when the call has returned.
    """

    def __init__(self, handle: ctypes.c_void_p) -> None:
        self.handle = handle
        self.progress: Callable[[float], Any] | None = None
        self.log: Callable[[int, str], Any] | None = None
        self.failure: BaseException | None = None
        self.stop = False
        self._pointers = _raw.nbt_progress_callback(self._on_progress), _raw.nbt_log_callback(self._on_log)
        check(library.nbt_set_progress_callback(handle, self._pointers[0], None), handle)
        check(library.nbt_set_log_callback(handle, self._pointers[1], None), handle)

    def guarded(self, action: Callable[[], Any]) -> int:
        """What a callback returns: 0, or 1 to stop the run because `action` raised something."""
        try:
            action()
        except BaseException as error:  # anything at all would be lost in the library otherwise
            self.failure = self.failure or error
            self.stop = True
        return int(self.stop)

    def _on_progress(self, fraction_done: float, _user: None) -> None:
        if self.progress is not None:
            self.guarded(lambda: self.progress(fraction_done))
        if self.stop:  # asked for during this run: a cancel from outside could come late and stop the next one
            library.nbt_cancel(self.handle)

    def _on_log(self, level: int, message: bytes, _user: None) -> None:
        severity = logging.WARNING if level == _raw.NBT_LOG_WARNING else logging.INFO
        self.guarded(lambda: (self.log or _log.log)(severity, message.decode(errors="replace")))


class Calls:
    """A handle that is destroyed with this object."""

    def __init__(self, handle: ctypes.c_void_p) -> None:
        self._handle = handle
        self._lock = threading.Lock()
        self._destroy = weakref.finalize(self, library.nbt_destroy, handle)
        self._destroy.atexit = False  # a thread may still be at work then
        self._hooks = Hooks(handle)

    @contextmanager
    def _in_use(self) -> Iterator[None]:
        """The library refuses a second call as well, but cannot say so where a first one is writing messages."""
        if not self._lock.acquire(blocking=False):
            raise InvalidArgument(
                "the simulation is in use by another thread, by the callback it is calling, or by rows() that have not"
                " been read to the end: finish or close that first"
            )
        try:
            yield
        finally:
            self._lock.release()

    def _call(self, function: str, *arguments, read: Callable[[], Any] | None = None) -> Any:
        """Calls a function of nbt.h; `read` gives the result while strings of the library still live."""
        with self._in_use():
            return self._call_unlocked(function, *arguments, read=read)

    def _call_unlocked(self, function: str, *arguments, read: Callable[[], Any] | None = None) -> Any:
        if self._handle is None:
            raise InvalidArgument("the simulation is closed")
        status = getattr(library, function)(self._handle, *arguments)
        failure, self._hooks.failure, self._hooks.stop = self._hooks.failure, None, False
        if failure is not None:
            raise failure
        check(status, self._handle)
        return read() if read else None

    def _text(self, function: str, *arguments) -> str:
        text = ctypes.c_char_p()
        return self._call(function, *arguments, ctypes.byref(text), read=lambda: text.value.decode())

    def _run(self, function: str, *arguments) -> None:
        """A call that may take long: Ctrl-C stops it and raises KeyboardInterrupt, as everywhere in Python."""
        with self._in_use(), self._interruptible():
            self._call_unlocked(function, *arguments)

    @contextmanager
    def _interruptible(self) -> Iterator[None]:
        """Python's own handler would raise inside a callback, where ctypes prints the exception and forgets it."""
        handler = signal.getsignal(signal.SIGINT)
        if not callable(handler) or threading.current_thread() is not threading.main_thread():
            yield
            return
        caught = []

        def remember(*what) -> None:
            caught.append(what)
            self._hooks.stop = True

        signal.signal(signal.SIGINT, remember)
        try:
            yield
        finally:
            signal.signal(signal.SIGINT, handler)
            if caught:
                self._hooks.stop = False
                handler(*caught[0])

    def close(self) -> None:
        """Frees the library's memory now; any other use of the simulation is an error afterwards."""
        with self._in_use():
            self._handle = None
            self._destroy()

    def _stream(self, start: Callable[[Callable[[Any], None]], None]) -> Iterator[Any]:
        """Items that `start` delivers, from a thread of its own; at most one waits to be taken."""
        stream = self._generate(start)
        _open_streams.add(stream)
        return stream

    def _generate(self, start: Callable[[Callable[[Any], None]], None]) -> Iterator[Any]:
        items: queue.SimpleQueue = queue.SimpleQueue()
        taken = threading.Semaphore(0)
        closed = threading.Event()

        def deliver(item: Any) -> None:
            items.put((item, None))
            taken.acquire()
            if closed.is_set():
                raise _Closed

        def work() -> None:
            try:
                start(deliver)
                items.put((None, StopIteration()))
            except BaseException as error:  # raised again in the thread that reads
                items.put((None, error))

        thread = threading.Thread(target=work, name="nbt rows", daemon=True)
        thread.start()
        try:
            while True:
                item, end = items.get()
                taken.release()
                if isinstance(end, StopIteration):
                    return
                if end is not None:
                    raise end
                yield item
        finally:
            closed.set()
            self._hooks.stop = True
            taken.release()
            if threading.current_thread() is not thread:  # the garbage collector may come by anywhere
                thread.join()
                self._hooks.stop = False


class _Closed(Exception):
    """Ends the run of a stream that nobody reads any more."""


# Python ends threads harshly at exit, with the library in the middle of a run.
_open_streams: weakref.WeakSet = weakref.WeakSet()


@atexit.register
def _close_streams() -> None:
    for stream in list(_open_streams):
        stream.close()
