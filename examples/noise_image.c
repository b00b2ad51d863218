/* Photon counts as a detector would report them: parameters by name, the float image, then Poisson noise. */
#include <nbt/nbt.h>
#include <stdio.h>

enum { edge = 256 };

static nbt_status set(nbt_simulation* simulation, const char* name, double value) {
  return nbt_set(simulation, name, &value, 1);
}

static nbt_status describe(nbt_simulation* simulation) {
  const double cell_A[3] = {79.1, 79.1, 37.9}, cells[3] = {20, 20, 20}, pixels[2] = {edge, edge};
  nbt_status status = nbt_set(simulation, "crystal.cell_lengths_A", cell_A, 3);
  if (status == NBT_OK) status = nbt_set(simulation, "crystal.cells", cells, 3);
  if (status == NBT_OK) status = nbt_set(simulation, "detector.pixels", pixels, 2);
  if (status == NBT_OK) status = set(simulation, "structure_factors.default_F", 100);
  if (status == NBT_OK) status = set(simulation, "beam.flux_per_s", 1e12);
  if (status == NBT_OK) status = set(simulation, "beam.exposure_s", 0.1);
  if (status == NBT_OK) status = set(simulation, "background.water_um", 100);
  if (status == NBT_OK) status = set(simulation, "noise.seed", 1);
  return status;
}

int main(void) {
  static float photons[edge * edge];
  static uint16_t counts[edge * edge];
  nbt_simulation* simulation = NULL;
  if (nbt_create(&simulation) != NBT_OK) return 1;

  nbt_digitize_result result = {sizeof result, 0, 0, 0};
  nbt_status status = describe(simulation);
  if (status == NBT_OK) status = nbt_run(simulation, 0, NBT_FLOAT32, photons, edge * edge, edge);
  if (status == NBT_OK) status = nbt_digitize(simulation, NBT_DIGITIZE_NOISE, 0, photons, edge, counts, &result);

  if (status == NBT_OK)
    printf("%.0f photons, %lld overloaded pixels\n", result.total_photons, (long long)result.overloads);
  else
    printf("%s\n", nbt_last_error(simulation));
  nbt_destroy(simulation);
  return status == NBT_OK ? 0 : 1;
}
