// The records of nbt.h in WebAssembly's memory: 32-bit pointers and sizes, natural alignment.
// test/records.test.js holds them to the header.

const types = {
  pointer: {
    bytes: 4,
    read: (view, at) => view.getUint32(at, true),
    write: (view, at, v) => view.setUint32(at, v, true),
  },
  int32: { bytes: 4, read: (view, at) => view.getInt32(at, true), write: (view, at, v) => view.setInt32(at, v, true) },
  int64: {
    bytes: 8,
    read: (view, at) => Number(view.getBigInt64(at, true)),
    write: (view, at, v) => view.setBigInt64(at, BigInt(v), true),
  },
  double: {
    bytes: 8,
    read: (view, at) => view.getFloat64(at, true),
    write: (view, at, v) => view.setFloat64(at, v, true),
  },
};
types.size = types.pointer;

// A C record: its first field is struct_size.
class RecordLayout {
  constructor(fields) {
    this.fields = { struct_size: 'size', ...fields };
    this.offsets = {};
    let end = 0;
    for (const [name, type] of Object.entries(this.fields)) {
      const { bytes } = types[type];
      end = Math.ceil(end / bytes) * bytes;
      this.offsets[name] = end;
      end += bytes;
    }
    const alignment = Math.max(...Object.values(this.fields).map((type) => types[type].bytes));
    this.bytes = Math.ceil(end / alignment) * alignment;
  }

  // Fields that are not given become 0.
  write(view, address, values) {
    for (const [name, type] of Object.entries(this.fields)) {
      const value = name === 'struct_size' ? this.bytes : (values[name] ?? 0);
      types[type].write(view, address + this.offsets[name], value);
    }
  }

  read(view, address) {
    const values = {};
    for (const [name, type] of Object.entries(this.fields)) {
      values[name] = types[type].read(view, address + this.offsets[name]);
    }
    return values;
  }
}

export const records = {
  nbt_parameter: new RecordLayout({
    name: 'pointer',
    kind: 'int32',
    length: 'int32',
    unit: 'pointer',
    choices: 'pointer',
    minimum: 'double',
    maximum: 'double',
    default_text: 'pointer',
    differentiable: 'int32',
    flags: 'pointer',
    sentence: 'pointer',
  }),
  nbt_rows: new RecordLayout({
    panel: 'int32',
    pixel_type: 'int32',
    first_row: 'int64',
    row_count: 'int64',
    fast_count: 'int64',
    row_stride: 'int64',
    pixels: 'pointer',
    fraction_done: 'double',
  }),
  nbt_memory_request: new RecordLayout({
    run: 'int32',
    pixel_type: 'int32',
    rows_per_chunk: 'int64',
    limit_bytes: 'double',
    components: 'int64',
    with_amplitudes: 'int32',
  }),
  nbt_memory_estimate: new RecordLayout({
    working_bytes: 'double',
    output_bytes: 'double',
    evaluations: 'double',
    whole_image_fits: 'int32',
    recommended_rows_per_chunk: 'int64',
    largest_rows_per_chunk: 'int64',
    device_bytes: 'double',
  }),
  nbt_data_rows: new RecordLayout({
    panel: 'int32',
    first_row: 'int64',
    row_count: 'int64',
    fast_count: 'int64',
    data: 'pointer',
    mask: 'pointer',
    background: 'pointer',
    weights: 'pointer',
    row_stride: 'int64',
  }),
  nbt_loss: new RecordLayout({
    kind: 'int32',
    data_type: 'int32',
    real_type: 'int32',
    data: 'pointer',
    mask: 'pointer',
    background: 'pointer',
    weights: 'pointer',
    capacity: 'int64',
    row_stride: 'int64',
    callback: 'pointer',
    user: 'pointer',
    rows_per_chunk: 'int64',
    scale: 'double',
    gain: 'double',
    readout_variance: 'double',
  }),
  nbt_gradient_outputs: new RecordLayout({
    amplitudes: 'pointer',
    amplitude_count: 'size',
    sources: 'pointer',
    source_count: 'size',
    orientations: 'pointer',
    orientation_count: 'size',
  }),
  nbt_gradient_result: new RecordLayout({ loss: 'double', scale_derivative: 'double', pixels: 'int64' }),
  nbt_jacobian_rows: new RecordLayout({
    panel: 'int32',
    first_row: 'int64',
    row_count: 'int64',
    fast_count: 'int64',
    components: 'size',
    image: 'pointer',
    derivatives: 'pointer',
    fraction_done: 'double',
  }),
  nbt_digitize_result: new RecordLayout({ scale: 'double', total_photons: 'double', overloads: 'int64' }),
  nbt_device: new RecordLayout({
    name: 'pointer',
    description: 'pointer',
    available: 'int32',
    reason: 'pointer',
    other_names: 'pointer',
  }),
};
