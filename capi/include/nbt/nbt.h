/* nbt: X-ray diffraction images of crystals, as nanoBragg computes them. The C interface (C99).
 *
 *     nbt_simulation* sim = NULL;
 *     if (nbt_create(&sim) != NBT_OK) { fputs(nbt_last_error(NULL), stderr); return 1; }
 *     const double cell_A[3] = {79.1, 79.1, 37.9}, cells[3] = {10, 10, 10}, default_F = 100;
 *     nbt_set(sim, "crystal.cell_lengths_A", cell_A, 3);
 *     nbt_set(sim, "crystal.cells", cells, 3);
 *     nbt_set(sim, "structure_factors.default_F", &default_F, 1);
 *     int64_t fast, slow;
 *     nbt_get_image_size(sim, 0, &fast, &slow);
 *     float* photons = malloc(sizeof(float) * (size_t)(fast * slow));
 *     if (nbt_run(sim, 0, NBT_FLOAT32, photons, fast * slow, fast) != NBT_OK) puts(nbt_last_error(sim));
 *     nbt_destroy(sim);
 *
 * Images are photons per pixel, slow-major: pixel (slow, fast) is element slow * row_stride + fast.
 *
 * Errors: every function that can fail returns a status; nbt_last_error gives the sentence that goes with it.
 * A failed call changes nothing but the last error. No function ends the process, prints, installs a signal
 * handler, or lets a C++ exception out.
 *
 * Threads: a handle belongs to one thread at a time; different handles are independent and may run at once.
 * The one exception is nbt_cancel, which any thread may call at any time before nbt_destroy. A call on a handle that
 * is in use, from inside one of its callbacks or from a second thread, is refused (nbt_last_error(NULL) says so).
 *
 * Strings are UTF-8, ended by a zero byte. Strings that functions return belong to the library and live as
 * long as each function says. The interface only grows: functions and record fields are never removed, fields are
 * added at the end, and a record of an earlier version's size is taken as it is, missing fields being 0. */
#ifndef NBT_NBT_H
#define NBT_NBT_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(NBT_BUILDING) && defined(__GNUC__)
#define NBT_API __attribute__((visibility("default")))
#else
#define NBT_API
#endif

/* ---- Status ---------------------------------------------------------------------------------------------- */

/* Fixed width, because a C enum may change size between compilers. */
typedef int32_t nbt_status;

enum {
  NBT_OK = 0,
  NBT_ERROR_INVALID_ARGUMENT = 1,   /* null pointer, malformed text, a value that makes no sense */
  NBT_ERROR_UNKNOWN_NAME = 2,       /* parameter, option, token or device that does not exist */
  NBT_ERROR_WRONG_LENGTH = 3,       /* right name, wrong number of values */
  NBT_ERROR_OUT_OF_RANGE = 4,       /* a number outside what is allowed */
  NBT_ERROR_INCONSISTENT_SCENE = 5, /* each value is fine, together they are not */
  NBT_ERROR_FILE = 6,               /* a file that cannot be read, written or understood */
  NBT_ERROR_MEMORY_LIMIT = 7,       /* the run would pass limits.memory_bytes or limits.device_memory_bytes */
  NBT_ERROR_OUT_OF_MEMORY = 8,      /* the system refused memory */
  NBT_ERROR_CANCELLED = 9,          /* stopped by a callback or by nbt_cancel */
  NBT_ERROR_DEVICE = 10,            /* no such device, or it failed */
  NBT_ERROR_UNSUPPORTED = 11,       /* something this build or device cannot do */
  NBT_ERROR_INTERNAL = 12           /* a defect of the library: please report it */
};

/* "out of range" and so on; "unknown status" for any other number. Never null, lives for ever. */
NBT_API const char* nbt_status_text(nbt_status status);

/* "0.1.0". Lives for ever. */
NBT_API const char* nbt_version(void);

/* ---- The simulation handle ------------------------------------------------------------------------------- */

/* A scene that is being described, and whatever was computed from it. One thread at a time. */
typedef struct nbt_simulation nbt_simulation;

/* On failure *simulation is null and nbt_last_error(NULL) tells why. */
NBT_API nbt_status nbt_create(nbt_simulation** simulation);

/* Null is allowed. The handle must not be running. */
NBT_API void nbt_destroy(nbt_simulation* simulation);

/* An independent copy: parameters, data, callbacks. Structure factors and mask are shared, not copied;
 * changing them in one handle does not change the other. A pending cancel is not copied. */
NBT_API nbt_status nbt_clone(const nbt_simulation* simulation, nbt_simulation** copy);

/* Message of the last failed call on this handle, or "" when none failed. With NULL: of the last call on this
 * thread that failed without a handle to put it in (creation, null handles). Lives until the next call on the
 * handle (thread). Never null. */
NBT_API const char* nbt_last_error(const nbt_simulation* simulation);

/* ---- Parameters ------------------------------------------------------------------------------------------ */

enum {
  NBT_KIND_REAL = 0,
  NBT_KIND_INTEGER = 1,
  NBT_KIND_BOOLEAN = 2, /* 0 or 1 */
  NBT_KIND_CHOICE = 3,  /* one of `choices` */
  NBT_KIND_TEXT = 4
};

/* One row of the parameter table. Set struct_size before the call; strings live for ever. */
typedef struct nbt_parameter {
  size_t struct_size;
  const char* name; /* "detector.distance_mm" */
  int32_t kind;
  int32_t length;      /* number of components */
  const char* unit;    /* "" when it has none */
  const char* choices; /* words separated by '|'; "" unless a choice */
  double minimum;      /* closed range of each component of a number */
  double maximum;
  const char* default_text; /* "" = automatic: decided by each run and told by nbt_report */
  int32_t differentiable;
  const char* flags;    /* nanoBragg options that set it */
  const char* sentence; /* what it is */
} nbt_parameter;

NBT_API int32_t nbt_parameter_count(void);
NBT_API nbt_status nbt_parameter_describe(int32_t index, nbt_parameter* parameter);

/* Numbers (also booleans). `count` must be the length of the parameter. An unknown name is answered with the
 * nearest known one; NaN, infinities and values outside the range are refused. */
NBT_API nbt_status nbt_set(nbt_simulation* simulation, const char* name, const double* values, size_t count);

/* Text of any kind: a word of a choice, free text, or numbers separated by blanks or commas. */
NBT_API nbt_status nbt_set_text(nbt_simulation* simulation, const char* name, const char* text);

/* Back to the default. */
NBT_API nbt_status nbt_unset(nbt_simulation* simulation, const char* name);

/* The value that was set, or the default; NaN where that is automatic. */
NBT_API nbt_status nbt_get(const nbt_simulation* simulation, const char* name, double* values, size_t count);

/* *text lives until the next call on the handle; "" where automatic. Numbers have the digits that give them back
 * exactly. */
NBT_API nbt_status nbt_get_text(const nbt_simulation* simulation, const char* name, const char** text);

/* A whole nanoBragg command line, without the program's name: every option of nanoBragg and the double-dash
 * options that docs/flags.md lists for the library. Reads the files it names (-hkl, -mat, -mask, -img,
 * -sourcefile, and the structure-factor dump, which it never writes). All or nothing. */
NBT_API nbt_status nbt_set_arguments(nbt_simulation* simulation, int32_t argc, const char* const* argv);

/* ---- Data ------------------------------------------------------------------------------------------------ */

/* All are copied. Passing count 0 removes what was set before. Non-finite values are refused by index. */

/* `count` reflections; amplitude F in electrons, below 1e-200 taken as 0. Indices inside the surrounding box that are
 * not listed get structure_factors.default_F as it stands at this call, a later duplicate replaces an earlier one. */
NBT_API nbt_status nbt_set_structure_factors(nbt_simulation* simulation, const int32_t* h, const int32_t* k,
                                             const int32_t* l, const double* F, size_t count);

/* A dense box: `amplitudes` has (last[0]-first[0]+1)*(last[1]-first[1]+1)*(last[2]-first[2]+1) == count
 * elements, h slowest, l fastest. first and last are three inclusive indices h, k, l. */
NBT_API nbt_status nbt_set_structure_factor_grid(nbt_simulation* simulation, const int32_t* first, const int32_t* last,
                                                 const double* amplitudes, size_t count);

/* Replaces the divergence and dispersion grids. `directions`: 3 * count, from the sample towards each source,
 * any length. `wavelengths_A` and `weights` may be null: beam.wavelength_A (as it stands at the run), 1. */
NBT_API nbt_status nbt_set_sources(nbt_simulation* simulation, const double* directions, const double* wavelengths_A,
                                   const double* weights, size_t count);

/* Replaces the drawn mosaic domains: 9 * count, row-major rotation matrices applied after phi. */
NBT_API nbt_status nbt_set_mosaic_rotations(nbt_simulation* simulation, const double* rotations, size_t count);

/* One byte per pixel, slow-major, 0 = not rendered. The size must be the detector's when a run starts. */
NBT_API nbt_status nbt_set_mask(nbt_simulation* simulation, const uint8_t* mask, int64_t fast_count,
                                int64_t slow_count);

/* Inclusive limits of the rendered region, in pixels; the same as detector.roi. */
NBT_API nbt_status nbt_set_roi(nbt_simulation* simulation, int64_t first_fast, int64_t last_fast, int64_t first_slow,
                               int64_t last_slow);

/* ---- Scene files ----------------------------------------------------------------------------------------- */

/* JSON text with a version; unknown keys are errors that name the key. Replaces parameters and data: all or
 * nothing. docs/scene.md has the format. */
NBT_API nbt_status nbt_load_scene(nbt_simulation* simulation, const char* json, size_t length);

/* Everything that was set, data included. *json lives until the next call on the handle. */
NBT_API nbt_status nbt_dump_scene(nbt_simulation* simulation, const char** json);

/* ---- Runs ------------------------------------------------------------------------------------------------ */

enum { NBT_FLOAT32 = 0, NBT_FLOAT64 = 1 };

/* Size of a panel's image as resolved. */
NBT_API nbt_status nbt_get_image_size(nbt_simulation* simulation, int32_t panel, int64_t* fast_count,
                                      int64_t* slow_count);

/* Renders a whole panel into `pixels`: rows of row_stride elements (>= fast count), at least
 * (slow_count-1)*row_stride+fast_count elements in `capacity`. After a failure the contents are unspecified. */
NBT_API nbt_status nbt_run(nbt_simulation* simulation, int32_t panel, int32_t pixel_type, void* pixels,
                           int64_t capacity, int64_t row_stride);

/* Rows that have been finished; valid during the callback only. struct_size is set by the library: a field may
 * be read if it lies inside. */
typedef struct nbt_rows {
  size_t struct_size;
  int32_t panel;
  int32_t pixel_type;
  int64_t first_row;
  int64_t row_count;
  int64_t fast_count;
  int64_t row_stride;   /* elements */
  const void* pixels;   /* row_count rows */
  double fraction_done; /* of the run, after these rows; 1 with the last */
} nbt_rows;

/* Called on the thread that called the run, once per chunk, rows in order, panels in order. A non-zero return
 * stops the run with NBT_ERROR_CANCELLED. It must not call functions on the same handle except nbt_cancel. */
typedef int32_t (*nbt_rows_callback)(const nbt_rows* rows, void* user);

/* Renders in chunks of rows and never holds more than one chunk. The last chunk may be smaller; more rows than
 * the detector has means all; zero or negative: chosen from limits.memory_bytes. Any chunk size gives the same
 * bits. Pixels are float32 or float64. */
NBT_API nbt_status nbt_run_chunked(nbt_simulation* simulation, int64_t rows_per_chunk, int32_t pixel_type,
                                   nbt_rows_callback callback, void* user);

enum {
  NBT_RUN_WHOLE = 0,
  NBT_RUN_CHUNKED = 1,
  NBT_RUN_GRADIENT = 2,
  NBT_RUN_JACOBIAN = 3,
  NBT_RUN_NORMAL_EQUATIONS = 4
};

typedef struct nbt_memory_request {
  size_t struct_size;
  int32_t run; /* NBT_RUN_... */
  int32_t pixel_type;
  int64_t rows_per_chunk;  /* zero or negative: automatic */
  double limit_bytes;      /* 0: limits.memory_bytes */
  int64_t components;      /* of Jacobians and normal equations: nbt_get_component_count */
  int32_t with_amplitudes; /* of gradients: 1 for the derivative by structure factors, too */
} nbt_memory_request;

typedef struct nbt_memory_estimate {
  size_t struct_size;
  double working_bytes;     /* what the library allocates for the run: plan, structure factors, scratch, chunk */
  double output_bytes;      /* the image as a whole; the caller's, not counted in working_bytes */
  double evaluations;       /* pixels * sub-pixels * layers * sources * phi * domains in the rendered region */
  int32_t whole_image_fits; /* a chunk of all rows stays within the limit; 1 without a limit */
  int64_t recommended_rows_per_chunk;
  int64_t largest_rows_per_chunk; /* within the limit; 0: not even one row fits */
  double device_bytes;            /* memory of the device's own; 0 on the CPU */
} nbt_memory_estimate;

/* Estimates without rendering. Set struct_size of both records. A scene whose tables alone pass limits.memory_bytes
 * fails with NBT_ERROR_MEMORY_LIMIT, as its run would. */
NBT_API nbt_status nbt_estimate_memory(nbt_simulation* simulation, const nbt_memory_request* request,
                                       nbt_memory_estimate* estimate);

/* ---- Gradients ------------------------------------------------------------------------------------------- */

/* A scalar loss of the image and its derivatives with respect to parameters, in one sweep over the detector
 * (docs/gradients.md). Computed in precision `double` or `single`; `fast` is computed as `single`, `exact` and the
 * compat token running-product are refused.
 *
 * A component of a gradient is named by a text:
 *   "detector.distance_mm"                              every component of the parameter, one after the other
 *   "crystal.cell_lengths_A[0]"                         one component
 *   "crystal.cell_lengths_A[0]+crystal.cell_lengths_A[1]"   components that move together: the sum of their
 *                                                       derivatives, as a symmetry of the cell ties them
 * Derivatives are per unit of the parameter (mm, deg, A, ...). Of a parameter that is automatic it is that with
 * respect to the value that was resolved for it; of one without effect in the scene it is 0. */

/* Number of values that a list of such texts stands for. A null list with count 0: every differentiable parameter of
 * the table, in its order. Unknown names and parameters that are not differentiable are refused. */
NBT_API nbt_status nbt_get_component_count(nbt_simulation* simulation, const char* const* parameters, size_t count,
                                           size_t* components);

/* Name of one of these values: "crystal.misset_deg[2]". *name lives until the next call on the handle. */
NBT_API nbt_status nbt_get_component_name(nbt_simulation* simulation, const char* const* parameters, size_t count,
                                          size_t component, const char** name);

/* Types of measured pixels, besides NBT_FLOAT32 and NBT_FLOAT64. */
enum { NBT_UINT16 = 2, NBT_INT32 = 3 };

/* With the model m = scale * image + background and the data d of a pixel:
 *   WEIGHTS        sum d image                                  the data are dL/dimage: a vector-Jacobian product
 *   LEAST_SQUARES  sum w (m - d)^2 / 2
 *   GAUSSIAN       sum [(m - d)^2 / V + ln V] / 2,              V = gain max(m, 0) + readout_variance
 *   POISSON        sum m - d ln m                               d >= 0; the model must not be 0 where d is not */
enum { NBT_LOSS_WEIGHTS = 0, NBT_LOSS_LEAST_SQUARES = 1, NBT_LOSS_GAUSSIAN = 2, NBT_LOSS_POISSON = 3 };

/* Rows of a measured image. The library fills in which rows it wants; the callback sets the pointers, which must stay
 * valid until the next callback or the end of the run. struct_size is set by the library. */
typedef struct nbt_data_rows {
  size_t struct_size;
  int32_t panel;
  int64_t first_row;
  int64_t row_count;
  int64_t fast_count;
  const void* data;       /* row_count rows of the request's data_type */
  const uint8_t* mask;    /* 0: the pixel is left out; null: none is */
  const void* background; /* of the request's real_type; null: 0 */
  const void* weights;    /* w of least squares, of the real_type; null: 1 */
  int64_t row_stride;     /* elements from row to row, of all four; set to fast_count before the call */
} nbt_data_rows;

/* Called on the thread that called the run, rows in order. Non-zero stops the run with NBT_ERROR_CANCELLED. */
typedef int32_t (*nbt_data_callback)(nbt_data_rows* rows, void* user);

/* A loss. Set struct_size, leave at 0 what is not used. Rows come from the callback, or, where it is null, from the
 * arrays, which hold the whole image of panel 0: row_stride elements from row to row (0: the fast count), at least
 * (slow_count-1)*row_stride+fast_count elements in `capacity`. Pixels outside the region or masked by nbt_set_mask are
 * left out. Data, background and weights must be finite where they are used. */
typedef struct nbt_loss {
  size_t struct_size;
  int32_t kind;      /* NBT_LOSS_... */
  int32_t data_type; /* NBT_FLOAT32, NBT_FLOAT64, NBT_UINT16, NBT_INT32 */
  int32_t real_type; /* of background and weights: NBT_FLOAT32 or NBT_FLOAT64 */
  const void* data;
  const uint8_t* mask;
  const void* background;
  const void* weights;
  int64_t capacity;
  int64_t row_stride;
  nbt_data_callback callback;
  void* user;
  int64_t rows_per_chunk;  /* of the callback; zero or negative: chosen */
  double scale;            /* 0 is taken as 1 */
  double gain;             /* of NBT_LOSS_GAUSSIAN: variance per unit of the model; 0 or more */
  double readout_variance; /* of NBT_LOSS_GAUSSIAN; the sum of both must be above 0 */
} nbt_loss;

/* What else a gradient run is to give. Null pointers: not wanted. Buffers are the caller's. */
typedef struct nbt_gradient_outputs {
  size_t struct_size;
  double* amplitudes; /* dL/dF of every grid point of the structure factors: h slowest, l fastest, as
                         nbt_get_structure_factor_box tells */
  size_t amplitude_count;
  double* sources; /* per source: dL by wavelength (A), weight as it is used (1 in the mean), direction x, y, z. The
                      direction is the unit vector from sample to source; its derivative has no component along it. 5
                      values each */
  size_t source_count;
  double* orientations; /* per phi step and domain (phi slowest): dL by a small rotation of the cell of that step and
                           domain about laboratory x, y, z, in radians. 3 values each */
  size_t orientation_count;
} nbt_gradient_outputs;

typedef struct nbt_gradient_result {
  size_t struct_size;
  double loss;
  double scale_derivative; /* dL/dscale */
  int64_t pixels;          /* that count */
} nbt_gradient_result;

/* Closed ranges h, k, l of the structure factors in use: first[3], last[3]. count: grid points, 0 without any. */
NBT_API nbt_status nbt_get_structure_factor_box(nbt_simulation* simulation, int32_t* first, int32_t* last,
                                                size_t* count);

/* Sources, phi steps and mosaic domains as resolved. */
NBT_API nbt_status nbt_get_sample_counts(nbt_simulation* simulation, size_t* sources, size_t* phi_steps,
                                         size_t* domains);

/* Loss and gradient. `gradient` gets one value per component (nbt_get_component_count of the same list), `count` of
 * them. `outputs` and `result` may be null. Nothing is written when the call fails. Bits do not depend on
 * rows_per_chunk or threads. */
NBT_API nbt_status nbt_run_gradient(nbt_simulation* simulation, const nbt_loss* loss, const char* const* parameters,
                                    size_t parameter_count, double* gradient, size_t count,
                                    const nbt_gradient_outputs* outputs, nbt_gradient_result* result);

/* Rows of derivative images; valid during the callback only. */
typedef struct nbt_jacobian_rows {
  size_t struct_size;
  int32_t panel;
  int64_t first_row;
  int64_t row_count;
  int64_t fast_count;
  size_t components;
  const double* image;       /* row_count rows of fast_count pixels */
  const double* derivatives; /* component after component, each row_count rows of fast_count pixels */
  double fraction_done;
} nbt_jacobian_rows;

typedef int32_t (*nbt_jacobian_callback)(const nbt_jacobian_rows* rows, void* user);

/* Derivative images, in chunks of rows (zero or negative: chosen from limits.memory_bytes). With `tangent` (one factor
 * per component) there is one image: the directional derivative along it. */
NBT_API nbt_status nbt_run_jacobian(nbt_simulation* simulation, const char* const* parameters, size_t parameter_count,
                                    const double* tangent, size_t tangent_count, int64_t rows_per_chunk,
                                    nbt_jacobian_callback callback, void* user);

/* J^T W J and J^T W r of Gauss-Newton, accumulated tile by tile: W is the expected second derivative of the loss by
 * the model (w; 1/V plus (gain/V)^2/2; 1/m of Poisson, its Fisher information), J^T W r the gradient. With
 * `with_scale` the loss's scale is the last component. `matrix`: count*count values, symmetric; `gradient`: count.
 * `count` must be the number of components, and one more with the scale. */
NBT_API nbt_status nbt_run_normal_equations(nbt_simulation* simulation, const nbt_loss* loss,
                                            const char* const* parameters, size_t parameter_count, int32_t with_scale,
                                            double* matrix, double* gradient, size_t count,
                                            nbt_gradient_result* result);

/* ---- Integer and noise images ---------------------------------------------------------------------------- */

enum { NBT_DIGITIZE_INTEGER = 0, NBT_DIGITIZE_NOISE = 1 };

typedef struct nbt_digitize_result {
  size_t struct_size;
  double scale;         /* counts per photon used (integer image) */
  double total_photons; /* drawn (noise image) */
  int64_t overloads;    /* pixels clipped at 65535 (noise image) */
} nbt_digitize_result;

/* Makes a 16-bit image of one panel from its float32 image: adc offset, scale, region and seeds come from the
 * parameters. `counts` has the same size, with rows of fast_count elements. `result` may be null. The noise image is a
 * pure function of the float image and noise.seed. */
NBT_API nbt_status nbt_digitize(nbt_simulation* simulation, int32_t kind, int32_t panel, const float* pixels,
                                int64_t row_stride, uint16_t* counts, nbt_digitize_result* result);

/* The same, row by row in order, for hosts that never hold the image: begin, then rows, then end (which gives the
 * result and forgets the state). The integer image needs max_photons for its automatic scale. */
NBT_API nbt_status nbt_digitize_begin(nbt_simulation* simulation, int32_t kind, int32_t panel, double max_photons);
NBT_API nbt_status nbt_digitize_rows(nbt_simulation* simulation, int64_t row_count, const float* pixels,
                                     int64_t row_stride, uint16_t* counts);
NBT_API nbt_status nbt_digitize_end(nbt_simulation* simulation, nbt_digitize_result* result);

/* ---- Looking inside -------------------------------------------------------------------------------------- */

/* Every intermediate of one pixel as JSON (docs/trace.md), from the `exact` path. *json lives until the next
 * call on the handle. */
NBT_API nbt_status nbt_trace_pixel(nbt_simulation* simulation, int32_t panel, int64_t slow, int64_t fast,
                                   const char** json);

/* What the library decided by itself and what follows from the scene, as JSON (docs/report.md): geometry, effective
 * cell, orientation, seeds, sources, oversampling, interpolation, precision and instruction set used, warnings,
 * statistics of the last finished run. *json lives until the next call on the handle. */
NBT_API nbt_status nbt_report(nbt_simulation* simulation, const char** json);

/* ---- Progress, messages, cancelling ---------------------------------------------------------------------- */

/* Called on the thread that called the run, from time to time, with 0..1. Null removes it. */
typedef void (*nbt_progress_callback)(double fraction_done, void* user);
NBT_API nbt_status nbt_set_progress_callback(nbt_simulation* simulation, nbt_progress_callback callback, void* user);

enum { NBT_LOG_INFO = 0, NBT_LOG_WARNING = 1 };

/* Called on the caller's thread with one line without a line end; the text lives during the call only. */
typedef void (*nbt_log_callback)(int32_t level, const char* message, void* user);
NBT_API nbt_status nbt_set_log_callback(nbt_simulation* simulation, nbt_log_callback callback, void* user);

/* Stops the handle's run at the next tile; the run returns NBT_ERROR_CANCELLED. Any thread. When no run is
 * going on, the request is kept and stops the next run at its start; a run that ends clears it. A call that is refused
 * before it starts is not a run. */
NBT_API nbt_status nbt_cancel(nbt_simulation* simulation);

/* ---- Devices --------------------------------------------------------------------------------------------- */

typedef struct nbt_device {
  size_t struct_size;
  const char* name;        /* for execution.device */
  const char* description; /* model, instruction sets */
  int32_t available;
  const char* reason;      /* why not available; "" when it is */
  const char* other_names; /* for execution.device as well, one space between two; "" without any */
} nbt_device;

NBT_API int32_t nbt_device_count(void);
NBT_API nbt_status nbt_device_describe(int32_t index, nbt_device* device);

#ifdef __cplusplus
}
#endif

#endif
