# Parameters as one vector, as optimisers and automatic differentiation want them.

"Parameters and places of a component: `\"a[0]+b\"` is `[(\"a\", 1), (\"b\", 1)]`."
function parts(component)
    return map(split(component, '+')) do part
        found = match(r"^\s*([^\[\s]+)(?:\[(\d+)\])?\s*$", part)
        found === nothing && throw(ArgumentError("$component is no component: name, name[0], or such with + between"))
        String(found[1]), found[2] === nothing ? 1 : parse(Int, found[2]) + 1
    end
end

"""
    NBT.components(sim, parameters)

The values of the components that names stand for, as one vector: where an optimiser begins.
"""
components(sim::Simulation, parameters) = map(component_names(sim, parameters)) do component
    name, place = first(parts(component))
    value = sim[name]
    value === nothing && throw(ArgumentError("$name is automatic: set it before it is refined"))
    Float64(value[place])
end

"""
    NBT.set_components!(sim, parameters, x)

Sets them; those that a tie holds together get the same value. All or nothing.
"""
function set_components!(sim::Simulation, parameters, x)
    names = component_names(sim, parameters)
    length(x) == length(names) ||
        throw(DimensionMismatch("x has $(length(x)) values: $(length(names)) are needed, for $(join(names, ", "))"))
    before, after = Dict{String,Any}(), Dict{String,Vector{Float64}}()
    for (component, value) in zip(names, x), (name, place) in parts(component)
        before[name] = sim[name]
        values = get!(() -> before[name] === nothing ? fill(NaN, describe(name).length) : Float64[before[name]...],
                      after, name)
        values[place] = value
    end
    try
        foreach(name -> sim[name] = after[name], keys(after))
    catch
        foreach(name -> sim[name] = before[name], keys(before))
        rethrow()
    end
    return sim
end

"""
    NBT.objective(sim, parameters, x, data; options...)

The loss at `x`; `sim` itself is not changed. Options as for `gradient`. With ChainRulesCore loaded (Julia 1.9) it has a
rule: one gradient run for all of `x`.
"""
objective(sim::Simulation, parameters, x, data; options...) = objective_and_gradient(sim, parameters, x, data; options...).loss

objective_and_gradient(sim, parameters, x, data; options...) =
    gradient(set_components!(copy(sim), parameters, x), data; parameters = parameters, options...)

"""
    NBT.value_and_gradient!(G, sim, parameters, x, data; options...)

The loss at `x`, which is set in `sim`, and its gradient in `G`, unless that is `nothing`. For Optim.jl:

    Optim.only_fg!((F, G, x) -> NBT.value_and_gradient!(G, sim, names, x, data; loss = :poisson))
"""
function value_and_gradient!(G, sim::Simulation, parameters, x, data; options...)
    set_components!(sim, parameters, x)
    fit = gradient(sim, data; parameters = G === nothing ? first(component_names(sim, parameters)) : parameters, options...)
    G === nothing || copyto!(G, fit.values)
    return fit.loss
end

"""
    NBT.render(sim, parameters, x[, F])

The `Float64` image with the components at `x` and, if given, the structure factors `F[l, k, h]` in the box of those that
`sim` has; `sim` itself is not changed. With ChainRulesCore loaded (Julia 1.9) it has a rule.
"""
render(sim::Simulation, parameters, x, F...) = run(moved(sim, parameters, x, F...), Float64)

moved(sim, parameters, x) = set_components!(copy(sim), parameters, x)
moved(sim, parameters, x, F) = set_structure_factor_grid!(
    moved(sim, parameters, x), structure_factor_box(sim).first, require_size(F, amplitude_size(sim), "F"))
