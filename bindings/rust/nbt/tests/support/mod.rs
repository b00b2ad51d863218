//! What the tests share.
#![allow(dead_code)] // each test file uses a part
pub mod json;

use nbt::Simulation;

/// 40 x 30 pixels (fast x slow) with some spots.
pub fn small_scene() -> Simulation {
    let mut sim = Simulation::new().unwrap();
    sim.set("crystal.cell_lengths_A", [50, 60, 70]).unwrap();
    sim.set("crystal.cells", [5, 6, 7]).unwrap();
    sim.set("crystal.misset_deg", [11, 23, -37]).unwrap();
    sim.set("detector.pixels", [40, 30]).unwrap();
    sim.set("detector.pixel_size_mm", 0.8).unwrap();
    sim.set("detector.distance_mm", 120).unwrap();
    sim.set("structure_factors.default_F", 100).unwrap();
    sim
}

/// Bits, because NaN and -0 compare otherwise.
pub trait Bits: Copy {
    fn bits(self) -> u64;
}

impl Bits for f32 {
    fn bits(self) -> u64 {
        self.to_bits().into()
    }
}

impl Bits for f64 {
    fn bits(self) -> u64 {
        self.to_bits()
    }
}

#[track_caller]
pub fn assert_same_bits<T: Bits + std::fmt::Debug>(given: &[T], expected: &[T], what: &str) {
    assert_eq!(given.len(), expected.len(), "{what}");
    let differing = given.iter().zip(expected).position(|(a, b)| a.bits() != b.bits());
    if let Some(index) = differing {
        panic!("{what}: element {index} is {:?} and should be {:?}", given[index], expected[index]);
    }
}

/// The error of a call that must fail, with a message that has every word.
#[track_caller]
pub fn failure<T: std::fmt::Debug>(result: nbt::Result<T>, status: nbt::Status, words: &[&str]) -> nbt::Error {
    let error = result.expect_err("the call should have failed");
    assert_eq!(error.status(), status, "{error}");
    for word in words {
        assert!(error.to_string().contains(word), "'{word}' is not in: {error}");
    }
    error
}
