//! Strings across the C interface.
use std::ffi::{CStr, CString};
use std::os::raw::c_char;

use crate::{Error, Result, Status};

/// A copy that ends with a zero byte; `what` names it in the error for text with one inside.
pub(crate) fn c_text(text: &str, what: &str) -> Result<CString> {
    CString::new(text).map_err(|error| {
        let position = error.nul_position();
        Error::new(Status::InvalidArgument, format!("{what} {text:?} has a zero byte at position {position}"))
    })
}

/// Texts as an array of pointers, which is null when there are none.
pub(crate) struct Texts {
    pointers: Vec<*const c_char>,
    _owned: Vec<CString>,
}

impl Texts {
    pub(crate) fn new<S: AsRef<str>>(texts: &[S], what: &str) -> Result<Texts> {
        let owned = texts.iter().map(|text| c_text(text.as_ref(), what)).collect::<Result<Vec<_>>>()?;
        Ok(Texts { pointers: owned.iter().map(|text| text.as_ptr()).collect(), _owned: owned })
    }

    pub(crate) fn as_ptr(&self) -> *const *const c_char {
        if self.pointers.is_empty() {
            return std::ptr::null();
        }
        self.pointers.as_ptr()
    }

    pub(crate) fn len(&self) -> usize {
        self.pointers.len()
    }
}

/// A string of the library, for as long as the library says that it lives. The library's strings are UTF-8; what
/// could come from elsewhere (a file's name) goes through `copied`.
pub(crate) fn borrowed<'a>(text: *const c_char) -> &'a str {
    // SAFETY: never null and ended by a zero byte, as nbt.h promises for every string that it returns.
    unsafe { CStr::from_ptr(text) }.to_str().unwrap_or("(not UTF-8)")
}

pub(crate) fn copied(text: *const c_char) -> String {
    // SAFETY: as above.
    unsafe { CStr::from_ptr(text) }.to_string_lossy().into_owned()
}
