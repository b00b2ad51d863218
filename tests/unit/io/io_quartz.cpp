// The example crystal: its file against what is known about quartz, its amplitudes against laws and measurement.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numbers>
#include <sstream>
#include <string>
#include <vector>

#include "../formats/scratch_folder.hpp"
#include "amplitude_table.hpp"
#include "io/structure_factors_from_model.hpp"

namespace nbt::io {
namespace {

const std::string quartz_file = NBT_SOURCE_DIR "/examples/data/quartz.cif";
constexpr double a_A = 4.916;
constexpr double c_A = 5.4054;

struct Vector {
  double x, y, z;
};

Vector operator-(const Vector& one, const Vector& other) {
  return {one.x - other.x, one.y - other.y, one.z - other.z};
}

double length(const Vector& v) {
  return std::hypot(v.x, v.y, v.z);
}

double angle_deg(const Vector& one, const Vector& other) {
  const double cosine = (one.x * other.x + one.y * other.y + one.z * other.z) / (length(one) * length(other));
  return std::acos(cosine) * 180 / std::numbers::pi;
}

// The hexagonal cell's axes in an orthonormal frame.
Vector in_angstrom(const Vector& fractional) {
  return {a_A * (fractional.x - fractional.y / 2), a_A * fractional.y * std::sqrt(3.0) / 2, c_A * fractional.z};
}

// P3221 as in the International Tables, no. 154.
std::vector<Vector> images(const Vector& v) {
  return {{v.x, v.y, v.z},  {-v.y, v.x - v.y, v.z + 2.0 / 3},  {-v.x + v.y, -v.x, v.z + 1.0 / 3},
          {v.y, v.x, -v.z}, {v.x - v.y, -v.y, -v.z + 1.0 / 3}, {-v.x, -v.x + v.y, -v.z + 2.0 / 3}};
}

Vector site(const std::string& label) {
  std::istringstream lines(ScratchFolder::content(quartz_file));
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string first, element;
    Vector place{};
    if (words >> first >> element >> place.x >> place.y >> place.z && first == label) return place;
  }
  ADD_FAILURE() << "no site " << label << " in " << quartz_file;
  return {};
}

// Vectors from `centre` to the four nearest of all atoms made from `of`, nearest first.
std::vector<Vector> four_nearest(const Vector& centre, const Vector& of, std::size_t count) {
  std::vector<Vector> found;
  for (const Vector& image : images(of)) {
    for (int i = -2; i <= 2; ++i) {
      for (int j = -2; j <= 2; ++j) {
        for (int k = -2; k <= 2; ++k) {
          found.push_back(in_angstrom(Vector{image.x + i, image.y + j, image.z + k} - centre));
        }
      }
    }
  }
  std::sort(found.begin(), found.end(), [](const Vector& u, const Vector& v) { return length(u) < length(v); });
  found.resize(count);
  return found;
}

CrystalReflections quartz(double d_min_A, double b_factor_scale = 1) {
  ModelOptions options;
  options.d_min_A = d_min_A;
  options.b_factor_scale = b_factor_scale;
  return structure_factors_from_model(quartz_file, options);
}

double spacing_A(const Index& i) {
  const double in_plane = 4.0 / 3 * (i[0] * i[0] + i[0] * i[1] + i[1] * i[1]) / (a_A * a_A);
  return 1 / std::sqrt(in_plane + i[2] * i[2] / (c_A * c_A));
}

// Levien, Prewitt and Weidner (1980), table of distances and angles at 1 atm.
TEST(Quartz, TetrahedraHaveThePublishedDistancesAndAngles) {
  const std::vector<Vector> bonds = four_nearest(site("Si1"), site("O1"), 4);
  for (const std::size_t i : {0U, 1U}) EXPECT_NEAR(length(bonds[i]), 1.605, 0.002);
  for (const std::size_t i : {2U, 3U}) EXPECT_NEAR(length(bonds[i]), 1.614, 0.002);
  for (std::size_t i = 0; i < 4; ++i) {
    for (std::size_t j = i + 1; j < 4; ++j) EXPECT_NEAR(angle_deg(bonds[i], bonds[j]), 109.5, 1.3) << i << " " << j;
  }
  // Every atom of a fourth silicon is counted twice: the site lies on a two-fold axis.
  const std::vector<Vector> silicons = four_nearest(site("O1"), site("Si1"), 4);
  EXPECT_NEAR(angle_deg(silicons.front(), silicons.back()), 143.7, 0.3);
}

TEST(Quartz, ListHoldsTheWholeSphereOnceWithoutTheOrigin) {
  const CrystalReflections crystal = quartz(1.0);
  const AmplitudeTable table(crystal);
  ASSERT_EQ(table.size(), crystal.reflections.size()) << "an index is listed twice";
  std::size_t expected = 0;
  for (int h = -8; h <= 8; ++h) {
    for (int k = -8; k <= 8; ++k) {
      for (int l = -8; l <= 8; ++l) {
        const Index index{h, k, l};
        const bool listed = index != Index{0, 0, 0} && spacing_A(index) >= 1.0;
        EXPECT_EQ(table.has(index), listed) << text_of(index);
        expected += listed;
      }
    }
  }
  EXPECT_EQ(table.size(), expected);
  EXPECT_EQ(crystal.space_group, "P 32 2 1");
}

TEST(Quartz, MatesOfPointGroup321AndFriedelMatesAreExactlyEqual) {
  const AmplitudeTable table(quartz(0.6));
  for (const auto& [index, amplitude] : table) {
    const auto [h, k, l] = index;
    for (const Index& mate :
         {Index{k, -h - k, l}, Index{-h - k, h, l}, Index{k, h, -l}, Index{-h - k, k, -l}, Index{h, -h - k, -l}}) {
      ASSERT_EQ(table.at(mate), amplitude) << text_of(index) << " and " << text_of(mate);
      ASSERT_EQ(table.at(opposite(mate)), amplitude) << text_of(index) << " and " << text_of(opposite(mate));
    }
  }
  // 1 0 1 and 0 1 1 share their d and are no mates: the lattice is hexagonal, the crystal trigonal.
  EXPECT_GT(std::abs(table.at({1, 0, 1}) - table.at({0, 1, 1})), 5);
}

TEST(Quartz, AlongTheScrewAxisOnlyEveryThirdReflectionExists) {
  const AmplitudeTable table(quartz(0.5));
  for (int l = 1; l <= 10; ++l) {
    const double amplitude = table.at({0, 0, l});
    if (l % 3 == 0) {
      EXPECT_GT(amplitude, 0.1) << l;
    } else {
      EXPECT_EQ(amplitude, 0) << l;
    }
  }
}

// Relative intensities of a powder with copper radiation, ICDD PDF 33-1161 (National Bureau of Standards). The
// card's numbers are whole percents and real powders have some texture: three percent of the strongest line.
TEST(Quartz, PowderLinesHaveTheirMeasuredIntensities) {
  constexpr double wavelength_A = 1.5406;
  const std::map<std::string, double> measured = {{"1 0 0", 22}, {"1 0 1", 100}, {"1 1 0", 8}, {"1 0 2", 8},
                                                  {"1 1 1", 4},  {"2 0 0", 6},   {"2 0 1", 4}, {"1 1 2", 14},
                                                  {"2 0 2", 5},  {"2 1 1", 9}};
  std::map<long, double> lines;  // by d in units of 1e-6 A
  const auto line_of = [](const Index& index) { return std::lround(spacing_A(index) * 1e6); };
  for (const auto& [index, amplitude] : AmplitudeTable(quartz(1.2))) {
    const double sine = wavelength_A / (2 * spacing_A(index));
    const double cosine = std::sqrt(1 - sine * sine);
    const double cos_2theta = 1 - 2 * sine * sine;
    const double lorentz_polarization = (1 + cos_2theta * cos_2theta) / (sine * sine * cosine);
    lines[line_of(index)] += amplitude * amplitude * lorentz_polarization;
  }
  const double strongest = lines.at(line_of({1, 0, 1}));
  for (const auto& [name, percent] : measured) {
    Index index{};
    std::istringstream(name) >> index[0] >> index[1] >> index[2];
    EXPECT_NEAR(100 * lines.at(line_of(index)) / strongest, percent, 3) << name;
  }
  for (const auto& [line, intensity] : lines) EXPECT_LE(intensity, strongest) << "d = " << line << "e-6 A";
}

TEST(Quartz, ThermalMotionWeakensEveryReflectionAndScaleZeroStopsIt) {
  const AmplitudeTable at_rest(quartz(0.8, 0));
  const AmplitudeTable measured(quartz(0.8, 1));
  double sum_at_rest = 0;
  double sum_measured = 0;
  for (const auto& [index, amplitude] : at_rest) {
    if (spacing_A(index) > 1.0) continue;
    sum_at_rest += amplitude;
    sum_measured += measured.at(index);
  }
  // exp(-8 pi^2 U / 4 d^2) with U about 0.01 A^2 and d about 0.87 A.
  EXPECT_NEAR(sum_measured / sum_at_rest, std::exp(-2 * 9.87 * 0.0105 / (0.87 * 0.87)), 0.05);
}

}  // namespace
}  // namespace nbt::io
