//! Closures, panics, cancelling, threads.
mod support;

use std::io;
use std::panic::{catch_unwind, AssertUnwindSafe};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex};

use nbt::{CancelHandle, Data, DataRows, JacobianRows, LogLevel, Loss, Rows, Simulation, Status};
use support::{assert_same_bits, failure, small_scene};

/// What the closure inside panics with, when the call unwinds.
fn panic_of<T>(call: impl FnOnce() -> T) -> String {
    let payload = catch_unwind(AssertUnwindSafe(call)).err().expect("the call should have panicked");
    payload.downcast_ref::<&str>().map(|text| text.to_string()).expect("a panic with a literal")
}

fn assert_usable(sim: &mut Simulation) {
    let image = sim.run::<f32>().unwrap();
    assert_same_bits(&image.pixels, &small_scene().run::<f32>().unwrap().pixels, "after a failure");
}

#[test]
fn rows_come_in_order_with_what_is_done() {
    let mut sim = small_scene();
    let mut seen = Vec::new();
    sim.run_chunked(12, |rows: Rows<'_, f64>| {
        seen.push((rows.panel, rows.first_row, rows.row_count, rows.fast_count, rows.fraction_done));
        Ok(())
    })
    .unwrap();
    assert_eq!(seen, [(0, 0, 12, 40, 0.4), (0, 12, 12, 40, 0.8), (0, 24, 6, 40, 1.0)]);
}

#[test]
fn an_error_of_a_rows_closure_comes_out_of_the_run() {
    let mut sim = small_scene();
    let mut calls = 0;
    let result = sim.run_chunked::<f32>(4, |_| {
        calls += 1;
        Err(io::Error::new(io::ErrorKind::Other, "disk full"))?
    });
    let error = failure(result, Status::Cancelled, &["disk full"]);
    let source = std::error::Error::source(&error).expect("the closure's error");
    assert!(source.downcast_ref::<io::Error>().is_some());
    assert_eq!(calls, 1);
    assert_usable(&mut sim);
}

#[test]
fn a_panic_of_any_closure_goes_on_in_the_caller() {
    let mut sim = small_scene();
    let sim = &mut sim;
    assert_eq!(panic_of(|| sim.run_chunked::<f32>(4, |_| panic!("in rows"))), "in rows");
    assert_usable(sim);
    let data = || Data::rows(4, |_: &mut DataRows<u16>| panic!("in data"));
    assert_eq!(panic_of(|| sim.gradient(Loss::weighted_sum(data()), &["crystal.misset_deg"])), "in data");
    assert_usable(sim);
    assert_eq!(panic_of(|| sim.normal_equations(Loss::poisson(data()), &[], false)), "in data");
    assert_usable(sim);
    let take = |_: JacobianRows<'_>| panic!("in jacobian");
    assert_eq!(panic_of(|| sim.jacobian(&["crystal.misset_deg"], 4, take)), "in jacobian");
    assert_usable(sim);
    sim.set_progress(|_| panic!("in progress"));
    assert_eq!(panic_of(|| sim.run::<f32>()), "in progress");
    sim.remove_progress();
    assert_usable(sim);
    sim.set_log(|_, _| panic!("in log"));
    assert_eq!(panic_of(|| sim.run::<f32>()), "in log");
    assert_eq!(
        panic_of(|| sim.clone().run::<f32>().map(|_| panic!("clones have no closures"))),
        "clones have no closures"
    );
    sim.remove_log();
    assert_usable(sim);
}

/// The scene is made, and the warning logged, by the first call that needs it.
fn scene_with_a_warning() -> Simulation {
    let mut sim = small_scene();
    sim.set("crystal.mosaic_domains", 3).unwrap(); // without a spread
    sim
}

#[test]
fn a_panic_in_the_log_of_a_call_that_is_no_run_stops_no_later_run() {
    let mut sim = scene_with_a_warning();
    sim.set_log(|_, _| panic!("in log"));
    assert_eq!(panic_of(|| sim.report()), "in log");
    sim.remove_log();
    assert_usable(&mut sim);
}

#[test]
fn progress_ends_with_one_and_the_log_tells_the_device() {
    let mut sim = small_scene();
    let (to_progress, progress) = channel();
    let (to_log, log) = channel();
    sim.set_progress(move |fraction| to_progress.send(fraction).unwrap());
    sim.set_log(move |level, line| to_log.send((level, line.to_string())).unwrap());
    sim.run::<f32>().unwrap();
    sim.remove_progress();
    sim.remove_log();
    sim.run::<f32>().unwrap();
    let fractions: Vec<f64> = progress.iter().collect();
    assert!(fractions.windows(2).all(|pair| pair[0] <= pair[1]), "{fractions:?}");
    assert_eq!(fractions.last(), Some(&1.0));
    let lines: Vec<_> = log.iter().collect();
    assert!(lines.iter().any(|(level, line)| *level == LogLevel::Info && line.contains("cpu")), "{lines:?}");
}

#[test]
fn closures_are_dropped_with_their_simulation_or_when_replaced() {
    let alive = Arc::new(());
    let mut sim = small_scene();
    for _ in 0..2 {
        let held = alive.clone();
        sim.set_progress(move |_| assert!(Arc::strong_count(&held) > 0));
    }
    assert_eq!(Arc::strong_count(&alive), 2);
    drop(sim);
    assert_eq!(Arc::strong_count(&alive), 1);
}

/// Takes minutes unless it is stopped.
fn long_scene() -> Simulation {
    let mut sim = small_scene();
    sim.set("detector.pixels", [4000, 4000]).unwrap();
    sim.set("crystal.mosaic_spread_deg", 1).unwrap();
    sim.set("crystal.mosaic_domains", 1000).unwrap();
    sim
}

#[test]
fn a_cancel_from_another_thread_stops_the_run() {
    let mut sim = long_scene();
    let (started, begins) = channel();
    sim.set_progress(move |_| started.send(()).unwrap_or_default());
    let handle = sim.cancel_handle();
    let canceller = std::thread::spawn(move || {
        begins.recv().unwrap();
        handle.cancel();
    });
    failure(sim.run_chunked::<f32>(1, |_| Ok(())), Status::Cancelled, &[]);
    canceller.join().unwrap();
    sim.set("detector.pixels", [40, 30]).unwrap();
    sim.set("crystal.mosaic_domains", 1).unwrap();
    sim.run::<f32>().expect("the cancel is forgotten");
}

#[test]
fn a_panic_of_progress_stops_the_run_at_once() {
    let mut sim = long_scene();
    sim.set_progress(|_| panic!("in progress"));
    assert_eq!(panic_of(|| sim.run_chunked::<f32>(1, |_| Ok(()))), "in progress");
}

#[test]
fn a_cancel_before_a_run_stops_it_at_its_start() {
    let mut sim = small_scene();
    sim.cancel_handle().cancel();
    failure(sim.run::<f32>(), Status::Cancelled, &[]);
    assert_usable(&mut sim);
}

#[test]
fn a_cancel_handle_may_outlive_its_simulation() {
    let handle = small_scene().cancel_handle();
    handle.cancel();
    fn any_thread<T: Send + Sync>(_: &T) {}
    any_thread::<CancelHandle>(&handle);
}

#[test]
fn cancels_while_simulations_go_are_safe() {
    for _ in 0..200 {
        let sim = small_scene();
        let handles: Vec<_> = (0..2).map(|_| sim.cancel_handle()).collect();
        std::thread::scope(|scope| {
            for handle in &handles {
                scope.spawn(|| (0..20).for_each(|_| handle.cancel()));
            }
            drop(sim);
        });
    }
}

#[test]
fn a_simulation_moves_to_a_thread_and_different_ones_run_at_once() {
    let expected = small_scene().run::<f64>().unwrap().pixels;
    let runs: Vec<_> = (0..4)
        .map(|_| {
            let mut sim = small_scene();
            std::thread::spawn(move || sim.run::<f64>().unwrap().pixels)
        })
        .collect();
    for run in runs {
        assert_same_bits(&run.join().unwrap(), &expected, "in a thread");
    }
}

#[test]
fn a_shared_simulation_waits_in_a_mutex() {
    let shared = Arc::new(Mutex::new(small_scene()));
    let done = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                shared.lock().unwrap().run::<f32>().unwrap();
                done.fetch_add(1, Ordering::Relaxed);
            });
        }
    });
    assert_eq!(done.into_inner(), 3);
}

#[test]
fn a_closure_that_reaches_its_own_simulation_is_refused() {
    thread_local!(static SIM: Simulation = {
        let mut sim = scene_with_a_warning();
        sim.set_log(|_, line| {
            let error = SIM.with(|sim| failure(sim.get_text("crystal.shape"), Status::InvalidArgument, &["in use"]));
            panic!("{line}, {error}");
        });
        sim
    });
    let payload = catch_unwind(|| SIM.with(|sim| sim.report())).unwrap_err();
    let message = payload.downcast_ref::<String>().unwrap();
    assert!(message.contains("mosaic spread") && message.contains("in use"), "{message}");
    SIM.with(|sim| sim.report()).unwrap();
}
