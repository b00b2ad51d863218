// arguments_of() gives arguments that lead back to the scene: parameters to the last bit, and data.
#include "arguments/scene_arguments.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "../formats/scratch_folder.hpp"
#include "applied.hpp"
#include "golden_case.hpp"
#include "model/error.hpp"

namespace nbt {
namespace {

using formats::SceneFile;
using Id = ParameterId;

class SceneArgumentsTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override { std::filesystem::current_path(folder_.path()); }
  void TearDown() override { std::filesystem::current_path("/"); }

  static SceneFile scene_of(const std::vector<std::string>& args, const ArgumentsContext& context = {}) {
    Applied applied = run_words(args, context);
    return {std::move(applied.parameters), std::move(applied.data)};
  }

  static SceneFile scene_of_line(const std::string& line) { return scene_of(words_of(line)); }

  // Of the arguments, with their files.
  static SceneFile again(const SceneArguments& line) {
    for (const NamedFile& file : line.files) std::ofstream(file.name, std::ios::binary) << file.bytes;
    return scene_of(line.arguments);
  }

  static void expect_same(const SceneFile& scene) {
    const SceneArguments line = arguments_of(scene);
    const std::string text = joined(line.arguments);
    EXPECT_TRUE(line.notes.empty()) << text << "\n" << joined(line.notes);
    SceneFile found = again(line);
    // Said where there are no structure factors, so that no file is taken for them.
    if (!scene.data.structure_factors) copy(Id::program_dump_file, scene.parameters, found.parameters);
    // The reference's options choose a pivot without meaning to.
    EXPECT_EQ(resolve(found.parameters, found.data).pivot, resolve(scene.parameters, scene.data).pivot) << text;
    copy(Id::detector_pivot, scene.parameters, found.parameters);
    expect_same_values(scene.parameters, found.parameters, text);
    EXPECT_EQ(formats::write_scene(Parameters(), found.data), formats::write_scene(Parameters(), scene.data)) << text;
  }

  static std::string joined(const std::vector<std::string>& words) {
    std::string text;
    for (const std::string& word : words) text += word + " ";
    return text;
  }

  ScratchFolder folder_;

 private:
  static void copy(Id id, const Parameters& from, Parameters& to) {
    to.unset(id);
    if (from.given(id)) to.set_text(id, from.text(id));
  }

  static void expect_same_values(const Parameters& wanted, const Parameters& found, const std::string& line) {
    for (const ParameterInfo& info : parameter_table()) {
      EXPECT_EQ(found.get_text(info.name), wanted.get_text(info.name)) << info.name << " of " << line;
    }
  }
};

TEST_P(SceneArgumentsTest, LeadBackToEveryGoldenScene) {
  for (const std::string compat : {"nanobragg", ""}) {
    std::vector<std::string> args;
    if (!compat.empty()) args = {"--compat", compat};
    for (const std::string& argument : golden::load_case(GetParam()).arguments) {
      const bool is_input = argument.starts_with("inputs/");
      args.push_back(is_input ? (golden::data_directory() / argument).string() : argument);
    }
    SceneFile scene;
    try {
      scene = scene_of(args, {1234567});
      resolve(scene.parameters, scene.data);
    } catch (const Error&) {
      continue;  // a command line that only the reference takes
    }
    expect_same(scene);
  }
}

INSTANTIATE_TEST_SUITE_P(AllCases, SceneArgumentsTest, testing::ValuesIn(golden::case_names()),
                         [](const auto& of_case) { return of_case.param; });

using SceneArgumentsOfOneScene = SceneArgumentsTest;

TEST_F(SceneArgumentsOfOneScene, AreThoseThatOneWouldType) {
  const SceneFile scene =
      scene_of_line("-default_F 100 -cell 50 60 70 80 95 105 -N 10 -lambda 1.5 -distance 100 -detpixels 512");
  EXPECT_EQ(joined(arguments_of(scene).arguments),
            "-cell 50 60 70 80 95 105 -N 10 -default_F 100 -lambda 1.5 -detpixels 512 -distance 100 --no-dump ");
}

TEST_F(SceneArgumentsOfOneScene, SayWhatNoOptionOfTheReferenceSays) {
  SceneFile scene = scene_of_line("-default_F 1 -cell 50 60 70 90 90 90");
  scene.parameters.set_text("detector.convention", "xds");
  scene.parameters.set("detector.distance_mm", std::vector<double>{123.45});  // -distance would turn about the beam
  scene.parameters.set("crystal.orientation_matrix", std::vector<double>{0.02, 0, 0, 0, 0.02, 0, 0, 0, 0.1 + 0.2});
  scene.parameters.set("limits.memory_bytes", std::vector<double>{1e9});
  scene.parameters.set_text("program.dump_file", "");
  expect_same(scene);
}

TEST_F(SceneArgumentsOfOneScene, CarryReflectionsSourcesAndMaskInFiles) {
  SceneFile scene = scene_of_line("-default_F 3 -cell 50 60 70 90 90 90 -detpixels_f 5 -detpixels_s 3");
  scene.data.structure_factors = fill_box({{{-2, 3}, {-1, 1}, {0, 2}}}, {{0, 0, 1, 0.1}, {3, 1, 1, 1e-5}}, 3);
  scene.data.sources = {{{-1, 0.1, 0}, 0.3, 1.1e-10}, {{-2, 0, 1.0 / 3}, 0, 0}};
  auto mask = std::make_shared<Mask>(Mask{5, 3, {0b101'0110'1110'0111}});
  scene.data.mask = mask;
  expect_same(scene);
  scene.parameters.unset("detector.pixels");  // the size in millimetres decides then, not the header of the mask
  scene.parameters.set("detector.size_mm", std::vector<double>{0.5, 0.3});
  expect_same(scene);
}

TEST_F(SceneArgumentsOfOneScene, PutRotationsOfDomainsIntoASceneFile) {
  SceneFile scene = scene_of_line("-default_F 1 -cell 50 60 70 90 90 90");
  scene.data.mosaic_rotations = {{0, 1, 0, -1, 0, 0, 0, 0, 1}};
  const SceneArguments line = arguments_of(scene);
  ASSERT_EQ(line.files.size(), 1u);
  EXPECT_EQ(line.arguments.at(0), "--scene");
  EXPECT_EQ(line.arguments.at(1), line.files[0].name);
  EXPECT_EQ(line.notes.size(), 1u);
  EXPECT_EQ(formats::read_scene(line.files[0].bytes).data.mosaic_rotations, scene.data.mosaic_rotations);
}

TEST_F(SceneArgumentsOfOneScene, NoteWhatCannotBeSaid) {
  SceneFile scene = scene_of_line("-default_F 1 -cell 50 60 70 90 90 90");
  scene.parameters.set_text("program.float_file", "");
  const SceneArguments line = arguments_of(scene);
  ASSERT_EQ(line.notes.size(), 1u);
  EXPECT_NE(line.notes[0].find("program.float_file"), std::string::npos) << line.notes[0];
}

}  // namespace
}  // namespace nbt
