//! What is copied and what is kept: counts what Rust allocates, and what the process holds.
#![allow(non_snake_case)] // F, as crystallographers write it
mod support;

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use support::{assert_same_bits, small_scene};

/// The system's allocator, which remembers the largest allocation. The library's own do not pass through it.
struct Watched;

static LARGEST: AtomicUsize = AtomicUsize::new(0);

unsafe impl GlobalAlloc for Watched {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        LARGEST.fetch_max(layout.size(), Ordering::Relaxed);
        System.alloc(layout)
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        LARGEST.fetch_max(layout.size(), Ordering::Relaxed);
        System.alloc_zeroed(layout)
    }

    unsafe fn realloc(&self, pointer: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        LARGEST.fetch_max(size, Ordering::Relaxed);
        System.realloc(pointer, layout, size)
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        System.dealloc(pointer, layout);
    }
}

#[global_allocator]
static ALLOCATOR: Watched = Watched;

fn largest_allocation<T>(call: impl FnOnce() -> T) -> (usize, T) {
    LARGEST.store(0, Ordering::Relaxed);
    let result = call();
    (LARGEST.load(Ordering::Relaxed), result)
}

#[cfg(target_os = "linux")]
fn resident_bytes() -> usize {
    let pages = std::fs::read_to_string("/proc/self/statm").unwrap();
    4096 * pages.split(' ').nth(1).unwrap().parse::<usize>().unwrap()
}

/// One test, because both parts watch the whole process.
#[test]
fn images_cross_without_a_copy_and_dropped_simulations_leave_nothing() {
    let mut sim = small_scene();
    sim.set("detector.pixels", [2048, 2048]).unwrap();
    sim.set("sampling.oversample", 1).unwrap();
    let image_bytes = 4 * 2048 * 2048;

    // A guard on either side of the slice.
    let mut memory = vec![-1f32; 2048 * 2048 + 2];
    let (allocated, result) = largest_allocation(|| sim.run_into(&mut memory[1..=2048 * 2048]));
    result.unwrap();
    assert!(allocated < 100_000, "{allocated} bytes for an image of {image_bytes}");
    assert_eq!((memory[0], memory[2048 * 2048 + 1]), (-1.0, -1.0));
    let (allocated, image) = largest_allocation(|| sim.run::<f32>());
    assert_eq!(allocated, image_bytes);
    assert_same_bits(&memory[1..=2048 * 2048], &image.unwrap().pixels, "slice and image");
    let (allocated, result) = largest_allocation(|| sim.run_chunked::<f32>(64, |_| Ok(())));
    result.unwrap();
    assert!(allocated < 100_000, "{allocated} bytes for rows that the library holds");

    #[cfg(target_os = "linux")]
    {
        let F = vec![1.0; 100 * 100 * 100];
        let mut held = Vec::new();
        for _ in 0..40 {
            let mut sim = small_scene();
            sim.set_structure_factor_grid([0, 0, 0], [99, 99, 99], &F).unwrap();
            let handle = sim.cancel_handle();
            drop((sim.clone(), sim));
            held.push((resident_bytes(), handle));
        }
        let grown = held[39].0.saturating_sub(held[9].0);
        assert!(grown < 8 * F.len() * 3, "30 simulations of {} bytes left {grown}", 8 * F.len());
    }
}
