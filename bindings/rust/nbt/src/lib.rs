//! X-ray diffraction images of crystals, as nanoBragg computes them, and their gradients: the library `libnbt` for Rust.
//!
//! ```
//! # fn main() -> nbt::Result<()> {
//! let mut sim = nbt::Simulation::new()?;
//! sim.set("crystal.cell_lengths_A", [79.1, 79.1, 37.9])?;
//! sim.set("crystal.cells", [10, 10, 10])?;
//! sim.set("structure_factors.default_F", 100)?;
//! sim.set("detector.pixels", [512, 512])?;
//! let image = sim.run::<f32>()?; // photons per pixel
//! println!("{} photons at slow 256, fast 250", image[(256, 250)]);
//! # Ok(())
//! # }
//! ```
//!
//! A [`Simulation`] is a scene that is being described by parameters and data. Images are slow-major: pixel
//! (slow, fast) is element `slow * size.fast + fast`. Every failure is an [`Error`] with the sentence of the library.
//!
//! **Threads.** A simulation may be handed to another thread (`Send`), but belongs to one at a time (not `Sync`);
//! different ones run at once. A [`CancelHandle`] stops a run from any thread.
//!
//! ```compile_fail,E0277
//! fn shared<T: Sync>() {}
//! shared::<nbt::Simulation>();
//! ```
//!
//! **Closures.** What a closure returns as an error, or panics with, ends the run and comes out of the call that
//! made it; nothing unwinds through the library. No closure can use the simulation that calls it:
//!
//! ```compile_fail,E0499
//! # let mut sim = nbt::Simulation::new().unwrap();
//! sim.run_chunked::<f32>(0, |_rows| sim.set("crystal.fudge", 2).map_err(Into::into));
//! ```
// Units keep their case in names, as in the parameters: wavelengths_A.
#![allow(non_snake_case)]
#![warn(missing_docs)]

/// A record of the C interface that knows its size; what is not named is 0.
macro_rules! record {
    ($name:ident { $($field:ident: $value:expr),* }) => {{
        let mut record = nbt_sys::$name::default();
        record.struct_size = std::mem::size_of_val(&record);
        $(record.$field = $value;)*
        record
    }};
}

mod derivatives;
mod digitize;
mod error;
mod handle;
mod images;
mod loss;
mod simulation;
mod tables;
mod text;
mod values;

pub use derivatives::{Gradient, JacobianRows, NormalEquations, Outputs};
pub use digitize::{Conversion, DigitizeTotals, Digitizer};
pub use error::{CallbackResult, Error, Result, Status};
pub use handle::{CancelHandle, LogLevel};
pub use images::{DeviceImage, Element, Image, ImageSize, MemoryEstimate, MemoryRequest, Pixel, Rows, RunKind};
pub use loss::{Data, DataRows, Loss};
pub use simulation::{IndexBox, SampleCounts, Simulation};
pub use tables::{devices, parameters, version, Device, Kind, Parameter};
pub use values::Values;

/// The programs of the README are tests.
#[cfg(doctest)]
#[doc = include_str!("../../README.md")]
struct Readme;
