//! What the binding adds to the C call: a 64 x 64 image through `nbt_sys` alone and through `Simulation`.
use std::time::Instant;

use nbt::Simulation;

const ARGUMENTS: &str = "-default_F 100 -cell 50 60 70 -N 10 -detpixels 64 -oversample 1";
const REPEATS: u32 = 1000;

/// The handle of a C program with the same scene.
struct Raw(*mut nbt_sys::nbt_simulation);

impl Raw {
    fn new(scene: &str) -> Raw {
        let mut raw = std::ptr::null_mut();
        // SAFETY: a place for the handle, and a text of that length.
        unsafe {
            assert_eq!(nbt_sys::nbt_create(&mut raw), 0);
            assert_eq!(nbt_sys::nbt_load_scene(raw, scene.as_ptr().cast(), scene.len()), 0);
        }
        Raw(raw)
    }

    fn run(&self, pixels: &mut [f32]) {
        let (to, capacity) = (pixels.as_mut_ptr().cast(), pixels.len() as i64);
        // SAFETY: room for that many pixels.
        assert_eq!(unsafe { nbt_sys::nbt_run(self.0, 0, nbt_sys::NBT_FLOAT32 as i32, to, capacity, 64) }, 0);
    }
}

impl Drop for Raw {
    fn drop(&mut self) {
        // SAFETY: nothing runs.
        unsafe { nbt_sys::nbt_destroy(self.0) }
    }
}

fn microseconds(mut call: impl FnMut()) -> f64 {
    let start = Instant::now();
    (0..REPEATS).for_each(|_| call());
    start.elapsed().as_secs_f64() * 1e6 / f64::from(REPEATS)
}

fn main() -> nbt::Result<()> {
    let mut sim = Simulation::from_arguments(&ARGUMENTS.split(' ').collect::<Vec<_>>())?;
    let raw = Raw::new(&sim.dump_scene()?);
    let mut pixels = vec![0f32; 64 * 64];
    let mut times = [vec![], vec![], vec![]];
    for _ in 0..7 {
        // In turn, so that a busy machine slows all of them.
        times[0].push(microseconds(|| raw.run(&mut pixels)));
        times[1].push(microseconds(|| sim.run_into(&mut pixels).expect("a run")));
        times[2].push(microseconds(|| drop(sim.run::<f32>().expect("a run"))));
    }
    for (name, mut values) in ["C call", "sim.run_into(&mut pixels)", "sim.run::<f32>()"].into_iter().zip(times) {
        values.sort_by(f64::total_cmp);
        println!("{name:26} {:7.2} us  ({:.2} to {:.2})", values[3], values[0], values[6]);
    }
    Ok(())
}
