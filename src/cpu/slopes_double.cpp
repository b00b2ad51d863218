// The kernels of gradients in precision `double`, for every SIMD target.
#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "cpu/slopes_double.cpp"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include "cpu/simd_choice.hpp"
#include "cpu/slopes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace nbt {
namespace HWY_NAMESPACE {
namespace {

void Square(const SlopeBatch& batch) {
  AddSlopesOf<DoublePeel<double>, Shape::square>(batch);
}
void Round(const SlopeBatch& batch) {
  AddSlopesOf<DoublePeel<double>, Shape::round>(batch);
}
void Gauss(const SlopeBatch& batch) {
  AddSlopesOf<DoublePeel<double>, Shape::gauss>(batch);
}
void Tophat(const SlopeBatch& batch) {
  AddSlopesOf<DoublePeel<double>, Shape::tophat>(batch);
}
void Prepare(const PullWeights& job) {
  PreparePullOf<double>(job);
}
void Pull(const PullTerms& job) {
  PullSlopesOf<double>(job);
}
bool ByEntry(const TermsByEntry& job) {
  return SumByEntryOf<double>(job);
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
HWY_EXPORT(Prepare);
HWY_EXPORT(Pull);
HWY_EXPORT(ByEntry);
}  // namespace

AddSlopes add_slopes_double_for(std::int64_t simd_target, Shape shape) {
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

PreparePull prepare_pull_double_for(std::int64_t simd_target) {
  return for_target(HWY_DISPATCH_TABLE(Prepare), simd_target);
}
PullSlopes pull_slopes_double_for(std::int64_t simd_target) {
  return for_target(HWY_DISPATCH_TABLE(Pull), simd_target);
}
SumByEntry sum_by_entry_double_for(std::int64_t simd_target) {
  return for_target(HWY_DISPATCH_TABLE(ByEntry), simd_target);
}

}  // namespace nbt
#endif  // HWY_ONCE
