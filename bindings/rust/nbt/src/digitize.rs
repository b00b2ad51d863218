//! 16-bit images: integer and noise.
use nbt_sys::nbt_digitize_result;

use crate::images::{long, short};
use crate::{Error, Result, Simulation};

/// How photons become counts; scale, offset and seed are parameters (`digitize.*`, `noise.*`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(i32)]
pub enum Conversion {
    /// Scaled and rounded.
    Integer = nbt_sys::NBT_DIGITIZE_INTEGER as i32,
    /// Poisson noise, a pure function of the image and `noise.seed`.
    Noise = nbt_sys::NBT_DIGITIZE_NOISE as i32,
}

/// What a conversion did.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DigitizeTotals {
    /// Counts per photon (integer image).
    pub scale: f64,
    /// Photons that were drawn (noise image).
    pub total_photons: f64,
    /// Pixels clipped at 65535 (noise image).
    pub overloads: usize,
}

impl From<nbt_digitize_result> for DigitizeTotals {
    fn from(result: nbt_digitize_result) -> DigitizeTotals {
        let nbt_digitize_result { scale, total_photons, overloads, .. } = result;
        DigitizeTotals { scale, total_photons, overloads: overloads as usize }
    }
}

impl Simulation {
    /// Counts of panel 0, of its whole `f32` image.
    pub fn digitize(&mut self, conversion: Conversion, pixels: &[f32]) -> Result<(Vec<u16>, DigitizeTotals)> {
        let size = self.image_size(0)?;
        size.require("pixels", pixels.len())?;
        let (mut counts, mut result) = (vec![0; pixels.len()], record!(nbt_digitize_result {}));
        let (from, stride, to) = (pixels.as_ptr(), long(size.fast), counts.as_mut_ptr());
        // SAFETY: both have the size of the image.
        self.handle
            .call(|raw| unsafe { nbt_sys::nbt_digitize(raw, conversion as i32, 0, from, stride, to, &mut result) })?;
        Ok((counts, result.into()))
    }

    /// Counts row by row, for programs that never hold the image. The integer image needs `max_photons` for its
    /// automatic scale. To digitize while another run makes the rows, use a clone.
    pub fn digitizer(&mut self, conversion: Conversion, panel: usize, max_photons: f64) -> Result<Digitizer<'_>> {
        let fast_count = self.image_size(panel)?.fast;
        // SAFETY: numbers.
        self.handle
            .call(|raw| unsafe { nbt_sys::nbt_digitize_begin(raw, conversion as i32, short(panel), max_photons) })?;
        Ok(Digitizer { simulation: self, fast_count })
    }
}

/// A conversion that is under way ([`Simulation::digitizer`]).
pub struct Digitizer<'a> {
    simulation: &'a mut Simulation,
    fast_count: usize,
}

impl Digitizer<'_> {
    /// Converts the next rows; `counts` has as many elements as `pixels`, and both hold whole rows.
    pub fn rows(&mut self, pixels: &[f32], counts: &mut [u16]) -> Result<()> {
        let row_count = pixels.len() / self.fast_count;
        if row_count * self.fast_count != pixels.len() {
            return Err(Error::wrong_length("pixels", pixels.len(), format!("whole rows of {}", self.fast_count)));
        }
        if counts.len() != pixels.len() {
            return Err(Error::wrong_length("counts", counts.len(), format!("{}, as pixels has", pixels.len())));
        }
        let (from, stride, to) = (pixels.as_ptr(), long(self.fast_count), counts.as_mut_ptr());
        // SAFETY: as many rows as are told, in both.
        self.simulation.handle.call(|raw| unsafe { nbt_sys::nbt_digitize_rows(raw, long(row_count), from, stride, to) })
    }

    /// What was done so far.
    pub fn finish(self) -> Result<DigitizeTotals> {
        let mut result = record!(nbt_digitize_result {});
        // SAFETY: a record with its size.
        self.simulation.handle.call(|raw| unsafe { nbt_sys::nbt_digitize_end(raw, &mut result) })?;
        Ok(result.into())
    }
}
