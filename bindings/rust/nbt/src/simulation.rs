//! A scene that is being described: parameters, data, copies, closures.
use std::cell::Cell;
use std::fmt;
use std::marker::PhantomData;
use std::ops::RangeInclusive;
use std::ptr::null;
use std::sync::Arc;

use crate::handle::{lock, CancelHandle, Handle};
use crate::images::{long, short};
use crate::text::{c_text, Texts};
use crate::{parameters, Error, ImageSize, LogLevel, Result, Values};

/// A diffraction experiment: parameters by name, data, and images of it.
///
/// One thread at a time; different simulations are independent.
pub struct Simulation {
    pub(crate) handle: Arc<Handle>,
    /// Send, but not Sync: reading a parameter, too, writes the handle's last error.
    _one_thread: PhantomData<Cell<()>>,
}

/// Closed ranges of the Miller indices of the structure factors in use: h, k, l.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IndexBox {
    /// The least of each.
    pub first: [i32; 3],
    /// The largest of each.
    pub last: [i32; 3],
}

/// How many of each a run has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SampleCounts {
    /// Of the beam.
    pub sources: usize,
    /// Of the rotation.
    pub phi_steps: usize,
    /// Mosaic domains.
    pub domains: usize,
}

/// Making, copying, scene files.
impl Simulation {
    /// An empty scene: every parameter has its default.
    pub fn new() -> Result<Simulation> {
        // SAFETY: a place for the handle.
        Handle::new(None, |raw| unsafe { nbt_sys::nbt_create(raw) }).map(Simulation::from_handle)
    }

    /// The scene of a nanoBragg command line, see [`Simulation::set_arguments`].
    pub fn from_arguments<S: AsRef<str>>(arguments: &[S]) -> Result<Simulation> {
        let mut simulation = Simulation::new()?;
        simulation.set_arguments(arguments)?;
        Ok(simulation)
    }

    /// The scene of a scene file's text.
    pub fn from_scene(json: &str) -> Result<Simulation> {
        let mut simulation = Simulation::new()?;
        simulation.load_scene(json)?;
        Ok(simulation)
    }

    fn from_handle(handle: Arc<Handle>) -> Simulation {
        Simulation { handle, _one_thread: PhantomData }
    }

    /// An independent copy with parameters and data, without closures. Structure factors and mask are shared until one
    /// of both changes them.
    pub fn try_clone(&self) -> Result<Simulation> {
        self.handle.copy().map(Simulation::from_handle)
    }

    /// Replaces parameters and data by those of a scene file's text; all or nothing.
    pub fn load_scene(&mut self, json: &str) -> Result<()> {
        let text = c_text(json, "the scene")?;
        // SAFETY: a text of that length.
        self.handle.call(|raw| unsafe { nbt_sys::nbt_load_scene(raw, text.as_ptr(), json.len()) })
    }

    /// Everything that was set, data included, as JSON.
    pub fn dump_scene(&self) -> Result<String> {
        // SAFETY: a place for the text.
        self.handle.text(|raw, text| unsafe { nbt_sys::nbt_dump_scene(raw, text) })
    }
}

/// As [`Simulation::try_clone`]; panics where that fails, which only a lack of memory can bring about.
impl Clone for Simulation {
    fn clone(&self) -> Simulation {
        self.try_clone().expect("a simulation can be copied")
    }
}

impl fmt::Debug for Simulation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Simulation").finish_non_exhaustive()
    }
}

/// Parameters. [`parameters`] is the table of all.
impl Simulation {
    /// Sets numbers: `sim.set("crystal.cells", [10, 10, 10])`. A boolean is `true` or `false`.
    pub fn set(&mut self, name: &str, values: impl Values) -> Result<()> {
        let (text, values) = (c_text(name, "the name")?, values.values());
        // SAFETY: as many numbers as are told.
        self.handle.call(|raw| unsafe { nbt_sys::nbt_set(raw, text.as_ptr(), values.as_ptr(), values.len()) })
    }

    /// Sets any kind of parameter from text: a word, or numbers separated by blanks or commas.
    pub fn set_text(&mut self, name: &str, text: &str) -> Result<()> {
        let (value, name) = (c_text(text, name)?, c_text(name, "the name")?);
        // SAFETY: two texts.
        self.handle.call(|raw| unsafe { nbt_sys::nbt_set_text(raw, name.as_ptr(), value.as_ptr()) })
    }

    /// Back to the default.
    pub fn unset(&mut self, name: &str) -> Result<()> {
        let name = c_text(name, "the name")?;
        // SAFETY: a text.
        self.handle.call(|raw| unsafe { nbt_sys::nbt_unset(raw, name.as_ptr()) })
    }

    /// The numbers that were set, or the default; NaN where that is automatic:
    /// `let [distance_mm] = sim.get("detector.distance_mm")?;`
    pub fn get<const N: usize>(&self, name: &str) -> Result<[f64; N]> {
        let mut values = [0.0; N];
        self.read(name, &mut values)?;
        Ok(values)
    }

    /// As [`Simulation::get`], where the length is not known when the program is written.
    pub fn get_vec(&self, name: &str) -> Result<Vec<f64>> {
        let length = parameters().iter().find(|row| row.name == name).map_or(0, |row| row.length);
        let mut values = vec![0.0; length];
        self.read(name, &mut values)?;
        Ok(values)
    }

    fn read(&self, name: &str, values: &mut [f64]) -> Result<()> {
        let name = c_text(name, "the name")?;
        // SAFETY: room for as many numbers as are told.
        self.handle.call(|raw| unsafe { nbt_sys::nbt_get(raw, name.as_ptr(), values.as_mut_ptr(), values.len()) })
    }

    /// Any parameter as text, with the digits that give a number back exactly; empty where automatic.
    pub fn get_text(&self, name: &str) -> Result<String> {
        let name = c_text(name, "the name")?;
        // SAFETY: a name, and a place for the text.
        self.handle.text(|raw, text| unsafe { nbt_sys::nbt_get_text(raw, name.as_ptr(), text) })
    }

    /// A nanoBragg command line without the program's name; reads the files it names. All or nothing.
    pub fn set_arguments<S: AsRef<str>>(&mut self, arguments: &[S]) -> Result<()> {
        let texts = Texts::new(arguments, "the argument")?;
        let count = short(texts.len());
        // SAFETY: an array of texts of that length.
        self.handle.call(|raw| unsafe { nbt_sys::nbt_set_arguments(raw, count, texts.as_ptr()) })
    }
}

/// Data. All are copied; empty slices remove what was set before.
impl Simulation {
    /// Reflections h, k, l and their amplitudes in electrons. What the surrounding box has besides gets
    /// `structure_factors.default_F` as it stands now.
    pub fn set_structure_factors(&mut self, hkl: &[[i32; 3]], F: &[f64]) -> Result<()> {
        require_length("F", F.len(), "hkl", hkl.len())?;
        let index = |axis: usize| hkl.iter().map(|indices| indices[axis]).collect::<Vec<_>>();
        let (h, k, l) = (index(0), index(1), index(2));
        let (h, k, l) = (h.as_ptr(), k.as_ptr(), l.as_ptr());
        // SAFETY: four arrays of the same length, which live in this function.
        self.handle.call(|raw| unsafe { nbt_sys::nbt_set_structure_factors(raw, h, k, l, F.as_ptr(), F.len()) })
    }

    /// A dense box from `first` to `last` inclusive, h slowest, l fastest.
    pub fn set_structure_factor_grid(&mut self, first: [i32; 3], last: [i32; 3], F: &[f64]) -> Result<()> {
        let (first, last) = (first.as_ptr(), last.as_ptr());
        // SAFETY: three indices each; the library checks the length of F against them.
        self.handle.call(|raw| unsafe { nbt_sys::nbt_set_structure_factor_grid(raw, first, last, F.as_ptr(), F.len()) })
    }

    /// Directions from the sample towards each source, of any length. Without wavelengths they have that of the beam,
    /// without weights the weight 1.
    pub fn set_sources(
        &mut self,
        directions: &[[f64; 3]],
        wavelengths_A: Option<&[f64]>,
        weights: Option<&[f64]>,
    ) -> Result<()> {
        let count = directions.len();
        for (what, values) in [("wavelengths_A", wavelengths_A), ("weights", weights)] {
            require_length(what, values.map_or(count, <[f64]>::len), "directions", count)?;
        }
        let [wavelengths, weights] = [wavelengths_A, weights].map(|values| values.map_or(null(), <[f64]>::as_ptr));
        let directions = directions.as_ptr().cast();
        // SAFETY: 3 * count numbers, and count of each that is given.
        self.handle.call(|raw| unsafe { nbt_sys::nbt_set_sources(raw, directions, wavelengths, weights, count) })
    }

    /// Rotation matrices of the mosaic domains, row by row, applied after phi.
    pub fn set_mosaic_rotations(&mut self, rotations: &[[[f64; 3]; 3]]) -> Result<()> {
        let (first, count) = (rotations.as_ptr().cast(), rotations.len());
        // SAFETY: 9 * count numbers.
        self.handle.call(|raw| unsafe { nbt_sys::nbt_set_mosaic_rotations(raw, first, count) })
    }

    /// A byte per pixel, slow-major; 0 is not rendered. The size must be the detector's when a run starts.
    pub fn set_mask(&mut self, mask: &[u8], size: ImageSize) -> Result<()> {
        size.require("the mask", mask.len())?;
        let (fast, slow) = (long(size.fast), long(size.slow));
        // SAFETY: fast * slow bytes.
        self.handle.call(|raw| unsafe { nbt_sys::nbt_set_mask(raw, mask.as_ptr(), fast, slow) })
    }

    /// The region that is rendered, in pixels; the same as `detector.roi`.
    pub fn set_roi(&mut self, fast: RangeInclusive<i64>, slow: RangeInclusive<i64>) -> Result<()> {
        let (fast, slow) = ((*fast.start(), *fast.end()), (*slow.start(), *slow.end()));
        // SAFETY: numbers.
        self.handle.call(|raw| unsafe { nbt_sys::nbt_set_roi(raw, fast.0, fast.1, slow.0, slow.1) })
    }
}

/// Closures and cancelling.
impl Simulation {
    /// Called with 0 to 1 from time to time during a run. A panic ends the run and goes on in the caller of the run.
    pub fn set_progress(&mut self, progress: impl FnMut(f64) + Send + 'static) {
        *lock(&self.handle.progress) = Some(Box::new(progress));
    }

    /// Calls none from now on.
    pub fn remove_progress(&mut self) {
        *lock(&self.handle.progress) = None;
    }

    /// Called with lines of the log, warnings above all, by the call that causes them.
    pub fn set_log(&mut self, log: impl FnMut(LogLevel, &str) + Send + 'static) {
        *lock(&self.handle.log) = Some(Box::new(log));
    }

    /// Calls none from now on.
    pub fn remove_log(&mut self) {
        *lock(&self.handle.log) = None;
    }

    /// Stops runs of this simulation from any thread.
    pub fn cancel_handle(&self) -> CancelHandle {
        CancelHandle(Arc::downgrade(&self.handle))
    }
}

/// What a scene resolves to, as JSON and in numbers.
impl Simulation {
    /// What the library decided by itself, what follows from the scene, and statistics of the last run.
    pub fn report(&self) -> Result<String> {
        // SAFETY: a place for the text.
        self.handle.text(|raw, text| unsafe { nbt_sys::nbt_report(raw, text) })
    }

    /// Every intermediate of one pixel.
    pub fn trace_pixel(&self, panel: usize, slow: usize, fast: usize) -> Result<String> {
        // SAFETY: a place for the text.
        self.handle
            .text(|raw, text| unsafe { nbt_sys::nbt_trace_pixel(raw, short(panel), long(slow), long(fast), text) })
    }

    /// Where the structure factors in use lie; nothing without any.
    pub fn structure_factor_box(&self) -> Result<Option<IndexBox>> {
        let (mut first, mut last, mut count) = ([0; 3], [0; 3], 0);
        let (low, high) = (first.as_mut_ptr(), last.as_mut_ptr());
        // SAFETY: room for three indices each, and a number.
        self.handle.call(|raw| unsafe { nbt_sys::nbt_get_structure_factor_box(raw, low, high, &mut count) })?;
        Ok((count > 0).then_some(IndexBox { first, last }))
    }

    /// Sources, phi steps and mosaic domains.
    pub fn sample_counts(&self) -> Result<SampleCounts> {
        let (mut sources, mut phi_steps, mut domains) = (0, 0, 0);
        // SAFETY: three numbers to write to.
        self.handle
            .call(|raw| unsafe { nbt_sys::nbt_get_sample_counts(raw, &mut sources, &mut phi_steps, &mut domains) })?;
        Ok(SampleCounts { sources, phi_steps, domains })
    }
}

fn require_length(what: &str, given: usize, whose: &str, needed: usize) -> Result<()> {
    if given == needed {
        return Ok(());
    }
    Err(Error::wrong_length(what, given, format!("{needed}, as {whose} has")))
}
