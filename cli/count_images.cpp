#include "count_images.hpp"

#include <array>
#include <span>
#include <vector>

#include "formats/pgm.hpp"
#include "header_fields.hpp"
#include "image/digitize.hpp"
#include "scene_input.hpp"

namespace nbt::program {
namespace {

class CountImageWriter {
 public:
  CountImageWriter(Simulation& simulation, const Console& console, const nlohmann::ordered_json& report,
                   const PhotonRows& photons, const PhotonStatistics& statistics)
      : simulation_(simulation), console_(console), report_(report), photons_(photons), statistics_(statistics) {}

  void write_integer(formats::AtomicFile& file);
  void write_pgm(formats::AtomicFile& file);
  void write_noise(formats::AtomicFile& file);
  const CountFacts& facts() const { return facts_; }

 private:
  nbt_digitize_result write_counts(int32_t kind, formats::AtomicFile& file);
  image::PgmConversion pgm_conversion() const;

  Simulation& simulation_;
  const Console& console_;
  const nlohmann::ordered_json& report_;
  const PhotonRows& photons_;
  PhotonStatistics statistics_;
  CountFacts facts_;
};

nbt_digitize_result CountImageWriter::write_counts(int32_t kind, formats::AtomicFile& file) {
  file.write_text(smv_header_of(report_, has_compatibility_token(simulation_, "nanobragg")));
  simulation_.digitize_begin(kind, statistics_.maximum);
  std::vector<std::uint16_t> counts;
  photons_.for_each_block([&](const PhotonRows::Block& block) {
    counts.resize(block.photons.size());
    simulation_.digitize_rows(block.row_count, block.photons, block.fast_count, counts);
    file.write(std::as_bytes(std::span(counts)));
  });
  return simulation_.digitize_end();
}

void CountImageWriter::write_integer(formats::AtomicFile& file) {
  const nbt_digitize_result result = write_counts(NBT_DIGITIZE_INTEGER, file);
  facts_.integer_scale = result.scale;
  console_.line(formatted("intfile_scale = %g", result.scale));
  say_writing(console_, file.path(), "2-byte integers");
}

image::PgmConversion CountImageWriter::pgm_conversion() const {
  const double given = simulation_.number("digitize.pgm_scale");
  const double integer_given = simulation_.number("digitize.scale");
  const double integer_scale = integer_given > 0 ? integer_given : image::automatic_integer_scale(statistics_.maximum);
  const double scale = given > 0 ? given : image::automatic_pgm_scale(statistics_.rmsd, integer_scale);
  const auto region = report_.at("detector").at("panels").at(0).at("region").get<std::array<std::int64_t, 4>>();
  return {scale, {region[0], region[1], region[2], region[3]}};
}

void CountImageWriter::write_pgm(formats::AtomicFile& file) {
  const image::PgmConversion conversion = pgm_conversion();
  file.write_text(formats::pgm_header(photons_.size().fast_count, photons_.size().slow_count, conversion.scale));
  std::vector<std::uint8_t> greys(static_cast<std::size_t>(photons_.size().fast_count));
  photons_.for_each_row([&](std::int64_t slow, std::span<const float> photons) {
    conversion.convert_row(slow, photons, greys);
    file.write(std::as_bytes(std::span(greys)));
  });
  facts_.pgm_scale = conversion.scale;
  console_.line(formatted("pgm_scale = %g", conversion.scale));
  say_writing(console_, file.path(), "1-byte integers");
}

void CountImageWriter::write_noise(formats::AtomicFile& file) {
  const nbt_digitize_result result = write_counts(NBT_DIGITIZE_NOISE, file);
  facts_.noise_photons = result.total_photons;
  facts_.noise_overloads = result.overloads;
  console_.line(formatted("%.0f photons on noise image (%lld overloads)", result.total_photons,
                          static_cast<long long>(result.overloads)));
  say_writing(console_, file.path(), "2-byte integers");
}

}  // namespace

CountFiles open_count_files(const Simulation& simulation, bool with_integer, OutputSet& outputs) {
  CountFiles files;
  if (with_integer) files.integer = &outputs.add("integer", simulation.text("program.int_file"));
  if (simulation.flag("program.write_pgm")) files.pgm = &outputs.add("pgm", simulation.text("program.pgm_file"));
  if (simulation.flag("program.write_noise")) {
    files.noise = &outputs.add("noise", simulation.text("program.noise_file"));
  }
  return files;
}

CountFacts write_count_images(Simulation& simulation, const Console& console, const nlohmann::ordered_json& report,
                              const PhotonRows& photons, const PhotonStatistics& statistics, const CountFiles& files) {
  CountImageWriter writer(simulation, console, report, photons, statistics);
  if (files.integer) writer.write_integer(*files.integer);
  if (files.pgm) writer.write_pgm(*files.pgm);
  if (files.noise) writer.write_noise(*files.noise);
  return writer.facts();
}

void say_writing(const Console& console, const std::string& path, const std::string& values) {
  console.line("writing " + path + " as " + values);
}

}  // namespace nbt::program
