#include "refine/parameter_table.hpp"

#include "model/error.hpp"

namespace nbt::refine {

nbt_parameter find_parameter(const std::string& name) {
  nbt_parameter parameter{};
  for (int32_t i = 0; i < nbt_parameter_count(); ++i) {
    parameter.struct_size = sizeof parameter;
    check(nbt_parameter_describe(i, &parameter), nullptr);
    if (name == parameter.name) return parameter;
  }
  throw Error(Status::unknown_name, "there is no parameter '" + name + "'");
}

void check(nbt_status status, const nbt_simulation* simulation) {
  if (status != NBT_OK) throw Error(static_cast<Status>(status), nbt_last_error(simulation));
}

}  // namespace nbt::refine
