#include "arguments/header_input.hpp"

#include <cmath>
#include <limits>
#include <optional>
#include <string_view>
#include <utility>

#include "formats/file.hpp"
#include "formats/smv.hpp"
#include "model/error.hpp"

namespace nbt {
namespace {

using Id = ParameterId;
using formats::SmvHeader;
using formats::SmvKeyRule;

// Keys that set one parameter in the option's own unit; BEAM_CENTER_Y and TWOTHETA have rules of their own.
constexpr std::pair<std::string_view, Id> plain_keys[] = {
    {"PIXEL_SIZE", Id::detector_pixel_size_mm},
    {"DISTANCE", Id::detector_distance_mm},
    {"CLOSE_DISTANCE", Id::detector_close_distance_mm},
    {"WAVELENGTH", Id::beam_wavelength_A},
    {"BEAM_CENTER_X", Id::detector_Xbeam_mm},
    {"ORGX", Id::detector_ORGX_pixels},
    {"ORGY", Id::detector_ORGY_pixels},
    {"PHI", Id::goniometer_phi_start_deg},
    {"OSC_RANGE", Id::goniometer_phi_range_deg},
};

// The value in millimetres that divided by 1000 gives `metres`, or the nearest there is: the reference forms the
// mirrored beam centre in metres.
double millimetres_of(double metres) {
  const double nearest = metres * 1000.0;
  const double infinity = std::numeric_limits<double>::infinity();
  for (const double candidate : {nearest, std::nextafter(nearest, infinity), std::nextafter(nearest, -infinity)}) {
    if (candidate / 1000.0 == metres) return candidate;
  }
  return nearest;
}

class HeaderReader {
 public:
  HeaderReader(const SmvHeader& header, std::string path, bool by_substring, Parameters& parameters, Messages& log)
      : header_(header), path_(std::move(path)), by_substring_(by_substring), parameters_(parameters), log_(log) {}

  void apply(HeaderRole role) {
    set_size();
    for (const auto& [key, id] : plain_keys) set(key, id, number(key));
    set_beam_center_y(role);
    set_twotheta();
  }

 private:
  std::optional<double> number(std::string_view key) {
    const auto exact = header_.number(key, SmvKeyRule::exact);
    if (!by_substring_) return exact;
    const auto found = header_.number(key, SmvKeyRule::last_substring);
    if (found && found != exact) {
      log_.warning(path_ + ": " + std::string(key) + " is taken from a longer key that ends like it");
    }
    return found;
  }

  void set(std::string_view key, Id id, std::optional<double> value) {
    if (!value) return;
    try {
      parameters_.set(id, *value);
    } catch (const Error& error) {
      throw Error(error.status(), path_ + ", " + std::string(key) + ": " + error.what());
    }
  }

  void set_size() {
    const SmvHeader::Size size = header_.size();
    const double counts[] = {static_cast<double>(size.fast_count), static_cast<double>(size.slow_count)};
    parameters_.set(Id::detector_pixels, counts);
    slow_count_ = counts[1];
  }

  // The reference mirrors a mask's beam centre, with the pixel size known by now.
  void set_beam_center_y(HeaderRole role) {
    constexpr std::string_view key = "BEAM_CENTER_Y";
    std::optional<double> value = number(key);
    if (value && role == HeaderRole::mask && by_substring_) {
      const double edge_m = parameters_.real(Id::detector_pixel_size_mm) / 1000.0 * slow_count_;
      value = millimetres_of(edge_m - *value / 1000.0);
      log_.warning(path_ + ": BEAM_CENTER_Y of the mask is counted from the other edge");
    }
    set(key, Id::detector_Ybeam_mm, value);
  }

  void set_twotheta() {
    constexpr std::string_view key = "TWOTHETA";
    const std::optional<double> value = number(key);
    if (!by_substring_) return set(key, Id::detector_twotheta_deg, value);
    if (value && *value != 0) log_.warning(path_ + ": TWOTHETA of the header has no effect");
  }

  const SmvHeader& header_;
  std::string path_;
  bool by_substring_;
  Parameters& parameters_;
  Messages& log_;
  double slow_count_ = 0;
};

std::shared_ptr<const Mask> mask_of(const formats::SmvImage& image) {
  auto mask = std::make_shared<Mask>();
  mask->fast_count = image.fast_count;
  mask->slow_count = image.slow_count;
  mask->bits.resize((image.pixels.size() + 63) / 64);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) {
    if (image.pixels[i] != 0) mask->bits[i >> 6] |= std::uint64_t{1} << (i & 63);
  }
  return mask;
}

}  // namespace

std::shared_ptr<const Mask> apply_header(const std::string& path, HeaderRole role, const Compatibility& compatibility,
                                         Parameters& parameters, Messages& log) {
  const std::string_view what = role == HeaderRole::mask ? "the mask" : "the image";
  const std::string bytes = formats::read_file(path, what);
  const SmvHeader header = SmvHeader::parse(bytes, path);
  HeaderReader(header, path, compatibility.reference(Quirk::header_keys), parameters, log).apply(role);
  return role == HeaderRole::mask ? mask_of(formats::read_smv(bytes, path)) : nullptr;
}

}  // namespace nbt
