//! The C interface of libnbt as it is in `nbt.h`, which has the contract of every function. The crate `nbt` is what
//! programs use.
//!
//! `build.rs` finds the library: in the folder `NBT_LIB_DIR`, or as pkg-config says.
#![allow(non_camel_case_types, non_snake_case, non_upper_case_globals, clippy::all)]

#[rustfmt::skip]
mod raw;

pub use raw::*;
