// Vectors of double, and their way into and out of arrays of the kernel's type.
#if defined(NBT_CPU_DOUBLE_LANES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_CPU_DOUBLE_LANES_INL_H_
#undef NBT_CPU_DOUBLE_LANES_INL_H_
#else
#define NBT_CPU_DOUBLE_LANES_INL_H_
#endif

#include <hwy/highway.h>

#include <type_traits>

#include "lanes/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using DoubleTag = hn::ScalableTag<double>;
using DoubleVec = Vec<DoubleTag>;

// Rounds double lanes to T and stores them.
template <class T>
HWY_INLINE void StoreAs(DoubleVec v, T* to) {
  const DoubleTag d;
  if constexpr (std::is_same_v<T, double>) {
    hn::Store(v, d, to);
  } else {
    const hn::Rebind<T, DoubleTag> dt;
    hn::Store(hn::DemoteTo(dt, v), dt, to);
  }
}

template <class T>
HWY_INLINE DoubleVec LoadAsDouble(const T* from) {
  const DoubleTag d;
  if constexpr (std::is_same_v<T, double>) {
    return hn::Load(d, from);
  } else {
    return hn::PromoteTo(d, hn::Load(hn::Rebind<T, DoubleTag>(), from));
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#endif  // NBT_CPU_DOUBLE_LANES_INL_H_
