#include "io/structure_factors_from_model.hpp"

#include "formats/file.hpp"

namespace nbt::io {

CrystalReflections structure_factors_from_model(const std::string& path, const ModelOptions& options) {
  return structure_factors_from_model_text(formats::read_file(path, "the model"), path, options);
}

}  // namespace nbt::io
