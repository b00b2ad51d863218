// Unit cell, orientation and size of the crystal (physics.md 6), and its rotated copies (7).
#pragma once

#include <optional>
#include <vector>

#include "arguments.hpp"
#include "random.hpp"

namespace nbt::oracle {

struct Crystal {
  Vector a, b, c;                 // Angstrom, after misset
  Vector a_star, b_star, c_star;  // 1/Angstrom
  int cells_a = 1, cells_b = 1, cells_c = 1;
  Vector misset;
};

// `matrix_text` is the contents of the -mat file. Draws from `generator` if a random misset is asked for.
Crystal resolve_crystal(const Request& request, const Semantics& semantics,
                        const std::optional<std::string>& matrix_text, Generator& generator);

struct Orientation {
  Vector a, b, c;  // metres
};

Orientation unrotated(const Crystal& crystal);
Orientation rotated_about_spindle(const Orientation& base, const Vector& spindle, double phi);
Orientation turned(const Orientation& orientation, const Matrix& rotation);

std::vector<Matrix> mosaic_rotations(double spread, int domains, long long seed, Generator& generator);

}  // namespace nbt::oracle
