//! Parameters, images, copies, derivatives: what Rust adds to the suite.
mod support;

use nbt::{Conversion, IndexBox, Kind, Loss, MemoryRequest, Outputs, RunKind, Simulation};
use support::json::Json;
use support::{assert_same_bits, small_scene};

#[test]
fn values_are_numbers_booleans_and_sequences() {
    let mut sim = small_scene();
    sim.set("detector.distance_mm", 150.5).unwrap();
    assert_eq!(sim.get("detector.distance_mm").unwrap(), [150.5]);
    sim.set("detector.distance_mm", 1.5f32).unwrap();
    sim.set("beam.polarization", false).unwrap();
    assert_eq!(sim.get("beam.polarization").unwrap(), [0.0]);
    let cells: &[i32; 3] = &[3, 3, 3];
    sim.set("crystal.cells", cells).unwrap();
    assert_eq!(sim.get("crystal.cells").unwrap(), cells.map(f64::from));
    sim.set("crystal.cells", &vec![3.0, 4.0, 5.0]).unwrap();
    assert_eq!(sim.get("crystal.cells").unwrap(), [3.0, 4.0, 5.0]);
    sim.set("crystal.cells", &[7u16, 8, 9][..]).unwrap();
    assert_eq!(sim.get_vec("crystal.cells").unwrap(), [7.0, 8.0, 9.0]);
    assert_eq!(sim.get_text("crystal.cells").unwrap(), "7 8 9");
    sim.set_text("crystal.cells", "1, 2 3").unwrap();
    sim.unset("detector.distance_mm").unwrap();
    assert_eq!(sim.get("detector.distance_mm").unwrap(), [100.0]);
    assert_eq!(sim.get_text("crystal.mosaic_domains").unwrap(), "", "automatic");
    assert!(sim.get::<1>("crystal.mosaic_domains").unwrap()[0].is_nan(), "automatic");
}

#[test]
fn the_table_has_every_parameter_and_device() {
    let rows = nbt::parameters();
    assert!(rows.len() > 50);
    let row = |name: &str| rows.iter().find(|row| row.name == name).unwrap();
    let shape = row("crystal.shape");
    assert_eq!(shape.kind, Kind::Choice);
    assert!(shape.choices.contains(&"gauss") && shape.choices.contains(&"square"), "{shape:?}");
    let cells = row("crystal.cells");
    assert_eq!((cells.length, cells.differentiable, cells.choices.len()), (3, true, 0));
    assert_eq!(row("detector.distance_mm").unit, "mm");
    let sim = Simulation::new().unwrap();
    for row in &rows {
        let text = sim.get_text(row.name).unwrap();
        let same_number = text.parse::<f64>().ok().map_or(false, |number| row.default_text.parse() == Ok(number));
        assert!(text == row.default_text || same_number, "{}: {text}, not {}", row.name, row.default_text);
    }
    let devices = nbt::devices();
    assert!(devices.iter().any(|device| device.name == "cpu" && device.available), "{devices:?}");
    assert!(nbt::version().starts_with("0."));
}

#[test]
fn rows_of_a_larger_image_keep_what_is_between_them() {
    let mut sim = small_scene();
    let image = sim.run::<f64>().unwrap();
    let mut large = vec![-1f64; 50 * 29 + 40];
    sim.run_strided(0, &mut large, 50).unwrap();
    for (slow, row) in large.chunks(50).enumerate() {
        assert_same_bits(&row[..40], image.rows().nth(slow).unwrap(), "row");
        assert!(row[40..].iter().all(|&pixel| pixel == -1.0));
    }
    assert_eq!(image[(29, 39)], image.pixels[1199]);
}

#[test]
fn a_clone_is_independent_and_a_dump_loads() {
    let mut sim = small_scene();
    let mut copy = sim.clone();
    copy.set("crystal.cells", [1, 1, 1]).unwrap();
    assert_eq!(sim.get("crystal.cells").unwrap(), [5.0, 6.0, 7.0]);
    drop(copy);
    let loaded = Simulation::from_scene(&sim.dump_scene().unwrap()).unwrap().run::<f32>().unwrap();
    assert_same_bits(&loaded.pixels, &sim.run::<f32>().unwrap().pixels, "loaded");
    assert_eq!(
        Simulation::from_arguments(&["-cell", "50", "60", "70"]).unwrap().get("crystal.cell_lengths_A").unwrap(),
        [50.0, 60.0, 70.0]
    );
}

#[test]
fn empty_slices_remove_data() {
    let mut sim = small_scene();
    let before = sim.dump_scene().unwrap();
    sim.set_structure_factors(&[[1, 0, 0], [0, 1, 0]], &[10.0, 20.0]).unwrap();
    let grid = IndexBox { first: [0, 0, 0], last: [1, 1, 0] };
    assert_eq!(sim.structure_factor_box().unwrap(), Some(grid));
    sim.set_sources(&[[0.0, 0.0, 1.0], [0.0, 0.1, 1.0]], None, Some(&[1.0, 2.0])).unwrap();
    sim.set_mosaic_rotations(&[[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]; 3]).unwrap();
    sim.set_mask(&[1; 1200], nbt::ImageSize { fast: 40, slow: 30 }).unwrap();
    let counts = sim.sample_counts().unwrap();
    assert_eq!((counts.sources, counts.phi_steps, counts.domains), (2, 1, 3));
    sim.set_structure_factors(&[], &[]).unwrap();
    sim.set_sources(&[], None, None).unwrap();
    sim.set_mosaic_rotations(&[]).unwrap();
    sim.set_mask(&[], nbt::ImageSize { fast: 0, slow: 0 }).unwrap();
    assert_eq!(sim.dump_scene().unwrap(), before);
}

#[test]
fn reports_and_traces_are_json() {
    let mut sim = small_scene();
    sim.run::<f32>().unwrap();
    assert!(Json::parse(&sim.report().unwrap()).get("last_run").is_some());
    let image = sim.run::<f64>().unwrap();
    let traced = Json::parse(&sim.trace_pixel(0, 13, 7).unwrap()).at("final").at("pixel_value").number();
    assert!((traced - image[(13, 7)]).abs() <= 1e-5 * traced, "{traced} and {}", image[(13, 7)]);
}

#[test]
fn counts_from_rows_are_those_of_the_image() {
    let mut sim = small_scene();
    sim.set("noise.seed", 3).unwrap();
    let image = sim.run::<f32>().unwrap();
    for conversion in [Conversion::Integer, Conversion::Noise] {
        let (counts, totals) = sim.digitize(conversion, &image.pixels).unwrap();
        let brightest = image.pixels.iter().fold(0f32, |a, &b| a.max(b));
        let mut other = sim.clone();
        let mut digitizer = other.digitizer(conversion, 0, brightest.into()).unwrap();
        let mut streamed = Vec::new();
        sim.run_chunked(7, |rows: nbt::Rows<'_, f32>| {
            let mut part = vec![0; rows.pixels.len()];
            digitizer.rows(rows.pixels, &mut part)?;
            streamed.append(&mut part);
            Ok(())
        })
        .unwrap();
        assert_eq!(streamed, counts, "{conversion:?}");
        assert_eq!(digitizer.finish().unwrap(), totals);
    }
}

#[test]
fn memory_is_estimated_for_every_kind_of_run() {
    let sim = small_scene();
    let kinds = [RunKind::Whole, RunKind::Chunked, RunKind::Gradient, RunKind::Jacobian, RunKind::NormalEquations];
    for run in kinds {
        let request = MemoryRequest { run, float64: true, components: 3, ..MemoryRequest::default() };
        let estimate = sim.estimate_memory(request).unwrap();
        assert!(estimate.working_bytes > 0.0 && estimate.whole_image_fits, "{run:?}: {estimate:?}");
    }
    let tight = MemoryRequest { run: RunKind::Chunked, limit_bytes: 1.0, ..MemoryRequest::default() };
    let estimate = sim.estimate_memory(tight).unwrap();
    assert!(!estimate.whole_image_fits && estimate.largest_rows_per_chunk == 0, "{estimate:?}");
}

#[test]
fn a_direction_of_components_has_the_sum_of_their_derivatives() {
    let mut sim = small_scene();
    sim.set_text("precision.mode", "double").unwrap();
    let names = ["crystal.misset_deg", "detector.distance_mm"];
    let tangent = [0.5, -2.0, 1.0, 3.0];
    let (mut along, mut summed) = (Vec::new(), Vec::new());
    let one = |rows: nbt::JacobianRows<'_>| {
        assert_eq!((rows.components, rows.fast_count), (1, 40));
        along.extend_from_slice(rows.derivatives);
        Ok(())
    };
    sim.derivative_along(&names, &tangent, 7, one).unwrap();
    let four = |rows: nbt::JacobianRows<'_>| {
        assert_eq!(rows.components, 4);
        let sum = |i: usize| (0..4).map(|c| tangent[c] * rows.derivative(c)[i]).sum::<f64>();
        summed.extend((0..rows.image.len()).map(sum));
        Ok(())
    };
    sim.jacobian(&names, 7, four).unwrap();
    let largest = summed.iter().fold(0f64, |a, b| a.max(b.abs()));
    for (i, (a, b)) in along.iter().zip(&summed).enumerate() {
        // Both are sums of the same terms in another order.
        assert!((a - b).abs() <= 1e-12 * largest, "pixel {i}: {a} and {b}");
    }
    assert_eq!(along.len(), 1200);
}

#[test]
fn what_a_closure_leaves_out_of_its_rows_is_as_without() {
    let mut sim = small_scene();
    let first_rows = |first: f64, rest: f64| {
        let mut values = [rest; 1200];
        values[..160].fill(first);
        values
    };
    let mut mask = [1u8; 1200];
    mask[..40].fill(0);
    let (counts, background, weights) = (first_rows(1.0, 0.0), first_rows(3.0, 0.0), first_rows(0.5, 1.0));
    let loss = Loss::least_squares(&counts).mask(&mask).background(&background).weights(&weights);
    let expected = sim.gradient(loss, &["detector.distance_mm"]).unwrap();
    let data = nbt::Data::rows(4, |rows: &mut nbt::DataRows<f64>| {
        if rows.first_row == 0 {
            rows.data.fill(1.0);
            rows.mask()[..40].fill(0);
            rows.background().fill(3.0);
            rows.weights().fill(0.5);
        }
        Ok(())
    });
    let given = sim.gradient(Loss::least_squares(data), &["detector.distance_mm"]).unwrap();
    assert_eq!(given, expected);
    assert_eq!(given.pixels, 1160);
}

#[test]
fn a_gradient_is_the_slope_of_its_loss() {
    let mut sim = small_scene();
    sim.set_text("precision.mode", "double").unwrap();
    sim.set_structure_factors(&[[0, 0, 0], [1, 0, 0], [0, 1, 1]], &[5.0, 50.0, 40.0]).unwrap();
    let ones = vec![1f64; 1200];
    let wanted = Outputs { amplitudes: true, sources: true, orientations: true };
    let fit = sim.gradient_with(Loss::weighted_sum(&ones), &["detector.distance_mm"], wanted).unwrap();
    assert_eq!(fit.names, ["detector.distance_mm"]);
    let total: f64 = sim.run::<f64>().unwrap().pixels.iter().sum();
    assert!((fit.loss - total).abs() <= 1e-9 * total);
    assert_eq!((fit.pixels, fit.amplitudes.len(), fit.orientations.len()), (1200, 8, 1));
    // The image is linear in the weight of its only source.
    assert!((fit.sources[0][1] - total).abs() <= 1e-9 * total, "{:?} and {total}", fit.sources);
    let mut moved = |distance_mm: f64| {
        sim.set("detector.distance_mm", distance_mm).unwrap();
        sim.run::<f64>().unwrap().pixels.iter().sum::<f64>()
    };
    let step = 1e-3;
    let slope = (moved(120.0 + step) - moved(120.0 - step)) / (2.0 * step);
    assert!((fit.values[0] - slope).abs() <= 1e-4 * slope.abs(), "{} and {slope}", fit.values[0]);
    assert_eq!(sim.component_names(&["crystal.misset_deg"]).unwrap()[2], "crystal.misset_deg[2]");
    assert!(sim.component_names(&[]).unwrap().len() > 20);
}
