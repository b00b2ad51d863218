//! Errors: a status and a sentence.
use std::{error, fmt};

use crate::text::borrowed;

/// What happened; [`Error`] has the sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(i32)]
pub enum Status {
    /// Malformed text, a zero byte in a string, a value that makes no sense.
    InvalidArgument = nbt_sys::NBT_ERROR_INVALID_ARGUMENT as i32,
    /// A parameter, option, token or device that does not exist.
    UnknownName = nbt_sys::NBT_ERROR_UNKNOWN_NAME as i32,
    /// The right name and the wrong number of values; a slice of another length than the image.
    WrongLength = nbt_sys::NBT_ERROR_WRONG_LENGTH as i32,
    /// A number outside what is allowed.
    OutOfRange = nbt_sys::NBT_ERROR_OUT_OF_RANGE as i32,
    /// Each value is fine, together they are not; or something is missing.
    InconsistentScene = nbt_sys::NBT_ERROR_INCONSISTENT_SCENE as i32,
    /// A file that cannot be read or understood.
    File = nbt_sys::NBT_ERROR_FILE as i32,
    /// The run would pass `limits.memory_bytes` or `limits.device_memory_bytes`.
    MemoryLimit = nbt_sys::NBT_ERROR_MEMORY_LIMIT as i32,
    /// The system refused memory.
    OutOfMemory = nbt_sys::NBT_ERROR_OUT_OF_MEMORY as i32,
    /// Stopped by a [`crate::CancelHandle`] or by an error that a closure returned.
    Cancelled = nbt_sys::NBT_ERROR_CANCELLED as i32,
    /// No such device, or it failed.
    Device = nbt_sys::NBT_ERROR_DEVICE as i32,
    /// Something that this build or device cannot do.
    Unsupported = nbt_sys::NBT_ERROR_UNSUPPORTED as i32,
    /// A defect of the library.
    Internal = nbt_sys::NBT_ERROR_INTERNAL as i32,
    /// A status of a newer library.
    Unknown = -1,
}

impl Status {
    fn of(code: nbt_sys::nbt_status) -> Status {
        use Status::*;
        let known = [InvalidArgument, UnknownName, WrongLength, OutOfRange, InconsistentScene, File, MemoryLimit];
        let more = [OutOfMemory, Cancelled, Device, Unsupported, Internal];
        known.into_iter().chain(more).find(|status| *status as i32 == code).unwrap_or(Unknown)
    }
}

impl fmt::Display for Status {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // SAFETY: takes any number.
        f.write_str(borrowed(unsafe { nbt_sys::nbt_status_text(*self as i32) }))
    }
}

/// What closures return: `Ok(())` to go on, or any error to stop the run. `?` turns any error into this one.
pub type CallbackResult = std::result::Result<(), Box<dyn error::Error + Send + Sync>>;

/// `Result` with the error of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// A failure: the status, and a sentence that names the thing, its value, and what would be right.
///
/// Where a closure's error stopped a run, `source()` is that error.
#[derive(Debug)]
pub struct Error {
    status: Status,
    message: String,
    source: Option<Box<dyn error::Error + Send + Sync>>,
}

impl Error {
    pub(crate) fn new(status: Status, message: String) -> Error {
        Error { status, message, source: None }
    }

    pub(crate) fn of(code: nbt_sys::nbt_status, message: &str) -> Error {
        Error::new(Status::of(code), message.to_string())
    }

    pub(crate) fn stopped_by(source: Box<dyn error::Error + Send + Sync>) -> Error {
        let message = format!("a closure stopped the run: {source}");
        Error { status: Status::Cancelled, message, source: Some(source) }
    }

    pub(crate) fn wrong_length(what: &str, given: usize, needed: impl fmt::Display) -> Error {
        Error::new(Status::WrongLength, format!("{what} has {given} elements; needed: {needed}"))
    }

    /// What happened.
    pub fn status(&self) -> Status {
        self.status
    }

    /// The sentence; `Display` writes it, too.
    pub fn message(&self) -> &str {
        &self.message
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}
