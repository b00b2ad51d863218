// The kernels of precision `fast`, for every SIMD target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/terms_fast.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "cpu/simd_choice.hpp"
#include "cpu/terms-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

void Square(const TermBatch& batch) {
  AddTermsOf<FixedPeel, Shape::square>(batch);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nbt {
namespace {
HWY_EXPORT(Square);
}  // namespace

AddTerms add_terms_fast_for(std::int64_t simd_target, Shape shape) {
  return shape == Shape::square ? for_target(HWY_DISPATCH_TABLE(Square), simd_target) : nullptr;
}

}  // namespace nbt
#endif  // HWY_ONCE
