/* A process that serves frames for a long time: photon counts of a crystal that turns, within a memory limit, and each
 * before its deadline. A watchdog thread cancels the frame that is too slow; one that would pass the limit is refused
 * with its reason; the next frame is served as if nothing had happened. At the end the memory of the process must be
 * what it was after the warm-up.
 *
 *     frame_service [FRAMES [EDGE [DEADLINE_MS]]]
 *
 * 200 frames of 64 x 64 pixels and 100 ms unless told otherwise; the long form is `frame_service 10000`. Exit status 1:
 * a frame failed for another reason, or the process grew by more than growth_limit_kib. */
#define _POSIX_C_SOURCE 200809L
#include <errno.h>
#include <nbt/nbt.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

enum {
  warm_up_frames = 100,
  slow_every = 40,      /* of these frames one asks for more than any deadline allows */
  too_large_every = 33, /* and one for more than the memory limit allows; no common factor with slow_every */
  growth_limit_kib = 1024
};

static const double memory_limit_bytes = 8e6;

/* ---- The watchdog: one thread for all frames ---- */

typedef struct watchdog {
  pthread_t thread;
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  nbt_simulation* watched; /* null: no frame is being made */
  struct timespec deadline;
  int has_fired; /* for the frame that is being made */
  int is_closing;
} watchdog;

static int has_passed(const struct timespec* deadline) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec != deadline->tv_sec ? now.tv_sec > deadline->tv_sec : now.tv_nsec >= deadline->tv_nsec;
}

static void* watch(void* argument) {
  watchdog* const dog = argument;
  pthread_mutex_lock(&dog->mutex);
  while (!dog->is_closing) {
    if (!dog->watched) {
      pthread_cond_wait(&dog->changed, &dog->mutex);
    } else if (has_passed(&dog->deadline)) {
      nbt_cancel(dog->watched); /* the one call that any thread may make */
      dog->watched = NULL;
      dog->has_fired = 1;
    } else {
      pthread_cond_timedwait(&dog->changed, &dog->mutex, &dog->deadline);
    }
  }
  pthread_mutex_unlock(&dog->mutex);
  return NULL;
}

static int open_watchdog(watchdog* dog) {
  pthread_condattr_t attributes;
  *dog = (watchdog){.watched = NULL};
  pthread_mutex_init(&dog->mutex, NULL);
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC); /* a clock that is set must not move the deadline */
  pthread_cond_init(&dog->changed, &attributes);
  pthread_condattr_destroy(&attributes);
  return pthread_create(&dog->thread, NULL, watch, dog) == 0;
}

static void close_watchdog(watchdog* dog) {
  pthread_mutex_lock(&dog->mutex);
  dog->is_closing = 1;
  pthread_cond_signal(&dog->changed);
  pthread_mutex_unlock(&dog->mutex);
  pthread_join(dog->thread, NULL);
  pthread_cond_destroy(&dog->changed);
  pthread_mutex_destroy(&dog->mutex);
}

static void start_watching(watchdog* dog, nbt_simulation* simulation, long deadline_ms) {
  pthread_mutex_lock(&dog->mutex);
  clock_gettime(CLOCK_MONOTONIC, &dog->deadline);
  dog->deadline.tv_sec += deadline_ms / 1000;
  dog->deadline.tv_nsec += deadline_ms % 1000 * 1000000;
  if (dog->deadline.tv_nsec >= 1000000000) {
    dog->deadline.tv_nsec -= 1000000000;
    ++dog->deadline.tv_sec;
  }
  dog->has_fired = 0;
  dog->watched = simulation;
  pthread_cond_signal(&dog->changed);
  pthread_mutex_unlock(&dog->mutex);
}

/* Whether the deadline passed in the meantime. */
static int stop_watching(watchdog* dog) {
  pthread_mutex_lock(&dog->mutex);
  dog->watched = NULL;
  const int has_fired = dog->has_fired;
  pthread_mutex_unlock(&dog->mutex);
  return has_fired;
}

/* ---- Frames ---- */

typedef struct service {
  nbt_simulation* simulation;
  watchdog dog;
  long edge;
  long deadline_ms;
  float* photons;
  uint16_t* counts;
  long served, late, refused;
} service;

static nbt_status set(nbt_simulation* simulation, const char* name, double value) {
  return nbt_set(simulation, name, &value, 1);
}

static nbt_status describe(nbt_simulation* simulation, long edge) {
  const double cell_A[3] = {79.1, 79.1, 37.9}, cells[3] = {10, 10, 10}, pixels[2] = {(double)edge, (double)edge};
  nbt_status status = nbt_set(simulation, "crystal.cell_lengths_A", cell_A, 3);
  if (status == NBT_OK) status = nbt_set(simulation, "crystal.cells", cells, 3);
  if (status == NBT_OK) status = nbt_set(simulation, "detector.pixels", pixels, 2);
  if (status == NBT_OK) status = set(simulation, "structure_factors.default_F", 100);
  if (status == NBT_OK) status = set(simulation, "crystal.mosaic_spread_deg", 0.2);
  if (status == NBT_OK) status = set(simulation, "beam.flux_per_s", 1e12);
  if (status == NBT_OK) status = set(simulation, "beam.exposure_s", 0.1);
  if (status == NBT_OK) status = set(simulation, "limits.memory_bytes", memory_limit_bytes);
  return status;
}

/* What the client asked for. Most frames are easy. */
static nbt_status set_frame(nbt_simulation* simulation, long frame) {
  const double domains = frame % too_large_every == too_large_every - 1 ? 1e6 : 10;
  const double oversample = frame % slow_every == slow_every - 1 ? 2000 : 1;
  nbt_status status = set(simulation, "goniometer.phi_start_deg", 0.1 * (double)(frame % 3600));
  if (status == NBT_OK) status = set(simulation, "crystal.mosaic_domains", domains);
  if (status == NBT_OK) status = set(simulation, "sampling.oversample", oversample);
  if (status == NBT_OK) status = set(simulation, "noise.seed", (double)(frame + 1));
  return status;
}

/* A deadline that passes just after the last row leaves a cancel behind, which stops the next run at its start. So a
 * frame that was stopped before its own deadline is made again. */
static nbt_status render(service* self) {
  nbt_status status;
  int is_late;
  do {
    start_watching(&self->dog, self->simulation, self->deadline_ms);
    status = nbt_run(self->simulation, 0, NBT_FLOAT32, self->photons, (int64_t)self->edge * self->edge, self->edge);
    is_late = stop_watching(&self->dog);
  } while (status == NBT_ERROR_CANCELLED && !is_late);
  return status;
}

static nbt_status serve(service* self, long frame) {
  nbt_simulation* const simulation = self->simulation;
  nbt_status status = set_frame(simulation, frame);
  if (status == NBT_OK) status = render(self);
  if (status == NBT_OK)
    status = nbt_digitize(simulation, NBT_DIGITIZE_NOISE, 0, self->photons, self->edge, self->counts, NULL);
  if (status == NBT_OK)
    ++self->served; /* here the counts would go to the client */
  else if (status == NBT_ERROR_CANCELLED)
    ++self->late;
  else if (status == NBT_ERROR_MEMORY_LIMIT)
    ++self->refused;
  else
    return status;
  return NBT_OK;
}

/* Of the process, in KiB; -1 where the system does not tell. */
static long resident_kib(void) {
  long pages = -1;
  FILE* const file = fopen("/proc/self/statm", "r");
  if (!file) return -1;
  if (fscanf(file, "%*d %ld", &pages) != 1) pages = -1;
  fclose(file);
  return pages < 0 ? -1 : pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static int has_grown(long before_kib) {
  const long after_kib = resident_kib();
  if (before_kib < 0 || after_kib < 0) {
    puts("memory: not measured, there is no /proc/self/statm");
    return 0;
  }
  printf("memory: %ld KiB after %d frames, %ld KiB at the end (%+ld, %d are allowed)\n", before_kib, warm_up_frames,
         after_kib, after_kib - before_kib, growth_limit_kib);
  return after_kib - before_kib > growth_limit_kib;
}

static int serve_all(service* self, long frames) {
  long before_kib = -1;
  for (long frame = 0; frame < frames; ++frame) {
    if (serve(self, frame) != NBT_OK) {
      fprintf(stderr, "frame %ld: %s\n", frame, nbt_last_error(self->simulation));
      return 1;
    }
    if (frame + 1 == warm_up_frames) before_kib = resident_kib();
  }
  printf("%ld frames of %ld x %ld: %ld served, %ld cancelled after %ld ms, %ld over the memory limit\n", frames,
         self->edge, self->edge, self->served, self->late, self->deadline_ms, self->refused);
  const int has_missed = self->late < frames / slow_every - frames / (slow_every * too_large_every) ||
                         self->refused != frames / too_large_every;
  if (has_missed) fputs("a slow frame was not cancelled, or a large one not refused\n", stderr);
  return has_missed || (frames > warm_up_frames && has_grown(before_kib));
}

static long number_argument(int argc, char** argv, int index, long otherwise, long most) {
  if (argc <= index) return otherwise;
  char* end = NULL;
  errno = 0;
  const long value = strtol(argv[index], &end, 10);
  if (errno || end == argv[index] || *end || value < 1 || value > most) {
    fprintf(stderr, "argument %d is '%s': a whole number from 1 to %ld is needed\n", index, argv[index], most);
    exit(2);
  }
  return value;
}

int main(int argc, char** argv) {
  const long frames = number_argument(argc, argv, 1, 200, 1000000000);
  service self = {.edge = number_argument(argc, argv, 2, 64, 10000)};
  self.deadline_ms = number_argument(argc, argv, 3, 100, 1000000);
  const size_t pixels = (size_t)self.edge * (size_t)self.edge;
  self.photons = malloc(pixels * sizeof *self.photons);
  self.counts = malloc(pixels * sizeof *self.counts);
  if (!self.photons || !self.counts || nbt_create(&self.simulation) != NBT_OK || !open_watchdog(&self.dog)) return 1;

  int failed = 1;
  if (describe(self.simulation, self.edge) == NBT_OK)
    failed = serve_all(&self, frames);
  else
    fprintf(stderr, "%s\n", nbt_last_error(self.simulation));

  close_watchdog(&self.dog);
  nbt_destroy(self.simulation);
  free(self.counts);
  free(self.photons);
  return failed;
}
