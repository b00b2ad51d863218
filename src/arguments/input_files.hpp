// The files that options name, read when all options are known.
#pragma once

#include "arguments/arguments.hpp"
#include "arguments/messages.hpp"
#include "arguments/option_interpreter.hpp"
#include "model/compatibility.hpp"
#include "model/parameters.hpp"
#include "model/scene.hpp"

namespace nbt {

// Matrix to parameters; structure factors (list, or dump in its absence) and sources to data.
ArgumentsOutcome read_input_files(const InputFiles& files, const Compatibility& compatibility, Parameters& parameters,
                                  SceneData& data, Messages& log);

}  // namespace nbt
