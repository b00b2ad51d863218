// The shared library, opened from a folder of its own as another program would: where it looks for modules, and that it
// catches what a module throws.
#include <dlfcn.h>
#include <gtest/gtest.h>
#include <nbt/nbt.h>

#include <cstdlib>
#include <filesystem>
#include <vector>

#include "fake_device.hpp"

namespace {

namespace files = std::filesystem;

template <class Function>
Function* function_of(void* library, const char* name) {
  return reinterpret_cast<Function*>(dlsym(library, name));
}

// A copy of libnbt.so, which has its own list of devices.
class Library {
 public:
  // `module_folder`: where a good module lies, below that of the library; null: nowhere.
  Library(const std::string& name, const char* module_folder) : folder_(files::path(testing::TempDir()) / name) {
    files::remove_all(folder_);
    files::create_directories(folder_);
    files::copy_file(NBT_SHARED_LIBRARY, folder_ / "libnbt.so");
    if (module_folder) {
      files::create_directories(folder_ / module_folder);
      files::copy_file(NBT_FAKE_MODULES "/good_module.so", folder_ / module_folder / "libnbt_cuda.so");
    }
    library_ = dlopen((folder_ / "libnbt.so").c_str(), RTLD_NOW | RTLD_LOCAL);
    EXPECT_NE(library_, nullptr) << dlerror();
  }
  ~Library() { files::remove_all(folder_); }
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  template <class Function>
  Function* get(const char* name) const {
    return function_of<Function>(library_, name);
  }
  const files::path& folder() const { return folder_; }

  std::int32_t device_count() const { return get<decltype(nbt_device_count)>("nbt_device_count")(); }
  nbt_device device(std::int32_t index) const {
    nbt_device device{};
    device.struct_size = sizeof device;
    EXPECT_EQ(get<decltype(nbt_device_describe)>("nbt_device_describe")(index, &device), NBT_OK);
    return device;
  }

 private:
  files::path folder_;
  void* library_ = nullptr;
};

struct Outcome {
  nbt_status status = NBT_OK;
  std::string message;
  float pixel = -1;
};

Outcome render(const Library& library, const char* device) {
  nbt_simulation* handle = nullptr;
  EXPECT_EQ(library.get<decltype(nbt_create)>("nbt_create")(&handle), NBT_OK);
  const auto set = library.get<decltype(nbt_set)>("nbt_set");
  const double cell[3] = {60, 70, 80}, cells[3] = {3, 3, 3}, pixels[2] = {4, 4}, amplitude = 10;
  EXPECT_EQ(set(handle, "crystal.cell_lengths_A", cell, 3), NBT_OK);
  EXPECT_EQ(set(handle, "crystal.cells", cells, 3), NBT_OK);
  EXPECT_EQ(set(handle, "detector.pixels", pixels, 2), NBT_OK);
  EXPECT_EQ(set(handle, "structure_factors.default_F", &amplitude, 1), NBT_OK);
  EXPECT_EQ(library.get<decltype(nbt_set_text)>("nbt_set_text")(handle, "execution.device", device), NBT_OK);
  std::vector<float> image(16);
  Outcome outcome;
  outcome.status = library.get<decltype(nbt_run)>("nbt_run")(handle, 0, NBT_FLOAT32, image.data(), 16, 4);
  outcome.message = library.get<decltype(nbt_last_error)>("nbt_last_error")(handle);
  outcome.pixel = image.back();
  library.get<decltype(nbt_destroy)>("nbt_destroy")(handle);
  return outcome;
}

TEST(SharedLibrary, FindsAModuleBesideItselfAndInTheFolderNbt) {
  unsetenv("NBT_CUDA_MODULE");
  for (const char* folder : {".", "nbt"}) {
    const Library library(std::string("nbt_module_") + (*folder == '.' ? "beside" : "below"), folder);
    ASSERT_EQ(library.device_count(), 4) << folder << ": " << library.device(1).reason;
    const Outcome outcome = render(library, "auto");
    EXPECT_EQ(outcome.status, NBT_OK) << outcome.message;
    EXPECT_EQ(outcome.pixel, static_cast<float>(nbt::test::fake_pixel)) << folder;
  }
}

TEST(SharedLibrary, KeepsStatusAndMessageOfWhatAModuleThrows) {
  unsetenv("NBT_CUDA_MODULE");
  const Library library("nbt_module_throws", ".");
  const Outcome outcome = render(library, "cuda:2");
  EXPECT_EQ(outcome.status, NBT_ERROR_DEVICE);
  EXPECT_EQ(outcome.message, "cuda:2 fell off the bus");
}

TEST(SharedLibrary, WithoutAModuleTellsWhereItLookedAndRendersOnTheCpu) {
  unsetenv("NBT_CUDA_MODULE");
  const Library library("nbt_module_missing", nullptr);
  ASSERT_EQ(library.device_count(), 2);
  const nbt_device cuda = library.device(1);
  EXPECT_STREQ(cuda.name, "cuda");
  EXPECT_EQ(cuda.available, 0);
  const std::string folder = files::canonical(library.folder()).string(), reason = cuda.reason;
  EXPECT_NE(reason.find("'" + folder + "/libnbt_cuda.so'"), std::string::npos) << reason;
  EXPECT_NE(reason.find("'" + folder + "/nbt/libnbt_cuda.so'"), std::string::npos) << reason;
  EXPECT_EQ(render(library, "auto").status, NBT_OK);
  const Outcome outcome = render(library, "cuda");
  EXPECT_EQ(outcome.status, NBT_ERROR_DEVICE);
  EXPECT_EQ(outcome.message, "device 'cuda' is not available: " + reason);
}

TEST(SharedLibrary, LooksNowhereElseThanTheVariableSays) {
  setenv("NBT_CUDA_MODULE", "/nowhere/module.so", 1);
  const Library elsewhere("nbt_module_elsewhere", ".");
  ASSERT_EQ(elsewhere.device_count(), 2);
  EXPECT_NE(std::string(elsewhere.device(1).reason).find("'/nowhere/module.so'"), std::string::npos);
  setenv("NBT_CUDA_MODULE", NBT_FAKE_MODULES "/good_module.so", 1);
  const Library named("nbt_module_named", nullptr);
  EXPECT_EQ(named.device_count(), 4);
}

}  // namespace
