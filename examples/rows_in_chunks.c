/* Writes a float image of 2048 x 2048 pixels to a file without ever holding it: rows arrive 64 at a time.
 * Ctrl-C stops the run, and no half-written file is left behind. */
#include <nbt/nbt.h>
#include <signal.h>
#include <stdio.h>

static volatile sig_atomic_t stop_requested = 0;

static void request_stop(int signal_number) {
  (void)signal_number;
  stop_requested = 1;
}

/* Called now and then, more often than once per chunk. */
static void on_progress(double fraction_done, void* simulation) {
  (void)fraction_done;
  if (stop_requested) nbt_cancel(simulation);
}

/* A non-zero return stops the run as well: here when the disk is full. */
static int32_t write_rows(const nbt_rows* rows, void* file) {
  const float* row = rows->pixels;
  for (int64_t i = 0; i < rows->row_count; ++i, row += rows->row_stride) {
    if (fwrite(row, sizeof *row, (size_t)rows->fast_count, file) != (size_t)rows->fast_count) return 1;
  }
  return 0;
}

static nbt_status describe(nbt_simulation* simulation) {
  const char* const arguments[] = {"-cell",   "79.1", "79.1",      "37.9", "-default_F", "100",
                                   "-N",      "10",   "-osc",      "0.5",  "-phisteps",  "2",
                                   "-lambda", "1.0",  "-distance", "250",  "-detpixels", "2048"};
  return nbt_set_arguments(simulation, sizeof arguments / sizeof *arguments, arguments);
}

int main(void) {
  const char* const path = "rows_in_chunks.f32";
  nbt_simulation* simulation = NULL;
  if (nbt_create(&simulation) != NBT_OK) return 1;

  nbt_status status = describe(simulation);
  FILE* const file = fopen(path, "wb");
  if (!file) perror(path);
  if (file && status == NBT_OK) {
    signal(SIGINT, request_stop);
    nbt_set_progress_callback(simulation, on_progress, simulation);
    status = nbt_run_chunked(simulation, 64, NBT_FLOAT32, write_rows, file);
  }
  const int is_written = file && fclose(file) == 0 && status == NBT_OK;
  if (file && !is_written) remove(path);
  if (status != NBT_OK) fprintf(stderr, "%s\n", nbt_last_error(simulation));
  nbt_destroy(simulation);
  return is_written ? 0 : 1;
}
