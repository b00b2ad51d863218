// The header and the library from C++. Exit status 0: a handle was made and copied.
#include <nbt/nbt.h>

#include <cstdio>
#include <memory>

namespace {

struct Destroy {
  void operator()(nbt_simulation* simulation) const { nbt_destroy(simulation); }
};
using Simulation = std::unique_ptr<nbt_simulation, Destroy>;

}  // namespace

int main() {
  nbt_simulation* created = nullptr;
  const nbt_status creation = nbt_create(&created);
  const Simulation original(created);
  nbt_simulation* copied = nullptr;
  const nbt_status copying = creation == NBT_OK ? nbt_clone(original.get(), &copied) : creation;
  const Simulation copy(copied);
  std::printf("nbt %s: %s\n", nbt_version(), nbt_status_text(copying));
  return copying == NBT_OK ? 0 : 1;
}
