#include "io/line_plot.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <string_view>

#include "io/png_image.hpp"
#include "model/error.hpp"

namespace nbt::io {
namespace {

constexpr int width = 640;
constexpr int height = 400;
constexpr int left = 92;
constexpr int right = width - 24;
constexpr int top = 40;
constexpr int bottom = height - 60;
constexpr int glyph_width = 5;
constexpr int glyph_height = 7;
constexpr int text_scale = 2;
constexpr int glyph_step = (glyph_width + 1) * text_scale;

struct Colour {
  std::uint8_t red, green, blue;
};
constexpr Colour white{255, 255, 255};
constexpr Colour ink{40, 40, 40};
constexpr Colour grid{222, 222, 222};
constexpr Colour curve{0, 90, 160};

// Rows from the top, the highest of five bits on the left.
struct Glyph {
  char letter;
  std::array<std::uint8_t, glyph_height> rows;
};
constexpr Glyph font[] = {
    {'0', {0x0e, 0x11, 0x13, 0x15, 0x19, 0x11, 0x0e}}, {'1', {0x04, 0x0c, 0x04, 0x04, 0x04, 0x04, 0x0e}},
    {'2', {0x0e, 0x11, 0x01, 0x02, 0x04, 0x08, 0x1f}}, {'3', {0x0e, 0x11, 0x01, 0x06, 0x01, 0x11, 0x0e}},
    {'4', {0x02, 0x06, 0x0a, 0x12, 0x1f, 0x02, 0x02}}, {'5', {0x1f, 0x10, 0x1e, 0x01, 0x01, 0x11, 0x0e}},
    {'6', {0x06, 0x08, 0x10, 0x1e, 0x11, 0x11, 0x0e}}, {'7', {0x1f, 0x01, 0x02, 0x04, 0x08, 0x08, 0x08}},
    {'8', {0x0e, 0x11, 0x11, 0x0e, 0x11, 0x11, 0x0e}}, {'9', {0x0e, 0x11, 0x11, 0x0f, 0x01, 0x02, 0x0c}},
    {'-', {0x00, 0x00, 0x00, 0x0e, 0x00, 0x00, 0x00}}, {'+', {0x00, 0x04, 0x04, 0x1f, 0x04, 0x04, 0x00}},
    {'.', {0x00, 0x00, 0x00, 0x00, 0x00, 0x0c, 0x0c}}, {'a', {0x00, 0x00, 0x0e, 0x01, 0x0f, 0x11, 0x0f}},
    {'b', {0x10, 0x10, 0x1e, 0x11, 0x11, 0x11, 0x1e}}, {'e', {0x00, 0x00, 0x0e, 0x11, 0x1f, 0x10, 0x0e}},
    {'h', {0x10, 0x10, 0x16, 0x19, 0x11, 0x11, 0x11}}, {'i', {0x04, 0x00, 0x0c, 0x04, 0x04, 0x04, 0x0e}},
    {'l', {0x0c, 0x04, 0x04, 0x04, 0x04, 0x04, 0x0e}}, {'n', {0x00, 0x00, 0x16, 0x19, 0x11, 0x11, 0x11}},
    {'o', {0x00, 0x00, 0x0e, 0x11, 0x11, 0x11, 0x0e}}, {'r', {0x00, 0x00, 0x16, 0x19, 0x10, 0x10, 0x10}},
    {'s', {0x00, 0x00, 0x0f, 0x10, 0x0e, 0x01, 0x1e}}, {'t', {0x08, 0x08, 0x1c, 0x08, 0x08, 0x09, 0x06}},
    {'v', {0x00, 0x00, 0x11, 0x11, 0x11, 0x0a, 0x04}}};

class Canvas {
 public:
  Canvas() : pixels_(std::size_t{3} * width * height, white.red) {}

  void fill(int first_x, int first_y, int size_x, int size_y, Colour colour) {
    for (int y = first_y; y < first_y + size_y; ++y) {
      for (int x = first_x; x < first_x + size_x; ++x) set(x, y, colour);
    }
  }

  void line(double from_x, double from_y, double to_x, double to_y, Colour colour) {
    const int steps = static_cast<int>(std::max({std::fabs(to_x - from_x), std::fabs(to_y - from_y), 1.0}));
    for (int step = 0; step <= steps; ++step) {
      const double part = static_cast<double>(step) / steps;
      dot(from_x + part * (to_x - from_x), from_y + part * (to_y - from_y), 1, colour);
    }
  }

  void dot(double x, double y, int radius, Colour colour) {
    fill(static_cast<int>(std::lround(x)) - radius, static_cast<int>(std::lround(y)) - radius, 2 * radius, 2 * radius,
         colour);
  }

  // Letters that the font lacks are blanks.
  void text(int x, int y, std::string_view words) {
    for (const char letter : words) {
      glyph(x, y, letter);
      x += glyph_step;
    }
  }

  const std::vector<std::uint8_t>& pixels() const { return pixels_; }

 private:
  void set(int x, int y, Colour colour) {
    if (x < 0 || x >= width || y < 0 || y >= height) return;
    const std::size_t at = std::size_t{3} * (static_cast<std::size_t>(y) * width + static_cast<std::size_t>(x));
    pixels_[at] = colour.red;
    pixels_[at + 1] = colour.green;
    pixels_[at + 2] = colour.blue;
  }

  void glyph(int x, int y, char letter) {
    const auto found = std::find_if(std::begin(font), std::end(font),
                                    [letter](const Glyph& candidate) { return candidate.letter == letter; });
    if (found == std::end(font)) return;
    for (int row = 0; row < glyph_height; ++row) {
      for (int column = 0; column < glyph_width; ++column) {
        const bool is_set = (found->rows[static_cast<std::size_t>(row)] >> (glyph_width - 1 - column)) & 1;
        if (is_set) fill(x + column * text_scale, y + row * text_scale, text_scale, text_scale, ink);
      }
    }
  }

  std::vector<std::uint8_t> pixels_;
};

struct Point {
  double x = 0;
  double y = 0;  // its logarithm on a logarithmic axis
};

std::vector<Point> points_of(const LinePlot& plot) {
  std::vector<Point> points;
  for (std::size_t i = 0; i < plot.y.size(); ++i) {
    const double y = plot.logarithmic ? std::log10(plot.y[i]) : plot.y[i];
    if (std::isfinite(y)) points.push_back({static_cast<double>(i), y});
  }
  if (points.empty()) throw Error(Status::out_of_range, "there is no finite point to plot");
  return points;
}

// 1, 2 or 5 times a power of ten, so that at most `most` of them fill the range.
double tick_step(double range, int most) {
  if (!(range > 0)) return 1;
  const double power = std::pow(10, std::floor(std::log10(range / most)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (range / (factor * power) <= most) return factor * power;
  }
  return 10 * power;
}

struct Axis {
  double first = 0;
  double last = 1;
  double step = 1;

  double part(double value) const { return (value - first) / (last - first); }
};

Axis axis_of(double least, double most, int most_ticks, double least_step) {
  const double step = std::max(tick_step(most - least, most_ticks), least_step);
  Axis axis{std::floor(least / step) * step, std::ceil(most / step) * step, step};
  if (!(axis.last > axis.first)) axis.last = axis.first + step;
  return axis;
}

class Frame {
 public:
  Frame(const LinePlot& plot, const std::vector<Point>& points) : plot_(plot) {
    const auto [low, high] =
        std::minmax_element(points.begin(), points.end(), [](Point one, Point other) { return one.y < other.y; });
    x_ = axis_of(0, std::max<double>(static_cast<double>(plot.y.size()) - 1, 1), 10, 1);
    y_ = axis_of(low->y, high->y, 6, plot.logarithmic ? 1 : 0);
  }

  double pixel_x(double x) const { return left + x_.part(x) * (right - left); }
  double pixel_y(double y) const { return bottom - y_.part(y) * (bottom - top); }

  void draw(Canvas& canvas) const {
    for (double x = x_.first; x < x_.last + x_.step / 2; x += x_.step) draw_x_tick(canvas, x);
    for (double y = y_.first; y < y_.last + y_.step / 2; y += y_.step) draw_y_tick(canvas, y);
    canvas.fill(left, top, 2, bottom - top, ink);
    canvas.fill(left, bottom, right - left, 2, ink);
    canvas.text((left + right - static_cast<int>(plot_.x_label.size()) * glyph_step) / 2, height - 26, plot_.x_label);
    canvas.text(12, 12, plot_.y_label);
  }

 private:
  void draw_x_tick(Canvas& canvas, double x) const {
    const int at = static_cast<int>(std::lround(pixel_x(x)));
    canvas.fill(at, top, 1, bottom - top, grid);
    const std::string label = number(x);
    canvas.text(at - static_cast<int>(label.size()) * glyph_step / 2, bottom + 8, label);
  }

  void draw_y_tick(Canvas& canvas, double y) const {
    const int at = static_cast<int>(std::lround(pixel_y(y)));
    canvas.fill(left, at, right - left, 1, grid);
    const std::string label = plot_.logarithmic ? "1e" + number(y) : number(y);
    canvas.text(left - 8 - static_cast<int>(label.size()) * glyph_step, at - glyph_height, label);
  }

  static std::string number(double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
  }

  const LinePlot& plot_;
  Axis x_;
  Axis y_;
};

void draw_curve(Canvas& canvas, const Frame& frame, const std::vector<Point>& points) {
  for (std::size_t i = 0; i < points.size(); ++i) {
    const double x = frame.pixel_x(points[i].x), y = frame.pixel_y(points[i].y);
    if (i > 0) canvas.line(frame.pixel_x(points[i - 1].x), frame.pixel_y(points[i - 1].y), x, y, curve);
    canvas.dot(x, y, 4, curve);
  }
}

}  // namespace

void write_line_plot(const std::string& path, const LinePlot& plot) {
  const std::vector<Point> points = points_of(plot);
  const Frame frame(plot, points);
  Canvas canvas;
  frame.draw(canvas);
  draw_curve(canvas, frame, points);
  write_png(path, width, height, PngColour::rgb, canvas.pixels());
}

}  // namespace nbt::io
