#include "formats/smv.hpp"

#include <gtest/gtest.h>

#include <string>

#include "expect_error.hpp"

namespace nbt::formats {
namespace {

std::string padded(std::string header, std::size_t size = 512) {
  header.resize(size, ' ');
  return header;
}

// Two by three pixels holding 1 to 6, low byte first.
std::string small_image(const std::string& lines,
                        const std::string& pixels = std::string("\1\0\2\0\3\0\4\0\5\0\6\0", 12)) {
  return padded("{\nHEADER_BYTES=512;\n" + lines + "}\f") + pixels;
}

SmvHeader header_with(const std::string& lines) {
  return SmvHeader::parse(padded("{\nHEADER_BYTES=512;\n" + lines + "}\n"), "a.img");
}

constexpr auto last = SmvKeyRule::last_substring;
constexpr auto exact = SmvKeyRule::exact;

TEST(SmvHeader, TheLastSubstringRuleFindsLongerKeys) {
  const SmvHeader header = header_with("DISTANCE=80;\nXDS_ORGX=12;\nCLOSE_DISTANCE=85;\nPHI=2;\n");
  EXPECT_EQ(header.number("DISTANCE", last), 85);
  EXPECT_EQ(header.number("ORGX", last), 12);
  EXPECT_EQ(header.number("PHI", last), 2);
  EXPECT_FALSE(header.number("ORGY", last));
}

TEST(SmvHeader, TheExactRuleFindsOnlyTheKeyItself) {
  const SmvHeader header = header_with("DISTANCE=80;\nXDS_ORGX=12; PHI = 2 ;\nCLOSE_DISTANCE=85;\nPHI=3;\n");
  EXPECT_EQ(header.number("DISTANCE", exact), 80);
  EXPECT_EQ(header.number("CLOSE_DISTANCE", exact), 85);
  EXPECT_FALSE(header.number("ORGX", exact));
  EXPECT_EQ(header.number("PHI", exact), 3);
  EXPECT_EQ(header.number("HEADER_BYTES", exact), 512);
}

TEST(SmvHeader, EntriesStandInTheOrderOfTheFile) {
  const SmvHeader header = header_with("PHI = 2 ;\nDIALS_ORIGIN=1,2,3\nPHI=3;\nno entry;\nEMPTY=;\n");
  const std::vector<std::pair<std::string, std::string>> expected{
      {"HEADER_BYTES", "512"}, {"PHI", "2"}, {"DIALS_ORIGIN", "1,2,3"}, {"PHI", "3"}, {"EMPTY", ""}};
  EXPECT_EQ(header.entries(), expected);
}

TEST(SmvMask, ReadsBackAsItWas) {
  const Mask mask{3, 2, {0b101'001}};
  const SmvImage image = read_smv(smv_mask(mask), "mask.img");
  EXPECT_EQ(image.fast_count, 3);
  EXPECT_EQ(image.slow_count, 2);
  EXPECT_EQ(image.pixels, (std::vector<std::uint16_t>{1, 0, 0, 1, 0, 1}));
}

TEST(SmvHeader, AValueEndsAtSemicolonOrLine) {
  const SmvHeader header = header_with("DIALS_ORIGIN=1,2,3\nBEAMLINE= old hall ;\nLAST=x}");
  for (const SmvKeyRule rule : {last, exact}) {
    EXPECT_EQ(header.value("DIALS_ORIGIN", rule), "1,2,3");
    EXPECT_EQ(header.value("BEAMLINE", rule), "old hall");
    EXPECT_EQ(header.value("LAST", rule), "x");
    EXPECT_FALSE(header.value("NOT_THERE", rule));
  }
}

TEST(SmvHeader, AValueThatIsNoNumberIsAnErrorNamingTheKey) {
  const SmvHeader header = header_with("DISTANCE=far;\nPHI=nan;\nOSC_RANGE=;\n");
  for (const char* key : {"DISTANCE", "PHI", "OSC_RANGE"}) {
    expect_error(Status::file, {"a.img", key, "not a number"}, [&] { header.number(key, exact); });
  }
}

TEST(SmvHeader, WhatIsNotSmvIsAnError) {
  for (const char* text :
       {"", "{", "{\nHEADER_BYT", "P5\n2 3\n", "{\nHEADER_BYTES=;\n}", "{\nHEADER_BYTES=many;\n}",
        "{\nHEADER_BYTES=-5;\n}", "{\nHEADER_BYTES=0;\n}", "{\nHEADER_BYTES=99999999999999999999;\n}"}) {
    SCOPED_TRACE(text);
    expect_error(Status::file, {"a.img", "not a usable SMV image"}, [&] { SmvHeader::parse(text, "a.img"); });
  }
  expect_error(Status::file, {"within its header"}, [] { SmvHeader::parse("{\nHEADER_BYTES=512;\n}", "a.img"); });
}

TEST(SmvImage, ReadsPixelsRowByRow) {
  const SmvImage image = read_smv(small_image("SIZE1=2;\nSIZE2=3;\nBYTE_ORDER=little_endian;\n"), "a.img");
  EXPECT_EQ(image.fast_count, 2);
  EXPECT_EQ(image.slow_count, 3);
  EXPECT_EQ(image.pixels, (std::vector<std::uint16_t>{1, 2, 3, 4, 5, 6}));
}

TEST(SmvImage, HonoursTheByteOrder) {
  const SmvImage image = read_smv(small_image("SIZE1=2;\nSIZE2=3;\nBYTE_ORDER=big_endian;\n"), "a.img");
  EXPECT_EQ(image.pixels.front(), 256);
}

TEST(SmvImage, TakesItsSizeFromDetectorDimensionsWhereSize1IsMissingOrZero) {
  for (const char* size : {"", "SIZE1=0;\nSIZE2=0;\n"}) {
    const SmvImage image = read_smv(small_image(std::string(size) + "DETECTOR_DIMENSIONS=2 3;\n"), "a.img");
    EXPECT_EQ(image.slow_count, 3) << size;
  }
}

TEST(SmvImage, TooFewBytesImpossibleSizesAndOtherPixelTypesAreErrors) {
  const std::initializer_list<std::pair<const char*, const char*>> cases = {
      {"SIZE1=2;\nSIZE2=4;\n", "need 16 bytes behind the header, there are 12"},
      {"SIZE1=2000000000;\nSIZE2=2000000000;\n", "bytes behind the header"},
      {"SIZE1=3e9;\nSIZE2=1;\n", "SIZE1 is 3e+09"},
      {"SIZE1=-2;\nSIZE2=3;\n", "SIZE1 is -2"},
      {"SIZE1=2.5;\nSIZE2=3;\n", "SIZE1 is 2.5"},
      {"SIZE1=two;\nSIZE2=3;\n", "SIZE1 is \"two\""},
      {"SIZE1=2;\n", "SIZE2 is missing"},
      {"PHI=2;\n", "neither SIZE1 nor DETECTOR_DIMENSIONS"},
      {"DETECTOR_DIMENSIONS=2;\n", "DETECTOR_DIMENSIONS"},
      {"DETECTOR_DIMENSIONS=2 -3;\n", "DETECTOR_DIMENSIONS"},
      {"SIZE1=2;\nSIZE2=3;\nTYPE=long_integer;\n", "only unsigned_short"}};
  for (const auto& [lines, message] : cases) {
    SCOPED_TRACE(lines);
    const std::string bytes = small_image(lines);
    expect_error(Status::file, {"a.img", message}, [&] { read_smv(bytes, "a.img"); });
  }
}

SmvHeaderFields some_fields() {
  SmvHeaderFields fields;
  fields.fast_count = 80;
  fields.slow_count = 56;
  fields.pixel_size_mm = 0.1;
  fields.distance_mm = 100;
  fields.dials_origin_mm = {99.4391, -10.7777, 3.32};
  fields.adc_offset = 40;
  return fields;
}

TEST(SmvHeaderText, IsPaddedToHeaderBytesAndEndsWithBraceAndFormFeed) {
  const std::string header = smv_header(some_fields(), SmvFlavour::standard);
  EXPECT_EQ(header.size(), 512U);
  EXPECT_EQ(header.substr(0, 21), "{\nHEADER_BYTES=512;\nD");
  EXPECT_EQ(header.find_first_not_of(' ', header.find('\f') + 1), std::string::npos);
  EXPECT_EQ(header[header.find('\f') - 1], '}');
  EXPECT_NE(header.find("DIALS_ORIGIN=99.4391,-10.7777,3.32\nXDS_ORGX"), std::string::npos);
}

TEST(SmvHeaderText, TheAdcOffsetIsAKeyUnlessTheReferencesBytesAreWanted) {
  EXPECT_NE(smv_header(some_fields(), SmvFlavour::standard).find("\nADC_OFFSET=40;\n"), std::string::npos);
  EXPECT_EQ(smv_header(some_fields(), SmvFlavour::nanobragg).find("ADC_OFFSET"), std::string::npos);
}

// Every number at its longest: the text passes 512 bytes.
SmvHeaderFields long_fields() {
  constexpr double longest = -1.23457e-100;
  SmvHeaderFields fields = some_fields();
  for (double* value :
       {&fields.pixel_size_mm, &fields.distance_mm, &fields.wavelength_A, &fields.beam_center_x_mm,
        &fields.beam_center_y_mm, &fields.adxv_center_x_mm, &fields.adxv_center_y_mm, &fields.mosflm_center_x_mm,
        &fields.mosflm_center_y_mm, &fields.denzo_x_beam_mm, &fields.denzo_y_beam_mm, &fields.xds_orgx_pixels,
        &fields.xds_orgy_pixels, &fields.close_distance_mm, &fields.phi_deg, &fields.osc_start_deg,
        &fields.osc_range_deg, &fields.twotheta_deg, &fields.adc_offset}) {
    *value = longest;
  }
  fields.dials_origin_mm.fill(longest);
  return fields;
}

TEST(SmvHeaderText, GrowsInStepsOf512AndStaysReadable) {
  const std::string header = smv_header(long_fields(), SmvFlavour::standard);
  EXPECT_EQ(header.size(), 1024U);
  const SmvHeader parsed = SmvHeader::parse(header, "a.img");
  EXPECT_EQ(parsed.size_bytes(), 1024U);
  EXPECT_EQ(parsed.number("TWOTHETA", exact), -1.23457e-100);
}

// The reference pushes the data past the size that it declares.
TEST(SmvHeaderText, InTheReferencesFlavourAlwaysDeclares512) {
  const std::string header = smv_header(long_fields(), SmvFlavour::nanobragg);
  EXPECT_GT(header.size(), 512U);
  EXPECT_EQ(header.substr(header.size() - 2), "}\f");
  EXPECT_NE(header.find("HEADER_BYTES=512;"), std::string::npos);
}

}  // namespace
}  // namespace nbt::formats
