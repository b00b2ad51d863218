// The reference's binary copy of structure factors that were read from a reflection list [Q38].
#pragma once

#include <memory>

#include "console.hpp"
#include "formats/file.hpp"
#include "program_options.hpp"
#include "simulation.hpp"

namespace nbt::program {

// What was in force before the command line was applied, for reading the reflections the way the library did.
struct ReflectionDefaults {
  std::string default_F;
  std::string compat_tokens;
};
ReflectionDefaults reflection_defaults(const Simulation& simulation);

// The dump, complete but not yet named; null when no reflections were read or no dump is wanted. A failure is only
// a warning.
std::unique_ptr<formats::AtomicFile> write_dump(const Simulation& simulation, const ReflectionDefaults& defaults,
                                                const ProgramOptions& options, const Console& console);

void commit_dump(formats::AtomicFile* dump, const Console& console);

}  // namespace nbt::program
