#include "beam.hpp"

#include <cmath>
#include <sstream>
#include <stdexcept>

#include "sampling.hpp"

namespace nbt::oracle {
namespace {

// Fix center-divergence: offsets are symmetric about zero for every count and step.
Dual offset(const Grid& grid, int i, const Semantics& semantics) {
  if (semantics.center_divergence) return grid.step * (i - (grid.count - 1) / 2.0);
  return grid.step * i - grid.range / 2.0;
}

// One axis's share of the ellipse test; NaN for a range of zero, which never culls.
double ellipse_share(const Grid& grid, double at) {
  const double step = grid.step.value, range = grid.range.value;
  const double correction = step * step / 4.0 * (1 - grid.count % 2);
  return (at * at - correction) / range / range;
}

std::vector<std::string> split_columns(const std::string& line) {
  std::vector<std::string> columns;
  const char* separators = " \t\r,;:!";
  for (std::size_t at = line.find_first_not_of(separators); at != std::string::npos;) {
    const auto end = line.find_first_of(separators, at);
    columns.push_back(line.substr(at, end == std::string::npos ? end : end - at));
    at = end == std::string::npos ? end : line.find_first_not_of(separators, end);
  }
  return columns;
}

double number(const std::string& text) {
  std::size_t used = 0;
  const double value = std::stod(text, &used);
  if (used != text.size()) throw std::invalid_argument("not a number in the source file: " + text);
  return value;
}

}  // namespace

Source value_of(const SourceOf<Dual>& source) {
  return {value_of(source.direction), value_of(source.incident), value_of(source.wavelength), source.weight};
}

Dual resolve_fluence(const Request& request, const Motion& motion) {
  if (request.flux != 0.0 && request.exposure > 0.0 && request.beamsize >= 0.0) {
    if (request.beamsize == 0.0) throw std::invalid_argument("beam size 0 with a flux");  // [Q56]
    return request.flux * request.exposure / request.beamsize / request.beamsize;
  }
  return motion.of("beam.fluence_per_m2", request.fluence);
}

Dual resolve_wavelength(const Request& request, const Motion& motion) {
  return motion.of("beam.wavelength_A", request.wavelength, 1e-10);
}

std::vector<SourceOf<Dual>> generated_sources(const Request& request, const Semantics& semantics,
                                              const GeometryOf<Dual>& geometry, const Motion& motion) {
  const Grid horizontal = with_moving_range(resolve_divergence(request.horizontal, semantics), request.horizontal,
                                            motion.of("beam.divergence_horizontal_mrad", 0.0, 1e-3));
  const Grid vertical = with_moving_range(resolve_divergence(request.vertical, semantics), request.vertical,
                                          motion.of("beam.divergence_vertical_mrad", 0.0, 1e-3));
  const Grid dispersion = with_moving_range(resolve_dispersion(request.dispersion, semantics), request.dispersion,
                                            motion.of("beam.dispersion_percent", 0.0, 1e-2));
  const Dual central_wavelength = resolve_wavelength(request, motion);
  std::vector<SourceOf<Dual>> sources;
  for (int i = 0; i < horizontal.count; ++i) {
    const Dual h = offset(horizontal, i, semantics);
    for (int j = 0; j < vertical.count; ++j) {
      const Dual v = offset(vertical, j, semantics);
      const double ellipse = ellipse_share(horizontal, h.value) + ellipse_share(vertical, v.value);
      if (request.round_divergence && 4.0 * ellipse > 1.1) continue;
      const VectorOf<Dual> position =
          rotate_about(rotate_about(-10.0 * geometry.beam_axis, geometry.polar_axis, v), geometry.vertical_axis, h);
      for (int k = 0; k < dispersion.count; ++k) {
        const Dual wavelength = central_wavelength * (1.0 + dispersion.step * k - dispersion.range / 2.0);
        sources.push_back({unit(position), -unit(position), wavelength, 1.0});
      }
    }
  }
  if (sources.empty()) throw std::invalid_argument("the divergence leaves no sources");
  return sources;
}

std::vector<SourceRowOf<Dual>> read_source_rows(const std::string& text, const VectorOf<Dual>& beam_axis,
                                                const Dual& wavelength) {
  std::vector<SourceRowOf<Dual>> rows;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);) {
    const auto columns = split_columns(line.substr(0, line.find('#')));
    if (columns.empty()) continue;
    const auto column = [&](std::size_t i, const Dual& otherwise) {
      return i < columns.size() ? Dual(number(columns[i])) : otherwise;
    };
    const VectorOf<Dual> default_position = -10.0 * beam_axis;
    rows.push_back({{column(0, default_position.x), column(1, default_position.y), column(2, default_position.z)},
                    column(3, 1.0).value,
                    column(4, wavelength)});
  }
  if (rows.empty()) throw std::invalid_argument("the source file is empty");
  return rows;
}

std::vector<SourceOf<Dual>> sources_from_rows(const std::vector<SourceRowOf<Dual>>& rows, const Semantics& semantics) {
  double total = 0.0;
  for (const auto& row : rows) total += row.weight;
  std::vector<SourceOf<Dual>> sources;
  for (const auto& row : rows) {
    const double weight = row.weight * static_cast<double>(rows.size()) / total;
    const VectorOf<Dual> direction = unit(row.position);
    sources.push_back({direction, -direction, row.wavelength_m, semantics.equal_source_weights ? 1.0 : weight});
  }
  return sources;
}

template <class Real>
Real polarization(const Real& kahn, const VectorOf<Real>& incident, const VectorOf<Real>& diffracted,
                  const VectorOf<Real>& axis) {
  const Real c = dot(incident, diffracted);
  const VectorOf<Real> b = unit(cross(axis, incident));
  const VectorOf<Real> e = unit(cross(incident, b));
  const Real along_e = dot(diffracted, e), along_b = dot(diffracted, b);
  return 0.5 * (1.0 + c * c - kahn * (along_e * along_e - along_b * along_b));
}
template double polarization(const double&, const Vector&, const Vector&, const Vector&);
template Dual polarization(const Dual&, const VectorOf<Dual>&, const VectorOf<Dual>&, const VectorOf<Dual>&);

}  // namespace nbt::oracle
