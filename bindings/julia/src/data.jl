# Data of a scene. All are copied by the library; `nothing` removes what was set before.

"""
    set_arguments!(sim, arguments)

A nanoBragg command line without the program's name, as one text or a list of words; reads the files it names. All or
nothing.
"""
set_arguments!(sim::Simulation, arguments::AbstractString) = set_arguments!(sim, Base.shell_split(arguments))
function set_arguments!(sim::Simulation, arguments)
    words, count = list(arguments)
    call(Raw.nbt_set_arguments, sim, count, words)
    return sim
end

"""
    set_structure_factors!(sim, h, k, l, F)
    set_structure_factors!(sim, nothing)

Integer indices and amplitudes in electrons: four vectors of the same length.
"""
function set_structure_factors!(sim::Simulation, h, k, l, F)
    indices = dense.(Int32, (h, k, l), ("h", "k", "l"))
    amplitudes = dense(Float64, F, "F")
    for (values, name) in zip(indices, ("h", "k", "l"))
        length(values) == length(amplitudes) || throw(DimensionMismatch(
            "$name has $(length(values)) values and F has $(length(amplitudes)): as many are needed"))
    end
    call(Raw.nbt_set_structure_factors, sim, indices..., amplitudes, length(amplitudes))
    return sim
end
set_structure_factors!(sim::Simulation, ::Nothing) = set_structure_factors!(sim, Int32[], Int32[], Int32[], Float64[])

"""
    set_structure_factor_grid!(sim, (h, k, l), F)

A dense box, **last index first**: `F[i, j, k]` is the amplitude of `(h + k - 1, k + j - 1, l + i - 1)`, as the library
has h slowest. `permutedims(F, (3, 2, 1))` makes it of an array by h, k, l.
"""
function set_structure_factor_grid!(sim::Simulation, first, F::AbstractArray{<:Any,3})
    from = require_size(dense(Int32, first, "first"), (3,), "first")
    to = dense(Int32, from .+ reverse(Int64.(size(F))) .- 1, "last")
    amplitudes = dense(Float64, F, "F")
    call(Raw.nbt_set_structure_factor_grid, sim, from, to, amplitudes, length(amplitudes))
    return sim
end

"""
    set_sources!(sim, directions; wavelengths_A = nothing, weights = nothing)

`directions[:, i]` is the vector from the sample towards source i; x, y, z, any length.
"""
function set_sources!(sim::Simulation, directions::AbstractMatrix; wavelengths_A = nothing, weights = nothing)
    count = size(directions, 2)
    vectors = require_size(dense(Float64, directions, "directions"), (3, count), "directions")
    given = map((wavelengths_A, weights), ("wavelengths_A", "weights")) do values, name
        values === nothing ? C_NULL : require_size(dense(Float64, values, name), (count,), name)
    end
    call(Raw.nbt_set_sources, sim, vectors, given..., count)
    return sim
end
set_sources!(sim::Simulation, ::Nothing) = set_sources!(sim, zeros(3, 0))

"""
    set_mosaic_rotations!(sim, rotations)

`rotations[:, :, i]` is the rotation matrix of domain i, `[row, column]`, applied after phi.
"""
function set_mosaic_rotations!(sim::Simulation, rotations::AbstractArray{<:Any,3})
    count = size(rotations, 3)
    matrices = require_size(dense(Float64, rotations, "rotations"), (3, 3, count), "rotations")
    call(Raw.nbt_set_mosaic_rotations, sim, permutedims(matrices, (2, 1, 3)), count) # row-major in C
    return sim
end
set_mosaic_rotations!(sim::Simulation, ::Nothing) = set_mosaic_rotations!(sim, zeros(3, 3, 0))

"""
    set_mask!(sim, mask)

`mask[fast, slow]`: `false` or 0 is not rendered.
"""
function set_mask!(sim::Simulation, mask::AbstractMatrix)
    call(Raw.nbt_set_mask, sim, UInt8.(mask .!= 0), size(mask)...)
    return sim
end
set_mask!(sim::Simulation, ::Nothing) = (call(Raw.nbt_set_mask, sim, C_NULL, 0, 0); sim)

"""
    set_roi!(sim; fast = 0:99, slow = 0:99)

The rendered region, in numbers of pixels, which begin with **0** as in every parameter; the same as `detector.roi`.
"""
function set_roi!(sim::Simulation; fast::AbstractUnitRange, slow::AbstractUnitRange)
    call(Raw.nbt_set_roi, sim, first(fast), last(fast), first(slow), last(slow))
    return sim
end
