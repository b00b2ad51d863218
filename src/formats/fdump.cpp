#include "formats/fdump.hpp"

#include <array>
#include <cmath>
#include <cstring>
#include <string>
#include <vector>

#include "formats/numbers.hpp"
#include "formats/text.hpp"
#include "model/error.hpp"

namespace nbt::formats {
namespace {

constexpr std::string_view header_end = "\n\f";
// Six 32-bit numbers with signs and blanks need 71 characters.
constexpr std::size_t longest_header = 128;

[[noreturn]] void fail(std::string_view name, const std::string& reason) {
  throw Error(Status::file, std::string(name) + " is not a usable structure-factor dump: " + reason);
}

std::array<IndexRange, 3> parse_limits(std::string_view header, std::string_view name) {
  std::vector<std::string_view> words;
  split_words(header, " ", words);
  if (words.size() != 6) fail(name, "the header must hold six numbers, found " + quoted(header));
  std::array<std::int32_t, 6> limits;
  for (std::size_t i = 0; i < 6; ++i) {
    const auto limit = parse_int32(words[i]);
    if (!limit) fail(name, quoted(words[i]) + " in the header is not an index");
    limits[i] = *limit;
  }
  const std::array<IndexRange, 3> range = {
      IndexRange{limits[0], limits[1]}, {limits[2], limits[3]}, {limits[4], limits[5]}};
  for (const IndexRange& axis : range) {
    if (axis.count() <= 0) fail(name, "a largest index in the header is below the smallest: " + quoted(header));
  }
  return range;
}

// Bytes of the data part, the extra plane, row and element included; in double, since forged limits overflow.
double expected_bytes(const std::array<IndexRange, 3>& range) {
  double bytes = sizeof(double);
  for (const IndexRange& axis : range) bytes *= static_cast<double>(axis.count() + 1);
  return bytes;
}

std::size_t count_of(const IndexRange& range) {
  return static_cast<std::size_t>(range.count());
}

void require_finite(const StructureFactors& factors, std::string_view name) {
  for (std::size_t i = 0; i < factors.amplitudes.size(); ++i) {
    if (std::isfinite(factors.amplitudes[i])) continue;
    fail(name, "the amplitude of " + entry_text(factors.range, i) + " is " + format_g(factors.amplitudes[i]));
  }
}

std::vector<double> read_amplitudes(std::string_view data, const std::array<IndexRange, 3>& range) {
  const std::size_t nh = count_of(range[0]);
  const std::size_t nk = count_of(range[1]);
  const std::size_t nl = count_of(range[2]);
  std::vector<double> amplitudes(nh * nk * nl);
  for (std::size_t h = 0; h < nh; ++h) {
    for (std::size_t k = 0; k < nk; ++k) {
      const std::size_t stored = (h * (nk + 1) + k) * (nl + 1);
      std::memcpy(&amplitudes[(h * nk + k) * nl], data.data() + stored * sizeof(double), nl * sizeof(double));
    }
  }
  return amplitudes;
}

std::string header_of(const std::array<IndexRange, 3>& range) {
  std::string header;
  for (const IndexRange& axis : range) {
    header += (header.empty() ? "" : " ") + std::to_string(axis.first) + " " + std::to_string(axis.last);
  }
  return header.append(header_end);
}

}  // namespace

SharedStructureFactors read_fdump(std::string_view bytes, std::string_view name) {
  const std::size_t end = bytes.substr(0, longest_header).find(header_end);
  if (end == std::string_view::npos) fail(name, "no header that ends with line feed and form feed");
  const auto range = parse_limits(bytes.substr(0, end), name);
  const std::string_view data = bytes.substr(end + header_end.size());
  if (static_cast<double>(data.size()) != expected_bytes(range)) {
    fail(name, "the header " + quoted(bytes.substr(0, end)) + " asks for " + format_g(expected_bytes(range)) +
                   " bytes of data, there are " + std::to_string(data.size()));
  }
  auto factors = std::make_shared<StructureFactors>();
  factors->range = range;
  factors->amplitudes = read_amplitudes(data, range);
  require_finite(*factors, name);
  for (double& F : factors->amplitudes) F = kept_amplitude(F);
  return factors;
}

void write_fdump(const StructureFactors& factors, ByteSink& sink) {
  const std::size_t nh = count_of(factors.range[0]);
  const std::size_t nk = count_of(factors.range[1]);
  const std::size_t nl = count_of(factors.range[2]);
  sink.write_text(header_of(factors.range));
  const std::vector<double> zeros((nk + 1) * (nl + 1), 0.0);
  const auto as_bytes = [](const double* values, std::size_t count) { return std::as_bytes(std::span(values, count)); };
  for (std::size_t h = 0; h < nh; ++h) {
    for (std::size_t k = 0; k < nk; ++k) {
      sink.write(as_bytes(&factors.amplitudes[(h * nk + k) * nl], nl));
      sink.write(as_bytes(zeros.data(), 1));
    }
    sink.write(as_bytes(zeros.data(), nl + 1));
  }
  sink.write(as_bytes(zeros.data(), zeros.size()));
}

}  // namespace nbt::formats
