// The loop over orientations (outer) and pixels (inner): F_cell^2 F_latt^2 of every term.
//
// A few passes over the span per orientation, all through first-level cache. LocateTerms works in double: Miller
// indices, their distance from the nearest whole ones, table indices. LookUpAmplitudes (except tricubic) and SumTerms
// work in the kernel's type T, with full vectors of it: amplitude, lattice factor, sum. Sums of a block of
// orientations are of type T, too.
//
// Compile-time axes: T and shape, and inside them lookup and the number of products per index.
#if defined(NBT_CPU_TERMS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef NBT_CPU_TERMS_INL_H_
#undef NBT_CPU_TERMS_INL_H_
#else
#define NBT_CPU_TERMS_INL_H_
#endif

#include <hwy/highway.h>

#include <type_traits>

#include "cpu/kernels.hpp"
#include "physics/lattice-inl.h"
#include "physics/scattering-inl.h"
#include "physics/structure_factor-inl.h"

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

// Coefficients of one Miller index in terms of the span's coordinates.
struct IndexTerms {
  double along[3];
  double offset;
};

inline IndexTerms MakeIndexTerms(const TermBatch& batch, const double (&v)[3]) {
  IndexTerms terms;
  for (int j = 0; j < 3; ++j) {
    const double* e = batch.basis[j];
    terms.along[j] = v[0] * e[0] + v[1] * e[1] + v[2] * e[2];
  }
  const double* i = batch.incident_per_m;
  terms.offset = v[0] * i[0] + v[1] * i[1] + v[2] * i[2];
  return terms;
}

template <int products>
HWY_INLINE DoubleVec IndexAt(const TermBatch& batch, const IndexTerms& terms, int i) {
  const DoubleTag d;
  const DoubleVec w0 = hn::Load(d, batch.coordinate[0] + i);
  const DoubleVec w1 = hn::Load(d, batch.coordinate[1] + i);
  if constexpr (products == 2) {
    return MillerIndex2(d, w0, w1, terms.along, terms.offset);
  } else {
    return MillerIndex3(d, w0, w1, hn::Load(d, batch.coordinate[2] + i), terms.along, terms.offset);
  }
}

// What SumTerms needs of the lattice factor, in the order of its arguments there.
template <class T, Shape shape>
HWY_INLINE void StoreLatticeParts(const TermBatch& batch, TermWork<T>& work, int i, DoubleVec a, DoubleVec b,
                                  DoubleVec c) {
  const DoubleTag d;
  const CrystalConstants& crystal = *batch.crystal;
  if constexpr (shape == Shape::square) {
    StoreAs(a, work.part[0] + i);
    StoreAs(b, work.part[1] + i);
    StoreAs(c, work.part[2] + i);
    StoreAs(GratingPhase(d, a, crystal.cells[0]), work.part[3] + i);
    StoreAs(GratingPhase(d, b, crystal.cells[1]), work.part[4] + i);
    StoreAs(GratingPhase(d, c, crystal.cells[2]), work.part[5] + i);
  } else if constexpr (shape == Shape::round) {
    StoreAs(RoundLattice(d, SphereRadius(d, a, b, c, crystal.sphere_cells)), work.part[0] + i);
  } else {
    const DoubleVec one = hn::Set(d, 1.0);
    const DoubleVec r = SpotRadius(d, a, b, c, crystal.spot_metric);
    DoubleVec counted;
    if constexpr (shape == Shape::gauss) {
      const DoubleVec whole = hn::Round(r);
      StoreAs(whole, work.part[0] + i);
      StoreAs(hn::Sub(r, whole), work.part[1] + i);
      // F_latt = N_t 2^(-r/2) is exactly 0 in the reference when it is below half the smallest double.
      counted = hn::IfThenElseZero(hn::Lt(r, hn::Set(d, 2 * 1075.0)), one);
    } else {
      counted = hn::IfThenElseZero(hn::Lt(r, hn::Set(d, 0.3969)), one);
      StoreAs(counted, work.part[0] + i);
    }
    if (batch.counted != nullptr) hn::Store(counted, d, batch.counted + i);
  }
}

HWY_INLINE void StoreIndex(DoubleVec index, std::int32_t* to) {
  const hn::Rebind<std::int32_t, DoubleTag> di;
  hn::Store(hn::DemoteTo(di, index), di, to);
}

template <class T, Lookup lookup>
HWY_INLINE void StoreTableIndices(const TermBatch& batch, TermWork<T>& work, int i, DoubleVec h, DoubleVec k,
                                  DoubleVec l, DoubleVec h0, DoubleVec k0, DoubleVec l0) {
  const DoubleTag d;
  if constexpr (lookup != Lookup::constant) {
    StoreIndex(NearestFlatIndex(d, batch.table->box, h0, k0, l0), work.index[0] + i);
  }
  if constexpr (lookup == Lookup::tricubic) {
    StoreIndex(TricubicFlatIndex(d, batch.table->box, h, k, l), work.index[1] + i);
    hn::Store(hn::Sub(h, hn::Floor(h)), d, work.fraction[0] + i);
    hn::Store(hn::Sub(k, hn::Floor(k)), d, work.fraction[1] + i);
    hn::Store(hn::Sub(l, hn::Floor(l)), d, work.fraction[2] + i);
  }
}

template <class T, Shape shape, Lookup lookup, int products>
HWY_INLINE void LocateTerms(const TermBatch& batch, const Orientation& orientation, TermWork<T>& work) {
  const DoubleTag d;
  const IndexTerms a = MakeIndexTerms(batch, orientation.a);
  const IndexTerms b = MakeIndexTerms(batch, orientation.b);
  const IndexTerms c = MakeIndexTerms(batch, orientation.c);
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < batch.pixels; i += lanes) {
    const DoubleVec h = IndexAt<products>(batch, a, i);
    const DoubleVec k = IndexAt<products>(batch, b, i);
    const DoubleVec l = IndexAt<products>(batch, c, i);
    if constexpr (lookup == Lookup::constant) {
      // Halves may go either way here: |delta| is the same.
      StoreLatticeParts<T, shape>(batch, work, i, Peel(h), Peel(k), Peel(l));
    } else {
      const DoubleVec h0 = NearestIndex(d, h), k0 = NearestIndex(d, k), l0 = NearestIndex(d, l);
      StoreLatticeParts<T, shape>(batch, work, i, hn::Sub(h, h0), hn::Sub(k, k0), hn::Sub(l, l0));
      StoreTableIndices<T, lookup>(batch, work, i, h, k, l, h0, k0, l0);
    }
  }
}

template <class D>
HWY_INLINE const Scalar<D>* Amplitudes(D, const AmplitudeTable& table) {
  if constexpr (sizeof(Scalar<D>) == 4) {
    return table.in_float;
  } else {
    return table.in_double;
  }
}

template <class D>
HWY_INLINE Vec<IntegerTag<D>> LoadIndex(D, const std::int32_t* from) {
  if constexpr (sizeof(Scalar<D>) == 4) {
    return hn::Load(IntegerTag<D>(), from);
  } else {
    const hn::Rebind<std::int32_t, D> di;
    return hn::PromoteTo(IntegerTag<D>(), hn::Load(di, from));
  }
}

template <class D>
HWY_INLINE Vec<D> NearestAmplitude(D d, const AmplitudeTable& table, const std::int32_t* from) {
  const IntegerTag<D> di;
  const auto index = LoadIndex(d, from);
  const auto outside = hn::Lt(index, hn::Zero(di));
  const Vec<D> found = hn::GatherIndex(d, Amplitudes(d, table), hn::IfThenZeroElse(outside, index));
  const double other = sizeof(Scalar<D>) == 4 ? table.default_in_float : table.default_F;
  return hn::IfThenElse(hn::RebindMask(d, outside), hn::Set(d, static_cast<Scalar<D>>(other)), found);
}

// Double also for `single`: where the weighted amplitudes nearly cancel, float would leave nothing of their sum. Lanes
// that may not be interpolated get the nearest rule; lanes are treated alike whatever their neighbours do.
template <class T>
HWY_INLINE DoubleVec TricubicAmplitude(const AmplitudeTable& table, const TermWork<T>& work, int i) {
  const DoubleTag d;
  const IntegerTag<DoubleTag> di;
  const auto index = LoadIndex(d, work.index[1] + i);
  const auto outside = hn::Lt(index, hn::Zero(di));
  if (hn::AllTrue(di, outside)) return NearestAmplitude(d, table, work.index[0] + i);
  // Index 0 is safe where another lane has four nodes on every axis.
  const DoubleVec smooth =
      Tricubic(d, table.box, table.in_double, hn::IfThenZeroElse(outside, index), hn::Load(d, work.fraction[0] + i),
               hn::Load(d, work.fraction[1] + i), hn::Load(d, work.fraction[2] + i));
  if (hn::AllFalse(di, outside)) return smooth;
  return hn::IfThenElse(hn::RebindMask(d, outside), NearestAmplitude(d, table, work.index[0] + i), smooth);
}

template <class T, Shape shape, bool guarded, class D>
HWY_INLINE Vec<D> LatticeSquared(D d, const TermBatch& batch, const TermWork<T>& work, int i) {
  const auto part = [d, &work, i](int which) HWY_ATTR { return hn::Load(d, work.part[which] + i); };
  if constexpr (shape == Shape::square) {
    Vec<D> a = part(0), b = part(1), c = part(2), t_a = part(3), t_b = part(4), t_c = part(5);
    if constexpr (guarded) {
      const double(&cells)[3] = batch.crystal->cells;
      AvoidZeroOverZero(d, static_cast<T>(cells[0]), a, t_a);
      AvoidZeroOverZero(d, static_cast<T>(cells[1]), b, t_b);
      AvoidZeroOverZero(d, static_cast<T>(cells[2]), c, t_c);
    }
    const Vec<D> F = SquareLattice(d, a, b, c, t_a, t_b, t_c);
    return hn::Mul(F, F);
  } else if constexpr (shape == Shape::round) {
    const Vec<D> F = part(0);
    return hn::Mul(F, F);
  } else if constexpr (shape == Shape::gauss) {
    return GaussSquared(d, part(0), part(1));
  } else {
    return part(0);
  }
}

// A pass of its own, so that the many gathers of tricubic are compiled once for all shapes.
template <class T, Lookup lookup>
HWY_NOINLINE void LookUpAmplitudes(const TermBatch& batch, TermWork<T>& work) {
  if constexpr (lookup == Lookup::nearest) {
    const hn::ScalableTag<T> d;
    const int lanes = static_cast<int>(hn::Lanes(d));
    for (int i = 0; i < batch.pixels; i += lanes) {
      hn::Store(NearestAmplitude(d, *batch.table, work.index[0] + i), d, work.amplitude + i);
    }
  } else {
    const DoubleTag d;
    const int lanes = static_cast<int>(hn::Lanes(d));
    const auto per_unit = hn::Set(d, 1 / batch.table->unit);
    for (int i = 0; i < batch.pixels; i += lanes) {
      StoreAs(hn::Mul(TricubicAmplitude(*batch.table, work, i), per_unit), work.amplitude + i);
    }
  }
}

template <class T, Shape shape, bool with_table, bool guarded>
HWY_INLINE void SumTerms(const TermBatch& batch, TermWork<T>& work) {
  const hn::ScalableTag<T> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  for (int i = 0; i < batch.pixels; i += lanes) {
    auto term = LatticeSquared<T, shape, guarded>(d, batch, work, i);
    if constexpr (with_table) {
      const auto F = hn::Load(d, work.amplitude + i);
      term = hn::Mul(term, hn::Mul(F, F));
    }
    hn::Store(hn::Add(hn::Load(d, work.block + i), term), d, work.block + i);
  }
}

template <class T, Shape shape, Lookup lookup, int products, bool guarded>
HWY_INLINE void SumBlock(const TermBatch& batch, TermWork<T>& work) {
  for (int i = 0; i < batch.pixels; ++i) work.block[i] = 0;
  for (int o = 0; o < batch.orientation_count; ++o) {
    LocateTerms<T, shape, lookup, products>(batch, batch.orientations[o], work);
    if constexpr (lookup != Lookup::constant) LookUpAmplitudes<T, lookup>(batch, work);
    SumTerms<T, shape, lookup != Lookup::constant, guarded>(batch, work);
  }
}

template <class T>
HWY_INLINE bool AllFinite(const TermBatch& batch, const TermWork<T>& work) {
  const hn::ScalableTag<T> d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  auto zero = hn::Zero(d);
  for (int i = 0; i < batch.pixels; i += lanes) {
    const auto v = hn::Load(d, work.block + i);
    zero = hn::Add(zero, hn::Sub(v, v));  // 0, or NaN for ever after
  }
  return hn::AllTrue(d, hn::Eq(zero, hn::Zero(d)));
}

template <class T, Shape shape, Lookup lookup, int products>
void AddBlock(const TermBatch& batch) {
  TermWork<T>& work = *static_cast<TermWork<T>*>(batch.work);
  SumBlock<T, shape, lookup, products, false>(batch, work);
  if constexpr (shape == Shape::square) {
    // 0/0 at a whole index: rare, so found afterwards. Pixels that were right get the same bits again.
    if (!AllFinite(batch, work)) SumBlock<T, shape, lookup, products, true>(batch, work);
  }
  for (int i = 0; i < batch.pixels; ++i) batch.sums[i] += static_cast<double>(work.block[i]);
  if (batch.counted != nullptr && (shape == Shape::square || shape == Shape::round)) {
    for (int i = 0; i < batch.pixels; ++i) batch.counted[i] = 1;
  }
}

template <class T, Shape shape, Lookup lookup>
HWY_INLINE void AddBlockFor(const TermBatch& batch) {
  if (batch.products == 2) {
    AddBlock<T, shape, lookup, 2>(batch);
  } else {
    AddBlock<T, shape, lookup, 3>(batch);
  }
}

template <class T, Shape shape>
HWY_INLINE void AddTermsOf(const TermBatch& batch) {
  switch (batch.lookup) {
    case Lookup::constant:
      return AddBlockFor<T, shape, Lookup::constant>(batch);
    case Lookup::nearest:
      return AddBlockFor<T, shape, Lookup::nearest>(batch);
    case Lookup::tricubic:
      return AddBlockFor<T, shape, Lookup::tricubic>(batch);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace nbt
HWY_AFTER_NAMESPACE();

#endif  // NBT_CPU_TERMS_INL_H_
