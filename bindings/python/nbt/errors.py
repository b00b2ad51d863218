"""One exception per status of the library; each is also the built-in exception that Python users expect."""

from __future__ import annotations

from . import _raw


class Error(Exception):
    """Base of all errors of nbt: `status` is the number of nbt.h, `str()` the sentence."""

    status = 0

    def __str__(self) -> str:  # KeyError would show the repr
        return str(self.args[0]) if self.args else ""


class InvalidArgument(Error, ValueError):
    status = _raw.NBT_ERROR_INVALID_ARGUMENT


class UnknownName(Error, KeyError):
    status = _raw.NBT_ERROR_UNKNOWN_NAME


class WrongLength(Error, ValueError):
    status = _raw.NBT_ERROR_WRONG_LENGTH


class OutOfRange(Error, ValueError):
    status = _raw.NBT_ERROR_OUT_OF_RANGE


class InconsistentScene(Error, ValueError):
    status = _raw.NBT_ERROR_INCONSISTENT_SCENE


class FileError(Error, OSError):
    status = _raw.NBT_ERROR_FILE


class MemoryLimit(Error, MemoryError):
    status = _raw.NBT_ERROR_MEMORY_LIMIT


class OutOfMemory(Error, MemoryError):
    status = _raw.NBT_ERROR_OUT_OF_MEMORY


class Cancelled(Error):
    status = _raw.NBT_ERROR_CANCELLED


class DeviceError(Error, RuntimeError):
    status = _raw.NBT_ERROR_DEVICE


class Unsupported(Error, NotImplementedError):
    status = _raw.NBT_ERROR_UNSUPPORTED


class InternalError(Error, RuntimeError):
    status = _raw.NBT_ERROR_INTERNAL


class LibraryNotFound(ImportError):
    """libnbt cannot be loaded; the message says where it was looked for and why each place failed."""


BY_STATUS = {error.status: error for error in Error.__subclasses__()}
