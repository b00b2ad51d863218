//! Renders a crystal and writes the image as PGM, for any image viewer. Usage: first_image [FILE]
use std::error::Error;
use std::fs;

use nbt::{Image, Simulation};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "first_image.pgm".into());
    let mut sim = Simulation::new()?;
    sim.set("crystal.cell_lengths_A", [79.1, 79.1, 37.9])?;
    sim.set("crystal.cells", [10, 10, 10])?;
    sim.set("crystal.misset_deg", [15, 25, 35])?;
    sim.set("structure_factors.default_F", 100)?;
    sim.set("detector.pixels", [512, 512])?;
    let image = sim.run::<f32>()?;
    let brightest = image.pixels.iter().fold(0f32, |a, &b| a.max(b));
    fs::write(&path, pgm(&image, brightest / 50.0))?;
    println!("{path}: {} x {} pixels, at most {brightest} photons", image.size.fast, image.size.slow);
    Ok(())
}

/// Dark spots on white; `black` photons and more are black.
fn pgm(image: &Image<f32>, black: f32) -> Vec<u8> {
    let mut file = format!("P5\n{} {}\n255\n", image.size.fast, image.size.slow).into_bytes();
    file.extend(image.pixels.iter().map(|&photons| 255 - (255.0 * photons / black).min(255.0) as u8));
    file
}
