#include "image_run.hpp"

#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <memory>

#include "count_images.hpp"
#include "float_image.hpp"
#include "interrupt.hpp"
#include "io/preview.hpp"
#include "memory_use.hpp"
#include "messages.hpp"
#include "outputs.hpp"
#include "pixel_printer.hpp"
#include "progress.hpp"
#include "run_report.hpp"
#include "stopwatch.hpp"

namespace nbt::program {
namespace {

struct RunFiles {
  formats::AtomicFile* floats = nullptr;
  CountFiles counts;
  formats::AtomicFile* scene = nullptr;
  formats::AtomicFile* report = nullptr;
};

RunFiles open_files(const Simulation& simulation, const ProgramOptions& options, OutputSet& outputs) {
  RunFiles files;
  const auto add = [&](bool wanted, const char* kind, const std::string& path) {
    return wanted ? &outputs.add(kind, path) : nullptr;
  };
  files.floats = add(!options.no_float, "float", simulation.text("program.float_file"));
  files.counts = open_count_files(simulation, !options.no_int, outputs);
  files.scene = add(!options.dump_scene_file.empty(), "scene", options.dump_scene_file);
  files.report = add(!options.json_file.empty(), "report", options.json_file);
  return files;
}

// Where the outputs go there is room for the float image, which a temporary directory in memory may not have.
std::string scratch_directory(const RunFiles& files) {
  for (const formats::AtomicFile* beside : {files.counts.integer, files.counts.pgm, files.counts.noise}) {
    if (!beside || !beside->can_read_back()) continue;
    const std::string directory = std::filesystem::path(beside->path()).parent_path().string();
    return directory.empty() ? "." : directory;
  }
  return std::filesystem::temp_directory_path().string();
}

ProgressMeter::Form progress_form(const Simulation& simulation, const Console& console) {
  if (console.is_quiet() || !simulation.flag("program.progress")) return ProgressMeter::Form::none;
  return isatty(STDERR_FILENO) ? ProgressMeter::Form::terminal : ProgressMeter::Form::lines;
}

class ImageRun {
 public:
  ImageRun(Simulation& simulation, const ProgramOptions& options, const Console& console)
      : simulation_(simulation), options_(options), console_(console) {}

  void execute(const PreparedScene& scene);

 private:
  void open(const PreparedScene& scene);
  void open_preview(const ImageSize& size);
  void take_rows(const nbt_rows& rows);
  void render();
  void write_images();
  void finish();

  Simulation& simulation_;
  const ProgramOptions& options_;
  const Console& console_;
  OutputSet outputs_;
  RunFiles files_;
  std::unique_ptr<formats::AtomicFile> dump_;
  std::unique_ptr<FloatImage> image_;
  std::unique_ptr<io::PreviewWriter> preview_;
  Json report_;
  RunFacts facts_;
};

void ImageRun::execute(const PreparedScene& scene) {
  const Stopwatch total;
  const InterruptGuard guard(simulation_);
  open(scene);
  const Stopwatch rendering;
  render();
  facts_.render_s = rendering.seconds();
  const Stopwatch writing;
  write_images();
  facts_.images_s = writing.seconds();
  facts_.total_s = total.seconds();
  finish();
}

// Before anything is computed, so that a path that cannot be written costs no time.
void ImageRun::open(const PreparedScene& scene) {
  files_ = open_files(simulation_, options_, outputs_);
  dump_ = write_dump(simulation_, scene.reflection_defaults, options_, console_);
  if (files_.scene) files_.scene->write_text(simulation_.dump_scene());
  const ImageSize size = simulation_.image_size();
  image_ = std::make_unique<FloatImage>(size, files_.floats, files_.counts.any(), scratch_directory(files_));
  open_preview(size);
}

void ImageRun::open_preview(const ImageSize& size) {
  if (options_.preview_file.empty()) return;
  preview_ = std::make_unique<io::PreviewWriter>(options_.preview_file, size.fast_count, size.slow_count,
                                                 io::PreviewOptions());
  outputs_.add_self_written("preview", options_.preview_file, [this] { preview_->finish(); });
}

void ImageRun::take_rows(const nbt_rows& rows) {
  image_->append(rows);
  if (!preview_) return;
  const auto* pixels = static_cast<const float*>(rows.pixels);
  for (std::int64_t row = 0; row < rows.row_count; ++row) {
    preview_->add_rows({pixels + row * rows.row_stride, static_cast<std::size_t>(rows.fast_count)});
  }
}

void ImageRun::render() {
  ProgressMeter meter(progress_form(simulation_, console_), console_.keeps_output_for_json() ? stderr : stdout);
  simulation_.on_progress([&](double fraction_done) { meter.show(fraction_done); });
  const PixelPrinter printer(simulation_, console_);
  try {
    simulation_.run_chunked(options_.rows_per_chunk, [&](const nbt_rows& rows) {
      check_interrupt();
      take_rows(rows);
      printer.print(rows);
    });
  } catch (const Error&) {
    check_interrupt();
    throw;
  }
  simulation_.on_progress({});
}

void ImageRun::write_images() {
  report_ = simulation_.report();
  print_solid_angle(console_, report_);
  if (files_.floats) {
    const ImageSize size = image_->size();
    say_writing(console_, files_.floats->path(), std::to_string(size.fast_count * size.slow_count) + " 4-byte floats");
  }
  print_statistics(console_, report_);
  const Json& image = report_.at("last_run").at("panels").at(0);
  const PhotonStatistics statistics{image.at("max").get<double>(), image.at("rmsd").get<double>()};
  facts_.counts = write_count_images(simulation_, console_, report_, image_->rows(), statistics, files_.counts);
  if (preview_) say_writing(console_, options_.preview_file, "PNG");
}

void ImageRun::finish() {
  facts_.peak_resident_bytes = peak_resident_bytes();
  const std::string report = run_report(facts_, outputs_.written(), report_);
  if (files_.report) files_.report->write_text(report + "\n");
  check_interrupt();
  outputs_.commit();
  commit_dump(dump_.get(), console_);
  console_.detail(formatted("rendered in %.3g s, images made in %.3g s", facts_.render_s, facts_.images_s));
  console_.detail(formatted("largest resident memory: %.1f MiB", facts_.peak_resident_bytes / (1024 * 1024)));
  if (console_.keeps_output_for_json()) console_.answer(report);
}

}  // namespace

void run_image(Simulation& simulation, const ProgramOptions& options, const Console& console,
               const PreparedScene& scene) {
  ImageRun(simulation, options, console).execute(scene);
}

}  // namespace nbt::program
