// What 'nbt/tools' calls: the layers of the program that libnbt has no function for. Each call leaves an answer, which
// stays until the next call: a text (JSON, or the message of an error) and blocks of bytes. One thread.
#include <cstdint>
#include <exception>
#include <new>
#include <nlohmann/json.hpp>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "arguments/scene_arguments.hpp"
#include "formats/hkl.hpp"
#include "formats/scene_header.hpp"
#include "formats/scene_json.hpp"
#include "formats/smv.hpp"
#include "io/image_compare.hpp"
#include "io/structure_factors_from_model.hpp"
#include "model/token_list.hpp"
#include "model/error.hpp"

namespace {

using Json = nlohmann::ordered_json;
using nbt::Status;

struct Answer {
  std::string text;
  std::vector<std::string> blocks;
};

Answer answer;

void set_text(const Json& json) {
  answer.text = json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

template <class Value>
void add_block(const std::vector<Value>& values) {
  answer.blocks.emplace_back(reinterpret_cast<const char*>(values.data()), values.size() * sizeof(Value));
}

int32_t failed(Status status, std::string message) {
  answer = {std::move(message), {}};
  return static_cast<int32_t>(status);
}

// No exception leaves the module.
template <class Work>
int32_t answered(Work work) noexcept {
  try {
    answer = {};
    work();
    return 0;
  } catch (const nbt::Error& error) {
    return failed(error.status(), error.what());
  } catch (const std::bad_alloc&) {
    return failed(Status::out_of_memory, "out of memory");
  } catch (const std::length_error&) {
    return failed(Status::out_of_memory, "out of memory: more than 32 bits can count");
  } catch (const std::exception& error) {
    return failed(Status::internal, error.what());
  }
}

void add_reflections(const std::vector<nbt::Reflection>& reflections) {
  std::vector<int32_t> indices[3];
  std::vector<double> amplitudes;
  for (const nbt::Reflection& reflection : reflections) {
    indices[0].push_back(reflection.h);
    indices[1].push_back(reflection.k);
    indices[2].push_back(reflection.l);
    amplitudes.push_back(reflection.F);
  }
  for (const std::vector<int32_t>& index : indices) add_block(index);
  add_block(amplitudes);
}

void describe_model(const nbt::io::CrystalReflections& crystal) {
  const nbt::io::CellLengthsAngles& cell = crystal.cell;
  set_text({{"cell_A", {cell.a_A, cell.b_A, cell.c_A, cell.alpha_deg, cell.beta_deg, cell.gamma_deg}},
            {"spaceGroup", crystal.space_group},
            {"source", crystal.source}});
}

nbt::io::FloatImage image_of(const float* pixels, int32_t fast_count, int32_t slow_count) {
  const nbt::io::ImageSize size{fast_count, slow_count};
  return {size, std::vector<float>(pixels, pixels + size.fast_count * size.slow_count)};
}

}  // namespace

extern "C" {

const char* nbt_tools_text() {
  return answer.text.c_str();
}

int32_t nbt_tools_block_count() {
  return static_cast<int32_t>(answer.blocks.size());
}

const char* nbt_tools_block(int32_t index) {
  return answer.blocks[static_cast<std::size_t>(index)].data();
}

uint32_t nbt_tools_block_bytes(int32_t index) {
  return static_cast<uint32_t>(answer.blocks[static_cast<std::size_t>(index)].size());
}

// Blocks: h, k, l (int32), F (float64). `summation`: as the enum counts.
int32_t nbt_tools_structure_factors(const char* text, uint32_t bytes, const char* name, double d_min_A,
                                    double b_factor_scale, int32_t summation) {
  return answered([&] {
    nbt::io::ModelOptions options;
    options.d_min_A = d_min_A;
    options.b_factor_scale = b_factor_scale;
    options.summation = static_cast<nbt::io::Summation>(summation);
    const auto crystal = nbt::io::structure_factors_from_model_text(std::string_view(text, bytes), name, options);
    describe_model(crystal);
    add_reflections(crystal.reflections);
  });
}

// Blocks as above.
int32_t nbt_tools_read_hkl(const char* text, uint32_t bytes, const char* name) {
  return answered([&] { add_reflections(nbt::formats::read_hkl(std::string_view(text, bytes), {}, name)); });
}

// Block: counts (uint16).
int32_t nbt_tools_read_smv(const char* bytes, uint32_t byte_count, const char* name) {
  return answered([&] {
    const nbt::formats::SmvImage image = nbt::formats::read_smv(std::string_view(bytes, byte_count), name);
    set_text({{"fast", image.fast_count}, {"slow", image.slow_count}, {"header", image.header.entries()}});
    add_block(image.pixels);
  });
}

// Text: fast and slow of the scene. Block: the header, to be followed by the counts.
int32_t nbt_tools_smv_header(const char* scene_json, uint32_t bytes) {
  return answered([&] {
    const nbt::formats::SceneFile file = nbt::formats::read_scene(std::string_view(scene_json, bytes));
    const auto fields = nbt::formats::header_of(file.parameters, nbt::resolve(file.parameters, file.data));
    const bool as_nanobragg = nbt::lists_token(file.parameters.text(nbt::ParameterId::compat_tokens), "nanobragg");
    set_text({{"fast", fields.fast_count}, {"slow", fields.slow_count}});
    answer.blocks.push_back(nbt::formats::smv_header(
        fields, as_nanobragg ? nbt::formats::SmvFlavour::nanobragg : nbt::formats::SmvFlavour::standard));
  });
}

int32_t nbt_tools_compare(const float* first, const float* second, int32_t fast_count, int32_t slow_count) {
  return answered([&] {
    const nbt::io::FloatImage a = image_of(first, fast_count, slow_count);
    const nbt::io::FloatImage b = image_of(second, fast_count, slow_count);
    answer.text = nbt::io::comparison_json(nbt::io::compare_images(a, b));
  });
}

// Blocks: the files, in the order of their names in the text.
int32_t nbt_tools_scene_arguments(const char* scene_json, uint32_t bytes) {
  return answered([&] {
    nbt::SceneArguments line = nbt::arguments_of(nbt::formats::read_scene(std::string_view(scene_json, bytes)));
    Json names = Json::array();
    for (nbt::NamedFile& file : line.files) {
      names.push_back(file.name);
      answer.blocks.push_back(std::move(file.bytes));
    }
    set_text({{"arguments", line.arguments}, {"notes", line.notes}, {"files", names}});
  });
}
}
