/* Describes a scene by parameter names and arrays, asks how much memory it takes, and renders it in chunks within 20
 * MB, writing rows to a file as they finish: float32, fast axis first. Usage: scene_from_memory [FILE] */
#include <nbt/nbt.h>
#include <stdio.h>

enum { cube = 11, reflection_count = cube * cube * cube };

/* A made-up structure: amplitudes that fall off with the index. */
static nbt_status set_amplitudes(nbt_simulation* simulation) {
  static int32_t h[reflection_count], k[reflection_count], l[reflection_count];
  static double F[reflection_count];
  for (int32_t i = 0; i < reflection_count; ++i) {
    h[i] = i / (cube * cube) - cube / 2;
    k[i] = i / cube % cube - cube / 2;
    l[i] = i % cube - cube / 2;
    F[i] = 1000.0 / (1 + h[i] * h[i] + k[i] * k[i] + l[i] * l[i]);
  }
  return nbt_set_structure_factors(simulation, h, k, l, F, reflection_count);
}

static nbt_status describe_scene(nbt_simulation* simulation) {
  const double cell_lengths_A[3] = {50, 60, 70}, cells[3] = {10, 10, 10}, pixels[2] = {1200, 1000};
  const double mosaic_spread_deg = 0.3, mosaic_domains = 5, memory_bytes = 20e6;
  nbt_status status = nbt_set(simulation, "crystal.cell_lengths_A", cell_lengths_A, 3);
  if (status == NBT_OK) status = nbt_set(simulation, "crystal.cells", cells, 3);
  if (status == NBT_OK) status = nbt_set(simulation, "crystal.mosaic_spread_deg", &mosaic_spread_deg, 1);
  if (status == NBT_OK) status = nbt_set(simulation, "crystal.mosaic_domains", &mosaic_domains, 1);
  if (status == NBT_OK) status = nbt_set(simulation, "detector.pixels", pixels, 2);
  if (status == NBT_OK) status = nbt_set_text(simulation, "detector.convention", "xds");
  if (status == NBT_OK) status = nbt_set(simulation, "limits.memory_bytes", &memory_bytes, 1);
  if (status == NBT_OK) status = set_amplitudes(simulation);
  return status;
}

static void print_message(int32_t level, const char* message, void* user) {
  (void)user;
  printf("%s%s\n", level == NBT_LOG_WARNING ? "warning: " : "", message);
}

/* A result other than 0 stops the run; rows are valid during this call only. */
static int32_t write_rows(const nbt_rows* rows, void* user) {
  const float* photons = rows->pixels;
  for (int64_t row = 0; row < rows->row_count; ++row, photons += rows->row_stride) {
    if (fwrite(photons, sizeof *photons, (size_t)rows->fast_count, user) != (size_t)rows->fast_count) return 1;
  }
  printf("%3.0f %%\n", 100 * rows->fraction_done);
  return 0;
}

static nbt_status render(nbt_simulation* simulation, FILE* file) {
  nbt_memory_request request = {.struct_size = sizeof request, .run = NBT_RUN_CHUNKED};
  nbt_memory_estimate estimate = {.struct_size = sizeof estimate};
  nbt_status status = nbt_estimate_memory(simulation, &request, &estimate);
  if (status != NBT_OK) return status;
  printf("%.1f MB for an image of %.1f MB, up to %ld rows at a time\n", estimate.working_bytes / 1e6,
         estimate.output_bytes / 1e6, (long)estimate.largest_rows_per_chunk);
  return nbt_run_chunked(simulation, 200, NBT_FLOAT32, write_rows, file);
}

int main(int argc, char** argv) {
  nbt_simulation* simulation = NULL;
  FILE* file = fopen(argc > 1 ? argv[1] : "scene_from_memory.f32", "wb");
  if (!file) return 1;

  nbt_status status = nbt_create(&simulation);
  if (status == NBT_OK) status = nbt_set_log_callback(simulation, print_message, NULL);
  if (status == NBT_OK) status = describe_scene(simulation);
  if (status == NBT_OK) status = render(simulation, file);
  if (status != NBT_OK) printf("%s: %s\n", nbt_status_text(status), nbt_last_error(simulation));

  nbt_destroy(simulation);
  return fclose(file) == 0 && status == NBT_OK ? 0 : 1;
}
