#include "io/png_image.hpp"

#include <png.h>

#include <csetjmp>
#include <exception>
#include <string>

#include "formats/file.hpp"
#include "model/error.hpp"

namespace nbt::io {
namespace {

constexpr std::int64_t largest_edge_pixels = 0x7fffffff;  // of the PNG format

std::size_t bytes_per_pixel(PngColour colour) {
  return colour == PngColour::rgb ? 3 : 1;
}

void require_edge(std::int64_t edge, const char* name) {
  if (edge >= 1 && edge <= largest_edge_pixels) return;
  throw Error(Status::out_of_range, std::string("PNG ") + name + " = " + std::to_string(edge) +
                                        " pixels: it must lie between 1 and " + std::to_string(largest_edge_pixels));
}

}  // namespace

// libpng reports errors by longjmp. Every call into it goes through attempt(), which has nothing to destroy; what
// our own callback throws is kept there and rethrown on this side of libpng's frames.
class PngWriter::Encoder {
 public:
  Encoder(const std::string& path, std::int64_t width, std::int64_t height, PngColour colour)
      : path_(path),
        row_bytes_(static_cast<std::size_t>(width) * bytes_per_pixel(colour)),
        height_(height),
        file_(path),
        png_(png_create_write_struct(PNG_LIBPNG_VER_STRING, this, on_error, on_warning)),
        info_(png_ != nullptr ? png_create_info_struct(png_) : nullptr) {
    if (info_ == nullptr) {
      png_destroy_write_struct(&png_, &info_);
      throw Error(Status::out_of_memory, "no memory to write the PNG file " + path);
    }
    png_set_write_fn(png_, this, on_bytes, on_flush);
    const bool begun = attempt([&] {
      png_set_user_limits(png_, PNG_UINT_31_MAX, PNG_UINT_31_MAX);
      png_set_IHDR(png_, info_, static_cast<png_uint_32>(width), static_cast<png_uint_32>(height), 8,
                   colour == PngColour::rgb ? PNG_COLOR_TYPE_RGB : PNG_COLOR_TYPE_GRAY, PNG_INTERLACE_NONE,
                   PNG_COMPRESSION_TYPE_DEFAULT, PNG_FILTER_TYPE_DEFAULT);
      png_write_info(png_, info_);
    });
    if (begun) return;
    png_destroy_write_struct(&png_, &info_);
    fail();
  }

  ~Encoder() { png_destroy_write_struct(&png_, &info_); }
  Encoder(const Encoder&) = delete;
  Encoder& operator=(const Encoder&) = delete;

  void write_row(std::span<const std::uint8_t> row) {
    if (row.size() != row_bytes_) {
      throw Error(Status::wrong_length, "a row of " + path_ + " has " + std::to_string(row.size()) +
                                            " bytes instead of " + std::to_string(row_bytes_));
    }
    if (rows_written_ == height_) throw Error(Status::wrong_length, "more rows than the height of " + path_);
    if (!attempt([&] { png_write_row(png_, row.data()); })) fail();
    ++rows_written_;
  }

  void finish() {
    if (rows_written_ != height_) {
      throw Error(Status::wrong_length,
                  path_ + " has " + std::to_string(rows_written_) + " of its " + std::to_string(height_) + " rows");
    }
    if (!attempt([&] { png_write_end(png_, info_); })) fail();
    file_.commit();
  }

 private:
  template <class Step>
  bool attempt(Step step) {
    if (setjmp(png_jmpbuf(png_)) != 0) return false;
    step();
    return true;
  }

  [[noreturn]] void fail() const {
    if (problem_) std::rethrow_exception(problem_);
    throw Error(Status::file, "cannot write " + path_ + ": " + message_);
  }

  static void on_bytes(png_structp png, png_bytep bytes, png_size_t count) {
    auto& self = *static_cast<Encoder*>(png_get_io_ptr(png));
    try {
      self.file_.write(std::as_bytes(std::span(bytes, count)));
    } catch (...) {
      self.problem_ = std::current_exception();
    }
    if (self.problem_) png_error(png, "the file cannot be written");
  }

  static void on_flush(png_structp) {}

  static void on_error(png_structp png, png_const_charp message) {
    static_cast<Encoder*>(png_get_error_ptr(png))->message_ = message;
    png_longjmp(png, 1);
  }

  static void on_warning(png_structp, png_const_charp) {}

  std::string path_;
  std::size_t row_bytes_;
  std::int64_t height_;
  std::int64_t rows_written_ = 0;
  formats::AtomicFile file_;
  png_structp png_;
  png_infop info_;
  std::exception_ptr problem_;
  std::string message_;
};

PngWriter::PngWriter(const std::string& path, std::int64_t width, std::int64_t height, PngColour colour) {
  require_edge(width, "width");
  require_edge(height, "height");
  encoder_ = std::make_unique<Encoder>(path, width, height, colour);
}

PngWriter::~PngWriter() = default;

void PngWriter::write_row(std::span<const std::uint8_t> row) {
  encoder_->write_row(row);
}

void PngWriter::finish() {
  encoder_->finish();
}

void write_png(const std::string& path, std::int64_t width, std::int64_t height, PngColour colour,
               std::span<const std::uint8_t> pixels) {
  PngWriter writer(path, width, height, colour);
  const std::size_t row_bytes = static_cast<std::size_t>(width) * bytes_per_pixel(colour);
  if (pixels.size() != row_bytes * static_cast<std::size_t>(height)) {
    throw Error(Status::wrong_length, std::to_string(pixels.size()) + " bytes are no image of " +
                                          std::to_string(width) + " x " + std::to_string(height) + " pixels");
  }
  for (; !pixels.empty(); pixels = pixels.subspan(row_bytes)) writer.write_row(pixels.first(row_bytes));
  writer.finish();
}

}  // namespace nbt::io
