// Made from capi/include/nbt/nbt.h by bindings/rust/generate-raw; not to be changed by hand.

pub type __uint8_t = ::std::os::raw::c_uchar;
pub type __uint16_t = ::std::os::raw::c_ushort;
pub type __int32_t = ::std::os::raw::c_int;
pub type __int64_t = ::std::os::raw::c_long;
pub type nbt_status = i32;
pub const NBT_OK: _bindgen_ty_1 = 0;
pub const NBT_ERROR_INVALID_ARGUMENT: _bindgen_ty_1 = 1;
pub const NBT_ERROR_UNKNOWN_NAME: _bindgen_ty_1 = 2;
pub const NBT_ERROR_WRONG_LENGTH: _bindgen_ty_1 = 3;
pub const NBT_ERROR_OUT_OF_RANGE: _bindgen_ty_1 = 4;
pub const NBT_ERROR_INCONSISTENT_SCENE: _bindgen_ty_1 = 5;
pub const NBT_ERROR_FILE: _bindgen_ty_1 = 6;
pub const NBT_ERROR_MEMORY_LIMIT: _bindgen_ty_1 = 7;
pub const NBT_ERROR_OUT_OF_MEMORY: _bindgen_ty_1 = 8;
pub const NBT_ERROR_CANCELLED: _bindgen_ty_1 = 9;
pub const NBT_ERROR_DEVICE: _bindgen_ty_1 = 10;
pub const NBT_ERROR_UNSUPPORTED: _bindgen_ty_1 = 11;
pub const NBT_ERROR_INTERNAL: _bindgen_ty_1 = 12;
pub type _bindgen_ty_1 = ::std::os::raw::c_uint;
extern "C" {
    pub fn nbt_status_text(status: nbt_status) -> *const ::std::os::raw::c_char;
}
extern "C" {
    pub fn nbt_version() -> *const ::std::os::raw::c_char;
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct nbt_simulation {
    _unused: [u8; 0],
}
extern "C" {
    pub fn nbt_create(simulation: *mut *mut nbt_simulation) -> nbt_status;
}
extern "C" {
    pub fn nbt_destroy(simulation: *mut nbt_simulation);
}
extern "C" {
    pub fn nbt_clone(simulation: *const nbt_simulation, copy: *mut *mut nbt_simulation) -> nbt_status;
}
extern "C" {
    pub fn nbt_last_error(simulation: *const nbt_simulation) -> *const ::std::os::raw::c_char;
}
pub const NBT_KIND_REAL: _bindgen_ty_2 = 0;
pub const NBT_KIND_INTEGER: _bindgen_ty_2 = 1;
pub const NBT_KIND_BOOLEAN: _bindgen_ty_2 = 2;
pub const NBT_KIND_CHOICE: _bindgen_ty_2 = 3;
pub const NBT_KIND_TEXT: _bindgen_ty_2 = 4;
pub type _bindgen_ty_2 = ::std::os::raw::c_uint;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct nbt_parameter {
    pub struct_size: usize,
    pub name: *const ::std::os::raw::c_char,
    pub kind: i32,
    pub length: i32,
    pub unit: *const ::std::os::raw::c_char,
    pub choices: *const ::std::os::raw::c_char,
    pub minimum: f64,
    pub maximum: f64,
    pub default_text: *const ::std::os::raw::c_char,
    pub differentiable: i32,
    pub flags: *const ::std::os::raw::c_char,
    pub sentence: *const ::std::os::raw::c_char,
}
#[test]
fn bindgen_test_layout_nbt_parameter() {
    assert_eq!(::std::mem::size_of::<nbt_parameter>(), 88usize, concat!("Size of: ", stringify!(nbt_parameter)));
    assert_eq!(::std::mem::align_of::<nbt_parameter>(), 8usize, concat!("Alignment of ", stringify!(nbt_parameter)));
    fn test_field_struct_size() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_parameter>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).struct_size) as usize - ptr as usize
            },
            0usize,
            concat!("Offset of field: ", stringify!(nbt_parameter), "::", stringify!(struct_size))
        );
    }
    test_field_struct_size();
    fn test_field_name() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_parameter>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).name) as usize - ptr as usize
            },
            8usize,
            concat!("Offset of field: ", stringify!(nbt_parameter), "::", stringify!(name))
        );
    }
    test_field_name();
    fn test_field_kind() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_parameter>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).kind) as usize - ptr as usize
            },
            16usize,
            concat!("Offset of field: ", stringify!(nbt_parameter), "::", stringify!(kind))
        );
    }
    test_field_kind();
    fn test_field_length() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_parameter>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).length) as usize - ptr as usize
            },
            20usize,
            concat!("Offset of field: ", stringify!(nbt_parameter), "::", stringify!(length))
        );
    }
    test_field_length();
    fn test_field_unit() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_parameter>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).unit) as usize - ptr as usize
            },
            24usize,
            concat!("Offset of field: ", stringify!(nbt_parameter), "::", stringify!(unit))
        );
    }
    test_field_unit();
    fn test_field_choices() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_parameter>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).choices) as usize - ptr as usize
            },
            32usize,
            concat!("Offset of field: ", stringify!(nbt_parameter), "::", stringify!(choices))
        );
    }
    test_field_choices();
    fn test_field_minimum() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_parameter>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).minimum) as usize - ptr as usize
            },
            40usize,
            concat!("Offset of field: ", stringify!(nbt_parameter), "::", stringify!(minimum))
        );
    }
    test_field_minimum();
    fn test_field_maximum() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_parameter>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).maximum) as usize - ptr as usize
            },
            48usize,
            concat!("Offset of field: ", stringify!(nbt_parameter), "::", stringify!(maximum))
        );
    }
    test_field_maximum();
    fn test_field_default_text() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_parameter>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).default_text) as usize - ptr as usize
            },
            56usize,
            concat!("Offset of field: ", stringify!(nbt_parameter), "::", stringify!(default_text))
        );
    }
    test_field_default_text();
    fn test_field_differentiable() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_parameter>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).differentiable) as usize - ptr as usize
            },
            64usize,
            concat!("Offset of field: ", stringify!(nbt_parameter), "::", stringify!(differentiable))
        );
    }
    test_field_differentiable();
    fn test_field_flags() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_parameter>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).flags) as usize - ptr as usize
            },
            72usize,
            concat!("Offset of field: ", stringify!(nbt_parameter), "::", stringify!(flags))
        );
    }
    test_field_flags();
    fn test_field_sentence() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_parameter>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).sentence) as usize - ptr as usize
            },
            80usize,
            concat!("Offset of field: ", stringify!(nbt_parameter), "::", stringify!(sentence))
        );
    }
    test_field_sentence();
}
impl Default for nbt_parameter {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
extern "C" {
    pub fn nbt_parameter_count() -> i32;
}
extern "C" {
    pub fn nbt_parameter_describe(index: i32, parameter: *mut nbt_parameter) -> nbt_status;
}
extern "C" {
    pub fn nbt_set(
        simulation: *mut nbt_simulation,
        name: *const ::std::os::raw::c_char,
        values: *const f64,
        count: usize,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_set_text(
        simulation: *mut nbt_simulation,
        name: *const ::std::os::raw::c_char,
        text: *const ::std::os::raw::c_char,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_unset(simulation: *mut nbt_simulation, name: *const ::std::os::raw::c_char) -> nbt_status;
}
extern "C" {
    pub fn nbt_get(
        simulation: *const nbt_simulation,
        name: *const ::std::os::raw::c_char,
        values: *mut f64,
        count: usize,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_get_text(
        simulation: *const nbt_simulation,
        name: *const ::std::os::raw::c_char,
        text: *mut *const ::std::os::raw::c_char,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_set_arguments(
        simulation: *mut nbt_simulation,
        argc: i32,
        argv: *const *const ::std::os::raw::c_char,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_set_structure_factors(
        simulation: *mut nbt_simulation,
        h: *const i32,
        k: *const i32,
        l: *const i32,
        F: *const f64,
        count: usize,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_set_structure_factor_grid(
        simulation: *mut nbt_simulation,
        first: *const i32,
        last: *const i32,
        amplitudes: *const f64,
        count: usize,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_set_sources(
        simulation: *mut nbt_simulation,
        directions: *const f64,
        wavelengths_A: *const f64,
        weights: *const f64,
        count: usize,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_set_mosaic_rotations(simulation: *mut nbt_simulation, rotations: *const f64, count: usize)
        -> nbt_status;
}
extern "C" {
    pub fn nbt_set_mask(
        simulation: *mut nbt_simulation,
        mask: *const u8,
        fast_count: i64,
        slow_count: i64,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_set_roi(
        simulation: *mut nbt_simulation,
        first_fast: i64,
        last_fast: i64,
        first_slow: i64,
        last_slow: i64,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_load_scene(
        simulation: *mut nbt_simulation,
        json: *const ::std::os::raw::c_char,
        length: usize,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_dump_scene(simulation: *mut nbt_simulation, json: *mut *const ::std::os::raw::c_char) -> nbt_status;
}
pub const NBT_FLOAT32: _bindgen_ty_3 = 0;
pub const NBT_FLOAT64: _bindgen_ty_3 = 1;
pub type _bindgen_ty_3 = ::std::os::raw::c_uint;
extern "C" {
    pub fn nbt_get_image_size(
        simulation: *mut nbt_simulation,
        panel: i32,
        fast_count: *mut i64,
        slow_count: *mut i64,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_run(
        simulation: *mut nbt_simulation,
        panel: i32,
        pixel_type: i32,
        pixels: *mut ::std::os::raw::c_void,
        capacity: i64,
        row_stride: i64,
    ) -> nbt_status;
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct nbt_device_image {
    pub struct_size: usize,
    pub pixel_type: i32,
    pub pixels: *mut ::std::os::raw::c_void,
    pub capacity: i64,
    pub row_stride: i64,
    pub stream: *mut ::std::os::raw::c_void,
}
#[test]
fn bindgen_test_layout_nbt_device_image() {
    assert_eq!(::std::mem::size_of::<nbt_device_image>(), 48usize, concat!("Size of: ", stringify!(nbt_device_image)));
    assert_eq!(
        ::std::mem::align_of::<nbt_device_image>(),
        8usize,
        concat!("Alignment of ", stringify!(nbt_device_image))
    );
    fn test_field_struct_size() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_device_image>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).struct_size) as usize - ptr as usize
            },
            0usize,
            concat!("Offset of field: ", stringify!(nbt_device_image), "::", stringify!(struct_size))
        );
    }
    test_field_struct_size();
    fn test_field_pixel_type() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_device_image>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).pixel_type) as usize - ptr as usize
            },
            8usize,
            concat!("Offset of field: ", stringify!(nbt_device_image), "::", stringify!(pixel_type))
        );
    }
    test_field_pixel_type();
    fn test_field_pixels() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_device_image>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).pixels) as usize - ptr as usize
            },
            16usize,
            concat!("Offset of field: ", stringify!(nbt_device_image), "::", stringify!(pixels))
        );
    }
    test_field_pixels();
    fn test_field_capacity() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_device_image>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).capacity) as usize - ptr as usize
            },
            24usize,
            concat!("Offset of field: ", stringify!(nbt_device_image), "::", stringify!(capacity))
        );
    }
    test_field_capacity();
    fn test_field_row_stride() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_device_image>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).row_stride) as usize - ptr as usize
            },
            32usize,
            concat!("Offset of field: ", stringify!(nbt_device_image), "::", stringify!(row_stride))
        );
    }
    test_field_row_stride();
    fn test_field_stream() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_device_image>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).stream) as usize - ptr as usize
            },
            40usize,
            concat!("Offset of field: ", stringify!(nbt_device_image), "::", stringify!(stream))
        );
    }
    test_field_stream();
}
impl Default for nbt_device_image {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
extern "C" {
    pub fn nbt_run_to_device(simulation: *mut nbt_simulation, panel: i32, image: *const nbt_device_image)
        -> nbt_status;
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct nbt_rows {
    pub struct_size: usize,
    pub panel: i32,
    pub pixel_type: i32,
    pub first_row: i64,
    pub row_count: i64,
    pub fast_count: i64,
    pub row_stride: i64,
    pub pixels: *const ::std::os::raw::c_void,
    pub fraction_done: f64,
}
#[test]
fn bindgen_test_layout_nbt_rows() {
    assert_eq!(::std::mem::size_of::<nbt_rows>(), 64usize, concat!("Size of: ", stringify!(nbt_rows)));
    assert_eq!(::std::mem::align_of::<nbt_rows>(), 8usize, concat!("Alignment of ", stringify!(nbt_rows)));
    fn test_field_struct_size() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).struct_size) as usize - ptr as usize
            },
            0usize,
            concat!("Offset of field: ", stringify!(nbt_rows), "::", stringify!(struct_size))
        );
    }
    test_field_struct_size();
    fn test_field_panel() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).panel) as usize - ptr as usize
            },
            8usize,
            concat!("Offset of field: ", stringify!(nbt_rows), "::", stringify!(panel))
        );
    }
    test_field_panel();
    fn test_field_pixel_type() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).pixel_type) as usize - ptr as usize
            },
            12usize,
            concat!("Offset of field: ", stringify!(nbt_rows), "::", stringify!(pixel_type))
        );
    }
    test_field_pixel_type();
    fn test_field_first_row() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).first_row) as usize - ptr as usize
            },
            16usize,
            concat!("Offset of field: ", stringify!(nbt_rows), "::", stringify!(first_row))
        );
    }
    test_field_first_row();
    fn test_field_row_count() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).row_count) as usize - ptr as usize
            },
            24usize,
            concat!("Offset of field: ", stringify!(nbt_rows), "::", stringify!(row_count))
        );
    }
    test_field_row_count();
    fn test_field_fast_count() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).fast_count) as usize - ptr as usize
            },
            32usize,
            concat!("Offset of field: ", stringify!(nbt_rows), "::", stringify!(fast_count))
        );
    }
    test_field_fast_count();
    fn test_field_row_stride() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).row_stride) as usize - ptr as usize
            },
            40usize,
            concat!("Offset of field: ", stringify!(nbt_rows), "::", stringify!(row_stride))
        );
    }
    test_field_row_stride();
    fn test_field_pixels() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).pixels) as usize - ptr as usize
            },
            48usize,
            concat!("Offset of field: ", stringify!(nbt_rows), "::", stringify!(pixels))
        );
    }
    test_field_pixels();
    fn test_field_fraction_done() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).fraction_done) as usize - ptr as usize
            },
            56usize,
            concat!("Offset of field: ", stringify!(nbt_rows), "::", stringify!(fraction_done))
        );
    }
    test_field_fraction_done();
}
impl Default for nbt_rows {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
pub type nbt_rows_callback =
    ::std::option::Option<unsafe extern "C" fn(rows: *const nbt_rows, user: *mut ::std::os::raw::c_void) -> i32>;
extern "C" {
    pub fn nbt_run_chunked(
        simulation: *mut nbt_simulation,
        rows_per_chunk: i64,
        pixel_type: i32,
        callback: nbt_rows_callback,
        user: *mut ::std::os::raw::c_void,
    ) -> nbt_status;
}
pub const NBT_RUN_WHOLE: _bindgen_ty_4 = 0;
pub const NBT_RUN_CHUNKED: _bindgen_ty_4 = 1;
pub const NBT_RUN_GRADIENT: _bindgen_ty_4 = 2;
pub const NBT_RUN_JACOBIAN: _bindgen_ty_4 = 3;
pub const NBT_RUN_NORMAL_EQUATIONS: _bindgen_ty_4 = 4;
pub type _bindgen_ty_4 = ::std::os::raw::c_uint;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct nbt_memory_request {
    pub struct_size: usize,
    pub run: i32,
    pub pixel_type: i32,
    pub rows_per_chunk: i64,
    pub limit_bytes: f64,
    pub components: i64,
    pub with_amplitudes: i32,
}
#[test]
fn bindgen_test_layout_nbt_memory_request() {
    assert_eq!(
        ::std::mem::size_of::<nbt_memory_request>(),
        48usize,
        concat!("Size of: ", stringify!(nbt_memory_request))
    );
    assert_eq!(
        ::std::mem::align_of::<nbt_memory_request>(),
        8usize,
        concat!("Alignment of ", stringify!(nbt_memory_request))
    );
    fn test_field_struct_size() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_memory_request>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).struct_size) as usize - ptr as usize
            },
            0usize,
            concat!("Offset of field: ", stringify!(nbt_memory_request), "::", stringify!(struct_size))
        );
    }
    test_field_struct_size();
    fn test_field_run() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_memory_request>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).run) as usize - ptr as usize
            },
            8usize,
            concat!("Offset of field: ", stringify!(nbt_memory_request), "::", stringify!(run))
        );
    }
    test_field_run();
    fn test_field_pixel_type() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_memory_request>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).pixel_type) as usize - ptr as usize
            },
            12usize,
            concat!("Offset of field: ", stringify!(nbt_memory_request), "::", stringify!(pixel_type))
        );
    }
    test_field_pixel_type();
    fn test_field_rows_per_chunk() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_memory_request>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).rows_per_chunk) as usize - ptr as usize
            },
            16usize,
            concat!("Offset of field: ", stringify!(nbt_memory_request), "::", stringify!(rows_per_chunk))
        );
    }
    test_field_rows_per_chunk();
    fn test_field_limit_bytes() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_memory_request>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).limit_bytes) as usize - ptr as usize
            },
            24usize,
            concat!("Offset of field: ", stringify!(nbt_memory_request), "::", stringify!(limit_bytes))
        );
    }
    test_field_limit_bytes();
    fn test_field_components() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_memory_request>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).components) as usize - ptr as usize
            },
            32usize,
            concat!("Offset of field: ", stringify!(nbt_memory_request), "::", stringify!(components))
        );
    }
    test_field_components();
    fn test_field_with_amplitudes() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_memory_request>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).with_amplitudes) as usize - ptr as usize
            },
            40usize,
            concat!("Offset of field: ", stringify!(nbt_memory_request), "::", stringify!(with_amplitudes))
        );
    }
    test_field_with_amplitudes();
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct nbt_memory_estimate {
    pub struct_size: usize,
    pub working_bytes: f64,
    pub output_bytes: f64,
    pub evaluations: f64,
    pub whole_image_fits: i32,
    pub recommended_rows_per_chunk: i64,
    pub largest_rows_per_chunk: i64,
    pub device_bytes: f64,
}
#[test]
fn bindgen_test_layout_nbt_memory_estimate() {
    assert_eq!(
        ::std::mem::size_of::<nbt_memory_estimate>(),
        64usize,
        concat!("Size of: ", stringify!(nbt_memory_estimate))
    );
    assert_eq!(
        ::std::mem::align_of::<nbt_memory_estimate>(),
        8usize,
        concat!("Alignment of ", stringify!(nbt_memory_estimate))
    );
    fn test_field_struct_size() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_memory_estimate>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).struct_size) as usize - ptr as usize
            },
            0usize,
            concat!("Offset of field: ", stringify!(nbt_memory_estimate), "::", stringify!(struct_size))
        );
    }
    test_field_struct_size();
    fn test_field_working_bytes() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_memory_estimate>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).working_bytes) as usize - ptr as usize
            },
            8usize,
            concat!("Offset of field: ", stringify!(nbt_memory_estimate), "::", stringify!(working_bytes))
        );
    }
    test_field_working_bytes();
    fn test_field_output_bytes() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_memory_estimate>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).output_bytes) as usize - ptr as usize
            },
            16usize,
            concat!("Offset of field: ", stringify!(nbt_memory_estimate), "::", stringify!(output_bytes))
        );
    }
    test_field_output_bytes();
    fn test_field_evaluations() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_memory_estimate>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).evaluations) as usize - ptr as usize
            },
            24usize,
            concat!("Offset of field: ", stringify!(nbt_memory_estimate), "::", stringify!(evaluations))
        );
    }
    test_field_evaluations();
    fn test_field_whole_image_fits() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_memory_estimate>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).whole_image_fits) as usize - ptr as usize
            },
            32usize,
            concat!("Offset of field: ", stringify!(nbt_memory_estimate), "::", stringify!(whole_image_fits))
        );
    }
    test_field_whole_image_fits();
    fn test_field_recommended_rows_per_chunk() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_memory_estimate>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).recommended_rows_per_chunk) as usize - ptr as usize
            },
            40usize,
            concat!("Offset of field: ", stringify!(nbt_memory_estimate), "::", stringify!(recommended_rows_per_chunk))
        );
    }
    test_field_recommended_rows_per_chunk();
    fn test_field_largest_rows_per_chunk() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_memory_estimate>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).largest_rows_per_chunk) as usize - ptr as usize
            },
            48usize,
            concat!("Offset of field: ", stringify!(nbt_memory_estimate), "::", stringify!(largest_rows_per_chunk))
        );
    }
    test_field_largest_rows_per_chunk();
    fn test_field_device_bytes() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_memory_estimate>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).device_bytes) as usize - ptr as usize
            },
            56usize,
            concat!("Offset of field: ", stringify!(nbt_memory_estimate), "::", stringify!(device_bytes))
        );
    }
    test_field_device_bytes();
}
extern "C" {
    pub fn nbt_estimate_memory(
        simulation: *mut nbt_simulation,
        request: *const nbt_memory_request,
        estimate: *mut nbt_memory_estimate,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_get_component_count(
        simulation: *mut nbt_simulation,
        parameters: *const *const ::std::os::raw::c_char,
        count: usize,
        components: *mut usize,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_get_component_name(
        simulation: *mut nbt_simulation,
        parameters: *const *const ::std::os::raw::c_char,
        count: usize,
        component: usize,
        name: *mut *const ::std::os::raw::c_char,
    ) -> nbt_status;
}
pub const NBT_UINT16: _bindgen_ty_5 = 2;
pub const NBT_INT32: _bindgen_ty_5 = 3;
pub type _bindgen_ty_5 = ::std::os::raw::c_uint;
pub const NBT_LOSS_WEIGHTS: _bindgen_ty_6 = 0;
pub const NBT_LOSS_LEAST_SQUARES: _bindgen_ty_6 = 1;
pub const NBT_LOSS_GAUSSIAN: _bindgen_ty_6 = 2;
pub const NBT_LOSS_POISSON: _bindgen_ty_6 = 3;
pub type _bindgen_ty_6 = ::std::os::raw::c_uint;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct nbt_data_rows {
    pub struct_size: usize,
    pub panel: i32,
    pub first_row: i64,
    pub row_count: i64,
    pub fast_count: i64,
    pub data: *const ::std::os::raw::c_void,
    pub mask: *const u8,
    pub background: *const ::std::os::raw::c_void,
    pub weights: *const ::std::os::raw::c_void,
    pub row_stride: i64,
}
#[test]
fn bindgen_test_layout_nbt_data_rows() {
    assert_eq!(::std::mem::size_of::<nbt_data_rows>(), 80usize, concat!("Size of: ", stringify!(nbt_data_rows)));
    assert_eq!(::std::mem::align_of::<nbt_data_rows>(), 8usize, concat!("Alignment of ", stringify!(nbt_data_rows)));
    fn test_field_struct_size() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_data_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).struct_size) as usize - ptr as usize
            },
            0usize,
            concat!("Offset of field: ", stringify!(nbt_data_rows), "::", stringify!(struct_size))
        );
    }
    test_field_struct_size();
    fn test_field_panel() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_data_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).panel) as usize - ptr as usize
            },
            8usize,
            concat!("Offset of field: ", stringify!(nbt_data_rows), "::", stringify!(panel))
        );
    }
    test_field_panel();
    fn test_field_first_row() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_data_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).first_row) as usize - ptr as usize
            },
            16usize,
            concat!("Offset of field: ", stringify!(nbt_data_rows), "::", stringify!(first_row))
        );
    }
    test_field_first_row();
    fn test_field_row_count() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_data_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).row_count) as usize - ptr as usize
            },
            24usize,
            concat!("Offset of field: ", stringify!(nbt_data_rows), "::", stringify!(row_count))
        );
    }
    test_field_row_count();
    fn test_field_fast_count() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_data_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).fast_count) as usize - ptr as usize
            },
            32usize,
            concat!("Offset of field: ", stringify!(nbt_data_rows), "::", stringify!(fast_count))
        );
    }
    test_field_fast_count();
    fn test_field_data() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_data_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).data) as usize - ptr as usize
            },
            40usize,
            concat!("Offset of field: ", stringify!(nbt_data_rows), "::", stringify!(data))
        );
    }
    test_field_data();
    fn test_field_mask() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_data_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).mask) as usize - ptr as usize
            },
            48usize,
            concat!("Offset of field: ", stringify!(nbt_data_rows), "::", stringify!(mask))
        );
    }
    test_field_mask();
    fn test_field_background() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_data_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).background) as usize - ptr as usize
            },
            56usize,
            concat!("Offset of field: ", stringify!(nbt_data_rows), "::", stringify!(background))
        );
    }
    test_field_background();
    fn test_field_weights() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_data_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).weights) as usize - ptr as usize
            },
            64usize,
            concat!("Offset of field: ", stringify!(nbt_data_rows), "::", stringify!(weights))
        );
    }
    test_field_weights();
    fn test_field_row_stride() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_data_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).row_stride) as usize - ptr as usize
            },
            72usize,
            concat!("Offset of field: ", stringify!(nbt_data_rows), "::", stringify!(row_stride))
        );
    }
    test_field_row_stride();
}
impl Default for nbt_data_rows {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
pub type nbt_data_callback =
    ::std::option::Option<unsafe extern "C" fn(rows: *mut nbt_data_rows, user: *mut ::std::os::raw::c_void) -> i32>;
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct nbt_loss {
    pub struct_size: usize,
    pub kind: i32,
    pub data_type: i32,
    pub real_type: i32,
    pub data: *const ::std::os::raw::c_void,
    pub mask: *const u8,
    pub background: *const ::std::os::raw::c_void,
    pub weights: *const ::std::os::raw::c_void,
    pub capacity: i64,
    pub row_stride: i64,
    pub callback: nbt_data_callback,
    pub user: *mut ::std::os::raw::c_void,
    pub rows_per_chunk: i64,
    pub scale: f64,
    pub gain: f64,
    pub readout_variance: f64,
}
#[test]
fn bindgen_test_layout_nbt_loss() {
    assert_eq!(::std::mem::size_of::<nbt_loss>(), 120usize, concat!("Size of: ", stringify!(nbt_loss)));
    assert_eq!(::std::mem::align_of::<nbt_loss>(), 8usize, concat!("Alignment of ", stringify!(nbt_loss)));
    fn test_field_struct_size() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_loss>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).struct_size) as usize - ptr as usize
            },
            0usize,
            concat!("Offset of field: ", stringify!(nbt_loss), "::", stringify!(struct_size))
        );
    }
    test_field_struct_size();
    fn test_field_kind() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_loss>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).kind) as usize - ptr as usize
            },
            8usize,
            concat!("Offset of field: ", stringify!(nbt_loss), "::", stringify!(kind))
        );
    }
    test_field_kind();
    fn test_field_data_type() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_loss>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).data_type) as usize - ptr as usize
            },
            12usize,
            concat!("Offset of field: ", stringify!(nbt_loss), "::", stringify!(data_type))
        );
    }
    test_field_data_type();
    fn test_field_real_type() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_loss>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).real_type) as usize - ptr as usize
            },
            16usize,
            concat!("Offset of field: ", stringify!(nbt_loss), "::", stringify!(real_type))
        );
    }
    test_field_real_type();
    fn test_field_data() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_loss>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).data) as usize - ptr as usize
            },
            24usize,
            concat!("Offset of field: ", stringify!(nbt_loss), "::", stringify!(data))
        );
    }
    test_field_data();
    fn test_field_mask() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_loss>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).mask) as usize - ptr as usize
            },
            32usize,
            concat!("Offset of field: ", stringify!(nbt_loss), "::", stringify!(mask))
        );
    }
    test_field_mask();
    fn test_field_background() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_loss>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).background) as usize - ptr as usize
            },
            40usize,
            concat!("Offset of field: ", stringify!(nbt_loss), "::", stringify!(background))
        );
    }
    test_field_background();
    fn test_field_weights() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_loss>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).weights) as usize - ptr as usize
            },
            48usize,
            concat!("Offset of field: ", stringify!(nbt_loss), "::", stringify!(weights))
        );
    }
    test_field_weights();
    fn test_field_capacity() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_loss>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).capacity) as usize - ptr as usize
            },
            56usize,
            concat!("Offset of field: ", stringify!(nbt_loss), "::", stringify!(capacity))
        );
    }
    test_field_capacity();
    fn test_field_row_stride() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_loss>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).row_stride) as usize - ptr as usize
            },
            64usize,
            concat!("Offset of field: ", stringify!(nbt_loss), "::", stringify!(row_stride))
        );
    }
    test_field_row_stride();
    fn test_field_callback() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_loss>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).callback) as usize - ptr as usize
            },
            72usize,
            concat!("Offset of field: ", stringify!(nbt_loss), "::", stringify!(callback))
        );
    }
    test_field_callback();
    fn test_field_user() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_loss>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).user) as usize - ptr as usize
            },
            80usize,
            concat!("Offset of field: ", stringify!(nbt_loss), "::", stringify!(user))
        );
    }
    test_field_user();
    fn test_field_rows_per_chunk() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_loss>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).rows_per_chunk) as usize - ptr as usize
            },
            88usize,
            concat!("Offset of field: ", stringify!(nbt_loss), "::", stringify!(rows_per_chunk))
        );
    }
    test_field_rows_per_chunk();
    fn test_field_scale() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_loss>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).scale) as usize - ptr as usize
            },
            96usize,
            concat!("Offset of field: ", stringify!(nbt_loss), "::", stringify!(scale))
        );
    }
    test_field_scale();
    fn test_field_gain() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_loss>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).gain) as usize - ptr as usize
            },
            104usize,
            concat!("Offset of field: ", stringify!(nbt_loss), "::", stringify!(gain))
        );
    }
    test_field_gain();
    fn test_field_readout_variance() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_loss>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).readout_variance) as usize - ptr as usize
            },
            112usize,
            concat!("Offset of field: ", stringify!(nbt_loss), "::", stringify!(readout_variance))
        );
    }
    test_field_readout_variance();
}
impl Default for nbt_loss {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct nbt_gradient_outputs {
    pub struct_size: usize,
    pub amplitudes: *mut f64,
    pub amplitude_count: usize,
    pub sources: *mut f64,
    pub source_count: usize,
    pub orientations: *mut f64,
    pub orientation_count: usize,
}
#[test]
fn bindgen_test_layout_nbt_gradient_outputs() {
    assert_eq!(
        ::std::mem::size_of::<nbt_gradient_outputs>(),
        56usize,
        concat!("Size of: ", stringify!(nbt_gradient_outputs))
    );
    assert_eq!(
        ::std::mem::align_of::<nbt_gradient_outputs>(),
        8usize,
        concat!("Alignment of ", stringify!(nbt_gradient_outputs))
    );
    fn test_field_struct_size() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_gradient_outputs>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).struct_size) as usize - ptr as usize
            },
            0usize,
            concat!("Offset of field: ", stringify!(nbt_gradient_outputs), "::", stringify!(struct_size))
        );
    }
    test_field_struct_size();
    fn test_field_amplitudes() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_gradient_outputs>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).amplitudes) as usize - ptr as usize
            },
            8usize,
            concat!("Offset of field: ", stringify!(nbt_gradient_outputs), "::", stringify!(amplitudes))
        );
    }
    test_field_amplitudes();
    fn test_field_amplitude_count() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_gradient_outputs>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).amplitude_count) as usize - ptr as usize
            },
            16usize,
            concat!("Offset of field: ", stringify!(nbt_gradient_outputs), "::", stringify!(amplitude_count))
        );
    }
    test_field_amplitude_count();
    fn test_field_sources() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_gradient_outputs>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).sources) as usize - ptr as usize
            },
            24usize,
            concat!("Offset of field: ", stringify!(nbt_gradient_outputs), "::", stringify!(sources))
        );
    }
    test_field_sources();
    fn test_field_source_count() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_gradient_outputs>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).source_count) as usize - ptr as usize
            },
            32usize,
            concat!("Offset of field: ", stringify!(nbt_gradient_outputs), "::", stringify!(source_count))
        );
    }
    test_field_source_count();
    fn test_field_orientations() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_gradient_outputs>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).orientations) as usize - ptr as usize
            },
            40usize,
            concat!("Offset of field: ", stringify!(nbt_gradient_outputs), "::", stringify!(orientations))
        );
    }
    test_field_orientations();
    fn test_field_orientation_count() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_gradient_outputs>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).orientation_count) as usize - ptr as usize
            },
            48usize,
            concat!("Offset of field: ", stringify!(nbt_gradient_outputs), "::", stringify!(orientation_count))
        );
    }
    test_field_orientation_count();
}
impl Default for nbt_gradient_outputs {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct nbt_gradient_result {
    pub struct_size: usize,
    pub loss: f64,
    pub scale_derivative: f64,
    pub pixels: i64,
}
#[test]
fn bindgen_test_layout_nbt_gradient_result() {
    assert_eq!(
        ::std::mem::size_of::<nbt_gradient_result>(),
        32usize,
        concat!("Size of: ", stringify!(nbt_gradient_result))
    );
    assert_eq!(
        ::std::mem::align_of::<nbt_gradient_result>(),
        8usize,
        concat!("Alignment of ", stringify!(nbt_gradient_result))
    );
    fn test_field_struct_size() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_gradient_result>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).struct_size) as usize - ptr as usize
            },
            0usize,
            concat!("Offset of field: ", stringify!(nbt_gradient_result), "::", stringify!(struct_size))
        );
    }
    test_field_struct_size();
    fn test_field_loss() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_gradient_result>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).loss) as usize - ptr as usize
            },
            8usize,
            concat!("Offset of field: ", stringify!(nbt_gradient_result), "::", stringify!(loss))
        );
    }
    test_field_loss();
    fn test_field_scale_derivative() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_gradient_result>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).scale_derivative) as usize - ptr as usize
            },
            16usize,
            concat!("Offset of field: ", stringify!(nbt_gradient_result), "::", stringify!(scale_derivative))
        );
    }
    test_field_scale_derivative();
    fn test_field_pixels() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_gradient_result>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).pixels) as usize - ptr as usize
            },
            24usize,
            concat!("Offset of field: ", stringify!(nbt_gradient_result), "::", stringify!(pixels))
        );
    }
    test_field_pixels();
}
extern "C" {
    pub fn nbt_get_structure_factor_box(
        simulation: *mut nbt_simulation,
        first: *mut i32,
        last: *mut i32,
        count: *mut usize,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_get_sample_counts(
        simulation: *mut nbt_simulation,
        sources: *mut usize,
        phi_steps: *mut usize,
        domains: *mut usize,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_run_gradient(
        simulation: *mut nbt_simulation,
        loss: *const nbt_loss,
        parameters: *const *const ::std::os::raw::c_char,
        parameter_count: usize,
        gradient: *mut f64,
        count: usize,
        outputs: *const nbt_gradient_outputs,
        result: *mut nbt_gradient_result,
    ) -> nbt_status;
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct nbt_jacobian_rows {
    pub struct_size: usize,
    pub panel: i32,
    pub first_row: i64,
    pub row_count: i64,
    pub fast_count: i64,
    pub components: usize,
    pub image: *const f64,
    pub derivatives: *const f64,
    pub fraction_done: f64,
}
#[test]
fn bindgen_test_layout_nbt_jacobian_rows() {
    assert_eq!(
        ::std::mem::size_of::<nbt_jacobian_rows>(),
        72usize,
        concat!("Size of: ", stringify!(nbt_jacobian_rows))
    );
    assert_eq!(
        ::std::mem::align_of::<nbt_jacobian_rows>(),
        8usize,
        concat!("Alignment of ", stringify!(nbt_jacobian_rows))
    );
    fn test_field_struct_size() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_jacobian_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).struct_size) as usize - ptr as usize
            },
            0usize,
            concat!("Offset of field: ", stringify!(nbt_jacobian_rows), "::", stringify!(struct_size))
        );
    }
    test_field_struct_size();
    fn test_field_panel() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_jacobian_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).panel) as usize - ptr as usize
            },
            8usize,
            concat!("Offset of field: ", stringify!(nbt_jacobian_rows), "::", stringify!(panel))
        );
    }
    test_field_panel();
    fn test_field_first_row() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_jacobian_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).first_row) as usize - ptr as usize
            },
            16usize,
            concat!("Offset of field: ", stringify!(nbt_jacobian_rows), "::", stringify!(first_row))
        );
    }
    test_field_first_row();
    fn test_field_row_count() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_jacobian_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).row_count) as usize - ptr as usize
            },
            24usize,
            concat!("Offset of field: ", stringify!(nbt_jacobian_rows), "::", stringify!(row_count))
        );
    }
    test_field_row_count();
    fn test_field_fast_count() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_jacobian_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).fast_count) as usize - ptr as usize
            },
            32usize,
            concat!("Offset of field: ", stringify!(nbt_jacobian_rows), "::", stringify!(fast_count))
        );
    }
    test_field_fast_count();
    fn test_field_components() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_jacobian_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).components) as usize - ptr as usize
            },
            40usize,
            concat!("Offset of field: ", stringify!(nbt_jacobian_rows), "::", stringify!(components))
        );
    }
    test_field_components();
    fn test_field_image() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_jacobian_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).image) as usize - ptr as usize
            },
            48usize,
            concat!("Offset of field: ", stringify!(nbt_jacobian_rows), "::", stringify!(image))
        );
    }
    test_field_image();
    fn test_field_derivatives() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_jacobian_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).derivatives) as usize - ptr as usize
            },
            56usize,
            concat!("Offset of field: ", stringify!(nbt_jacobian_rows), "::", stringify!(derivatives))
        );
    }
    test_field_derivatives();
    fn test_field_fraction_done() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_jacobian_rows>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).fraction_done) as usize - ptr as usize
            },
            64usize,
            concat!("Offset of field: ", stringify!(nbt_jacobian_rows), "::", stringify!(fraction_done))
        );
    }
    test_field_fraction_done();
}
impl Default for nbt_jacobian_rows {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
pub type nbt_jacobian_callback = ::std::option::Option<
    unsafe extern "C" fn(rows: *const nbt_jacobian_rows, user: *mut ::std::os::raw::c_void) -> i32,
>;
extern "C" {
    pub fn nbt_run_jacobian(
        simulation: *mut nbt_simulation,
        parameters: *const *const ::std::os::raw::c_char,
        parameter_count: usize,
        tangent: *const f64,
        tangent_count: usize,
        rows_per_chunk: i64,
        callback: nbt_jacobian_callback,
        user: *mut ::std::os::raw::c_void,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_run_normal_equations(
        simulation: *mut nbt_simulation,
        loss: *const nbt_loss,
        parameters: *const *const ::std::os::raw::c_char,
        parameter_count: usize,
        with_scale: i32,
        matrix: *mut f64,
        gradient: *mut f64,
        count: usize,
        result: *mut nbt_gradient_result,
    ) -> nbt_status;
}
pub const NBT_DIGITIZE_INTEGER: _bindgen_ty_7 = 0;
pub const NBT_DIGITIZE_NOISE: _bindgen_ty_7 = 1;
pub type _bindgen_ty_7 = ::std::os::raw::c_uint;
#[repr(C)]
#[derive(Debug, Default, Copy, Clone)]
pub struct nbt_digitize_result {
    pub struct_size: usize,
    pub scale: f64,
    pub total_photons: f64,
    pub overloads: i64,
}
#[test]
fn bindgen_test_layout_nbt_digitize_result() {
    assert_eq!(
        ::std::mem::size_of::<nbt_digitize_result>(),
        32usize,
        concat!("Size of: ", stringify!(nbt_digitize_result))
    );
    assert_eq!(
        ::std::mem::align_of::<nbt_digitize_result>(),
        8usize,
        concat!("Alignment of ", stringify!(nbt_digitize_result))
    );
    fn test_field_struct_size() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_digitize_result>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).struct_size) as usize - ptr as usize
            },
            0usize,
            concat!("Offset of field: ", stringify!(nbt_digitize_result), "::", stringify!(struct_size))
        );
    }
    test_field_struct_size();
    fn test_field_scale() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_digitize_result>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).scale) as usize - ptr as usize
            },
            8usize,
            concat!("Offset of field: ", stringify!(nbt_digitize_result), "::", stringify!(scale))
        );
    }
    test_field_scale();
    fn test_field_total_photons() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_digitize_result>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).total_photons) as usize - ptr as usize
            },
            16usize,
            concat!("Offset of field: ", stringify!(nbt_digitize_result), "::", stringify!(total_photons))
        );
    }
    test_field_total_photons();
    fn test_field_overloads() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_digitize_result>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).overloads) as usize - ptr as usize
            },
            24usize,
            concat!("Offset of field: ", stringify!(nbt_digitize_result), "::", stringify!(overloads))
        );
    }
    test_field_overloads();
}
extern "C" {
    pub fn nbt_digitize(
        simulation: *mut nbt_simulation,
        kind: i32,
        panel: i32,
        pixels: *const f32,
        row_stride: i64,
        counts: *mut u16,
        result: *mut nbt_digitize_result,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_digitize_begin(simulation: *mut nbt_simulation, kind: i32, panel: i32, max_photons: f64) -> nbt_status;
}
extern "C" {
    pub fn nbt_digitize_rows(
        simulation: *mut nbt_simulation,
        row_count: i64,
        pixels: *const f32,
        row_stride: i64,
        counts: *mut u16,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_digitize_end(simulation: *mut nbt_simulation, result: *mut nbt_digitize_result) -> nbt_status;
}
extern "C" {
    pub fn nbt_trace_pixel(
        simulation: *mut nbt_simulation,
        panel: i32,
        slow: i64,
        fast: i64,
        json: *mut *const ::std::os::raw::c_char,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_report(simulation: *mut nbt_simulation, json: *mut *const ::std::os::raw::c_char) -> nbt_status;
}
pub type nbt_progress_callback =
    ::std::option::Option<unsafe extern "C" fn(fraction_done: f64, user: *mut ::std::os::raw::c_void)>;
extern "C" {
    pub fn nbt_set_progress_callback(
        simulation: *mut nbt_simulation,
        callback: nbt_progress_callback,
        user: *mut ::std::os::raw::c_void,
    ) -> nbt_status;
}
pub const NBT_LOG_INFO: _bindgen_ty_8 = 0;
pub const NBT_LOG_WARNING: _bindgen_ty_8 = 1;
pub type _bindgen_ty_8 = ::std::os::raw::c_uint;
pub type nbt_log_callback = ::std::option::Option<
    unsafe extern "C" fn(level: i32, message: *const ::std::os::raw::c_char, user: *mut ::std::os::raw::c_void),
>;
extern "C" {
    pub fn nbt_set_log_callback(
        simulation: *mut nbt_simulation,
        callback: nbt_log_callback,
        user: *mut ::std::os::raw::c_void,
    ) -> nbt_status;
}
extern "C" {
    pub fn nbt_cancel(simulation: *mut nbt_simulation) -> nbt_status;
}
#[repr(C)]
#[derive(Debug, Copy, Clone)]
pub struct nbt_device {
    pub struct_size: usize,
    pub name: *const ::std::os::raw::c_char,
    pub description: *const ::std::os::raw::c_char,
    pub available: i32,
    pub reason: *const ::std::os::raw::c_char,
    pub other_names: *const ::std::os::raw::c_char,
}
#[test]
fn bindgen_test_layout_nbt_device() {
    assert_eq!(::std::mem::size_of::<nbt_device>(), 48usize, concat!("Size of: ", stringify!(nbt_device)));
    assert_eq!(::std::mem::align_of::<nbt_device>(), 8usize, concat!("Alignment of ", stringify!(nbt_device)));
    fn test_field_struct_size() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_device>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).struct_size) as usize - ptr as usize
            },
            0usize,
            concat!("Offset of field: ", stringify!(nbt_device), "::", stringify!(struct_size))
        );
    }
    test_field_struct_size();
    fn test_field_name() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_device>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).name) as usize - ptr as usize
            },
            8usize,
            concat!("Offset of field: ", stringify!(nbt_device), "::", stringify!(name))
        );
    }
    test_field_name();
    fn test_field_description() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_device>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).description) as usize - ptr as usize
            },
            16usize,
            concat!("Offset of field: ", stringify!(nbt_device), "::", stringify!(description))
        );
    }
    test_field_description();
    fn test_field_available() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_device>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).available) as usize - ptr as usize
            },
            24usize,
            concat!("Offset of field: ", stringify!(nbt_device), "::", stringify!(available))
        );
    }
    test_field_available();
    fn test_field_reason() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_device>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).reason) as usize - ptr as usize
            },
            32usize,
            concat!("Offset of field: ", stringify!(nbt_device), "::", stringify!(reason))
        );
    }
    test_field_reason();
    fn test_field_other_names() {
        assert_eq!(
            unsafe {
                let uninit = ::std::mem::MaybeUninit::<nbt_device>::uninit();
                let ptr = uninit.as_ptr();
                ::std::ptr::addr_of!((*ptr).other_names) as usize - ptr as usize
            },
            40usize,
            concat!("Offset of field: ", stringify!(nbt_device), "::", stringify!(other_names))
        );
    }
    test_field_other_names();
}
impl Default for nbt_device {
    fn default() -> Self {
        let mut s = ::std::mem::MaybeUninit::<Self>::uninit();
        unsafe {
            ::std::ptr::write_bytes(s.as_mut_ptr(), 0, 1);
            s.assume_init()
        }
    }
}
extern "C" {
    pub fn nbt_device_count() -> i32;
}
extern "C" {
    pub fn nbt_device_describe(index: i32, device: *mut nbt_device) -> nbt_status;
}
