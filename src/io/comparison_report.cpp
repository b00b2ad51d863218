// comparison_text and comparison_json of image_compare.hpp.
#include <array>
#include <charconv>
#include <cmath>
#include <string>

#include "formats/numbers.hpp"
#include "io/image_compare.hpp"

namespace nbt::io {
namespace {

using formats::format_g;

std::string text_of(const std::optional<double>& value) {
  return value ? format_g(*value) : "undefined";
}

// Enough digits to give the same double back; JSON has no infinity.
std::string json_of(double value) {
  if (!std::isfinite(value)) return "null";
  std::array<char, 32> text{};
  return std::string(text.data(), std::to_chars(text.data(), text.data() + text.size(), value).ptr);
}

std::string json_of(const std::optional<double>& value) {
  return value ? json_of(*value) : "null";
}

std::string json_of(std::int64_t value) {
  return std::to_string(value);
}

class JsonObject {
 public:
  template <class Value>
  JsonObject& add(const std::string& key, const Value& value) {
    return add_text(key, json_of(value));
  }
  JsonObject& add(const std::string& key, const JsonObject& value) { return add_text(key, value.text()); }
  std::string text() const { return "{" + members_ + "}"; }

 private:
  JsonObject& add_text(const std::string& key, const std::string& value) {
    members_ += (members_.empty() ? "\"" : ", \"") + key + "\": " + value;
    return *this;
  }

  std::string members_;
};

JsonObject json_object(const ImageRegion& region) {
  return JsonObject()
      .add("fast_first", region.fast_first)
      .add("fast_last", region.fast_last)
      .add("slow_first", region.slow_first)
      .add("slow_last", region.slow_last);
}

JsonObject json_object(const LargestDifference& difference) {
  return JsonObject()
      .add("value", difference.value)
      .add("fast", difference.fast)
      .add("slow", difference.slow)
      .add("a", difference.a)
      .add("b", difference.b);
}

JsonObject json_object(const PeakMatch& peaks) {
  return JsonObject()
      .add("sought", peaks.sought)
      .add("matched", peaks.matched)
      .add("mean_distance_pixels", peaks.mean_distance_pixels)
      .add("largest_distance_pixels", peaks.largest_distance_pixels);
}

std::string region_text(const ImageRegion& region) {
  return "fast " + std::to_string(region.fast_first) + " to " + std::to_string(region.fast_last) + ", slow " +
         std::to_string(region.slow_first) + " to " + std::to_string(region.slow_last);
}

std::string peak_text(const PeakMatch& peaks) {
  std::string text = std::to_string(peaks.matched) + " of the " + std::to_string(peaks.sought) + " brightest of A";
  if (!peaks.mean_distance_pixels) return text;
  return text + ", mean distance " + text_of(peaks.mean_distance_pixels) + " pixels, largest " +
         text_of(peaks.largest_distance_pixels);
}

}  // namespace

std::string comparison_text(const ImageComparison& c) {
  const LargestDifference& d = c.largest_difference;
  return "region              " + region_text(c.region) + "\n" +                                               //
         "pixels              " + std::to_string(c.compared_pixels) + " compared, " +                          //
         std::to_string(c.differing_pixels) + " differ, " + std::to_string(c.skipped_pixels) + " skipped\n" +  //
         "correlation         " + text_of(c.correlation) + "\n" +                                              //
         "rmse                " + format_g(c.rmse) + "\n" +                                                    //
         "largest difference  " + format_g(d.value) + " at fast " + std::to_string(d.fast) + ", slow " +       //
         std::to_string(d.slow) + " (A " + format_g(d.a) + ", B " + format_g(d.b) + ")\n" +                    //
         "sum                 A " + format_g(c.sum_a) + ", B " + format_g(c.sum_b) + ", B/A " +                //
         text_of(c.sum_ratio) + "\n" +                                                                         //
         "max                 A " + format_g(c.max_a) + ", B " + format_g(c.max_b) + ", B/A " +                //
         text_of(c.max_ratio) + "\n" +                                                                         //
         "matched peaks       " + peak_text(c.peaks) + "\n";
}

std::string comparison_json(const ImageComparison& c) {
  return JsonObject()
      .add("region", json_object(c.region))
      .add("compared_pixels", c.compared_pixels)
      .add("skipped_pixels", c.skipped_pixels)
      .add("differing_pixels", c.differing_pixels)
      .add("correlation", c.correlation)
      .add("rmse", c.rmse)
      .add("largest_difference", json_object(c.largest_difference))
      .add("sum_a", c.sum_a)
      .add("sum_b", c.sum_b)
      .add("max_a", c.max_a)
      .add("max_b", c.max_b)
      .add("sum_ratio", c.sum_ratio)
      .add("max_ratio", c.max_ratio)
      .add("peaks", json_object(c.peaks))
      .text();
}

}  // namespace nbt::io
