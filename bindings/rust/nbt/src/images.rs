//! Images: whole, in chunks of rows, and what they take.
use std::os::raw::c_void;
use std::slice::from_raw_parts;

use crate::handle::Callback;
use crate::{CallbackResult, Error, Result, Simulation, Status};

mod sealed {
    pub trait Sealed {}
}

/// Numbers that measured images may have: `f32`, `f64`, `u16`, `i32`.
pub trait Element: sealed::Sealed + Copy + Default + 'static {
    #[doc(hidden)]
    const TYPE: i32;
}

/// Numbers that computed images may have: `f32`, or `f64`, the sum before it is rounded to `f32`.
pub trait Pixel: Element {}

macro_rules! elements {
    ($($number:ty = $code:ident),*) => {$(
        impl sealed::Sealed for $number {}
        impl Element for $number {
            const TYPE: i32 = nbt_sys::$code as i32;
        }
    )*};
}
elements!(f32 = NBT_FLOAT32, f64 = NBT_FLOAT64, u16 = NBT_UINT16, i32 = NBT_INT32);
impl Pixel for f32 {}
impl Pixel for f64 {}

/// Pixels of a panel along its two axes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImageSize {
    /// Pixels of a row.
    pub fast: usize,
    /// Rows.
    pub slow: usize,
}

impl ImageSize {
    /// Pixels of the image.
    pub fn pixels(self) -> usize {
        self.fast.saturating_mul(self.slow)
    }

    /// A slice of another length would be another image.
    pub(crate) fn require(self, what: &str, given: usize) -> Result<()> {
        if given == self.pixels() {
            return Ok(());
        }
        let needed = format!("{} for {} x {} pixels (fast x slow)", self.pixels(), self.fast, self.slow);
        Err(Error::wrong_length(what, given, needed))
    }
}

/// An image in photons per pixel; `image[(slow, fast)]` is one of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Image<T> {
    /// Row after row.
    pub pixels: Vec<T>,
    /// Of the panel.
    pub size: ImageSize,
}

impl<T> Image<T> {
    /// Row after row.
    pub fn rows(&self) -> impl Iterator<Item = &[T]> {
        self.pixels.chunks(self.size.fast)
    }
}

impl<T> std::ops::Index<(usize, usize)> for Image<T> {
    type Output = T;

    fn index(&self, (slow, fast): (usize, usize)) -> &T {
        assert!(fast < self.size.fast, "there is no fast {fast}: a row has {} pixels", self.size.fast);
        &self.pixels[slow * self.size.fast + fast]
    }
}

/// Memory of a device for an image, with the stream in which work on it is done.
#[derive(Debug, Clone, Copy)]
pub struct DeviceImage<T> {
    /// In the memory of the device that `execution.device` chooses.
    pub pixels: *mut T,
    /// Elements.
    pub capacity: usize,
    /// Elements from row to row; 0: rows have no gaps.
    pub row_stride: usize,
    /// A `cudaStream_t` of the device; null: the default stream.
    pub stream: *mut c_void,
}

/// Rows of an image that have been finished.
#[derive(Debug, Clone, Copy)]
pub struct Rows<'a, T> {
    /// Counted from 0.
    pub panel: usize,
    /// Of these rows, counted from 0.
    pub first_row: usize,
    /// In this chunk.
    pub row_count: usize,
    /// Pixels of a row.
    pub fast_count: usize,
    /// Elements from row to row.
    pub row_stride: usize,
    /// The rows, `row_stride` elements apart.
    pub pixels: &'a [T],
    /// Of the run, after these rows; 1 with the last.
    pub fraction_done: f64,
}

impl<'a, T: Pixel> Rows<'a, T> {
    unsafe fn of(rows: &'a nbt_sys::nbt_rows) -> Self {
        let (row_count, fast_count) = (rows.row_count as usize, rows.fast_count as usize);
        let row_stride = rows.row_stride as usize;
        Rows {
            panel: rows.panel as usize,
            first_row: rows.first_row as usize,
            row_count,
            fast_count,
            row_stride,
            pixels: from_raw_parts(rows.pixels.cast(), (row_count - 1) * row_stride + fast_count),
            fraction_done: rows.fraction_done,
        }
    }

    /// Row after row, each of `fast_count` pixels.
    pub fn iter(&self) -> impl Iterator<Item = &'a [T]> {
        let fast_count = self.fast_count;
        self.pixels.chunks(self.row_stride).map(move |row| &row[..fast_count])
    }
}

/// Kinds of runs, for [`Simulation::estimate_memory`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[repr(i32)]
pub enum RunKind {
    /// [`Simulation::run`].
    #[default]
    Whole = nbt_sys::NBT_RUN_WHOLE as i32,
    /// [`Simulation::run_chunked`].
    Chunked = nbt_sys::NBT_RUN_CHUNKED as i32,
    /// [`Simulation::gradient`].
    Gradient = nbt_sys::NBT_RUN_GRADIENT as i32,
    /// [`Simulation::jacobian`].
    Jacobian = nbt_sys::NBT_RUN_JACOBIAN as i32,
    /// [`Simulation::normal_equations`].
    NormalEquations = nbt_sys::NBT_RUN_NORMAL_EQUATIONS as i32,
}

/// A run whose memory is asked for; the default is a whole image of `f32`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct MemoryRequest {
    /// Of which kind.
    pub run: RunKind,
    /// Whether pixels are `f64`.
    pub float64: bool,
    /// 0: chosen.
    pub rows_per_chunk: usize,
    /// 0: `limits.memory_bytes`.
    pub limit_bytes: f64,
    /// Of Jacobians and normal equations.
    pub components: usize,
    /// Of gradients: whether also by every structure factor.
    pub amplitudes: bool,
}

/// What a run takes.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MemoryEstimate {
    /// What the library allocates for it.
    pub working_bytes: f64,
    /// The image as a whole; the caller's, not in `working_bytes`.
    pub output_bytes: f64,
    /// Pixels times sub-pixels, layers, sources, phi steps and domains.
    pub evaluations: f64,
    /// A chunk of all rows stays within the limit.
    pub whole_image_fits: bool,
    /// For speed within the limit.
    pub recommended_rows_per_chunk: usize,
    /// Within the limit; 0: not even one row fits.
    pub largest_rows_per_chunk: usize,
    /// Images: memory of the device's own.
    pub device_bytes: f64,
}

/// Runs. A failed one leaves the pixels of a slice unspecified.
impl Simulation {
    /// Size of a panel's image, as resolved from the scene.
    pub fn image_size(&self, panel: usize) -> Result<ImageSize> {
        let (mut fast, mut slow) = (0, 0);
        // SAFETY: two numbers to write to.
        self.handle.call(|raw| unsafe { nbt_sys::nbt_get_image_size(raw, short(panel), &mut fast, &mut slow) })?;
        Ok(ImageSize { fast: fast as usize, slow: slow as usize })
    }

    /// Renders panel 0 into memory of its own.
    pub fn run<T: Pixel>(&mut self) -> Result<Image<T>> {
        let size = self.image_size(0)?;
        let mut pixels = Vec::new();
        pixels.try_reserve_exact(size.pixels()).map_err(|_| {
            let needed = format!("no memory for an image of {} x {} pixels (fast x slow)", size.fast, size.slow);
            Error::new(Status::OutOfMemory, needed)
        })?;
        self.render(0, pixels.as_mut_ptr(), size.pixels(), size.fast)?;
        // SAFETY: the run has written every pixel.
        unsafe { pixels.set_len(size.pixels()) };
        Ok(Image { pixels, size })
    }

    /// Renders panel 0 into the slice, which has as many elements as the image has pixels. Nothing is copied.
    pub fn run_into<T: Pixel>(&mut self, pixels: &mut [T]) -> Result<()> {
        let size = self.image_size(0)?;
        size.require("the slice", pixels.len())?;
        self.render(0, pixels.as_mut_ptr(), pixels.len(), size.fast)
    }

    /// Renders a panel into rows that are `row_stride` elements apart, such as a part of a larger image. The slice has
    /// at least `(slow - 1) * row_stride + fast` elements; those between the rows stay as they are.
    pub fn run_strided<T: Pixel>(&mut self, panel: usize, pixels: &mut [T], row_stride: usize) -> Result<()> {
        self.render(panel, pixels.as_mut_ptr(), pixels.len(), row_stride)
    }

    fn render<T: Pixel>(&mut self, panel: usize, pixels: *mut T, capacity: usize, row_stride: usize) -> Result<()> {
        let (panel, pixels, capacity, row_stride) = (short(panel), pixels.cast(), long(capacity), long(row_stride));
        // SAFETY: `capacity` elements may be written; the library checks that the image fits.
        self.handle.call(|raw| unsafe { nbt_sys::nbt_run(raw, panel, T::TYPE, pixels, capacity, row_stride) })
    }

    /// Renders a panel into memory of a CUDA device, from which nothing is copied to the host. Rendering begins after the
    /// work that is in the stream; the image is complete when this returns.
    ///
    /// # Safety
    ///
    /// `image.pixels` points to `image.capacity` elements that nothing else uses during the call, and `image.stream` is
    /// null or a stream that lives. (Memory that is not the device's is an error.)
    pub unsafe fn run_to_device<T: Pixel>(&mut self, panel: usize, image: DeviceImage<T>) -> Result<()> {
        let image = record!(nbt_device_image {
            pixel_type: T::TYPE,
            pixels: image.pixels.cast(),
            capacity: long(image.capacity),
            row_stride: long(image.row_stride),
            stream: image.stream
        });
        self.handle.call(|raw| nbt_sys::nbt_run_to_device(raw, short(panel), &image))
    }

    /// Renders in chunks of rows (0: chosen from `limits.memory_bytes`) and hands each to `take`, rows in order, panels
    /// in order. Never holds more than one chunk, and any chunk size gives the same bits. An error of `take` stops it.
    pub fn run_chunked<T: Pixel>(
        &mut self,
        rows_per_chunk: usize,
        take: impl FnMut(Rows<'_, T>) -> CallbackResult,
    ) -> Result<()> {
        fn callback_of<T: Pixel, F: FnMut(Rows<'_, T>) -> CallbackResult>(_: &F) -> nbt_sys::nbt_rows_callback {
            Some(on_rows::<T, F>)
        }
        let (rows_per_chunk, callback) = (long(rows_per_chunk), callback_of::<T, _>(&take));
        self.handle.call_with(take, |raw, user| {
            // SAFETY: `user` is what the callback takes.
            unsafe { nbt_sys::nbt_run_chunked(raw, rows_per_chunk, T::TYPE, callback, user) }
        })
    }

    /// What a run would take, without rendering.
    pub fn estimate_memory(&self, request: MemoryRequest) -> Result<MemoryEstimate> {
        let request = record!(nbt_memory_request {
            run: request.run as i32,
            pixel_type: if request.float64 { f64::TYPE } else { f32::TYPE },
            rows_per_chunk: long(request.rows_per_chunk),
            limit_bytes: request.limit_bytes,
            components: long(request.components),
            with_amplitudes: request.amplitudes.into()
        });
        let mut estimate = record!(nbt_memory_estimate {});
        // SAFETY: records with their sizes.
        self.handle.call(|raw| unsafe { nbt_sys::nbt_estimate_memory(raw, &request, &mut estimate) })?;
        Ok(MemoryEstimate {
            working_bytes: estimate.working_bytes,
            output_bytes: estimate.output_bytes,
            evaluations: estimate.evaluations,
            whole_image_fits: estimate.whole_image_fits != 0,
            recommended_rows_per_chunk: estimate.recommended_rows_per_chunk as usize,
            largest_rows_per_chunk: estimate.largest_rows_per_chunk as usize,
            device_bytes: estimate.device_bytes,
        })
    }
}

unsafe extern "C" fn on_rows<T: Pixel, F: FnMut(Rows<'_, T>) -> CallbackResult>(
    rows: *const nbt_sys::nbt_rows,
    user: *mut c_void,
) -> i32 {
    Callback::<F>::guarded(user, |take| take(Rows::of(&*rows)))
}

/// As the library counts. A number that does not fit is as wrong as the largest one that does.
pub(crate) fn long(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

pub(crate) fn short(panel: usize) -> i32 {
    i32::try_from(panel).unwrap_or(i32::MAX)
}
