#include "device/module_loader.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "device/module_file.hpp"
#include "model/error.hpp"

namespace {

using namespace nbt;

const KnownModule cuda = {"cuda", "libnbt_cuda.so", "NBT_CUDA_MODULE"};

std::string fake(const std::string& name) {
  return std::string(NBT_FAKE_MODULES) + "/" + name + "_module.so";
}

// The reason of the one device that stands for a module which cannot be used.
std::string reason(const std::vector<std::string>& paths) {
  const auto devices = devices_of(cuda, paths);
  EXPECT_EQ(devices.size(), 1U);
  const DeviceDescription description = devices.front()->describe();
  EXPECT_EQ(description.name, "cuda");
  EXPECT_FALSE(description.available);
  return description.reason;
}

void expect_named(const std::string& text, const std::vector<std::string>& parts) {
  for (const std::string& part : parts) EXPECT_NE(text.find(part), std::string::npos) << part << " is not in: " << text;
}

TEST(Module, AsItShouldBeGivesItsDevices) {
  const auto devices = devices_of(cuda, {fake("good")});
  ASSERT_EQ(devices.size(), 3U) << devices.front()->describe().reason;
  EXPECT_EQ(devices[0]->describe().model, "fake card");
  EXPECT_EQ(devices[2]->describe().name, "cuda:2");
}

TEST(Module, ThatDoesNotExistIsReportedWithThePlacesLookedAt) {
  unsetenv("NBT_CUDA_MODULE");
  expect_named(reason({"/one/libnbt_cuda.so", "/two/libnbt_cuda.so"}),
               {"not installed", "'/one/libnbt_cuda.so'", "'/two/libnbt_cuda.so'", "NBT_CUDA_MODULE is not set"});
}

TEST(Module, IsTheFirstOfTheFilesThatExists) {
  const auto devices = devices_of(cuda, {"/nowhere/libnbt_cuda.so", fake("good"), fake("throwing")});
  EXPECT_EQ(devices.size(), 3U);
  expect_named(reason({fake("throwing"), fake("good")}), {"driver"});
}

TEST(Module, ThatIsNoLibraryIsReportedByItsFile) {
  const std::filesystem::path file = std::filesystem::path(testing::TempDir()) / "not_a_library.so";
  std::ofstream(file) << "a text\n";
  expect_named(reason({file.string()}), {"cannot be opened", file.string()});
  std::filesystem::remove(file);
  expect_named(reason({testing::TempDir()}), {"cannot be opened"});
}

TEST(Module, OfAnotherInterfaceIsReportedByTheMissingFunction) {
  expect_named(reason({fake("no_entry")}), {fake("no_entry"), "no function nbt_device_module_3"});
}

TEST(Module, OfAnotherVersionIsReportedByBothVersions) {
  expect_named(reason({fake("other_version")}), {fake("other_version"), "libnbt 0.0.9", "this is libnbt " NBT_VERSION});
}

TEST(Module, OfAnotherLayoutIsReportedAsAnotherBuild) {
  expect_named(reason({fake("other_layout")}), {fake("other_layout"), NBT_VERSION, "other sources", "layout"});
}

TEST(Module, ThatCannotListItsDevicesIsReportedInItsOwnWords) {
  expect_named(reason({fake("throwing")}), {fake("throwing"), "the fake driver is not loaded"});
  expect_named(reason({fake("throwing_number")}), {fake("throwing_number"), "does not tell"});
}

TEST(Module, ThatListsNothingUsableIsReportedAsDamaged) {
  for (const char* name : {"empty", "null_device", "null"}) expect_named(reason({fake(name)}), {fake(name), "damaged"});
}

TEST(Module, ThatCannotBeUsedFailsInTheSameWords) {
  const auto device = devices_of(cuda, {fake("throwing")}).front();
  try {
    device->render(Plan(), {}, {}, {});
    FAIL() << "it rendered";
  } catch (const Error& error) {
    EXPECT_EQ(error.status(), Status::device);
    expect_named(error.what(), {"'cuda' is not available", "the fake driver is not loaded"});
  }
}

TEST(ModulePaths, AreThatOfTheVariableAloneWhereItIsSet) {
  setenv("NBT_CUDA_MODULE", "/some/where.so", 1);
  EXPECT_EQ(paths_of(cuda), std::vector<std::string>{"/some/where.so"});
  expect_named(reason(paths_of(cuda)), {"'/some/where.so'", "NBT_CUDA_MODULE names"});
  setenv("NBT_CUDA_MODULE", "where.so", 1);
  EXPECT_EQ(paths_of(cuda), std::vector<std::string>{(std::filesystem::current_path() / "where.so").string()});
}

TEST(ModulePaths, AreBesideTheCodeAndInTheFolderNbtWhereItIsNot) {
  for (const char* empty : {static_cast<const char*>(nullptr), ""}) {
    empty ? setenv("NBT_CUDA_MODULE", empty, 1) : unsetenv("NBT_CUDA_MODULE");
    const std::string folder = std::filesystem::read_symlink("/proc/self/exe").parent_path().string();
    EXPECT_EQ(paths_of(cuda), (std::vector<std::string>{folder + "/libnbt_cuda.so", folder + "/nbt/libnbt_cuda.so"}));
  }
}

TEST(KnownModules, AreThatForCuda) {
  ASSERT_EQ(known_modules().size(), 1U);
  EXPECT_EQ(known_modules().front().name, "cuda");
  EXPECT_EQ(known_modules().front().file, module_file_name("nbt_cuda"));
  EXPECT_EQ(known_modules().front().variable, "NBT_CUDA_MODULE");
}

}  // namespace
