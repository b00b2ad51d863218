// The vector vocabulary in which the formulas of src/physics are written.
//
// A formula is a template on a tag `d` (which lanes, of which type) and takes and returns vectors; it calls only
// functions of namespace `ops`. Included once per SIMD target the vectors are Highway's; with NBT_ONE_LANE defined
// they are plain double or float, for tests, host code and CUDA. Vectors are arguments, never members of a class:
// some targets have vector types without a size.
#if defined(NBT_LANES_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_LANES_LANES_INL_H_
#undef NBT_LANES_LANES_INL_H_
#else
#define NBT_LANES_LANES_INL_H_
#endif

#ifdef NBT_ONE_LANE
#include "lanes/one_lane-inl.h"
#else
#include "lanes/highway-inl.h"
#endif

#endif  // NBT_LANES_LANES_INL_H_
