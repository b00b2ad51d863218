//! The suite of all bindings (bindings/conformance/README.md).
mod support;

use nbt::{CallbackResult, Conversion, Data, Element, ImageSize, Loss, Outputs, Pixel, Result, Simulation, Status};
use support::json::Json;
use support::{assert_same_bits, Bits};

const TREE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../..");

/// Runs `check` on every case that has the part, so that each failure is shown with the case it belongs to.
fn with_part(part: &str, check: impl Fn(&Json, Simulation)) {
    let suite = std::fs::read_to_string(format!("{TREE}/bindings/conformance/suite.json")).unwrap();
    let suite = Json::parse(&suite);
    let cases: Vec<_> = suite.at("cases").list().iter().filter(|case| case.get(part).is_some()).collect();
    assert!(!cases.is_empty(), "no case has {part}");
    for case in cases {
        println!("{}: {}", case.at("name").text(), case.at("promise").text());
        let mut sim = Simulation::new().unwrap();
        for call in case.at("scene").list() {
            make(&mut sim, call).unwrap();
        }
        check(case.at(part), sim);
    }
}

fn triples(values: &[f64]) -> Vec<[f64; 3]> {
    values.chunks(3).map(|of| [of[0], of[1], of[2]]).collect()
}

fn indices(call: &Json, key: &str) -> Vec<i32> {
    call.at(key).numbers().into_iter().map(|value| value as i32).collect()
}

fn make(sim: &mut Simulation, call: &Json) -> Result<()> {
    let numbers = |key: &str| call.at(key).numbers();
    match call.at("call").text() {
        "set" => sim.set(call.at("name").text(), &numbers("values")),
        "set_text" => sim.set_text(call.at("name").text(), call.at("text").text()),
        "set_arguments" => {
            let golden = format!("{TREE}/tests/golden");
            let words = call.at("arguments").texts();
            sim.set_arguments(&words.iter().map(|word| word.replace("{golden}", &golden)).collect::<Vec<_>>())
        }
        "load_scene" => sim.load_scene(call.at("text").text()),
        "set_structure_factors" => {
            let (h, k, l) = (indices(call, "h"), indices(call, "k"), indices(call, "l"));
            let hkl: Vec<_> = (0..h.len()).map(|i| [h[i], k[i], l[i]]).collect();
            sim.set_structure_factors(&hkl, &numbers("F"))
        }
        "set_structure_factor_grid" => {
            let [first, last] = ["first", "last"].map(|key| <[i32; 3]>::try_from(indices(call, key)).unwrap());
            sim.set_structure_factor_grid(first, last, &numbers("F"))
        }
        "set_sources" => {
            let directions = triples(&numbers("directions"));
            sim.set_sources(&directions, Some(&numbers("wavelengths_A")), Some(&numbers("weights")))
        }
        "set_mosaic_rotations" => {
            let rows = triples(&numbers("rotations"));
            sim.set_mosaic_rotations(&rows.chunks(3).map(|of| [of[0], of[1], of[2]]).collect::<Vec<_>>())
        }
        "set_mask" => {
            let mask: Vec<u8> = numbers("mask").into_iter().map(|value| value as u8).collect();
            let size = ImageSize { fast: call.at("fast_count").index(), slow: call.at("slow_count").index() };
            sim.set_mask(&mask, size)
        }
        "set_roi" => {
            let limits: Vec<i64> = numbers("limits").into_iter().map(|value| value as i64).collect();
            sim.set_roi(limits[0]..=limits[1], limits[2]..=limits[3])
        }
        "cancel" => {
            sim.cancel_handle().cancel();
            Ok(())
        }
        "run" => sim.run_into(&mut vec![0f32; 40 * 30]),
        "run_chunked" => {
            let stop = call.get("stop").is_some();
            let answer = move || if stop { Err("stop".into()) } else { Ok(()) };
            sim.run_chunked::<f32>(call.at("rows_per_chunk").index(), |_| answer())
        }
        "gradient" => {
            let ones = vec![1f64; sim.image_size(0)?.pixels()];
            sim.gradient(Loss::weighted_sum(&ones), &call.at("parameters").texts()).map(drop)
        }
        "trace_pixel" => sim.trace_pixel(0, call.at("slow").index(), call.at("fast").index()).map(drop),
        other => panic!("the suite has a call {other} that this test does not know"),
    }
}

fn chunked<T: Pixel>(sim: &mut Simulation, rows_per_chunk: usize) -> Vec<T> {
    let mut pixels = Vec::new();
    let collect = |rows: nbt::Rows<'_, T>| -> CallbackResult {
        rows.iter().for_each(|row| pixels.extend_from_slice(row));
        Ok(())
    };
    sim.run_chunked(rows_per_chunk, collect).unwrap();
    pixels
}

fn check_image<T: Pixel + Bits + Into<f64> + std::fmt::Debug>(expected: &Json, sim: &mut Simulation, rounding: f64) {
    let image = sim.run::<T>().unwrap();
    let (relative, absolute) = (expected.at("relative").number() + rounding, expected.at("absolute").number());
    let near = |what: &str, value: f64, figure: f64| {
        assert!((value - figure).abs() <= relative * figure.abs() + absolute, "{what}: {value}, should be {figure}");
    };
    let values: Vec<f64> = image.pixels.iter().map(|&pixel| pixel.into()).collect();
    let size = ImageSize { fast: expected.at("fast_count").index(), slow: expected.at("slow_count").index() };
    assert_eq!(image.size, size);
    let brightest = (1..values.len()).fold(0, |best, i| if values[i] > values[best] { i } else { best });
    let place = (expected.at("max_slow").index(), expected.at("max_fast").index());
    assert_eq!((brightest / size.fast, brightest % size.fast), place);
    near("sum", values.iter().sum(), expected.at("sum").number());
    near("max", values[brightest], expected.at("max").number());
    for pixel in expected.at("pixels").list() {
        let pixel = pixel.numbers();
        near("pixel", image[(pixel[0] as usize, pixel[1] as usize)].into(), pixel[2]);
    }
    for rows in [1, 7, size.slow] {
        assert_same_bits(&chunked::<T>(sim, rows), &image.pixels, &format!("chunks of {rows} rows"));
    }
    let mut reloaded = Simulation::from_scene(&sim.dump_scene().unwrap()).unwrap();
    assert_same_bits(&reloaded.run::<T>().unwrap().pixels, &image.pixels, "dumped and loaded");
    assert_same_bits(&sim.clone().run::<T>().unwrap().pixels, &image.pixels, "clone");
}

#[test]
fn images_are_those_of_the_suite() {
    with_part("image", |expected, mut sim| {
        check_image::<f32>(expected, &mut sim, 1.2e-7);
        check_image::<f64>(expected, &mut sim, 0.0);
    });
}

#[test]
fn counts_are_those_of_the_suite() {
    with_part("counts", |expected, mut sim| {
        let image = sim.run::<f32>().unwrap();
        for expected in expected.list() {
            let kind = expected.at("kind").text();
            let conversion = if kind == "noise" { Conversion::Noise } else { Conversion::Integer };
            let (counts, _) = sim.digitize(conversion, &image.pixels).unwrap();
            assert_eq!(
                counts.iter().map(|&count| f64::from(count)).sum::<f64>(),
                expected.at("sum").number(),
                "{kind}"
            );
            for pixel in expected.at("pixels").list().iter().map(Json::numbers) {
                let count = counts[pixel[0] as usize * image.size.fast + pixel[1] as usize];
                assert_eq!(f64::from(count), pixel[2], "{kind} at {pixel:?}");
            }
        }
    });
}

#[test]
fn traces_are_those_of_the_suite() {
    with_part("trace", |expected, sim| {
        let trace = sim.trace_pixel(0, expected.at("slow").index(), expected.at("fast").index()).unwrap();
        let value = Json::parse(&trace).at("final").at("pixel_value").number();
        let figure = expected.at("pixel_value").number();
        assert!((value - figure).abs() <= expected.at("relative").number() * figure, "{value}, should be {figure}");
    });
}

/// What the suite's pattern of that name gives for every pixel, if the loss has it.
fn pattern(loss: &Json, name: &str, size: ImageSize) -> Option<Vec<f64>> {
    let rule = |key: &str| loss.at(name).at(key).number();
    loss.get(name)?;
    let at = |i: usize| {
        let steps = rule("slow") * (i / size.fast) as f64 + rule("fast") * (i % size.fast) as f64;
        rule("factor") * (steps % rule("modulus")) + rule("offset")
    };
    Some((0..size.pixels()).map(at).collect())
}

/// What stands beside the data, as slices have it.
struct Beside {
    mask: Option<Vec<u8>>,
    background: Option<Vec<f64>>,
    weights: Option<Vec<f64>>,
}

impl Beside {
    fn new(loss: &Json, size: ImageSize) -> Beside {
        let mask =
            pattern(loss, "mask", size).map(|mask| mask.into_iter().map(|value| u8::from(value != 0.0)).collect());
        Beside { mask, background: pattern(loss, "background", size), weights: pattern(loss, "weights", size) }
    }

    fn add_to<'a>(&'a self, mut loss: Loss<'a>) -> Loss<'a> {
        if let Some(mask) = &self.mask {
            loss = loss.mask(mask);
        }
        if let Some(background) = &self.background {
            loss = loss.background(background);
        }
        if let Some(weights) = &self.weights {
            loss = loss.weights(weights);
        }
        loss
    }

    /// The same data, 5 rows at a time.
    fn in_rows<'a, T: Element>(&'a self, data: &'a [T]) -> Data<'a> {
        Data::rows(5, move |rows: &mut nbt::DataRows<T>| {
            let first = rows.first_row * rows.fast_count;
            let part = first..first + rows.row_count * rows.fast_count;
            rows.data.copy_from_slice(&data[part.clone()]);
            if let Some(mask) = &self.mask {
                rows.mask().copy_from_slice(&mask[part.clone()]);
            }
            if let Some(background) = &self.background {
                rows.background().copy_from_slice(&background[part.clone()]);
            }
            if let Some(weights) = &self.weights {
                rows.weights().copy_from_slice(&weights[part]);
            }
            Ok(())
        })
    }
}

fn loss_of<'a>(loss: &Json, data: Data<'a>) -> Loss<'a> {
    let number = |key: &str| loss.get(key).map_or(0.0, Json::number);
    let made = match loss.at("kind").text() {
        "weights" => Loss::weighted_sum(data),
        "least_squares" => Loss::least_squares(data),
        "gaussian" => Loss::gaussian(data, number("gain"), number("readout_variance")),
        "poisson" => Loss::poisson(data),
        other => panic!("the suite has a loss {other} that this test does not know"),
    };
    made.scale(number("scale"))
}

fn assert_within(values: &[f64], expected: &Json, tolerances: &Json) {
    let (expected, tolerances) = (expected.numbers(), tolerances.numbers());
    assert_eq!(values.len(), expected.len());
    for i in 0..values.len() {
        let difference = (values[i] - expected[i]).abs();
        assert!(difference <= tolerances[i], "component {i} is {}, should be {}", values[i], expected[i]);
    }
}

fn assert_close(value: f64, figure: &Json) {
    let figure = figure.number();
    assert!((value - figure).abs() <= 1e-8 * figure.abs(), "{value}, should be {figure}");
}

fn check_gradient<T: Element>(expected: &Json, sim: &mut Simulation, convert: fn(f64) -> T) {
    let loss = expected.at("loss");
    let size = sim.image_size(0).unwrap();
    let data: Vec<T> = pattern(loss, "data", size).unwrap().into_iter().map(convert).collect();
    let beside = Beside::new(loss, size);
    let whole = || beside.add_to(loss_of(loss, (&data).into()));
    let parameters = expected.at("parameters").texts();
    let wanted = Outputs { amplitudes: expected.get("amplitudes").is_some(), ..Outputs::default() };

    let result = sim.gradient_with(whole(), &parameters, wanted).unwrap();
    let in_rows = sim.gradient(loss_of(loss, beside.in_rows(&data)), &parameters).unwrap();
    assert_same_bits(&in_rows.values, &result.values, "in chunks of 5 rows");
    assert_same_bits(&[in_rows.loss], &[result.loss], "loss in chunks of 5 rows");
    assert_eq!(result.names, expected.at("components").texts());
    assert_within(&result.values, expected.at("values"), expected.at("tolerances"));
    assert_close(result.loss, expected.at("loss_value"));
    assert_close(result.scale_derivative, expected.at("scale_derivative"));
    assert_eq!(result.pixels, expected.at("pixels").index());
    if wanted.amplitudes {
        let grid = sim.structure_factor_box().unwrap().unwrap();
        let side = |axis: usize| grid.last[axis] - grid.first[axis] + 1;
        for row in expected.at("amplitudes").list().iter().map(Json::numbers) {
            let [h, k, l] = [0, 1, 2].map(|axis| row[axis] as i32 - grid.first[axis]);
            let value = result.amplitudes[((h * side(1) + k) * side(2) + l) as usize];
            assert!((value - row[3]).abs() <= row[4], "dL/dF at {row:?} is {value}");
        }
    }
    if let Some(normal) = expected.get("normal_equations") {
        let with_scale = *normal.at("with_scale") == Json::Boolean(true);
        let equations = sim.normal_equations(whole(), &parameters, with_scale).unwrap();
        assert_within(&equations.matrix, normal.at("matrix"), normal.at("tolerances"));
        let (by_scale, by_parameters) = equations.gradient.split_last().unwrap();
        assert_within(by_parameters, expected.at("values"), expected.at("tolerances"));
        assert_close(*by_scale, expected.at("scale_derivative"));
        assert_eq!(equations.names.last().unwrap(), "scale");
    }
}

fn check_derivative_images(expected: &Json, sim: &mut Simulation) {
    let size = sim.image_size(0).unwrap();
    let components = expected.at("components").list().len();
    let mut images = vec![Vec::new(); components];
    let collect = |rows: nbt::JacobianRows<'_>| -> CallbackResult {
        images.iter_mut().enumerate().for_each(|(c, image)| image.extend_from_slice(rows.derivative(c)));
        Ok(())
    };
    sim.jacobian(&expected.at("parameters").texts(), 3, collect).unwrap();
    for row in expected.get("derivative_pixels").map_or(&[][..], Json::list) {
        let pixel = row.at("slow").index() * size.fast + row.at("fast").index();
        let values: Vec<f64> = images.iter().map(|image| image[pixel]).collect();
        assert_within(&values, row.at("values"), row.at("tolerances"));
    }
}

#[test]
fn derivatives_are_those_of_the_suite() {
    with_part("gradient", |expected, mut sim| {
        for data_type in expected.at("data_types").texts() {
            println!("  data of {data_type}");
            match data_type {
                "float32" => check_gradient(expected, &mut sim, |value| value as f32),
                "float64" => check_gradient(expected, &mut sim, |value| value),
                "uint16" => check_gradient(expected, &mut sim, |value| value as u16),
                "int32" => check_gradient(expected, &mut sim, |value| value as i32),
                other => panic!("the suite has data of {other} that this test does not know"),
            }
        }
        check_derivative_images(expected, &mut sim);
    });
}

/// "UNKNOWN_NAME" and UnknownName are the same.
fn spelled_as_in_c(status: Status) -> String {
    let mut name = String::new();
    for character in format!("{status:?}").chars() {
        if character.is_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.extend(character.to_uppercase());
    }
    name
}

#[test]
fn errors_are_those_of_the_suite() {
    with_part("error", |expected, mut sim| {
        let before = sim.dump_scene().unwrap();
        let error = make(&mut sim, expected.at("call")).expect_err("the call should have failed");
        assert_eq!(spelled_as_in_c(error.status()), expected.at("status").text(), "{error}");
        for word in expected.at("message").texts() {
            assert!(error.message().contains(word), "'{word}' is not in: {error}");
        }
        assert_eq!(sim.dump_scene().unwrap(), before);
    });
}
