// The program `nbt`: a command, or a nanoBragg command line to render.
#include <exception>
#include <new>
#include <string>
#include <vector>

#include "compare_command.hpp"
#include "compare_traces_command.hpp"
#include "console.hpp"
#include "devices_command.hpp"
#include "docs_command.hpp"
#include "exit_code.hpp"
#include "gradient_command.hpp"
#include "help.hpp"
#include "interrupt.hpp"
#include "noise_command.hpp"
#include "refine_command.hpp"
#include "render_command.hpp"
#include "structure_factors_command.hpp"

namespace nbt::program {
namespace {

struct Command {
  const char* name;
  int (*run)(const std::vector<std::string>& arguments);
};

constexpr Command commands[] = {{"devices", devices_command},
                                {"noise", noise_command},
                                {"compare", compare_command},
                                {"compare-traces", compare_traces_command},
                                {"structure-factors", structure_factors_command},
                                {"gradient", gradient_command},
                                {"refine", refine_command},
                                {"docs", docs_command}};

int run(const std::vector<std::string>& arguments) {
  for (const Command& command : commands) {
    if (!arguments.empty() && arguments[0] == command.name) {
      return command.run({arguments.begin() + 1, arguments.end()});
    }
  }
  return render_command(arguments);
}

int run_and_report(const std::vector<std::string>& arguments) {
  try {
    const int code = run(arguments);
    finish_standard_output();
    return code;
  } catch (const MissingInput& error) {
    Console().answer(usage_text());
    print_error(error.what());
    return exit_file;
  } catch (const Interrupted& error) {
    print_error(error.what());
    return exit_signal + error.signal();
  } catch (const Error& error) {
    print_error(error.what());
    return exit_code_of(error.status());
  } catch (const std::bad_alloc&) {
    print_error("out of memory");
    return exit_memory;
  } catch (const std::exception& error) {
    print_error(std::string("a defect of nbt, please report it: ") + error.what());
    return exit_internal;
  }
}

}  // namespace
}  // namespace nbt::program

int main(int argc, char** argv) {
  nbt::program::make_failed_writes_errors();
  return nbt::program::run_and_report(argc > 0 ? std::vector<std::string>(argv + 1, argv + argc)
                                               : std::vector<std::string>());
}
