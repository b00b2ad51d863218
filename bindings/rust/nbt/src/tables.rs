//! What the library can tell without a simulation: parameters, devices, its version.
use crate::text::borrowed;

/// "0.1.0" of the library that is loaded.
pub fn version() -> &'static str {
    // SAFETY: lives for ever.
    borrowed(unsafe { nbt_sys::nbt_version() })
}

/// What a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Any number.
    Real,
    /// A whole number.
    Integer,
    /// 0 or 1.
    Boolean,
    /// One of [`Parameter::choices`].
    Choice,
    /// Any text, and whatever a newer library has.
    Text,
}

/// A row of the parameter table.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// `detector.distance_mm`
    pub name: &'static str,
    /// Of its values.
    pub kind: Kind,
    /// Number of components.
    pub length: usize,
    /// Empty when it has none.
    pub unit: &'static str,
    /// Words; none unless it is a choice.
    pub choices: Vec<&'static str>,
    /// Least value of each component.
    pub minimum: f64,
    /// Largest value of each component.
    pub maximum: f64,
    /// Empty: automatic, decided by each run and told by the report.
    pub default_text: &'static str,
    /// Whether gradients have it.
    pub differentiable: bool,
    /// Options of nanoBragg that set it.
    pub flags: &'static str,
    /// What it is.
    pub sentence: &'static str,
}

impl From<nbt_sys::nbt_parameter> for Parameter {
    fn from(row: nbt_sys::nbt_parameter) -> Parameter {
        let kinds = [Kind::Real, Kind::Integer, Kind::Boolean, Kind::Choice];
        Parameter {
            name: borrowed(row.name),
            kind: kinds.get(row.kind as usize).copied().unwrap_or(Kind::Text),
            length: row.length as usize,
            unit: borrowed(row.unit),
            choices: borrowed(row.choices).split('|').filter(|word| !word.is_empty()).collect(),
            minimum: row.minimum,
            maximum: row.maximum,
            default_text: borrowed(row.default_text),
            differentiable: row.differentiable != 0,
            flags: borrowed(row.flags),
            sentence: borrowed(row.sentence),
        }
    }
}

/// Every parameter, in the order of the table.
pub fn parameters() -> Vec<Parameter> {
    let describe = |index| {
        let mut row = record!(nbt_parameter {});
        // SAFETY: a record with its size, and an index below the count: it cannot fail.
        unsafe { nbt_sys::nbt_parameter_describe(index, &mut row) };
        row.into()
    };
    // SAFETY: takes nothing.
    (0..unsafe { nbt_sys::nbt_parameter_count() }).map(describe).collect()
}

/// What can render.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Device {
    /// For `execution.device`.
    pub name: &'static str,
    /// Model, instruction sets.
    pub description: &'static str,
    /// Whether it can be used.
    pub available: bool,
    /// Why not; empty when it can.
    pub reason: &'static str,
    /// For `execution.device` as well.
    pub other_names: Vec<&'static str>,
}

impl From<nbt_sys::nbt_device> for Device {
    fn from(device: nbt_sys::nbt_device) -> Device {
        Device {
            name: borrowed(device.name),
            description: borrowed(device.description),
            available: device.available != 0,
            reason: borrowed(device.reason),
            other_names: borrowed(device.other_names).split_whitespace().collect(),
        }
    }
}

/// Every device that the library knows, available or not.
pub fn devices() -> Vec<Device> {
    let describe = |index| {
        let mut row = record!(nbt_device {});
        // SAFETY: as for parameters.
        unsafe { nbt_sys::nbt_device_describe(index, &mut row) };
        row.into()
    };
    // SAFETY: takes nothing.
    (0..unsafe { nbt_sys::nbt_device_count() }).map(describe).collect()
}
