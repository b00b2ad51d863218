// The statuses of the C interface, by number.
export const statuses = [
  'NBT_OK',
  'NBT_ERROR_INVALID_ARGUMENT',
  'NBT_ERROR_UNKNOWN_NAME',
  'NBT_ERROR_WRONG_LENGTH',
  'NBT_ERROR_OUT_OF_RANGE',
  'NBT_ERROR_INCONSISTENT_SCENE',
  'NBT_ERROR_FILE',
  'NBT_ERROR_MEMORY_LIMIT',
  'NBT_ERROR_OUT_OF_MEMORY',
  'NBT_ERROR_CANCELLED',
  'NBT_ERROR_DEVICE',
  'NBT_ERROR_UNSUPPORTED',
  'NBT_ERROR_INTERNAL',
];

export class NbtError extends Error {
  constructor(status, message, options) {
    super(message, options);
    this.name = 'NbtError';
    this.status = status;
  }
}

export function invalid(message) {
  return new NbtError('NBT_ERROR_INVALID_ARGUMENT', message);
}

export function fileError(failure) {
  throw new NbtError('NBT_ERROR_FILE', `the .wasm file could not be loaded: ${failure.message}`, { cause: failure });
}
