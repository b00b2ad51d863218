// Everything behind the float image, against the reference's files: its own float image, digitised here, must give
// its integer, PGM and noise files, and its reflection list its dump, byte for byte.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "formats/fdump.hpp"
#include "formats/hkl.hpp"
#include "formats/numbers.hpp"
#include "formats/pgm.hpp"
#include "formats/smv.hpp"
#include "golden_case.hpp"
#include "image/digitize.hpp"
#include "image/noise.hpp"
#include "image/statistics.hpp"

namespace nbt {
namespace {

using golden::GoldenCase;
using golden::load_output;

double option(const GoldenCase& golden, const std::string& name, double otherwise) {
  const auto& arguments = golden.arguments;
  const auto place = std::find(arguments.begin(), arguments.end(), name);
  return place == arguments.end() ? otherwise : formats::parse_real(*(place + 1)).value();
}

Region region_of(const GoldenCase& golden) {
  const auto& derived = golden.facts.at("derived");
  if (!derived.contains("roi") || derived["roi"].is_null()) return whole_detector(golden.fast, golden.slow);
  const auto limits = derived["roi"].get<std::vector<std::int64_t>>();
  return clipped({limits[0], limits[1], limits[2], limits[3]}, golden.fast, golden.slow);
}

std::shared_ptr<const Mask> mask_of(const GoldenCase& golden) {
  const auto& arguments = golden.arguments;
  const auto place = std::find(arguments.begin(), arguments.end(), "-mask");
  if (place == arguments.end()) return nullptr;
  const auto smv = formats::read_smv(golden::read_file(golden::data_directory() / *(place + 1)), *(place + 1));
  auto mask = std::make_shared<Mask>();
  mask->fast_count = smv.fast_count;
  mask->slow_count = smv.slow_count;
  mask->bits.resize(smv.pixels.size() / 64 + 1);
  for (std::size_t i = 0; i < smv.pixels.size(); ++i) {
    if (smv.pixels[i] != 0) mask->bits[i / 64] |= std::uint64_t{1} << (i % 64);
  }
  return mask;
}

// The rows of the case's float image, one after another.
template <class Action>
void for_each_row(const GoldenCase& golden, Action action) {
  const std::vector<float> image = golden::load_image(golden);
  const auto width = static_cast<std::size_t>(golden.fast);
  for (std::int64_t slow = 0; slow < golden.slow; ++slow) {
    action(slow, std::span(image).subspan(static_cast<std::size_t>(slow) * width, width));
  }
}

image::ImageStatistics statistics_of(const GoldenCase& golden) {
  image::StatisticsStage stage(region_of(golden), mask_of(golden));
  for_each_row(golden, [&](std::int64_t, std::span<const float> row) { stage.next_row(row); });
  return stage.result();
}

double integer_scale_of(const GoldenCase& golden) {
  const double given = option(golden, "-scale", 0);
  return given > 0 ? given : image::automatic_integer_scale(statistics_of(golden).maximum);
}

std::string bytes_of(const std::vector<std::uint16_t>& values) {
  return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof values[0]};
}

std::string integer_pixels(const GoldenCase& golden) {
  const image::IntegerConversion conversion{integer_scale_of(golden), option(golden, "-adc", 40), region_of(golden)};
  std::vector<std::uint16_t> counts(static_cast<std::size_t>(golden.fast));
  std::string bytes;
  for_each_row(golden, [&](std::int64_t slow, std::span<const float> row) {
    conversion.convert_row(slow, row, counts);
    bytes += bytes_of(counts);
  });
  return bytes;
}

std::string pgm_file(const GoldenCase& golden) {
  const double given = option(golden, "-pgmscale", 0);
  const double automatic = image::automatic_pgm_scale(statistics_of(golden).rmsd, integer_scale_of(golden));
  const image::PgmConversion conversion{given > 0 ? given : automatic, region_of(golden)};
  std::vector<std::uint8_t> greys(static_cast<std::size_t>(golden.fast));
  std::string bytes = formats::pgm_header(golden.fast, golden.slow, conversion.scale);
  for_each_row(golden, [&](std::int64_t slow, std::span<const float> row) {
    conversion.convert_row(slow, row, greys);
    bytes.append(greys.begin(), greys.end());
  });
  return bytes;
}

std::string header_of(const std::string& smv_file) {
  return smv_file.substr(0, 512);
}

formats::SmvHeaderFields fields_of(const formats::SmvHeader& header) {
  const auto number = [&](std::string_view key) { return header.number(key, formats::SmvKeyRule::exact).value(); };
  std::string origin = header.value("DIALS_ORIGIN", formats::SmvKeyRule::exact).value();
  std::replace(origin.begin(), origin.end(), ',', ' ');
  std::string_view rest = origin;
  formats::SmvHeaderFields f;
  f.fast_count = header.size().fast_count;
  f.slow_count = header.size().slow_count;
  f.pixel_size_mm = number("PIXEL_SIZE");
  f.distance_mm = number("DISTANCE");
  f.wavelength_A = number("WAVELENGTH");
  f.beam_center_x_mm = number("BEAM_CENTER_X");
  f.beam_center_y_mm = number("BEAM_CENTER_Y");
  f.adxv_center_x_mm = number("ADXV_CENTER_X");
  f.adxv_center_y_mm = number("ADXV_CENTER_Y");
  f.mosflm_center_x_mm = number("MOSFLM_CENTER_X");
  f.mosflm_center_y_mm = number("MOSFLM_CENTER_Y");
  f.denzo_x_beam_mm = number("DENZO_X_BEAM");
  f.denzo_y_beam_mm = number("DENZO_Y_BEAM");
  for (double& value : f.dials_origin_mm) value = formats::scan_real(rest).value();
  f.xds_orgx_pixels = number("XDS_ORGX");
  f.xds_orgy_pixels = number("XDS_ORGY");
  f.close_distance_mm = number("CLOSE_DISTANCE");
  f.phi_deg = number("PHI");
  f.osc_start_deg = number("OSC_START");
  f.osc_range_deg = number("OSC_RANGE");
  f.twotheta_deg = number("TWOTHETA");
  return f;
}

class EveryCase : public testing::TestWithParam<std::string> {
 protected:
  GoldenCase golden() const { return golden::load_case(GetParam()); }
  // The stored file of this kind; instantiation below leaves only cases that have one.
  std::string stored(const std::string& kind) const { return load_output(golden(), kind).value(); }
};
class WithInteger : public EveryCase {};
class WithPgm : public EveryCase {};
class WithNoise : public EveryCase {};
class WithDump : public EveryCase {};

// Byte strings are compared as a whole and reported by the first difference, not printed.
void expect_same_bytes(const std::string& ours, const std::string& theirs) {
  ASSERT_EQ(ours.size(), theirs.size());
  const auto [here, there] = std::mismatch(ours.begin(), ours.end(), theirs.begin());
  EXPECT_EQ(here, ours.end()) << "first difference at byte " << (here - ours.begin()) << ": " << int{*here}
                              << " instead of " << int{*there};
}

TEST_P(WithInteger, PixelsAreTheSame) {
  expect_same_bytes(integer_pixels(golden()), stored("int").substr(512));
}

TEST_P(WithPgm, TheFileIsTheSame) {
  expect_same_bytes(pgm_file(golden()), stored("pgm"));
}

TEST_P(WithNoise, PixelsPhotonsAndOverloadsAreTheSame) {
  const GoldenCase golden = this->golden();
  const auto seed = static_cast<std::int64_t>(-option(golden, "-seed", 1));
  image::NoiseStage stage(seed, option(golden, "-adc", 40), region_of(golden));
  std::vector<std::uint16_t> counts(static_cast<std::size_t>(golden.fast));
  std::string bytes;
  for_each_row(golden, [&](std::int64_t, std::span<const float> row) {
    stage.next_row(row, counts);
    bytes += bytes_of(counts);
  });
  expect_same_bytes(bytes, stored("noise").substr(512));
  const auto& facts = golden.facts.at("noise");
  EXPECT_EQ(std::llround(stage.total_photons()), facts.at("photons").get<long long>());
  EXPECT_EQ(stage.overloads(), facts.at("overloads").get<std::int64_t>());
}

void expect_header_survives(const std::string& file) {
  const auto image = formats::read_smv(file, "file");
  EXPECT_EQ(formats::smv_header(fields_of(image.header), formats::SmvFlavour::nanobragg), header_of(file));
}

TEST_P(WithInteger, TheHeaderIsReadAndWrittenBack) {
  expect_header_survives(stored("int"));
}

TEST_P(WithNoise, TheHeaderIsReadAndWrittenBack) {
  expect_header_survives(stored("noise"));
}

TEST_P(WithDump, TheDumpOfTheReflectionListIsTheSame) {
  const std::string expected = stored("dump");
  const auto arguments = golden().arguments;
  const std::string list = *(std::find(arguments.begin(), arguments.end(), "-hkl") + 1);
  for (const bool number_stream : {false, true}) {
    const auto box = formats::read_hkl_box(golden::read_file(golden::data_directory() / list),
                                           {.number_stream = number_stream}, option(golden(), "-default_F", 0), list);
    formats::MemorySink sink;
    formats::write_fdump(*box, sink);
    expect_same_bytes(sink.bytes(), expected);
    EXPECT_EQ(formats::read_fdump(expected, "dump")->amplitudes, box->amplitudes);
  }
}

// Six digits were printed.
TEST_P(EveryCase, PrintedStatistics) {
  const GoldenCase golden = this->golden();
  const auto& printed = golden.facts.at("printed_statistics");
  const image::ImageStatistics statistics = statistics_of(golden);
  EXPECT_EQ(formats::format_g(statistics.maximum), printed.at("max_I").get<std::string>());
  EXPECT_EQ(formats::format_g(statistics.mean), printed.at("mean").get<std::string>());
  EXPECT_EQ(formats::format_g(statistics.rms), printed.at("rms").get<std::string>());
  EXPECT_EQ(formats::format_g(statistics.rmsd), printed.at("rmsd").get<std::string>());
  const auto& where = golden.facts.at("image").at("max_at");
  EXPECT_EQ(statistics.maximum_slow, where.at("slow").get<std::int64_t>());
  EXPECT_EQ(statistics.maximum_fast, where.at("fast").get<std::int64_t>());
}

std::vector<std::string> cases_with(const std::string& kind) {
  std::vector<std::string> names = golden::case_names();
  std::erase_if(names, [&](const std::string& name) { return !load_output(golden::load_case(name), kind); });
  return names;
}

std::string name_of(const testing::TestParamInfo<std::string>& golden_case) {
  return golden_case.param;
}

INSTANTIATE_TEST_SUITE_P(GoldenOutputs, EveryCase, testing::ValuesIn(golden::case_names()), name_of);
INSTANTIATE_TEST_SUITE_P(GoldenOutputs, WithInteger, testing::ValuesIn(cases_with("int")), name_of);
INSTANTIATE_TEST_SUITE_P(GoldenOutputs, WithPgm, testing::ValuesIn(cases_with("pgm")), name_of);
INSTANTIATE_TEST_SUITE_P(GoldenOutputs, WithNoise, testing::ValuesIn(cases_with("noise")), name_of);
INSTANTIATE_TEST_SUITE_P(GoldenOutputs, WithDump, testing::ValuesIn(cases_with("dump")), name_of);

}  // namespace
}  // namespace nbt
