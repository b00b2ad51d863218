// The interface between libnbt and a module of devices, such as libnbt_cuda.so: a library that libnbt opens at run time
// and never closes (module_loader.hpp).
//
// A module hands over C++ objects, so it works only with the libnbt of the same version, built from the same headers;
// all three members that say so are checked before anything else of it is used. It links nothing of libnbt: what a
// device needs of it, it compiles into itself. Error thrown by a module is caught in libnbt with its status and
// message.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <vector>

#include "device/device.hpp"

namespace nbt {

// What a module exports: a C function of this name and of type DeviceModuleEntry. The number is that of the interface:
// it changes whenever this file or the virtual functions in device.hpp do.
inline constexpr char device_module_entry[] = "nbt_device_module_3";

struct DeviceModule {
  const char* library_version = nullptr;  // of the libnbt that the module was built with; must be equal
  std::uint64_t layout = 0;               // device_module_layout() of the module's build; must be equal
  // Devices, available or not; at least one, that says why when there is none to use. They are named "cuda:0",
  // "cuda:1",
  // ... or, where there is none, "cuda". Called once. Throws Error, which makes one device that is not available.
  std::vector<std::shared_ptr<const Device>> (*devices)() = nullptr;
};

// The result is never freed and must not be null.
using DeviceModuleEntry = const DeviceModule* (*)();

// A number made of the sizes of everything that libnbt and a module share: another one means another build.
constexpr std::uint64_t device_module_layout() {
  // Fowler, Noll and Vo's hash, 64 bits, variant 1a.
  std::uint64_t layout = 14695981039346656037U;
  for (const std::size_t size : {sizeof(DeviceModule),
                                 sizeof(Plan),
                                 sizeof(PlannedSource),
                                 sizeof(Orientation),
                                 sizeof(FirstSweepPixel),
                                 sizeof(InterpolationLatch),
                                 sizeof(IndexBounds),
                                 sizeof(FloatAmplitudes),
                                 sizeof(DeviceCopies),
                                 sizeof(Scene),
                                 sizeof(Panel),
                                 sizeof(Crystal),
                                 sizeof(Source),
                                 sizeof(StructureFactors),
                                 sizeof(Mask),
                                 sizeof(Region),
                                 sizeof(RenderRequest),
                                 sizeof(GradientRequest),
                                 sizeof(JacobianRequest),
                                 sizeof(RenderOptions),
                                 sizeof(RunControl),
                                 sizeof(ExecutionSetup),
                                 sizeof(DeviceDescription),
                                 sizeof(PlanAdjoint),
                                 sizeof(SharedAdjoint),
                                 sizeof(SourceAdjoint),
                                 sizeof(PlanTangent),
                                 sizeof(NormalSums),
                                 sizeof(PixelRun),
                                 sizeof(LossShare),
                                 sizeof(std::string),
                                 sizeof(std::vector<double>),
                                 sizeof(std::shared_ptr<void>)}) {
    layout = (layout ^ size) * 1099511628211U;
  }
  return layout;
}

}  // namespace nbt
