//! Gradients, normal equations, derivative images.
//!
//! Components are named by texts: `"crystal.misset_deg"` (all of a parameter), `"crystal.cell_lengths_A[0]"`, or
//! several joined by `+` that move together. No text at all stands for every parameter that is differentiable.
use std::os::raw::c_void;
use std::ptr::{null, null_mut};
use std::slice::from_raw_parts;

use nbt_sys::nbt_gradient_result;

use crate::handle::Callback;
use crate::images::long;
use crate::text::Texts;
use crate::{CallbackResult, Loss, Result, Simulation};

/// What a gradient run gives besides derivatives by parameters; nothing by default.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Outputs {
    /// Derivatives by every structure factor.
    pub amplitudes: bool,
    /// Derivatives by every source.
    pub sources: bool,
    /// Derivatives by rotations of every orientation.
    pub orientations: bool,
}

/// A loss and its derivatives, per unit of each parameter.
#[derive(Debug, Clone, PartialEq)]
pub struct Gradient {
    /// The loss.
    pub loss: f64,
    /// dL/dscale.
    pub scale_derivative: f64,
    /// Pixels that count.
    pub pixels: usize,
    /// Of the components, such as `crystal.misset_deg[2]`.
    pub names: Vec<String>,
    /// One per component.
    pub values: Vec<f64>,
    /// By every structure factor of [`Simulation::structure_factor_box`], h slowest, l fastest.
    pub amplitudes: Vec<f64>,
    /// By source: wavelength (A), weight, direction x, y, z.
    pub sources: Vec<[f64; 5]>,
    /// By phi step (slowest) and domain: small rotations about laboratory x, y, z, in radians.
    pub orientations: Vec<[f64; 3]>,
}

/// J^T W J and J^T W r of Gauss-Newton ([`Simulation::normal_equations`]).
#[derive(Debug, Clone, PartialEq)]
pub struct NormalEquations {
    /// The loss.
    pub loss: f64,
    /// Pixels that count.
    pub pixels: usize,
    /// Of the components; the last is `scale` where that was asked for.
    pub names: Vec<String>,
    /// Row by row, symmetric.
    pub matrix: Vec<f64>,
    /// One per component.
    pub gradient: Vec<f64>,
}

/// Rows of the image and of its derivative images.
#[derive(Debug, Clone, Copy)]
pub struct JacobianRows<'a> {
    /// Counted from 0.
    pub panel: usize,
    /// Of these rows, counted from 0.
    pub first_row: usize,
    /// In this chunk.
    pub row_count: usize,
    /// Pixels of a row.
    pub fast_count: usize,
    /// Number of derivative images.
    pub components: usize,
    /// Rows of the image.
    pub image: &'a [f64],
    /// Component after component, each as large as `image`.
    pub derivatives: &'a [f64],
    /// Of the run, after these rows; 1 with the last.
    pub fraction_done: f64,
}

impl<'a> JacobianRows<'a> {
    unsafe fn of(rows: &'a nbt_sys::nbt_jacobian_rows) -> Self {
        let (row_count, fast_count) = (rows.row_count as usize, rows.fast_count as usize);
        JacobianRows {
            panel: rows.panel as usize,
            first_row: rows.first_row as usize,
            row_count,
            fast_count,
            components: rows.components,
            image: from_raw_parts(rows.image, row_count * fast_count),
            derivatives: from_raw_parts(rows.derivatives, rows.components * row_count * fast_count),
            fraction_done: rows.fraction_done,
        }
    }

    /// Rows of the derivative image by one component.
    pub fn derivative(&self, component: usize) -> &'a [f64] {
        let pixels = self.image.len();
        &self.derivatives[component * pixels..][..pixels]
    }
}

/// Derivatives (precision `double` and `single`). Parameters are components: `"crystal.misset_deg"`, or one such as
/// `"crystal.misset_deg[2]"`, or several joined by `+` that move together; none means all that are differentiable.
impl Simulation {
    /// The names of the components that a list of parameters stands for.
    pub fn component_names(&self, parameters: &[&str]) -> Result<Vec<String>> {
        let texts = Texts::new(parameters, "the parameter")?;
        let mut count = 0;
        // SAFETY: an array of texts of that length, and a number to write to.
        self.handle
            .call(|raw| unsafe { nbt_sys::nbt_get_component_count(raw, texts.as_ptr(), texts.len(), &mut count) })?;
        let name = |component| {
            // SAFETY: the same array, and a place for the name.
            self.handle.text(|raw, name| unsafe {
                nbt_sys::nbt_get_component_name(raw, texts.as_ptr(), texts.len(), component, name)
            })
        };
        (0..count).map(name).collect()
    }

    /// A loss of panel 0's image and its derivatives, in one run.
    pub fn gradient(&mut self, loss: Loss<'_>, parameters: &[&str]) -> Result<Gradient> {
        self.gradient_with(loss, parameters, Outputs::default())
    }

    /// The same with derivatives by more than parameters.
    pub fn gradient_with(&mut self, loss: Loss<'_>, parameters: &[&str], wanted: Outputs) -> Result<Gradient> {
        let texts = Texts::new(parameters, "the parameter")?;
        let names = self.component_names(parameters)?;
        let mut values = vec![0.0; names.len()];
        let (mut amplitudes, mut sources, mut orientations) = self.buffers(wanted)?;
        let outputs = record!(nbt_gradient_outputs {
            amplitudes: wanted_start(&mut amplitudes).cast(),
            amplitude_count: amplitudes.len(),
            sources: wanted_start(&mut sources).cast(),
            source_count: sources.len(),
            orientations: wanted_start(&mut orientations).cast(),
            orientation_count: orientations.len()
        });
        let (first, count) = (values.as_mut_ptr(), values.len());
        let mut result = record!(nbt_gradient_result {});
        // SAFETY: buffers of the lengths that are told, which the library checks against the scene.
        loss.call(self, |raw, loss| unsafe {
            let (texts, number) = (texts.as_ptr(), texts.len());
            nbt_sys::nbt_run_gradient(raw, loss, texts, number, first, count, &outputs, &mut result)
        })?;
        let nbt_gradient_result { loss, scale_derivative, pixels, .. } = result;
        let pixels = pixels as usize;
        Ok(Gradient { loss, scale_derivative, pixels, names, values, amplitudes, sources, orientations })
    }

    #[allow(clippy::type_complexity)]
    fn buffers(&self, wanted: Outputs) -> Result<(Vec<f64>, Vec<[f64; 5]>, Vec<[f64; 3]>)> {
        let mut lengths = [0; 3];
        if wanted.amplitudes {
            let side = |bounds: (&i32, &i32)| (i64::from(*bounds.1) - i64::from(*bounds.0) + 1) as usize;
            let sides = |grid: crate::IndexBox| grid.first.iter().zip(&grid.last).map(side).product();
            lengths[0] = self.structure_factor_box()?.map_or(0, sides);
        }
        if wanted.sources || wanted.orientations {
            let counts = self.sample_counts()?;
            lengths[1] = if wanted.sources { counts.sources } else { 0 };
            lengths[2] = if wanted.orientations { counts.phi_steps * counts.domains } else { 0 };
        }
        Ok((vec![0.0; lengths[0]], vec![[0.0; 5]; lengths[1]], vec![[0.0; 3]; lengths[2]]))
    }

    /// J^T W J and J^T W r, where W is the expected second derivative of the loss by the model. `with_scale`: the loss's
    /// scale is one component more.
    pub fn normal_equations(
        &mut self,
        loss: Loss<'_>,
        parameters: &[&str],
        with_scale: bool,
    ) -> Result<NormalEquations> {
        let texts = Texts::new(parameters, "the parameter")?;
        let mut names = self.component_names(parameters)?;
        names.extend(with_scale.then(|| "scale".to_string()));
        let count = names.len();
        let (mut matrix, mut gradient) = (vec![0.0; count * count], vec![0.0; count]);
        let (to_matrix, to_gradient) = (matrix.as_mut_ptr(), gradient.as_mut_ptr());
        let mut result = record!(nbt_gradient_result {});
        // SAFETY: count * count and count numbers to write to.
        loss.call(self, |raw, loss| unsafe {
            let (texts, number, scale) = (texts.as_ptr(), texts.len(), with_scale.into());
            let result = &mut result;
            nbt_sys::nbt_run_normal_equations(raw, loss, texts, number, scale, to_matrix, to_gradient, count, result)
        })?;
        Ok(NormalEquations { loss: result.loss, pixels: result.pixels as usize, names, matrix, gradient })
    }

    /// The image and one derivative image per component, in chunks of rows (0: chosen). An error of `take` stops it.
    pub fn jacobian(
        &mut self,
        parameters: &[&str],
        rows_per_chunk: usize,
        take: impl FnMut(JacobianRows<'_>) -> CallbackResult,
    ) -> Result<()> {
        self.run_jacobian(parameters, None, rows_per_chunk, take)
    }

    /// The image and a single derivative image: along the direction `tangent`, one factor per component.
    pub fn derivative_along(
        &mut self,
        parameters: &[&str],
        tangent: &[f64],
        rows_per_chunk: usize,
        take: impl FnMut(JacobianRows<'_>) -> CallbackResult,
    ) -> Result<()> {
        self.run_jacobian(parameters, Some(tangent), rows_per_chunk, take)
    }

    fn run_jacobian<F: FnMut(JacobianRows<'_>) -> CallbackResult>(
        &mut self,
        parameters: &[&str],
        tangent: Option<&[f64]>,
        rows_per_chunk: usize,
        take: F,
    ) -> Result<()> {
        let texts = Texts::new(parameters, "the parameter")?;
        let (factors, factor_count) = tangent.map_or((null(), 0), |factors| (factors.as_ptr(), factors.len()));
        let rows_per_chunk = long(rows_per_chunk);
        self.handle.call_with(take, |raw, user| {
            let (texts, number, callback) = (texts.as_ptr(), texts.len(), Some(on_jacobian_rows::<F> as _));
            // SAFETY: arrays of the lengths that are told; `user` is what the callback takes.
            unsafe {
                nbt_sys::nbt_run_jacobian(raw, texts, number, factors, factor_count, rows_per_chunk, callback, user)
            }
        })
    }
}

unsafe extern "C" fn on_jacobian_rows<F: FnMut(JacobianRows<'_>) -> CallbackResult>(
    rows: *const nbt_sys::nbt_jacobian_rows,
    user: *mut c_void,
) -> i32 {
    Callback::<F>::guarded(user, |take| take(JacobianRows::of(&*rows)))
}

/// Null where nothing is wanted.
fn wanted_start<T>(buffer: &mut [T]) -> *mut T {
    if buffer.is_empty() {
        return null_mut();
    }
    buffer.as_mut_ptr()
}
