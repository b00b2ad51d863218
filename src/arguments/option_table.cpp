#include "arguments/option_table.hpp"

namespace nbt {
namespace {

using Id = ParameterId;
using enum EffectKind;
using enum FrameEffect;

constexpr Spelling P(std::string_view text) {
  return {text, SpellingRule::contains};
}
constexpr Spelling stop(std::string_view text) {
  return {text, SpellingRule::contains_and_stops};
}
constexpr Spelling open(std::string_view text) {
  return {text, SpellingRule::open};
}
constexpr Spelling L(std::string_view text) {
  return {text, SpellingRule::whole};
}

constexpr Effect to(EffectKind kind, Id id, Below below = Below::refuse) {
  return {kind, id, 0, below, {}};
}
constexpr Effect part(EffectKind kind, Id id, int component, Below below = Below::refuse) {
  return {kind, id, component, below, {}};
}
constexpr Effect sets(Id id, std::string_view value) {
  return {word, id, 0, Below::refuse, value};
}
constexpr Effect only(EffectKind kind) {
  return {kind, Id::count, 0, Below::refuse, {}};
}

constexpr Below automatic = Below::automatic;
constexpr Below lowest = Below::lowest;
constexpr OptionGroup crystal = OptionGroup::crystal;
constexpr OptionGroup detector = OptionGroup::detector;
constexpr OptionGroup beam = OptionGroup::beam;
constexpr OptionGroup output = OptionGroup::output;
constexpr OptionGroup own = OptionGroup::nbt;

// clang-format off
constexpr OptionInfo table[] = {
    // files-and-cli.md 2.1
    {crystal, {P("-mat")}, "FILE", 1, 1, {to(matrix_file, Id::crystal_orientation_matrix)}, none,
     "Orientation matrix: nine numbers, rows x, y, z, columns a*, b*, c* times the wavelength."},
    {crystal, {P("-cell")}, "A [B C ALPHA BETA GAMMA]", 1, 6,
     {to(cell, Id::crystal_cell_lengths_A), to(with_previous, Id::crystal_cell_angles_deg)}, none,
     "Unit cell in Angstrom and degrees; missing edges are as long as a, missing angles 90."},
    {crystal, {P("-misset")}, "random|X Y Z", 1, 3,
     {to(misset, Id::crystal_misset_deg), to(with_previous, Id::crystal_misset_random)}, none,
     "Rotation of the crystal about x, y, z in degrees, or a random one; the last wins."},
    {crystal, {P("-misset_seed")}, "SEED", 1, 1, {to(integer, Id::crystal_misset_seed)}, none,
     "Seed of the random orientation; the clock otherwise."},
    {crystal, {P("-hkl")}, "FILE", 1, 1, {only(reflection_file)}, none, "Reflection list: lines of h k l F."},
    {crystal, {P("-default_F")}, "F", 1, 1, {to(real, Id::structure_factors_default_F)}, none,
     "Amplitude of every reflection that is not listed."},
    {crystal, {P("-dump")}, "FILE", 1, 1, {to(dump_file, Id::program_dump_file)}, none,
     "Binary copy of the structure factors: written after -hkl, read where there is no -hkl."},
    {crystal, {L("-N")}, "CELLS", 1, 1, {to(integer_to_all, Id::crystal_cells, lowest)}, none,
     "Unit cells along each axis."},
    {crystal, {P("-Na")}, "CELLS", 1, 1, {part(integer, Id::crystal_cells, 0, lowest)}, none, "Unit cells along a."},
    {crystal, {P("-Nb")}, "CELLS", 1, 1, {part(integer, Id::crystal_cells, 1, lowest)}, none, "Unit cells along b."},
    {crystal, {P("-Nc")}, "CELLS", 1, 1, {part(integer, Id::crystal_cells, 2, lowest)}, none, "Unit cells along c."},
    {crystal, {P("-samplesize"), P("-sample_size"), P("-xtalsize"), P("-xtal_size")}, "MM", 1, 1,
     {to(real_to_all, Id::crystal_size_mm, lowest)}, none, "Edge of the crystal; gives the cell counts."},
    {crystal, {P("-sample_thick"), P("-sample_x"), P("-xtal_thick"), P("-xtal_x")}, "MM", 1, 1,
     {part(real, Id::crystal_size_mm, 0, lowest)}, none, "Size of the crystal along a."},
    {crystal, {P("-sample_width"), P("-sample_y"), P("-xtal_width"), P("-xtal_y"), P("-width")}, "MM", 1, 1,
     {part(real, Id::crystal_size_mm, 1, lowest)}, none, "Size of the crystal along b, clipped by the beam."},
    {crystal, {open("-sample_heigh"), P("-sample_z"), open("-xtal_heigh"), P("-xtal_z"), open("-heigh")}, "MM", 1, 1,
     {part(real, Id::crystal_size_mm, 2, lowest)}, none, "Size of the crystal along c, clipped by the beam."},
    {crystal, {P("-square_xtal")}, "", 0, 0, {sets(Id::crystal_shape, "square")}, none,
     "Parallelepiped of cells: the lattice factor of a grating (default)."},
    {crystal, {P("-round_xtal")}, "", 0, 0, {sets(Id::crystal_shape, "round")}, none, "Ellipsoid of cells."},
    {crystal, {P("-gauss_xtal")}, "", 0, 0, {sets(Id::crystal_shape, "gauss")}, none, "Gaussian spots."},
    {crystal, {P("-tophat_spots"), P("-binary_spots")}, "", 0, 0, {sets(Id::crystal_shape, "tophat")}, none,
     "Spots that are either on or off."},
    {crystal, {P("-fudge")}, "FACTOR", 1, 1, {to(real, Id::crystal_fudge)}, none,
     "Scales the squared distance to the spot centre in round, gauss and tophat."},
    {crystal, {L("-mosaic"), open("-mosaici"), open("-mosaic_spr")}, "DEG", 1, 1,
     {to(real, Id::crystal_mosaic_spread_deg, automatic)}, none, "Half-angle of the cap of mosaic orientations."},
    {crystal, {open("-mosaic_dom")}, "COUNT", 1, 1, {to(integer, Id::crystal_mosaic_domains, automatic)}, none,
     "Number of mosaic domains."},
    {crystal, {P("-mosaic_seed")}, "SEED", 1, 1, {to(integer, Id::crystal_mosaic_seed)}, none,
     "Seed of the mosaic orientations."},
    {crystal, {P("-interpolate")}, "", 0, 0, {sets(Id::structure_factors_interpolation, "tricubic")}, none,
     "Interpolate structure factors between reflections."},
    {crystal, {P("-nointerpolate")}, "", 0, 0, {sets(Id::structure_factors_interpolation, "nearest")}, none,
     "Take the structure factor of the nearest reflection."},
    {crystal, {P("-dmin")}, "A", 1, 1, {to(real, Id::sampling_dmin_A, lowest)}, none,
     "Spacing below which nothing is scattered."},
    {crystal, {P("-density"), open("-sample_den")}, "G_PER_CM3", 1, 1, {only(unused)}, none,
     "Accepted, without effect."},
    {crystal, {L("-MW"), open("-molec")}, "G_PER_MOL", 1, 1, {only(unused)}, none, "Accepted, without effect."},

    // files-and-cli.md 2.2
    {detector, {P("-pixel")}, "MM", 1, 1, {to(real, Id::detector_pixel_size_mm)}, none, "Edge of a pixel."},
    {detector, {L("-detpixels")}, "COUNT", 1, 1, {to(integer_to_all, Id::detector_pixels, lowest)}, none,
     "Pixels along each edge; wins over -detsize."},
    {detector, {P("-detpixels_f"), P("-detpixels_x")}, "COUNT", 1, 1, {part(integer, Id::detector_pixels, 0, lowest)},
     none, "Pixels along the fast axis."},
    {detector, {P("-detpixels_s"), P("-detpixels_y")}, "COUNT", 1, 1, {part(integer, Id::detector_pixels, 1, lowest)},
     none, "Pixels along the slow axis."},
    {detector, {L("-detsize")}, "MM", 1, 1, {to(real_to_all, Id::detector_size_mm)}, none, "Edges of the detector."},
    {detector, {P("-detsize_f")}, "MM", 1, 1, {part(real, Id::detector_size_mm, 0)}, none,
     "Detector edge along the fast axis."},
    {detector, {P("-detsize_s")}, "MM", 1, 1, {part(real, Id::detector_size_mm, 1)}, none,
     "Detector edge along the slow axis."},
    {detector, {P("-distance")}, "MM", 1, 1, {to(real, Id::detector_distance_mm)}, pivot_beam,
     "From the sample to the detector along the beam."},
    {detector, {P("-close_distance")}, "MM", 1, 1, {to(real, Id::detector_close_distance_mm)}, pivot_sample,
     "From the sample to the nearest point of the detector plane; replaces -distance."},
    {detector, {P("-adxv")}, "", 0, 0, {sets(Id::detector_convention, "adxv")}, pivot_beam, "Convention of ADXV."},
    {detector, {P("-mosflm")}, "", 0, 0, {sets(Id::detector_convention, "mosflm")}, pivot_beam,
     "Convention of MOSFLM (default)."},
    {detector, {P("-denzo")}, "", 0, 0, {sets(Id::detector_convention, "denzo")}, pivot_beam, "Convention of DENZO."},
    {detector, {P("-dials")}, "", 0, 0, {sets(Id::detector_convention, "dials")}, pivot_beam, "Convention of DIALS."},
    {detector, {P("-xds")}, "", 0, 0, {sets(Id::detector_convention, "xds")}, pivot_sample, "Convention of XDS."},
    {detector, {P("-fdet_vector")}, "X Y Z", 3, 3, {to(reals, Id::detector_fast_axis)}, custom_convention,
     "Direction of the fast axis; switches to the custom convention."},
    {detector, {P("-sdet_vector")}, "X Y Z", 3, 3, {to(reals, Id::detector_slow_axis)}, custom_convention,
     "Direction of the slow axis; switches to the custom convention."},
    {detector, {P("-odet_vector")}, "X Y Z", 3, 3, {to(reals, Id::detector_normal_axis)}, custom_convention,
     "Detector normal, away from the sample; switches to the custom convention."},
    {detector, {P("-beam_vector")}, "X Y Z", 3, 3, {to(reals, Id::beam_direction)}, custom_convention,
     "Direction in which the beam travels; switches to the custom convention."},
    {detector, {P("-polar_vector")}, "X Y Z", 3, 3, {to(reals, Id::beam_polarization_axis)}, custom_convention,
     "Direction of the electric field; switches to the custom convention."},
    {detector, {P("-spindle_axis")}, "X Y Z", 3, 3, {to(reals, Id::goniometer_spindle_axis)}, custom_convention,
     "Axis of the phi rotation; switches to the custom convention."},
    {detector, {P("-twotheta_axis")}, "X Y Z", 3, 3, {to(reals, Id::detector_twotheta_axis)}, custom_convention,
     "Axis of the two-theta rotation; switches to the custom convention."},
    {detector, {P("-pix0_vector")}, "X Y Z", 3, 3, {to(origin_m, Id::detector_origin_mm)}, custom_convention,
     "Corner of the first pixel in metres, final; switches to the custom convention."},
    {detector, {P("-pix0_vector_mm")}, "X Y Z", 3, 3, {to(origin_mm, Id::detector_origin_mm)}, custom_convention,
     "The same in millimetres."},
    {detector, {P("-Xbeam")}, "MM", 1, 1, {to(real, Id::detector_Xbeam_mm)}, pivot_beam,
     "Beam centre in the convention's own X."},
    {detector, {P("-Ybeam")}, "MM", 1, 1, {to(real, Id::detector_Ybeam_mm)}, pivot_beam,
     "Beam centre in the convention's own Y."},
    {detector, {P("-Xclose")}, "MM", 1, 1, {to(real, Id::detector_Xclose_mm)}, pivot_sample,
     "Point nearest to the sample, along fast."},
    {detector, {P("-Yclose")}, "MM", 1, 1, {to(real, Id::detector_Yclose_mm)}, pivot_sample,
     "Point nearest to the sample, along slow."},
    {detector, {P("-ORGX")}, "PIXELS", 1, 1, {to(real, Id::detector_ORGX_pixels)}, pivot_sample,
     "XDS origin along fast."},
    {detector, {P("-ORGY")}, "PIXELS", 1, 1, {to(real, Id::detector_ORGY_pixels)}, pivot_sample,
     "XDS origin along slow."},
    {detector, {P("-pivot")}, "beam|sample", 1, 1, {to(pivot, Id::detector_pivot)}, none,
     "Fixed point of detector rotations; acts in the custom convention only."},
    {detector, {P("-detector_rotx")}, "DEG", 1, 1, {part(real, Id::detector_rotation_deg, 0)}, none,
     "Detector rotation about laboratory x."},
    {detector, {P("-detector_roty")}, "DEG", 1, 1, {part(real, Id::detector_rotation_deg, 1)}, none,
     "Detector rotation about laboratory y."},
    {detector, {P("-detector_rotz")}, "DEG", 1, 1, {part(real, Id::detector_rotation_deg, 2)}, none,
     "Detector rotation about laboratory z."},
    {detector, {P("-twotheta")}, "DEG", 1, 1, {to(real, Id::detector_twotheta_deg)}, pivot_sample, "Detector swing."},
    {detector, {open("-curved_det")}, "", 0, 0, {sets(Id::detector_curved, "1")}, none,
     "All pixels at the same distance from the sample."},
    {detector, {P("-point_pixel")}, "", 0, 0, {sets(Id::detector_point_pixel, "1")}, none,
     "Solid angle without pixel area and obliquity."},
    {detector, {open("-detector_abs")}, "UM|inf", 1, 1,
     {to(attenuation, Id::detector_attenuation_depth_um), to(with_previous, Id::detector_thickness_um)}, none,
     "Attenuation depth of the sensor; inf or 0 also sets its thickness to 0."},
    {detector, {L("-detector_thick")}, "UM", 1, 1, {to(real, Id::detector_thickness_um, lowest)}, none,
     "Thickness of the sensor."},
    {detector, {P("-detector_thicksteps"), P("-thicksteps")}, "COUNT", 1, 1,
     {to(integer, Id::detector_thickness_steps, automatic)}, none, "Number of sensor layers."},
    {detector, {P("-mask")}, "FILE", 1, 1, {only(mask_file)}, none,
     "SMV image whose zero pixels are not rendered; its header sets parameters before the options."},
    {detector, {P("-img")}, "FILE", 1, 1, {only(image_file)}, none,
     "SMV image whose header sets parameters before the options, over those of the mask."},
    {detector, {P("-roi")}, "XMIN XMAX YMIN YMAX", 4, 4, {to(integers, Id::detector_roi, lowest)}, none,
     "Rendered region in pixels, fast then slow, inclusive; negative: the edge."},
    {detector, {stop("-oversample_thick")}, "", 0, 0, {sets(Id::sampling_oversample_thick, "1")}, none,
     "Absorption for every sub-pixel."},
    {detector, {stop("-oversample_polar")}, "", 0, 0, {sets(Id::sampling_oversample_polar, "1")}, none,
     "Polarization for every sub-pixel and source."},
    {detector, {stop("-oversample_omega")}, "", 0, 0, {sets(Id::sampling_oversample_omega, "1")}, none,
     "Solid angle for every sub-pixel."},
    {detector, {P("-oversample")}, "COUNT", 1, 1, {to(integer, Id::sampling_oversample, automatic)}, none,
     "Sub-pixels along each edge of a pixel; 0: automatic."},

    // files-and-cli.md 2.3
    {beam, {open("-lambda"), open("-wave")}, "A", 1, 1, {to(real, Id::beam_wavelength_A)}, none, "Wavelength."},
    {beam, {P("-energy")}, "EV", 1, 1, {to(photon_energy, Id::beam_wavelength_A)}, none,
     "Wavelength as photon energy."},
    {beam, {P("-dispersion")}, "PERCENT", 1, 1, {to(real, Id::beam_dispersion_percent, lowest)}, none,
     "Full spread of wavelengths."},
    {beam, {P("-dispsteps")}, "COUNT", 1, 1, {to(integer, Id::beam_dispersion_steps, automatic)}, none,
     "Number of wavelengths."},
    {beam, {P("-divergence")}, "MRAD", 1, 1,
     {to(real, Id::beam_divergence_horizontal_mrad, automatic), to(real, Id::beam_divergence_vertical_mrad, automatic)},
     none, "Full range of beam directions, both ways."},
    {beam, {P("-hdivrange")}, "MRAD", 1, 1, {to(real, Id::beam_divergence_horizontal_mrad, automatic)}, none,
     "Full horizontal range of beam directions."},
    {beam, {P("-vdivrange")}, "MRAD", 1, 1, {to(real, Id::beam_divergence_vertical_mrad, automatic)}, none,
     "Full vertical range of beam directions."},
    {beam, {L("-hdivstep")}, "MRAD", 1, 1, {to(real, Id::beam_divergence_horizontal_step_mrad, automatic)}, none,
     "Step between horizontal beam directions."},
    {beam, {L("-vdivstep")}, "MRAD", 1, 1, {to(real, Id::beam_divergence_vertical_step_mrad, automatic)}, none,
     "Step between vertical beam directions."},
    {beam, {P("-hdivsteps")}, "COUNT", 1, 1, {to(integer, Id::beam_divergence_horizontal_steps, automatic)}, none,
     "Number of horizontal beam directions."},
    {beam, {P("-vdivsteps")}, "COUNT", 1, 1, {to(integer, Id::beam_divergence_vertical_steps, automatic)}, none,
     "Number of vertical beam directions."},
    {beam, {P("-divsteps")}, "COUNT", 1, 1,
     {to(integer, Id::beam_divergence_horizontal_steps, automatic),
     to(integer, Id::beam_divergence_vertical_steps, automatic)}, none, "Number of beam directions, each way."},
    {beam, {P("-round_div")}, "", 0, 0, {sets(Id::beam_divergence_round, "1")}, none,
     "Leave out the corners of the grid of beam directions (default)."},
    {beam, {P("-square_div")}, "", 0, 0, {sets(Id::beam_divergence_round, "0")}, none,
     "Keep the corners of the grid of beam directions."},
    {beam, {P("-sourcefile")}, "FILE", 1, 1, {only(source_file)}, none,
     "List of sources: lines of X Y Z weight wavelength (metres)."},
    {beam, {L("-polar")}, "FACTOR", 1, 1, {to(real, Id::beam_polarization_factor), sets(Id::beam_polarization, "1")},
     none, "Kahn polarization factor; switches polarization on."},
    {beam, {P("-nopolar")}, "", 0, 0, {sets(Id::beam_polarization, "0")}, none, "Switch polarization off."},
    {beam, {P("-fluence")}, "PER_M2", 1, 1, {to(real, Id::beam_fluence_per_m2)}, none, "Photons per square metre."},
    {beam, {P("-flux")}, "PER_S", 1, 1, {to(real, Id::beam_flux_per_s)}, none,
     "Photons per second; with -exposure and -beamsize it replaces -fluence."},
    {beam, {P("-exposure")}, "S", 1, 1, {to(real, Id::beam_exposure_s, lowest)}, none, "Exposure time."},
    {beam, {P("-beamsize")}, "MM", 1, 1, {to(real, Id::beam_size_mm)}, none,
     "Edge of the beam, which also clips the crystal."},
    {beam, {L("-phi")}, "DEG", 1, 1, {to(real, Id::goniometer_phi_start_deg)}, none,
     "Spindle angle of the first step."},
    {beam, {P("-osc")}, "DEG", 1, 1, {to(real, Id::goniometer_phi_range_deg, automatic)}, none,
     "Spindle range of the image."},
    {beam, {L("-phistep")}, "DEG", 1, 1, {to(real, Id::goniometer_phi_step_deg)}, none, "Angle between spindle steps."},
    {beam, {P("-phisteps")}, "COUNT", 1, 1, {to(integer, Id::goniometer_phi_steps, automatic)}, none,
     "Number of spindle steps."},
    {beam, {P("-water")}, "UM", 1, 1, {to(real, Id::background_water_um)}, none,
     "Edge of the cube of water that scatters beside the crystal."},
    {beam, {P("-coherent")}, "", 0, 0, {only(unused)}, none, "Accepted, without effect."},
    {beam, {P("-stolout")}, "FILE", 1, 1, {only(unused)}, none, "Accepted, without effect."},
    {beam, {L("-stol"), L("-4stol"), L("-Q")}, "FILE", 1, 1, {only(form_factor_file)}, none,
     "Accepted, without effect; the file must be there."},

    // files-and-cli.md 2.4
    {output, {P("-floatfile"), P("-floatimage")}, "FILE", 1, 1, {to(text, Id::program_float_file)}, none,
     "Float image."},
    {output, {P("-intfile"), P("-intimage")}, "FILE", 1, 1, {to(text, Id::program_int_file)}, none,
     "Integer image without noise."},
    {output, {P("-pgmfile"), P("-pgmimage")}, "FILE", 1, 1,
     {to(text, Id::program_pgm_file), sets(Id::program_write_pgm, "1")}, none, "PGM image; switches it on."},
    {output, {P("-noisefile"), P("-noiseimage")}, "FILE", 1, 1,
     {to(text, Id::program_noise_file), sets(Id::program_write_noise, "1")}, none,
     "Integer image with Poisson noise; switches it on."},
    {output, {P("-nonoise")}, "", 0, 0, {sets(Id::program_write_noise, "0")}, none, "No noise image."},
    {output, {P("-nopgm")}, "", 0, 0, {sets(Id::program_write_pgm, "0")}, none, "No PGM image."},
    {output, {P("-scale")}, "COUNTS", 1, 1, {to(real, Id::digitize_scale)}, none,
     "Counts per photon of the integer image; 0: the brightest pixel becomes 55000."},
    {output, {P("-pgmscale")}, "LEVELS", 1, 1, {to(real, Id::digitize_pgm_scale), sets(Id::program_write_pgm, "1")},
     none, "Grey levels per photon of the PGM image; switches it on."},
    {output, {P("-adc")}, "COUNTS", 1, 1, {to(real, Id::digitize_adc_offset)}, none,
     "Offset added to the integer images."},
    {output, {P("-seed")}, "SEED", 1, 1, {to(integer, Id::noise_seed)}, none,
     "Seed of the noise image; the clock otherwise."},
    {output, {P("-printout")}, "", 0, 0, {sets(Id::program_print_pixels, "1")}, none,
     "Print the value of every pixel."},
    {output, {P("-printout_pixel")}, "FAST SLOW", 2, 2,
     {to(integers, Id::program_print_pixel, lowest), sets(Id::program_print_pixels, "1")}, none,
     "Print the value of one pixel."},
    {output, {P("-progress")}, "", 0, 0, {sets(Id::program_progress, "1")}, none, "Show progress (default)."},
    {output, {P("-noprogress")}, "", 0, 0, {sets(Id::program_progress, "0")}, none, "Show no progress."},

    // files-and-cli.md 6
    {own, {L("--precision")}, "double|single|fast|exact", 1, 1, {to(text, Id::precision_mode)}, none,
     "Arithmetic of the render."},
    {own, {L("--precision-tolerance")}, "ERROR", 1, 1, {to(real, Id::precision_tolerance)}, none,
     "Error bound above which precision fast becomes single."},
    {own, {L("--tail-tolerance")}, "FRACTION", 1, 1, {to(real, Id::sampling_tail_tolerance)}, none,
     "Leave out the tails of square and round spots below this fraction of the mean."},
    {own, {L("--device")}, "NAME", 1, 1, {to(text, Id::execution_device)}, none,
     "Device, as `nbt devices` lists them."},
    {own, {L("--threads")}, "COUNT", 1, 1, {to(integer, Id::execution_threads)}, none, "CPU threads."},
    {own, {L("--simd")}, "NAME", 1, 1, {to(text, Id::execution_simd_target)}, none,
     "Instruction set of the CPU kernels."},
    {own, {L("--index-arithmetic")}, "auto|double|fixed_point|float_pairs", 1, 1,
     {to(text, Id::execution_index_arithmetic)}, none,
     "Arithmetic of Miller indices on a CUDA device, in single and fast."},
    {own, {L("--max-memory")}, "BYTES", 1, 1, {to(memory, Id::limits_memory_bytes)}, none,
     "Limit on memory; K, M, G, T are powers of 1024."},
    {own, {L("--device-memory")}, "BYTES", 1, 1, {to(memory, Id::limits_device_memory_bytes)}, none,
     "Limit on a device's own memory; the same letters."},
    {own, {L("--compat")}, "TOKENS", 1, 1, {to(tokens, Id::compat_tokens)}, none,
     "Quirks of nanoBragg to bring back; nanobragg: all of them."},
    {own, {L("--fix")}, "TOKENS", 1, 1, {to(tokens, Id::compat_fixes)}, none,
     "Defaults of nanoBragg to replace by the physical variant."},
    {own, {L("--phi-carryover-mode")}, "spec|c-parity", 1, 1, {to(text, Id::phi_carryover_mode)}, none,
     "Orientation used at phi = 0; beats --compat."},
    {own, {L("--phi-carryover-threads")}, "COUNT", 1, 1, {to(integer, Id::phi_carryover_threads)}, none,
     "Threads of the nanoBragg run that c-parity imitates."},
    {own, {L("--origin")}, "X Y Z", 3, 3, {to(reals, Id::detector_origin_mm)}, none,
     "Corner of the first pixel in millimetres, final; keeps the convention."},
    {own, {L("--hkl-columns")}, "COUNT", 1, 1, {only(reflection_columns)}, none,
     "Columns of the reflection list; those after h k l F are skipped."},
    {own, {L("--no-dump")}, "", 0, 0, {to(no_dump, Id::program_dump_file)}, none,
     "Neither read nor write the binary copy of the structure factors."},
    {own, {L("--set")}, "NAME=VALUE", 1, 1, {only(assignment)}, none,
     "Any parameter by name; an empty value puts the default back."},
};
// clang-format on

std::string_view heading(OptionGroup group) {
  switch (group) {
    case OptionGroup::crystal:
      return "Crystal and structure factors";
    case OptionGroup::detector:
      return "Detector";
    case OptionGroup::beam:
      return "Beam and rotation";
    case OptionGroup::output:
      return "Output";
    case OptionGroup::nbt:
      return "nbt's own";
  }
  return {};
}

}  // namespace

std::span<const OptionInfo> option_table() {
  return table;
}

std::string spellings_text(const OptionInfo& option) {
  std::string result;
  for (const Spelling& spelling : option.spellings) {
    if (spelling.text.empty()) break;
    if (!result.empty()) result += ", ";
    result += spelling.text;
    if (spelling.rule == SpellingRule::open) result += "...";
  }
  return result;
}

std::string options_help() {
  std::string help;
  const OptionInfo* last = nullptr;
  for (const OptionInfo& option : table) {
    if (!last || last->group != option.group) {
      help += (last ? "\n" : "") + std::string(heading(option.group)) + ":\n";
    }
    last = &option;
    help += "  " + spellings_text(option);
    if (!option.values.empty()) help += " " + std::string(option.values);
    help += "\n      " + std::string(option.sentence) + "\n";
  }
  return help;
}

}  // namespace nbt
