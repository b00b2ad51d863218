// The kernels of precision `single`, for every SIMD target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/terms_single.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "cpu/simd_choice.hpp"
#include "cpu/terms-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

void Square(const TermBatch& batch) {
  if (batch.crystal->fraction_bits > 0 && HWY_TARGET != HWY_SCALAR) {
    AddTermsOf<WidePeel, Shape::square>(batch);
  } else {
    AddTermsOf<DoublePeel<float>, Shape::square>(batch);
  }
}
void Round(const TermBatch& batch) {
  AddTermsOf<DoublePeel<float>, Shape::round>(batch);
}
void Gauss(const TermBatch& batch) {
  AddTermsOf<DoublePeel<float>, Shape::gauss>(batch);
}
void Tophat(const TermBatch& batch) {
  AddTermsOf<DoublePeel<float>, Shape::tophat>(batch);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace nbt {
namespace {
HWY_EXPORT(Square);
HWY_EXPORT(Round);
HWY_EXPORT(Gauss);
HWY_EXPORT(Tophat);
}  // namespace

AddTerms add_terms_single_for(std::int64_t simd_target, Shape shape) {
  switch (shape) {
    case Shape::square:
      return for_target(HWY_DISPATCH_TABLE(Square), simd_target);
    case Shape::round:
      return for_target(HWY_DISPATCH_TABLE(Round), simd_target);
    case Shape::gauss:
      return for_target(HWY_DISPATCH_TABLE(Gauss), simd_target);
    case Shape::tophat:
      return for_target(HWY_DISPATCH_TABLE(Tophat), simd_target);
  }
  return nullptr;
}

}  // namespace nbt
#endif  // HWY_ONCE
