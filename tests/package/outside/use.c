/* Renders a few pixels through the installed library, in C99. Exit status 0: the image has photons in it. */
#include <nbt/nbt.h>
#include <stdio.h>

enum { fast_count = 8, slow_count = 4 };

static nbt_status describe_scene(nbt_simulation* simulation) {
  const double cell_lengths_A[3] = {50, 60, 70};
  const double default_F = 100;
  const double pixels[2] = {fast_count, slow_count};
  nbt_status status = nbt_set(simulation, "crystal.cell_lengths_A", cell_lengths_A, 3);
  if (status == NBT_OK) status = nbt_set(simulation, "structure_factors.default_F", &default_F, 1);
  if (status == NBT_OK) status = nbt_set(simulation, "detector.pixels", pixels, 2);
  return status;
}

static int has_photons(const float* photons) {
  float sum = 0;
  for (int i = 0; i < fast_count * slow_count; ++i) sum += photons[i];
  return sum > 0;
}

int main(void) {
  nbt_simulation* simulation = NULL;
  float photons[fast_count * slow_count];
  int passed = nbt_create(&simulation) == NBT_OK && describe_scene(simulation) == NBT_OK &&
               nbt_run(simulation, 0, NBT_FLOAT32, photons, fast_count * slow_count, fast_count) == NBT_OK;
  if (!passed) printf("nbt failed: %s\n", nbt_last_error(simulation));
  passed = passed && has_photons(photons);
  nbt_destroy(simulation);
  return passed ? 0 : 1;
}
