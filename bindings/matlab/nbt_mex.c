/* The raw layer of the MATLAB and Octave binding: one command per function of nbt.h, called nbt_mex(COMMAND, ID, ...).
 * +nbt/Simulation.m is what users call; it converts, and this file checks whatever memory depends on.
 *
 * Images are column-major arrays image(fast, slow): the library's rows are their columns, and nothing is transposed.
 *
 * No error leaves a callback: what host functions raise is kept, stops the run, and is raised when the library has
 * returned, so that nothing jumps over its frames. */
#define _POSIX_C_SOURCE 200809L /* sigaction */
#include <mex.h>
#include <nbt/nbt.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#if defined(HAVE_OCTAVE) && !defined(_WIN32)
#define NBT_MEX_SIGINT 1 /* Octave has no function that tells of a Ctrl-C */
#include <unistd.h>
#endif
#ifdef NBT_MEX_UT
extern bool utIsInterruptPending(void); /* MATLAB's libut, which has no header */
#endif
#ifdef HAVE_OCTAVE
#define mxArrayToUTF8String mxArrayToString /* Octave's strings are UTF-8 */
#endif

/* ---- Handles: numbers outside, slots in here ---- */

typedef struct slot {
  uint64_t id;
  nbt_simulation* simulation;
  int is_running;          /* inside a call of the library */
  int is_in_callback;      /* still set after a run: Ctrl-C ended the host's function */
  int is_closing;          /* destroyed by its own callback */
  const mxArray* progress; /* function of the run that is going on, or null */
  mxArray* trouble;        /* what a callback raised */
  char* messages;          /* of the library, one per line, until the call is over */
#ifdef NBT_MEX_SIGINT
  struct sigaction host_action;
  sigset_t host_mask;
  struct slot* outer; /* whose callback made this run */
#endif
} slot;

static slot** slots = NULL;
static size_t slot_count = 0;
static uint64_t last_id = 0;

typedef struct call {
  slot* self;
  nbt_simulation* sim;
  int result_count;
  mxArray** results;
  int count; /* of arguments after the id */
  const mxArray** arguments;
} call;

static const char* const status_ids[] = {"nbt:ok",           "nbt:invalidArgument", "nbt:unknownName",
                                         "nbt:wrongLength",  "nbt:outOfRange",      "nbt:inconsistentScene",
                                         "nbt:fileError",    "nbt:memoryLimit",     "nbt:outOfMemory",
                                         "nbt:cancelled",    "nbt:deviceError",     "nbt:unsupported",
                                         "nbt:internalError"};

/* A warning may be an error to the host, so it waits until the library has returned. */
static void warn(slot* self) {
  if (!self || self->is_running || !self->messages) return;
  char* line = mxMalloc(strlen(self->messages) + 1); /* the host's memory: it is freed whatever happens */
  strcpy(line, self->messages);
  free(self->messages);
  self->messages = NULL;
  for (char* end; (end = strchr(line, '\n')); line = end + 1) {
    *end = '\0';
    mexWarnMsgIdAndTxt("nbt:warning", "%s", line);
  }
}

static void check(const call* c, nbt_status status) {
  const size_t known = sizeof status_ids / sizeof *status_ids;
  if (status == NBT_OK) return;
  warn(c->self);
  mexErrMsgIdAndTxt(status_ids[(size_t)status < known ? (size_t)status : NBT_ERROR_INTERNAL], "%s",
                    nbt_last_error(c->sim));
}

static void release(slot* self) {
  size_t i = 0;
  while (slots[i] != self) ++i;
  slots[i] = slots[--slot_count];
  nbt_destroy(self->simulation);
  free(self->messages);
  free(self);
}

static void release_all(void) {
  while (slot_count) release(slots[0]);
  free(slots);
  slots = NULL;
}

static void close_slot(slot* self) {
  release(self);
  if (!slot_count) mexUnlock();
}

static slot* find_slot(const mxArray* id) {
  if (!mxIsUint64(id) || mxGetNumberOfElements(id) != 1)
    mexErrMsgIdAndTxt("nbt:invalidArgument", "the simulation is a %s: the uint64 that 'create' gave is needed",
                      mxGetClassName(id));
  const uint64_t wanted = *(const uint64_t*)mxGetData(id);
  for (size_t i = 0; i < slot_count; ++i)
    if (slots[i]->id == wanted) return slots[i];
  mexErrMsgIdAndTxt("nbt:invalidArgument", "simulation %llu is closed, or was never made", (unsigned long long)wanted);
  return NULL;
}

/* ---- Arguments ---- */

static const char* size_text(const mxArray* array) {
  static char text[200];
  const mwSize* const size = mxGetDimensions(array);
  size_t length = 0;
  for (mwSize i = 0; i < mxGetNumberOfDimensions(array) && length < sizeof text - 30; ++i)
    length +=
        (size_t)snprintf(text + length, sizeof text - length, i ? " x %llu" : "%llu", (unsigned long long)size[i]);
  return text;
}

static const mxArray* argument(const call* c, int index, const char* name) {
  if (index >= c->count) mexErrMsgIdAndTxt("nbt:invalidArgument", "the argument %s is missing", name);
  return c->arguments[index];
}

static double number(const mxArray* value, const char* name) {
  if ((!mxIsNumeric(value) && !mxIsLogical(value)) || mxIsComplex(value) || mxIsSparse(value) ||
      mxGetNumberOfElements(value) != 1)
    mexErrMsgIdAndTxt("nbt:invalidArgument", "%s is %s of %s: one real number is needed", name, mxGetClassName(value),
                      size_text(value));
  return mxGetScalar(value);
}

static int64_t whole_number(const mxArray* value, const char* name, double most) {
  const double given = number(value, name);
  if (!(given >= -most && given <= most) || given != (double)(int64_t)given)
    mexErrMsgIdAndTxt("nbt:invalidArgument", "%s is %g: a whole number is needed", name, given);
  return (int64_t)given;
}

static int64_t whole(const call* c, int index, const char* name) {
  return whole_number(argument(c, index, name), name, 9e15);
}

static int32_t whole32(const call* c, int index, const char* name) {
  return (int32_t)whole_number(argument(c, index, name), name, INT32_MAX);
}

/* The elements of a real, full array of exactly this class. */
static void* elements(const mxArray* array, const char* name, const char* class_name) {
  if (strcmp(mxGetClassName(array), class_name) != 0 || mxIsComplex(array) || mxIsSparse(array))
    mexErrMsgIdAndTxt("nbt:invalidArgument", "%s is %s%s%s: a real full array of %s is needed", name,
                      mxIsSparse(array) ? "sparse " : "", mxIsComplex(array) ? "complex " : "", mxGetClassName(array),
                      class_name);
  return mxGetData(array);
}

/* Elements whose number is `count`; null for an empty array where that is allowed. */
static void* counted(const mxArray* array, const char* name, const char* class_name, size_t count, int may_be_empty) {
  const size_t given = mxGetNumberOfElements(array);
  if (may_be_empty && given == 0) return NULL;
  void* const data = elements(array, name, class_name);
  if (given != count)
    mexErrMsgIdAndTxt("nbt:wrongLength", "%s has %llu elements (%s): %llu are needed", name, (unsigned long long)given,
                      size_text(array), (unsigned long long)count);
  return data;
}

static int is_image(const mxArray* array, const char* class_name, int64_t fast, int64_t slow) {
  return strcmp(mxGetClassName(array), class_name) == 0 && !mxIsComplex(array) && !mxIsSparse(array) &&
         mxGetNumberOfDimensions(array) == 2 && (int64_t)mxGetM(array) == fast && (int64_t)mxGetN(array) == slow;
}

/* An array as large as an image, or null where it is left out. */
static void* image_elements(const mxArray* array, const char* name, const char* class_name, int64_t fast,
                            int64_t slow) {
  if (!array || mxIsEmpty(array)) return NULL;
  void* const data = elements(array, name, class_name);
  if (!is_image(array, class_name, fast, slow))
    mexErrMsgIdAndTxt("nbt:wrongLength", "%s is %s: %lld x %lld (fast x slow) is needed", name, size_text(array),
                      (long long)fast, (long long)slow);
  return data;
}

static char* text_of(const mxArray* value, const char* name) {
  if (!mxIsChar(value) || (mxGetM(value) > 1) || mxGetNumberOfDimensions(value) > 2)
    mexErrMsgIdAndTxt("nbt:invalidArgument", "%s is %s of %s: a text is needed", name, mxGetClassName(value),
                      size_text(value));
  char* const text = mxArrayToUTF8String(value);
  if (!text || strlen(text) < mxGetNumberOfElements(value))
    mexErrMsgIdAndTxt("nbt:invalidArgument", "%s has a NUL character, which would end it early", name);
  return text;
}

static char* text(const call* c, int index, const char* name) {
  return text_of(argument(c, index, name), name);
}

/* Null and 0 for []. */
static const char** texts(const call* c, int index, const char* name, size_t* count) {
  const mxArray* const cells = argument(c, index, name);
  *count = mxGetNumberOfElements(cells);
  if (!mxIsCell(cells)) {
    if (*count)
      mexErrMsgIdAndTxt("nbt:invalidArgument", "%s is %s: a cell of texts is needed", name, mxGetClassName(cells));
    return NULL;
  }
  const char** const list = mxCalloc(*count + 1, sizeof *list);
  for (size_t i = 0; i < *count; ++i) {
    const mxArray* const cell = mxGetCell(cells, (mwIndex)i);
    if (!cell) mexErrMsgIdAndTxt("nbt:invalidArgument", "%s: an entry is empty, a text is needed", name);
    list[i] = text_of(cell, name);
  }
  return list;
}

static void put(const call* c, int index, mxArray* value) {
  if (index == 0 || index < c->result_count) c->results[index] = value;
}

static void put_text(const call* c, nbt_status status, const char* const* value) {
  check(c, status);
  put(c, 0, mxCreateString(*value));
}

static mxArray* array_of(size_t rows, size_t columns, mxClassID class_id) {
  return mxCreateNumericMatrix((mwSize)rows, (mwSize)columns, class_id, mxREAL);
}

static mxArray* doubles(const double* values, size_t count) {
  mxArray* const row = array_of(1, count, mxDOUBLE_CLASS);
  if (count) memcpy(mxGetData(row), values, count * sizeof *values);
  return row;
}

/* ---- Callbacks and Ctrl-C ---- */

#ifdef NBT_MEX_SIGINT
static slot* volatile interruptible = NULL;
static volatile sig_atomic_t is_interrupted = 0;

static void on_interrupt(int signal_number) {
  (void)signal_number;
  slot* const self = interruptible;
  is_interrupted = 1;
  if (self) nbt_cancel(self->simulation); /* no more than a lock-free flag */
}
#endif

/* Octave blocks the signal in its own threads and waits for it in another. A signal goes to a thread that does not
 * block it first, which is this one until give_interrupts_back. */
static void take_interrupts(slot* self) {
#ifdef NBT_MEX_SIGINT
  struct sigaction action;
  sigset_t interrupt;
  memset(&action, 0, sizeof action);
  action.sa_handler = on_interrupt;
  sigemptyset(&interrupt);
  sigaddset(&interrupt, SIGINT);
  self->outer = interruptible;
  interruptible = self;
  sigaction(SIGINT, &action, &self->host_action);
  pthread_sigmask(SIG_UNBLOCK, &interrupt, &self->host_mask);
#else
  (void)self;
#endif
}

static void give_interrupts_back(slot* self) {
#ifdef NBT_MEX_SIGINT
  pthread_sigmask(SIG_SETMASK, &self->host_mask, NULL);
  sigaction(SIGINT, &self->host_action, NULL);
  interruptible = self->outer;
#else
  (void)self;
#endif
}

/* Calls a host function, during which Ctrl-C is the host's. Null: it raised something; the run has to stop. */
static mxArray* call_host(slot* self, int count, mxArray** arguments) {
  mxArray* result = NULL;
  give_interrupts_back(self);
  self->is_in_callback = 1;
  mxArray* const trouble = mexCallMATLABWithTrap(1, &result, count, arguments, "feval");
  self->is_in_callback = 0;
  take_interrupts(self);
  if (trouble && !self->trouble) self->trouble = trouble;
  return trouble ? NULL : result;
}

/* The function may return true to stop. The arguments behind it are destroyed. */
static int32_t call_to_stop(slot* self, int count, mxArray** arguments) {
  mxArray* const result = call_host(self, count, arguments);
  const int32_t stop = !result || mxIsLogicalScalarTrue(result);
  if (result) mxDestroyArray(result);
  for (int i = 1; i < count; ++i) mxDestroyArray(arguments[i]);
  return stop;
}

static void on_progress(double fraction_done, void* user) {
  slot* const self = user;
#ifdef NBT_MEX_UT
  if (utIsInterruptPending()) nbt_cancel(self->simulation); /* MATLAB ends the command itself when it gets the turn */
#endif
  if (!self->progress || self->trouble) return;
  mxArray* arguments[] = {(mxArray*)self->progress, mxCreateDoubleScalar(fraction_done)};
  if (call_to_stop(self, 2, arguments)) nbt_cancel(self->simulation);
}

static void on_message(int32_t level, const char* message, void* user) {
  slot* const self = user;
  const size_t before = self->messages ? strlen(self->messages) : 0;
  if (level != NBT_LOG_WARNING) return;
  char* const longer = realloc(self->messages, before + strlen(message) + 2);
  if (!longer) return;
  self->messages = longer;
  strcat(strcpy(longer + before, message), "\n");
}

#ifdef NBT_MEX_SIGINT
static int32_t stop_at_once(const nbt_rows* rows, void* user) {
  (void)rows;
  (void)user;
  return 1;
}
#endif

/* What may take long lies between begin_run and end_run. The first argument is the progress function or []. */
static nbt_simulation* begin_run(const call* c) {
  slot* const self = c->self;
  const mxArray* const progress = argument(c, 0, "progress");
  self->progress = mxIsEmpty(progress) ? NULL : progress;
  self->is_running = 1;
  self->is_in_callback = 0;
#ifdef NBT_MEX_SIGINT
  is_interrupted = 0;
#endif
  take_interrupts(self);
  return c->sim;
}

/* Whether Ctrl-C came during the run. */
static int stop_taking_interrupts(slot* self, nbt_status status) {
  if (self->is_in_callback) return 1; /* it ended the host's function, when it was the host's already */
  give_interrupts_back(self);
#ifdef NBT_MEX_SIGINT
  if (is_interrupted && status != NBT_ERROR_CANCELLED) /* it came too late, and would stop the next run */
    nbt_run_chunked(self->simulation, 1, NBT_FLOAT32, stop_at_once, NULL);
  return is_interrupted;
#else
  (void)status;
  return 0;
#endif
}

/* Octave ends the command as if the signal had been its own; it looks for signals while it waits. One that it has
 * noticed already, in a callback, it takes back at the first. MATLAB knows by itself. */
static void interrupt_host(void) {
#ifdef NBT_MEX_SIGINT
  for (int attempt = 0; attempt < 3; ++attempt) {
    mxArray* seconds = mxCreateDoubleScalar(0.3);
    kill(getpid(), SIGINT);
    mexCallMATLAB(0, NULL, 1, &seconds, "pause");
  }
#endif
}

static void end_run(const call* c, nbt_status status) {
  slot* const self = c->self;
  mxArray* trouble = self->trouble;
  const int was_interrupted = stop_taking_interrupts(self, status), was_closed = self->is_closing;
  self->is_running = self->is_in_callback = 0;
  self->progress = NULL;
  self->trouble = NULL;
  if (was_closed) close_slot(self);
  if (was_interrupted) interrupt_host();
  if (was_closed) mexErrMsgIdAndTxt("nbt:cancelled", "the simulation was closed during its run");
  if (trouble) mexCallMATLAB(0, NULL, 1, &trouble, "rethrow");
  check(c, status);
}

/* ---- Commands: life and parameters ---- */

static void adopt(const call* c, nbt_simulation* simulation) {
  slot* const made = calloc(1, sizeof *made);
  slot** const more = realloc(slots, (slot_count + 1) * sizeof *slots);
  if (more) slots = more;
  if (!made || !more) {
    nbt_destroy(simulation);
    free(made);
    mexErrMsgIdAndTxt("nbt:outOfMemory", "no memory for another simulation");
  }
  if (!slot_count) {
    mexLock(); /* clear must not unload the code of live handles */
    mexAtExit(release_all);
  }
  made->id = ++last_id;
  made->simulation = simulation;
  slots[slot_count++] = made;
  nbt_set_progress_callback(simulation, on_progress, made);
  nbt_set_log_callback(simulation, on_message, made);
  put(c, 0, array_of(1, 1, mxUINT64_CLASS));
  *(uint64_t*)mxGetData(c->results[0]) = made->id;
}

static void command_create(call* c) {
  nbt_simulation* simulation = NULL;
  check(c, nbt_create(&simulation));
  adopt(c, simulation);
}

static void command_clone(call* c) {
  nbt_simulation* copy = NULL;
  check(c, nbt_clone(c->sim, &copy));
  adopt(c, copy);
}

/* A callback may close the simulation that calls it: it lives until its run has stopped. */
static void command_destroy(call* c) {
  if (c->self->is_running) {
    c->self->is_closing = 1;
    nbt_cancel(c->sim);
    return;
  }
  close_slot(c->self);
  c->self = NULL;
}

static void command_cancel(call* c) {
  nbt_cancel(c->sim);
}

static void command_set(call* c) {
  const char* const name = text(c, 0, "name");
  const mxArray* const values = argument(c, 1, name);
  const double* const data = elements(values, name, "double");
  check(c, nbt_set(c->sim, name, data, mxGetNumberOfElements(values)));
}

static void command_set_text(call* c) {
  const char* const name = text(c, 0, "name");
  check(c, nbt_set_text(c->sim, name, text(c, 1, name)));
}

static void command_unset(call* c) {
  check(c, nbt_unset(c->sim, text(c, 0, "name")));
}

/* Numbers as a row, [] where automatic; booleans as logical; words and texts as they are. */
static void command_get(call* c) {
  const char* const name = text(c, 0, "name");
  nbt_parameter row = {.struct_size = sizeof row};
  int32_t index = 0;
  while (nbt_parameter_describe(index++, &row) == NBT_OK && strcmp(row.name, name) != 0) row.name = "";
  if (strcmp(row.name, name) != 0 || row.kind == NBT_KIND_CHOICE || row.kind == NBT_KIND_TEXT) {
    const char* value = NULL;
    put_text(c, nbt_get_text(c->sim, name, &value), &value);
    return;
  }
  double* const values = mxMalloc((size_t)row.length * sizeof *values);
  check(c, nbt_get(c->sim, name, values, (size_t)row.length));
  if (values[0] != values[0]) /* NaN */
    put(c, 0, array_of(0, 0, mxDOUBLE_CLASS));
  else if (row.kind == NBT_KIND_BOOLEAN)
    put(c, 0, mxCreateLogicalScalar(values[0] != 0));
  else
    put(c, 0, doubles(values, (size_t)row.length));
}

static void command_set_arguments(call* c) {
  size_t count = 0;
  const char** const words = texts(c, 0, "arguments", &count);
  check(c, nbt_set_arguments(c->sim, (int32_t)count, words));
}

/* ---- Commands: data and scenes ---- */

static void command_set_structure_factors(call* c) {
  const mxArray* const F = argument(c, 1, "F");
  const size_t count = mxGetNumberOfElements(F);
  const int32_t* const hkl = counted(argument(c, 0, "hkl"), "hkl", "int32", 3 * count, 0);
  const double* const amplitudes = elements(F, "F", "double");
  check(c, nbt_set_structure_factors(c->sim, hkl, hkl + count, hkl + 2 * count, amplitudes, count));
}

static void command_set_structure_factor_grid(call* c) {
  const int32_t* const first = counted(argument(c, 0, "first"), "first", "int32", 3, 0);
  const int32_t* const last = counted(argument(c, 1, "last"), "last", "int32", 3, 0);
  const mxArray* const F = argument(c, 2, "F");
  check(c, nbt_set_structure_factor_grid(c->sim, first, last, elements(F, "F", "double"), mxGetNumberOfElements(F)));
}

static void command_set_sources(call* c) {
  const mxArray* const directions = argument(c, 0, "directions");
  const size_t count = mxGetNumberOfElements(directions) / 3;
  const double* const xyz = counted(directions, "directions", "double", 3 * count, 0);
  const double* const wavelengths = counted(argument(c, 1, "wavelengths_A"), "wavelengths_A", "double", count, 1);
  const double* const weights = counted(argument(c, 2, "weights"), "weights", "double", count, 1);
  check(c, nbt_set_sources(c->sim, xyz, wavelengths, weights, count));
}

static void command_set_mosaic_rotations(call* c) {
  const mxArray* const rotations = argument(c, 0, "rotations");
  const size_t count = mxGetNumberOfElements(rotations) / 9;
  check(c, nbt_set_mosaic_rotations(c->sim, counted(rotations, "rotations", "double", 9 * count, 0), count));
}

static void command_set_mask(call* c) {
  const mxArray* const mask = argument(c, 0, "mask");
  const uint8_t* const pixels = elements(mask, "mask", "uint8");
  if (mxGetNumberOfDimensions(mask) != 2)
    mexErrMsgIdAndTxt("nbt:wrongLength", "mask is %s: fast x slow is needed", size_text(mask));
  check(c, nbt_set_mask(c->sim, pixels, (int64_t)mxGetM(mask), (int64_t)mxGetN(mask)));
}

static void command_load_scene(call* c) {
  const char* const json = text(c, 0, "scene");
  check(c, nbt_load_scene(c->sim, json, strlen(json)));
}

static void command_dump_scene(call* c) {
  const char* json = NULL;
  put_text(c, nbt_dump_scene(c->sim, &json), &json);
}

static void command_report(call* c) {
  const char* json = NULL;
  put_text(c, nbt_report(c->sim, &json), &json);
}

static void command_trace(call* c) {
  const char* json = NULL;
  const int32_t panel = whole32(c, 0, "panel");
  const int64_t slow = whole(c, 1, "slow"), fast = whole(c, 2, "fast");
  put_text(c, nbt_trace_pixel(c->sim, panel, slow, fast, &json), &json);
}

/* ---- Commands: images ---- */

static void image_size(const call* c, int32_t panel, int64_t* fast, int64_t* slow) {
  check(c, nbt_get_image_size(c->sim, panel, fast, slow));
}

static void command_image_size(call* c) {
  int64_t fast = 0, slow = 0;
  image_size(c, whole32(c, 0, "panel"), &fast, &slow);
  put(c, 0, doubles((const double[]){(double)fast, (double)slow}, 2));
}

static int32_t pixel_type(const call* c, int index) {
  return number(argument(c, index, "is_double"), "is_double") != 0 ? NBT_FLOAT64 : NBT_FLOAT32;
}

static void command_run(call* c) {
  int64_t fast = 0, slow = 0;
  const int32_t panel = whole32(c, 1, "panel"), type = pixel_type(c, 2);
  image_size(c, panel, &fast, &slow);
  put(c, 0, array_of((size_t)fast, (size_t)slow, type == NBT_FLOAT64 ? mxDOUBLE_CLASS : mxSINGLE_CLASS));
  nbt_simulation* const simulation = begin_run(c);
  end_run(c, nbt_run(simulation, panel, type, mxGetData(c->results[0]), fast * slow, fast));
}

typedef struct receiver {
  slot* self;
  mxArray* function; /* or null: into the arrays */
  double* image;
  double* derivatives;
  int64_t slow_count;
} receiver;

static int32_t on_rows(const nbt_rows* rows, void* user) {
  const receiver* const to = user;
  const int is_double = rows->pixel_type == NBT_FLOAT64;
  const size_t row_bytes = (size_t)rows->fast_count * (is_double ? sizeof(double) : sizeof(float));
  const size_t stride_bytes = row_bytes / (size_t)rows->fast_count * (size_t)rows->row_stride;
  mxArray* const copy =
      array_of((size_t)rows->fast_count, (size_t)rows->row_count, is_double ? mxDOUBLE_CLASS : mxSINGLE_CLASS);
  for (int64_t i = 0; i < rows->row_count; ++i)
    memcpy((char*)mxGetData(copy) + (size_t)i * row_bytes, (const char*)rows->pixels + (size_t)i * stride_bytes,
           row_bytes);
  mxArray* arguments[] = {to->function, copy, mxCreateDoubleScalar((double)rows->first_row)};
  return call_to_stop(to->self, 3, arguments);
}

static void command_run_chunked(call* c) {
  const int64_t rows_per_chunk = whole(c, 1, "rows_per_chunk");
  const int32_t type = pixel_type(c, 2);
  receiver to = {.self = c->self, .function = (mxArray*)argument(c, 3, "function")};
  nbt_simulation* const simulation = begin_run(c);
  end_run(c, nbt_run_chunked(simulation, rows_per_chunk, type, on_rows, &to));
}

static void command_digitize(call* c) {
  int64_t fast = 0, slow = 0;
  const int32_t kind = whole32(c, 0, "kind"), panel = whole32(c, 1, "panel");
  image_size(c, panel, &fast, &slow);
  const float* const pixels = image_elements(argument(c, 2, "image"), "image", "single", fast, slow);
  if (!pixels) mexErrMsgIdAndTxt("nbt:wrongLength", "image is empty");
  put(c, 0, array_of((size_t)fast, (size_t)slow, mxUINT16_CLASS));
  nbt_digitize_result result = {.struct_size = sizeof result};
  check(c, nbt_digitize(c->sim, kind, panel, pixels, fast, mxGetData(c->results[0]), &result));
  put(c, 1, doubles((const double[]){result.scale, result.total_photons, (double)result.overloads}, 3));
}

static void command_estimate_memory(call* c) {
  nbt_memory_request request = {.struct_size = sizeof request};
  nbt_memory_estimate e = {.struct_size = sizeof e};
  request.run = whole32(c, 0, "run");
  request.pixel_type = pixel_type(c, 1);
  request.rows_per_chunk = whole(c, 2, "rows_per_chunk");
  request.limit_bytes = number(argument(c, 3, "limit_bytes"), "limit_bytes");
  request.components = whole(c, 4, "components");
  request.with_amplitudes = whole32(c, 5, "amplitudes");
  check(c, nbt_estimate_memory(c->sim, &request, &e));
  const double values[] = {e.working_bytes,
                           e.output_bytes,
                           e.evaluations,
                           (double)e.whole_image_fits,
                           (double)e.recommended_rows_per_chunk,
                           (double)e.largest_rows_per_chunk,
                           e.device_bytes};
  put(c, 0, doubles(values, 7));
}

/* ---- Commands: derivatives ---- */

static size_t component_count(const call* c, const char* const* list, size_t count) {
  size_t components = 0;
  check(c, nbt_get_component_count(c->sim, list, count, &components));
  return components;
}

static void command_component_names(call* c) {
  size_t count = 0;
  const char** const list = texts(c, 0, "parameters", &count);
  const size_t components = component_count(c, list, count);
  put(c, 0, mxCreateCellMatrix(1, (mwSize)components));
  for (size_t i = 0; i < components; ++i) {
    const char* name = NULL;
    check(c, nbt_get_component_name(c->sim, list, count, i, &name));
    mxSetCell(c->results[0], (mwIndex)i, mxCreateString(name));
  }
}

static size_t structure_factor_box(const call* c, int32_t* first, int32_t* last) {
  size_t count = 0;
  check(c, nbt_get_structure_factor_box(c->sim, first, last, &count));
  return count;
}

/* First and last h, k, l; [] without structure factors. */
static void command_structure_factor_box(call* c) {
  int32_t first[3], last[3];
  const int is_there = structure_factor_box(c, first, last) > 0;
  put(c, 0, array_of(is_there ? 2 : 0, is_there ? 3 : 0, mxDOUBLE_CLASS));
  for (int i = 0; i < 3 && is_there; ++i) {
    ((double*)mxGetData(c->results[0]))[2 * i] = first[i];
    ((double*)mxGetData(c->results[0]))[2 * i + 1] = last[i];
  }
}

static void command_sample_counts(call* c) {
  size_t sources = 0, steps = 0, domains = 0;
  check(c, nbt_get_sample_counts(c->sim, &sources, &steps, &domains));
  put(c, 0, doubles((const double[]){(double)sources, (double)steps, (double)domains}, 3));
}

static const char* const data_classes[] = {"single", "double", "uint16", "int32"}; /* by NBT_FLOAT32 ... */

/* A loss and where its rows come from. */
typedef struct measured {
  nbt_loss loss;
  slot* self;
  mxArray* function;
  mxArray* rows;  /* of the last answer: the library reads them until the next */
  int is_refused; /* they did not fit */
} measured;

/* No errors here: the library is on the stack. False where an array does not fit. */
static int take_rows(const void** pointer, const mxArray* given, const char* name, const char* class_name,
                     const nbt_data_rows* rows) {
  const mxArray* const array = mxGetField(given, 0, name);
  *pointer = NULL;
  if (!array || mxIsEmpty(array)) return 1;
  if (!is_image(array, class_name, rows->fast_count, rows->row_count)) return 0;
  *pointer = mxGetData(array);
  return 1;
}

static int32_t on_data(nbt_data_rows* rows, void* user) {
  measured* const m = user;
  mxArray* arguments[] = {m->function, mxCreateDoubleScalar((double)rows->first_row),
                          mxCreateDoubleScalar((double)rows->row_count)};
  if (m->rows) mxDestroyArray(m->rows);
  m->rows = call_host(m->self, 3, arguments);
  mxDestroyArray(arguments[1]);
  mxDestroyArray(arguments[2]);
  if (!m->rows || !mxIsStruct(m->rows)) return 1;
  const void* mask = NULL;
  m->is_refused = !take_rows(&rows->data, m->rows, "data", data_classes[m->loss.data_type], rows) || !rows->data ||
                  !take_rows(&mask, m->rows, "mask", "uint8", rows) ||
                  !take_rows(&rows->background, m->rows, "background", "double", rows) ||
                  !take_rows(&rows->weights, m->rows, "weights", "double", rows);
  rows->mask = mask;
  return m->is_refused;
}

static double loss_number(const mxArray* given, const char* name) {
  const mxArray* const value = mxGetField(given, 0, name);
  return value ? number(value, name) : 0;
}

static int64_t loss_whole(const mxArray* given, const char* name, double most) {
  const mxArray* const value = mxGetField(given, 0, name);
  return value ? whole_number(value, name, most) : 0;
}

static int32_t data_type(const char* class_name) {
  for (int32_t i = 0; i < 4; ++i)
    if (strcmp(class_name, data_classes[i]) == 0) return i;
  mexErrMsgIdAndTxt("nbt:invalidArgument", "data are %s: single, double, uint16 or int32 is needed", class_name);
  return 0;
}

/* From the struct of Simulation.m: kind, data (array, or function with data_class), mask, background, weights ... */
static void read_loss(const call* c, int index, measured* m) {
  const mxArray* const given = argument(c, index, "loss");
  const mxArray* const data = mxIsStruct(given) ? mxGetField(given, 0, "data") : NULL;
  if (!data) mexErrMsgIdAndTxt("nbt:invalidArgument", "loss has no data: a struct with kind and data is needed");
  *m = (measured){.self = c->self, .loss = {.struct_size = sizeof m->loss, .real_type = NBT_FLOAT64}};
  nbt_loss* const loss = &m->loss;
  loss->kind = (int32_t)loss_whole(given, "kind", INT32_MAX);
  loss->scale = loss_number(given, "scale");
  loss->gain = loss_number(given, "gain");
  loss->readout_variance = loss_number(given, "readout_variance");
  loss->rows_per_chunk = loss_whole(given, "rows_per_chunk", 9e15);
  if (mxIsClass(data, "function_handle")) {
    const mxArray* const class_name = mxGetField(given, 0, "data_class");
    loss->data_type = class_name ? data_type(text_of(class_name, "data_class")) : NBT_FLOAT64;
    loss->callback = on_data;
    loss->user = m;
    m->function = (mxArray*)data;
    return;
  }
  int64_t fast = 0, slow = 0;
  image_size(c, 0, &fast, &slow);
  loss->data_type = data_type(mxGetClassName(data));
  loss->data = image_elements(data, "data", data_classes[loss->data_type], fast, slow);
  loss->mask = image_elements(mxGetField(given, 0, "mask"), "mask", "uint8", fast, slow);
  loss->background = image_elements(mxGetField(given, 0, "background"), "background", "double", fast, slow);
  loss->weights = image_elements(mxGetField(given, 0, "weights"), "weights", "double", fast, slow);
  loss->capacity = fast * slow;
}

static void end_measured_run(const call* c, const measured* m, nbt_status status, const nbt_gradient_result* result) {
  if (m->is_refused && !c->self->trouble) {
    end_run(c, NBT_OK);
    mexErrMsgIdAndTxt("nbt:wrongLength", "the data function gave rows of another class or size than asked for");
  }
  end_run(c, status);
  put(c, 1, doubles((const double[]){result->loss, result->scale_derivative, (double)result->pixels}, 3));
}

/* An output of `count` groups of values, or of none where it is not wanted. */
static double* output(const call* c, int index, int is_wanted, size_t size, size_t* count) {
  if (!is_wanted) *count = 0;
  mxArray* const array = array_of(size, *count, mxDOUBLE_CLASS);
  put(c, index, array);
  return *count ? mxGetData(array) : NULL;
}

/* progress, loss, parameters, [amplitudes, sources, orientations] -> values, summary, and those of the three wanted */
static void command_gradient(call* c) {
  measured m;
  size_t count = 0, steps = 0, domains = 0;
  int32_t first[3], last[3];
  nbt_gradient_result result = {.struct_size = sizeof result};
  nbt_gradient_outputs outputs = {.struct_size = sizeof outputs};
  read_loss(c, 1, &m);
  const char** const list = texts(c, 2, "parameters", &count);
  const double* const wanted = counted(argument(c, 3, "wanted"), "wanted", "double", 3, 0);
  size_t components = component_count(c, list, count);
  check(c, nbt_get_sample_counts(c->sim, &outputs.source_count, &steps, &domains));
  outputs.amplitude_count = structure_factor_box(c, first, last);
  outputs.orientation_count = steps * domains;
  double* const values = output(c, 0, 1, 1, &components);
  outputs.amplitudes = output(c, 2, wanted[0] != 0, 1, &outputs.amplitude_count);
  outputs.sources = output(c, 3, wanted[1] != 0, 5, &outputs.source_count);
  outputs.orientations = output(c, 4, wanted[2] != 0, 3, &outputs.orientation_count);
  nbt_simulation* const simulation = begin_run(c);
  const nbt_status status = nbt_run_gradient(simulation, &m.loss, list, count, values, components, &outputs, &result);
  end_measured_run(c, &m, status, &result);
}

/* progress, loss, parameters, with_scale -> matrix, summary, gradient */
static void command_normal_equations(call* c) {
  measured m;
  size_t count = 0;
  nbt_gradient_result result = {.struct_size = sizeof result};
  read_loss(c, 1, &m);
  const char** const list = texts(c, 2, "parameters", &count);
  const int with_scale = whole(c, 3, "with_scale") != 0;
  size_t components = component_count(c, list, count) + (size_t)with_scale;
  double* const matrix = output(c, 0, 1, components, &components);
  double* const gradient = output(c, 2, 1, 1, &components);
  nbt_simulation* const simulation = begin_run(c);
  const nbt_status status =
      nbt_run_normal_equations(simulation, &m.loss, list, count, with_scale, matrix, gradient, components, &result);
  end_measured_run(c, &m, status, &result);
}

static int32_t on_jacobian(const nbt_jacobian_rows* rows, void* user) {
  const receiver* const to = user;
  const size_t fast = (size_t)rows->fast_count, chunk = fast * (size_t)rows->row_count;
  const mwSize size[] = {(mwSize)fast, (mwSize)rows->row_count, (mwSize)rows->components};
  if (!to->function) {
    const size_t first = fast * (size_t)rows->first_row, image = fast * (size_t)to->slow_count;
    memcpy(to->image + first, rows->image, chunk * sizeof(double));
    for (size_t i = 0; i < rows->components; ++i)
      memcpy(to->derivatives + i * image + first, rows->derivatives + i * chunk, chunk * sizeof(double));
    return 0;
  }
  mxArray* arguments[] = {to->function, array_of(fast, (size_t)rows->row_count, mxDOUBLE_CLASS),
                          mxCreateNumericArray(3, size, mxDOUBLE_CLASS, mxREAL),
                          mxCreateDoubleScalar((double)rows->first_row)};
  memcpy(mxGetData(arguments[1]), rows->image, chunk * sizeof(double));
  memcpy(mxGetData(arguments[2]), rows->derivatives, rows->components * chunk * sizeof(double));
  return call_to_stop(to->self, 4, arguments);
}

/* progress, parameters, tangent or [], rows_per_chunk, function or [] -> image, derivatives */
static void command_jacobian(call* c) {
  size_t count = 0;
  int64_t fast = 0;
  receiver to = {.self = c->self};
  const char** const list = texts(c, 1, "parameters", &count);
  const size_t components = component_count(c, list, count);
  const double* const tangent = counted(argument(c, 2, "tangent"), "tangent", "double", components, 1);
  const int64_t rows_per_chunk = whole(c, 3, "rows_per_chunk");
  image_size(c, 0, &fast, &to.slow_count);
  if (!mxIsEmpty(argument(c, 4, "function"))) {
    to.function = (mxArray*)c->arguments[4];
  } else {
    const mwSize size[] = {(mwSize)fast, (mwSize)to.slow_count, tangent ? 1 : (mwSize)components};
    put(c, 0, array_of((size_t)fast, (size_t)to.slow_count, mxDOUBLE_CLASS));
    mxArray* const derivatives = mxCreateNumericArray(3, size, mxDOUBLE_CLASS, mxREAL);
    put(c, 1, derivatives);
    to.image = mxGetData(c->results[0]);
    to.derivatives = mxGetData(derivatives);
  }
  nbt_simulation* const simulation = begin_run(c);
  end_run(c, nbt_run_jacobian(simulation, list, count, tangent, tangent ? components : 0, rows_per_chunk, on_jacobian,
                              &to));
}

/* ---- Commands without a simulation ---- */

static void command_version(call* c) {
  put(c, 0, mxCreateString(nbt_version()));
}

static void command_parameters(call* c) {
  static const char* const kinds[] = {"real", "integer", "boolean", "choice", "text"};
  static const char* fields[] = {"name",    "kind",    "length",         "unit",  "choices", "minimum",
                                 "maximum", "default", "differentiable", "flags", "sentence"};
  const int32_t count = nbt_parameter_count();
  put(c, 0, mxCreateStructMatrix((mwSize)count, 1, sizeof fields / sizeof *fields, fields));
  for (int32_t i = 0; i < count; ++i) {
    nbt_parameter row = {.struct_size = sizeof row};
    check(c, nbt_parameter_describe(i, &row));
    mxArray* const values[] = {mxCreateString(row.name),
                               mxCreateString(row.kind < 5 ? kinds[row.kind] : "unknown"),
                               mxCreateDoubleScalar(row.length),
                               mxCreateString(row.unit),
                               mxCreateString(row.choices),
                               mxCreateDoubleScalar(row.minimum),
                               mxCreateDoubleScalar(row.maximum),
                               mxCreateString(row.default_text),
                               mxCreateLogicalScalar(row.differentiable != 0),
                               mxCreateString(row.flags),
                               mxCreateString(row.sentence)};
    for (int field = 0; field < 11; ++field) mxSetFieldByNumber(c->results[0], i, field, values[field]);
  }
}

static void command_devices(call* c) {
  static const char* fields[] = {"name", "description", "available", "reason", "other_names"};
  const int32_t count = nbt_device_count();
  put(c, 0, mxCreateStructMatrix((mwSize)count, 1, sizeof fields / sizeof *fields, fields));
  for (int32_t i = 0; i < count; ++i) {
    nbt_device row = {.struct_size = sizeof row};
    check(c, nbt_device_describe(i, &row));
    mxArray* const values[] = {mxCreateString(row.name), mxCreateString(row.description),
                               mxCreateLogicalScalar(row.available != 0), mxCreateString(row.reason),
                               mxCreateString(row.other_names)};
    for (int field = 0; field < 5; ++field) mxSetFieldByNumber(c->results[0], i, field, values[field]);
  }
}

/* ---- The way in ---- */

enum { NO_ID, IDLE, ANY_TIME };

#define COMMAND(name, needs) \
  { #name, command_##name, needs }
static const struct {
  const char* name;
  void (*run)(call*);
  int needs;
} commands[] = {COMMAND(run, IDLE),
                COMMAND(get, IDLE),
                COMMAND(set, IDLE),
                COMMAND(set_text, IDLE),
                COMMAND(unset, IDLE),
                COMMAND(create, NO_ID),
                COMMAND(destroy, ANY_TIME),
                COMMAND(cancel, ANY_TIME),
                COMMAND(clone, IDLE),
                COMMAND(set_arguments, IDLE),
                COMMAND(set_structure_factors, IDLE),
                COMMAND(set_structure_factor_grid, IDLE),
                COMMAND(set_sources, IDLE),
                COMMAND(set_mosaic_rotations, IDLE),
                COMMAND(set_mask, IDLE),
                COMMAND(load_scene, IDLE),
                COMMAND(dump_scene, IDLE),
                COMMAND(image_size, IDLE),
                COMMAND(run_chunked, IDLE),
                COMMAND(estimate_memory, IDLE),
                COMMAND(component_names, IDLE),
                COMMAND(structure_factor_box, IDLE),
                COMMAND(sample_counts, IDLE),
                COMMAND(gradient, IDLE),
                COMMAND(normal_equations, IDLE),
                COMMAND(jacobian, IDLE),
                COMMAND(digitize, IDLE),
                COMMAND(trace, IDLE),
                COMMAND(report, IDLE),
                COMMAND(parameters, NO_ID),
                COMMAND(devices, NO_ID),
                COMMAND(version, NO_ID)};

void mexFunction(int result_count, mxArray* results[], int count, const mxArray* arguments[]) {
  if (count < 1) mexErrMsgIdAndTxt("nbt:invalidArgument", "a command is needed; users call nbt.Simulation");
  const char* const name = text_of(arguments[0], "command");
  size_t i = 0;
  while (i < sizeof commands / sizeof *commands && strcmp(commands[i].name, name) != 0) ++i;
  if (i == sizeof commands / sizeof *commands) mexErrMsgIdAndTxt("nbt:unknownName", "there is no command %s", name);
  call c = {NULL, NULL, result_count, results, count - 1, arguments + 1};
  if (commands[i].needs != NO_ID) {
    c.self = find_slot(argument(&c, 0, "simulation"));
    c.sim = c.self->simulation;
    ++c.arguments;
    --c.count;
    if (c.self->is_running && commands[i].needs == IDLE)
      mexErrMsgIdAndTxt("nbt:invalidArgument", "%s: the simulation is in use by the callback that it is calling", name);
  }
  commands[i].run(&c);
  warn(c.self);
}
