//! What is refused, and how; afterwards the simulation is as it was.
mod support;

use nbt::{Conversion, Data, DataRows, DeviceImage, ImageSize, Loss, Outputs, Simulation, Status};
use support::{failure, small_scene};

#[test]
fn zero_bytes_in_texts_are_errors_that_show_them() {
    let mut sim = small_scene();
    let before = sim.dump_scene().unwrap();
    let words = ["\\0", "zero byte at position 3"];
    failure(sim.set("cry\0stal.cells", [1, 2, 3]), Status::InvalidArgument, &words);
    failure(sim.set_text("crystal.shape", "squ\0are"), Status::InvalidArgument, &["crystal.shape", words[0], words[1]]);
    failure(sim.set_text("cry\0stal.shape", "square"), Status::InvalidArgument, &words);
    failure(sim.unset("cry\0stal.cells"), Status::InvalidArgument, &words);
    failure(sim.get::<1>("det\0ector"), Status::InvalidArgument, &words);
    failure(sim.get_vec("det\0ector"), Status::InvalidArgument, &words);
    failure(sim.get_text("det\0ector"), Status::InvalidArgument, &words);
    failure(sim.set_arguments(&["-cell", "50 \0"]), Status::InvalidArgument, &words);
    failure(sim.load_scene("{  \0}"), Status::InvalidArgument, &words);
    failure(sim.component_names(&["cry\0stal"]), Status::InvalidArgument, &words);
    assert_eq!(sim.dump_scene().unwrap(), before);
}

#[test]
fn wrong_lengths_name_what_is_needed() {
    let mut sim = small_scene();
    let before = sim.dump_scene().unwrap();
    let image = ["1200", "40 x 30"];
    for length in [0, 1199, 1201] {
        let given = length.to_string();
        let words = [&given, image[0], image[1]];
        failure(sim.run_into(&mut vec![0f32; length]), Status::WrongLength, &words);
        failure(sim.digitize(Conversion::Integer, &vec![0f32; length]), Status::WrongLength, &words);
        let data = vec![1u16; length];
        failure(sim.gradient(Loss::poisson(&data), &[]), Status::WrongLength, &["data", words[0], words[1]]);
        let (full, mask, reals) = (vec![1u16; 1200], vec![1; length], vec![1.0; length]);
        let loss = || Loss::least_squares(&full);
        failure(sim.gradient(loss().mask(&mask), &[]), Status::WrongLength, &["mask", words[0]]);
        failure(sim.gradient(loss().background(&reals), &[]), Status::WrongLength, &["background", words[0]]);
        failure(sim.gradient(loss().weights(&reals), &[]), Status::WrongLength, &["weights", words[0]]);
        let size = ImageSize { fast: 40, slow: 30 };
        failure(sim.set_mask(&mask, size), Status::WrongLength, &["mask", words[0], words[1]]);
    }
    let huge = ImageSize { fast: usize::MAX / 2 + 2, slow: 2 };
    failure(sim.set_mask(&[1, 1], huge), Status::WrongLength, &["mask"]);
    failure(sim.run_strided(0, &mut [0f32; 1200], 41), Status::WrongLength, &["1229"]);
    failure(sim.run_strided(0, &mut [0f32; 1200], 39), Status::OutOfRange, &["row_stride is 39"]);
    failure(sim.run_strided(0, &mut [0f32; 1200], usize::MAX), Status::OutOfRange, &[]);
    failure(sim.set_structure_factors(&[[1, 2, 3]; 2], &[1.0]), Status::WrongLength, &["F has 1", "2", "hkl"]);
    failure(
        sim.set_sources(&[[0.0, 0.0, 1.0]], Some(&[1.0, 2.0]), None),
        Status::WrongLength,
        &["wavelengths_A has 2"],
    );
    failure(sim.set_sources(&[[0.0, 0.0, 1.0]], None, Some(&[])), Status::WrongLength, &["weights has 0"]);
    failure(sim.set("crystal.cells", [1, 2]), Status::WrongLength, &["crystal.cells"]);
    failure(sim.get::<2>("crystal.cells"), Status::WrongLength, &["crystal.cells"]);
    let empty = sim.derivative_along(&["crystal.misset_deg"], &[], 0, |_| Ok(()));
    failure(empty, Status::WrongLength, &["3"]);
    assert_eq!(sim.dump_scene().unwrap(), before);
}

#[test]
fn images_in_the_memory_of_a_device_are_not_for_the_processor() {
    let mut sim = small_scene();
    sim.set_text("execution.device", "cpu").unwrap();
    let mut pixels = [0f32; 1200];
    let right =
        DeviceImage { pixels: pixels.as_mut_ptr(), capacity: 1200, row_stride: 0, stream: std::ptr::null_mut() };
    let mut refused = |panel, image: DeviceImage<f32>, status, words: &[&str]| {
        // SAFETY: the memory is there, and so is the default stream.
        failure(unsafe { sim.run_to_device(panel, image) }, status, words);
    };
    refused(0, right, Status::Unsupported, &["device cpu", "execution.device"]);
    refused(0, DeviceImage { capacity: 1199, ..right }, Status::WrongLength, &["1199", "1200"]);
    refused(0, DeviceImage { row_stride: 39, ..right }, Status::OutOfRange, &["row_stride is 39"]);
    refused(0, DeviceImage { pixels: std::ptr::null_mut(), ..right }, Status::InvalidArgument, &["pixels"]);
    refused(7, right, Status::OutOfRange, &["panel 7"]);
    assert_eq!(pixels, [0f32; 1200]);
}

#[test]
fn rows_of_another_length_than_was_asked_for_stop_the_run() {
    let mut sim = small_scene();
    let cut = Data::rows(4, |rows: &mut DataRows<f32>| {
        rows.data.pop();
        Ok(())
    });
    failure(sim.gradient(Loss::weighted_sum(cut), &[]), Status::Cancelled, &["159", "4 rows of 40"]);
    let rows = || Data::rows(4, |_: &mut DataRows<f32>| Ok(()));
    let beside = sim.gradient(Loss::weighted_sum(rows()).mask(&[1; 1200]), &[]);
    failure(beside, Status::InvalidArgument, &["mask", "closure"]);
}

#[test]
fn digitizers_take_whole_rows_and_no_more_than_the_image_has() {
    let mut sim = small_scene();
    failure(sim.digitizer(Conversion::Integer, 0, f64::NAN).map(drop), Status::OutOfRange, &["max_photons"]);
    failure(sim.digitizer(Conversion::Integer, 1, 1.0).map(drop), Status::OutOfRange, &["panel 1"]);
    let mut digitizer = sim.digitizer(Conversion::Integer, 0, 1.0).unwrap();
    failure(digitizer.rows(&[0.0; 41], &mut [0; 41]), Status::WrongLength, &["41", "whole rows of 40"]);
    failure(digitizer.rows(&[0.0; 40], &mut [0; 80]), Status::WrongLength, &["counts has 80", "40"]);
    failure(digitizer.rows(&[0.0; 31 * 40], &mut [0; 31 * 40]), Status::OutOfRange, &["31"]);
    digitizer.rows(&[0.0; 40], &mut [0; 40]).unwrap();
    digitizer.finish().unwrap();
}

#[test]
fn numbers_out_of_range_are_named() {
    let mut sim = small_scene();
    failure(sim.set("detector.distance_mm", f64::NAN), Status::OutOfRange, &["detector.distance_mm"]);
    failure(sim.trace_pixel(0, usize::MAX, 0), Status::OutOfRange, &[]);
    failure(sim.trace_pixel(7, 0, 0), Status::OutOfRange, &["7"]);
    failure(sim.image_size(usize::MAX), Status::OutOfRange, &["panel"]);
    failure(sim.gradient(Loss::poisson(&vec![-1i32; 1200]), &[]), Status::OutOfRange, &["-1"]);
    failure(sim.gradient(Loss::gaussian(&vec![1f32; 1200], -1.0, 0.0), &[]), Status::OutOfRange, &["gain"]);
}

#[test]
fn an_image_that_no_memory_holds_is_an_error() {
    let mut sim = small_scene();
    let largest = nbt::parameters().iter().find(|row| row.name == "detector.pixels").unwrap().maximum;
    sim.set("detector.pixels", [largest, largest]).unwrap();
    // Some systems promise any amount: then the run ends at its start.
    sim.cancel_handle().cancel();
    let error = sim.run::<f64>().expect_err("no machine has that much");
    match error.status() {
        Status::OutOfMemory => assert!(error.message().contains("1000000 x 1000000 pixels"), "{error}"),
        status => assert_eq!(status, Status::Cancelled, "{error}"),
    }
}

#[test]
fn any_rows_per_chunk_is_one_that_works() {
    let mut sim = small_scene();
    for rows_per_chunk in [0, 1, 30, 31, usize::MAX] {
        let mut rows = 0;
        sim.run_chunked::<f32>(rows_per_chunk, |chunk| {
            rows += chunk.row_count;
            Ok(())
        })
        .unwrap();
        assert_eq!(rows, 30, "{rows_per_chunk}");
    }
}

#[test]
fn outputs_without_any_structure_factors_are_empty() {
    let mut sim = small_scene();
    sim.set_text("precision.mode", "double").unwrap();
    let data = vec![1f64; 1200];
    let wanted = Outputs { amplitudes: true, sources: true, orientations: true };
    let gradient = sim.gradient_with(Loss::weighted_sum(&data), &["crystal.misset_deg"], wanted).unwrap();
    assert!(gradient.amplitudes.is_empty());
    assert_eq!((gradient.sources.len(), gradient.orientations.len()), (1, 1));
    assert_eq!(sim.structure_factor_box().unwrap(), None);
}

#[test]
fn errors_have_the_words_of_their_status() {
    let error = Simulation::new().unwrap().run::<f32>().unwrap_err();
    assert_eq!(error.status(), Status::InconsistentScene);
    assert_eq!(error.status().to_string(), "inconsistent scene");
    assert_eq!(Status::Unknown.to_string(), "unknown status");
}
