#include "loss_options.hpp"

#include <nbt/nbt.h>

#include <algorithm>
#include <iterator>

#include "exit_code.hpp"
#include "model/names.hpp"

namespace nbt::program {
namespace {

struct NamedLoss {
  const char* name;
  int kind;
};

constexpr NamedLoss losses[] = {{"weights", NBT_LOSS_WEIGHTS},
                                {"least-squares", NBT_LOSS_LEAST_SQUARES},
                                {"gaussian", NBT_LOSS_GAUSSIAN},
                                {"poisson", NBT_LOSS_POISSON}};

constexpr const char* loss_words = "weights|least-squares|gaussian|poisson";

const NamedLoss* find_loss(const std::string& name) {
  const auto* found =
      std::find_if(std::begin(losses), std::end(losses), [&](const NamedLoss& loss) { return name == loss.name; });
  return found == std::end(losses) ? nullptr : found;
}

void require_loss(const CLI::App& app, const LossOptions& options) {
  if (options.data_file.empty()) throw UsageError(app.get_name() + " needs --data FILE, the image to compare with");
  if (options.loss.empty()) throw UsageError(app.get_name() + " needs --loss " + loss_words);
  if (find_loss(options.loss) == nullptr)
    throw UsageError("--loss is '" + options.loss + "', not one of " + loss_words);
}

void refuse(bool given, const char* option, const char* loss) {
  if (given) throw UsageError(std::string(option) + " goes with --loss " + loss + " only");
}

}  // namespace

void add_loss_options(CLI::App& app, LossOptions& options) {
  app.add_option("--data", options.data_file, "Measured image: SMV, or float32 without header.")->type_name("FILE");
  app.add_option("--loss", options.loss, "How image and data are compared.")->type_name(loss_words);
  app.add_option("--gain", options.gain, "Of gaussian: variance per unit of the model; 1 unless given.")
      ->type_name("G");
  app.add_option("--readout-variance", options.readout_variance,
                 "Of gaussian: variance of a pixel without photons; 0 unless given.")
      ->type_name("V");
  app.add_option("--scale", options.scale, "The image is multiplied by it; 1 unless given.")->type_name("S");
  app.add_option("--background", options.background_file, "Image that is added to the model, read as the data.")
      ->type_name("FILE");
  app.add_option("--data-mask", options.mask_file, "Image, read as the data: where it is 0 the pixel is left out.")
      ->type_name("FILE");
  app.add_option("--weights", options.weights_file, "Of least-squares: image of weights, 1 / variance.")
      ->type_name("FILE");
}

void check_loss_options(const CLI::App& app, const LossOptions& options) {
  require_loss(app, options);
  if (options.loss != "gaussian") {
    refuse(options.gain.has_value(), "--gain", "gaussian");
    refuse(options.readout_variance.has_value(), "--readout-variance", "gaussian");
  }
  if (options.loss != "least-squares") refuse(!options.weights_file.empty(), "--weights", "least-squares");
  if (options.scale && !(*options.scale > 0)) throw UsageError("--scale must be above 0");
}

int loss_kind(const std::string& name) {
  return find_loss(name)->kind;
}

std::vector<std::string> parameter_names(const std::string& list) {
  std::vector<std::string> names;
  for (const std::string_view word : split_words(list, ",")) names.emplace_back(word);
  return names;
}

}  // namespace nbt::program
