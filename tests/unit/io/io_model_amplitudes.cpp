// Amplitudes of small made-up models against sums that the tests write out themselves.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numbers>
#include <string>
#include <vector>

#include "amplitude_table.hpp"
#include "io/structure_factors_from_model.hpp"

namespace nbt::io {
namespace {

// Carbon: International Tables for Crystallography C (1992), table 6.1.1.4.
double carbon(double stol2) {
  return 2.31 * std::exp(-20.8439 * stol2) + 1.02 * std::exp(-10.2075 * stol2) + 1.5886 * std::exp(-0.5687 * stol2) +
         0.865 * std::exp(-51.6512 * stol2) + 0.2156;
}

struct Atom {
  double x, y, z;  // fractional
  double U_A2;
};

constexpr double edge_A[3] = {6, 7, 8};

double stol2_of(const Index& index) {
  double inverse_d2 = 0;
  for (std::size_t i = 0; i < 3; ++i) inverse_d2 += std::pow(index[i] / edge_A[i], 2);
  return inverse_d2 / 4;
}

double direct_sum(const std::vector<Atom>& atoms, const Index& index) {
  std::complex<double> sum = 0;
  const double stol2 = stol2_of(index);
  for (const Atom& atom : atoms) {
    const double phase = 2 * std::numbers::pi * (index[0] * atom.x + index[1] * atom.y + index[2] * atom.z);
    sum += carbon(stol2) * std::exp(-8 * std::pow(std::numbers::pi, 2) * atom.U_A2 * stol2) * std::polar(1.0, phase);
  }
  return std::abs(sum);
}

const std::string cell_lines =
    "_cell_length_a 6\n_cell_length_b 7\n_cell_length_c 8\n"
    "_cell_angle_alpha 90\n_cell_angle_beta 90\n_cell_angle_gamma 90\n";

std::string small_cif(const std::string& symmetry, const std::string& sites) {
  return "data_made_up\n" + cell_lines + symmetry +
         "loop_\n_atom_site_label\n_atom_site_type_symbol\n_atom_site_fract_x\n_atom_site_fract_y\n"
         "_atom_site_fract_z\n_atom_site_U_iso_or_equiv\n_atom_site_occupancy\n" +
         sites;
}

std::string named(const std::string& space_group) {
  return "_space_group_name_H-M_alt '" + space_group + "'\n";
}

AmplitudeTable amplitudes(const std::string& text, double d_min_A = 1.0, Summation summation = Summation::automatic) {
  ModelOptions options;
  options.d_min_A = d_min_A;
  options.summation = summation;
  return AmplitudeTable(structure_factors_from_model_text(text, "made-up model", options));
}

void expect_sum(const AmplitudeTable& table, const std::vector<Atom>& atoms) {
  ASSERT_GT(table.size(), 1000U);
  for (const auto& [index, amplitude] : table) {
    ASSERT_NEAR(amplitude, direct_sum(atoms, index), 1e-5) << text_of(index);
  }
}

TEST(ModelAmplitudes, AreTheSumOverAtoms) {
  const std::string sites = "C1 C 0.1 0.2 0.3 0.01 1\nC2 C 0.45 0.8 0.05 0.03 1\n";
  expect_sum(amplitudes(small_cif(named("P 1"), sites)), {{0.1, 0.2, 0.3, 0.01}, {0.45, 0.8, 0.05, 0.03}});
}

TEST(ModelAmplitudes, SymmetryMakesTheOtherAtoms) {
  const std::string sites = "C1 C 0.1 0.2 0.3 0.01 1\n";
  const std::vector<Atom> atoms = {
      {0.1, 0.2, 0.3, 0.01}, {0.4, -0.2, 0.8, 0.01}, {0.6, 0.3, -0.3, 0.01}, {-0.1, 0.7, 0.2, 0.01}};
  expect_sum(amplitudes(small_cif(named("P 21 21 21"), sites)), atoms);
}

TEST(ModelAmplitudes, AtomOnASpecialPositionCountsOnce) {
  const std::string sites = "C1 C 0 0 0 0.02 1\n";
  expect_sum(amplitudes(small_cif(named("P -1"), sites)), {{0, 0, 0, 0.02}});
}

TEST(ModelAmplitudes, AtomSplitAcrossASymmetryElementCountsTwice) {
  const std::string sites = "C1 C 0.015 0 0 0.02 1\n";  // 0.18 A between the halves
  expect_sum(amplitudes(small_cif(named("P -1"), sites)), {{0.015, 0, 0, 0.02}, {-0.015, 0, 0, 0.02}});
}

TEST(ModelAmplitudes, ListedOperationsDecideBeforeTheName) {
  const std::string symmetry = named("P 1 2 1") +
                               "loop_\n_space_group_symop_operation_xyz\n'x,y,z'\n'-x+1/2,-y,z+1/2'\n"
                               "'-x,y+1/2,-z+1/2'\n'x+1/2,-y+1/2,-z'\n";
  const std::string sites = "C1 C 0.1 0.2 0.3 0.01 1\n";
  const AmplitudeTable listed = amplitudes(small_cif(symmetry, sites));
  for (const auto& [index, amplitude] : amplitudes(small_cif(named("P 21 21 21"), sites))) {
    ASSERT_NEAR(listed.at(index), amplitude, 1e-9) << text_of(index);
  }
}

TEST(ModelAmplitudes, SpaceGroupNumberIsEnough) {
  const std::string sites = "C1 C 0.1 0.2 0.3 0.01 1\n";
  const AmplitudeTable numbered = amplitudes(small_cif("_symmetry_Int_Tables_number 19\n", sites));
  for (const auto& [index, amplitude] : amplitudes(small_cif(named("P 21 21 21"), sites))) {
    ASSERT_EQ(numbered.at(index), amplitude) << text_of(index);
  }
}

TEST(ModelAmplitudes, CentringRemovesReflectionsAndDoublesTheOthers) {
  const std::string sites = "C1 C 0.1 0.2 0.3 0.01 1\n";
  const AmplitudeTable primitive = amplitudes(small_cif(named("P 1 2 1"), sites));
  for (const auto& [index, amplitude] : amplitudes(small_cif(named("C 1 2 1"), sites))) {
    const bool absent = (index[0] + index[1]) % 2 != 0;
    if (absent) {
      ASSERT_EQ(amplitude, 0) << text_of(index);
    } else {
      ASSERT_NEAR(amplitude, 2 * primitive.at(index), 1e-9) << text_of(index);
    }
  }
}

// Columns as the PDB format fixes them.
std::string pdb_atom(int serial, const Atom& atom) {
  char line[100];
  std::snprintf(line, sizeof line, "HETATM%5d  C%-2d LIG A%4d    %8.3f%8.3f%8.3f  1.00%6.2f           C\n", serial,
                serial, 1, atom.x * edge_A[0], atom.y * edge_A[1], atom.z * edge_A[2],
                8 * std::pow(std::numbers::pi, 2) * atom.U_A2);
  return line;
}

const std::vector<Atom> ligand = {{0.1, 0.2, 0.3, 0.1}, {0.25, 0.35, 0.3, 0.15}, {0.5, 0.1, 0.625, 0.2}};

std::string ligand_pdb() {
  std::string text = "CRYST1    6.000    7.000    8.000  90.00  90.00  90.00 P 21 21 21\n";
  for (std::size_t i = 0; i < ligand.size(); ++i) text += pdb_atom(static_cast<int>(i) + 1, ligand[i]);
  return text + "END\n";
}

std::string ligand_mmcif() {
  std::string text =
      "data_LIG\n_cell.length_a 6\n_cell.length_b 7\n_cell.length_c 8\n_cell.angle_alpha 90\n_cell.angle_beta 90\n"
      "_cell.angle_gamma 90\n_symmetry.space_group_name_H-M 'P 21 21 21'\nloop_\n_atom_site.group_PDB\n_atom_site.id\n"
      "_atom_site.type_symbol\n_atom_site.label_atom_id\n_atom_site.label_alt_id\n_atom_site.label_comp_id\n"
      "_atom_site.label_asym_id\n_atom_site.label_seq_id\n_atom_site.Cartn_x\n_atom_site.Cartn_y\n_atom_site.Cartn_z\n"
      "_atom_site.occupancy\n_atom_site.B_iso_or_equiv\n_atom_site.auth_seq_id\n_atom_site.auth_asym_id\n"
      "_atom_site.pdbx_PDB_model_num\n";
  for (std::size_t i = 0; i < ligand.size(); ++i) {
    char line[160];
    const Atom& atom = ligand[i];
    std::snprintf(line, sizeof line, "HETATM %zu C C%zu . LIG A . %.3f %.3f %.3f 1.00 %.2f 1 A 1\n", i + 1, i + 1,
                  atom.x * edge_A[0], atom.y * edge_A[1], atom.z * edge_A[2],
                  8 * std::pow(std::numbers::pi, 2) * atom.U_A2);
    text += line;
  }
  return text;
}

TEST(ModelAmplitudes, PdbAndMmcifGiveTheSumOverAtomsAndOperations) {
  std::vector<Atom> atoms;
  for (const auto& [x, y, z, U] : ligand) {
    atoms.insert(atoms.end(),
                 {{x, y, z, U}, {0.5 - x, -y, z + 0.5, U}, {x + 0.5, 0.5 - y, -z, U}, {-x, y + 0.5, 0.5 - z, U}});
  }
  for (const std::string& text : {ligand_pdb(), ligand_mmcif()}) {
    const AmplitudeTable table = amplitudes(text, 1.0, Summation::direct);
    for (const auto& [index, amplitude] : table) {
      // B has two digits in the files.
      ASSERT_NEAR(amplitude, direct_sum(atoms, index), 0.01) << text_of(index) << " of\n" << text;
    }
  }
}

TEST(ModelAmplitudes, DensityAndTransformAgreeWithTheSum) {
  for (const double d_min_A : {1.0, 1.5}) {
    const AmplitudeTable direct = amplitudes(ligand_pdb(), d_min_A, Summation::direct);
    const AmplitudeTable transformed = amplitudes(ligand_pdb(), d_min_A, Summation::density_fft);
    ASSERT_EQ(direct.size(), transformed.size());
    double difference = 0;
    double sum = 0;
    for (const auto& [index, amplitude] : direct) {
      difference += std::abs(amplitude - transformed.at(index));
      sum += amplitude;
    }
    EXPECT_LT(difference / sum, 2e-4) << "d_min " << d_min_A;
  }
}

}  // namespace
}  // namespace nbt::io
