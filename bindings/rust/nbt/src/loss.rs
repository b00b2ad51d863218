//! Measured images and losses, for derivatives.
use std::os::raw::c_void;
use std::ptr::null;

use nbt_sys::{nbt_data_rows, nbt_loss, nbt_simulation, nbt_status};

use crate::handle::Callback;
use crate::images::long;
use crate::{CallbackResult, Element, Error, Image, Result, Simulation, Status};

type Fill<'a> = Box<dyn FnMut(&mut nbt_data_rows) -> CallbackResult + 'a>;

/// A measured image: a slice of `f32`, `f64`, `u16` or `i32` by `into()`, or rows from a closure.
pub struct Data<'a> {
    data_type: i32,
    source: Source<'a>,
}

enum Source<'a> {
    Whole { first: *const c_void, length: usize, _of: std::marker::PhantomData<&'a ()> },
    Rows { rows_per_chunk: usize, fill: Fill<'a> },
}

impl<'a> Data<'a> {
    /// Rows that the closure writes when they are asked for, in order, so that the image need not be in memory.
    /// `rows_per_chunk` 0: chosen. An error of the closure stops the run.
    pub fn rows<T: Element>(
        rows_per_chunk: usize,
        mut fill: impl FnMut(&mut DataRows<T>) -> CallbackResult + 'a,
    ) -> Data<'a> {
        let mut rows = DataRows::default();
        let fill = move |record: &mut nbt_data_rows| {
            rows.begin(record);
            fill(&mut rows)?;
            rows.lend_to(record)
        };
        Data { data_type: T::TYPE, source: Source::Rows { rows_per_chunk, fill: Box::new(fill) } }
    }
}

impl<'a, T: Element> From<&'a [T]> for Data<'a> {
    fn from(pixels: &'a [T]) -> Data<'a> {
        let (first, length) = (pixels.as_ptr().cast(), pixels.len());
        Data { data_type: T::TYPE, source: Source::Whole { first, length, _of: std::marker::PhantomData } }
    }
}

impl<'a, T: Element, const N: usize> From<&'a [T; N]> for Data<'a> {
    fn from(pixels: &'a [T; N]) -> Data<'a> {
        pixels.as_slice().into()
    }
}

impl<'a, T: Element> From<&'a Vec<T>> for Data<'a> {
    fn from(pixels: &'a Vec<T>) -> Data<'a> {
        pixels.as_slice().into()
    }
}

impl<'a, T: Element> From<&'a Image<T>> for Data<'a> {
    fn from(image: &'a Image<T>) -> Data<'a> {
        image.pixels.as_slice().into()
    }
}

/// Rows of a measured image that a closure writes: `row_count` times `fast_count` pixels, row after row.
#[derive(Default)]
pub struct DataRows<T> {
    /// Counted from 0.
    pub panel: usize,
    /// Of these rows, counted from 0.
    pub first_row: usize,
    /// In this chunk.
    pub row_count: usize,
    /// Pixels of a row.
    pub fast_count: usize,
    /// The data, 0 until they are written.
    pub data: Vec<T>,
    mask: Vec<u8>,
    background: Vec<f64>,
    weights: Vec<f64>,
}

impl<T: Element> DataRows<T> {
    fn begin(&mut self, record: &nbt_data_rows) {
        self.panel = record.panel as usize;
        self.first_row = record.first_row as usize;
        self.row_count = record.row_count as usize;
        self.fast_count = record.fast_count as usize;
        self.data.clear();
        self.data.resize(self.pixels(), T::default());
        self.mask.clear();
        self.background.clear();
        self.weights.clear();
    }

    fn lend_to(&self, record: &mut nbt_data_rows) -> CallbackResult {
        if self.data.len() != self.pixels() {
            let needed = format!("{} rows of {}", self.row_count, self.fast_count);
            return Err(Error::wrong_length("data", self.data.len(), needed).into());
        }
        record.data = self.data.as_ptr().cast();
        record.mask = start_of(&self.mask);
        record.background = start_of(&self.background).cast();
        record.weights = start_of(&self.weights).cast();
        record.row_stride = record.fast_count;
        Ok(())
    }

    fn pixels(&self) -> usize {
        self.row_count * self.fast_count
    }

    /// A mask of these rows, 1 until it is written; 0 leaves a pixel out.
    pub fn mask(&mut self) -> &mut [u8] {
        self.mask.resize(self.pixels(), 1);
        &mut self.mask
    }

    /// A background of these rows, 0 until it is written.
    pub fn background(&mut self) -> &mut [f64] {
        self.background.resize(self.pixels(), 0.0);
        &mut self.background
    }

    /// Weights of least squares of these rows, 1 until they are written.
    pub fn weights(&mut self) -> &mut [f64] {
        self.weights.resize(self.pixels(), 1.0);
        &mut self.weights
    }
}

/// A loss of the model m = scale * image + background against data d, summed over pixels.
pub struct Loss<'a> {
    record: nbt_loss,
    data: Data<'a>,
    mask: Option<&'a [u8]>,
    background: Option<&'a [f64]>,
    weights: Option<&'a [f64]>,
}

impl<'a> Loss<'a> {
    fn new(kind: u32, data: Data<'a>) -> Loss<'a> {
        let record = record!(nbt_loss { kind: kind as i32, real_type: f64::TYPE });
        Loss { record, data, mask: None, background: None, weights: None }
    }

    /// sum d * image: the data are dL/dimage, and the run is a vector-Jacobian product.
    pub fn weighted_sum(data: impl Into<Data<'a>>) -> Loss<'a> {
        Loss::new(nbt_sys::NBT_LOSS_WEIGHTS, data.into())
    }

    /// sum w (m - d)^2 / 2
    pub fn least_squares(data: impl Into<Data<'a>>) -> Loss<'a> {
        Loss::new(nbt_sys::NBT_LOSS_LEAST_SQUARES, data.into())
    }

    /// sum [(m - d)^2 / V + ln V] / 2 with V = gain * max(m, 0) + readout_variance
    pub fn gaussian(data: impl Into<Data<'a>>, gain: f64, readout_variance: f64) -> Loss<'a> {
        let mut loss = Loss::new(nbt_sys::NBT_LOSS_GAUSSIAN, data.into());
        (loss.record.gain, loss.record.readout_variance) = (gain, readout_variance);
        loss
    }

    /// sum m - d ln m
    pub fn poisson(data: impl Into<Data<'a>>) -> Loss<'a> {
        Loss::new(nbt_sys::NBT_LOSS_POISSON, data.into())
    }

    /// The factor of the image; 1 unless given, and 0 is taken as 1.
    pub fn scale(mut self, scale: f64) -> Loss<'a> {
        self.record.scale = scale;
        self
    }

    /// 0 leaves a pixel out. As large as the image.
    pub fn mask(mut self, mask: &'a [u8]) -> Loss<'a> {
        self.mask = Some(mask);
        self
    }

    /// Added to the model. As large as the image.
    pub fn background(mut self, background: &'a [f64]) -> Loss<'a> {
        self.background = Some(background);
        self
    }

    /// w of least squares. As large as the image.
    pub fn weights(mut self, weights: &'a [f64]) -> Loss<'a> {
        self.weights = Some(weights);
        self
    }

    /// Makes a run with this loss.
    pub(crate) fn call(
        self,
        simulation: &mut Simulation,
        call: impl FnOnce(*mut nbt_simulation, &nbt_loss) -> nbt_status,
    ) -> Result<()> {
        let size = simulation.image_size(0)?;
        let mut record = nbt_loss { data_type: self.data.data_type, ..self.record };
        for (name, length) in self.companions() {
            if matches!(self.data.source, Source::Rows { .. }) {
                let message = format!("{name} is given besides data that come in rows: write it in their closure");
                return Err(Error::new(Status::InvalidArgument, message));
            }
            size.require(name, length)?;
        }
        match self.data.source {
            Source::Whole { first, length, .. } => {
                size.require("data", length)?;
                record.data = first;
                record.mask = self.mask.map_or(null(), start_of);
                record.background = self.background.map_or(null(), start_of).cast();
                record.weights = self.weights.map_or(null(), start_of).cast();
                record.capacity = long(length);
                simulation.handle.call(|raw| call(raw, &record))
            }
            Source::Rows { rows_per_chunk, fill } => {
                record.rows_per_chunk = long(rows_per_chunk);
                record.callback = Some(on_data);
                simulation.handle.call_with(fill, |raw, user| {
                    record.user = user;
                    call(raw, &record)
                })
            }
        }
    }

    fn companions(&self) -> impl Iterator<Item = (&'static str, usize)> {
        let mask = self.mask.map(|mask| ("mask", mask.len()));
        let background = self.background.map(|background| ("background", background.len()));
        let weights = self.weights.map(|weights| ("weights", weights.len()));
        [mask, background, weights].into_iter().flatten()
    }
}

unsafe extern "C" fn on_data(rows: *mut nbt_data_rows, user: *mut c_void) -> i32 {
    // What `fill` lends lives in it, and it lives until the run has ended.
    Callback::<Fill<'_>>::guarded(user, |fill| fill(&mut *rows))
}

/// Null for none.
fn start_of<T>(values: &[T]) -> *const T {
    if values.is_empty() {
        return null();
    }
    values.as_ptr()
}
