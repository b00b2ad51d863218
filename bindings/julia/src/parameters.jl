# The parameter table of the library, and parameters by name.

const KINDS = (:real, :integer, :boolean, :choice, :text)

"One row of the parameter table; docs/parameters.md has all of them."
struct Parameter
    name::String
    kind::Symbol # real, integer, boolean, choice or text
    length::Int
    unit::String
    choices::Vector{String}
    minimum::Float64
    maximum::Float64
    default::String # "": automatic, decided by each run
    differentiable::Bool
    flags::String # nanoBragg options that set it
    sentence::String
end

const TABLE = Parameter[]

function table_row(index)
    found = Ref(record(Raw.nbt_parameter))
    check(Raw.nbt_parameter_describe(index, found), C_NULL)
    row = found[]
    name, unit, choices, default, flags, sentence =
        unsafe_string.((row.name, row.unit, row.choices, row.default_text, row.flags, row.sentence))
    words = String.(split(choices, '|'; keepempty = false))
    return Parameter(name, KINDS[row.kind+1], row.length, unit, words, row.minimum, row.maximum, default,
                     row.differentiable != 0, flags, sentence)
end

Base.show(io::IO, row::Parameter) = print(io, "NBT.Parameter(", repr(row.name), ")")

function Base.show(io::IO, ::MIME"text/plain", row::Parameter)
    kind = isempty(row.choices) ? (row.length > 1 ? "$(row.length) x " : "") * "$(row.kind)" : join(row.choices, " | ")
    unit = isempty(row.unit) ? "" : ", " * row.unit
    limits = row.kind in (:real, :integer) ? ", $(row.minimum) to $(row.maximum)" : ""
    default = isempty(row.default) ? "automatic" : row.default
    print(io, row.name, ": ", row.sentence, "\n    ", kind, unit, limits, "; default: ", default,
          row.differentiable ? "; differentiable" : "")
end

"The parameter table: a vector of `NBT.Parameter`, in the order of docs/parameters.md."
parameters() = copy(TABLE)

# What `?NBT.parameters` shows comes from the library that was loaded.
Docs.getdoc(::typeof(parameters), _) = Text(join((sprint(show, MIME("text/plain"), row) for row in TABLE), "\n"))

place_of(name) = findfirst(row -> row.name == name, TABLE)

"""
    NBT.describe("crystal.cells")

The row of a parameter, which shows itself as its sentence, kind, unit, range and default.
"""
function describe(name::AbstractString)
    place = place_of(name)
    place === nothing && Simulation(sim -> sim[name]) # the library's own error has the nearest name
    return TABLE[place]
end

"""
    sim[name]
    sim[name] = value

Numbers, booleans, text or a word of a choice, arrays (a matrix is taken row by row). `nothing` stands for automatic, and
setting it, or `delete!(sim, name)`, gives the default back.
"""
function Base.getindex(sim::Simulation, name::AbstractString)
    place = place_of(name)
    if place === nothing || TABLE[place].kind in (:choice, :text)
        found = text(Raw.nbt_get_text, sim, name)
        return isempty(found) ? nothing : found
    end
    row = TABLE[place]
    values = Vector{Float64}(undef, row.length)
    call(Raw.nbt_get, sim, name, values, row.length)
    any(isnan, values) && return nothing
    typed = row.kind === :integer ? Int.(values) : row.kind === :boolean ? values .!= 0 : values
    return row.length > 1 ? typed : typed[1]
end

Base.setindex!(sim::Simulation, ::Nothing, name::AbstractString) = call(Raw.nbt_unset, sim, name)
Base.setindex!(sim::Simulation, value::Union{AbstractString,Symbol}, name::AbstractString) =
    call(Raw.nbt_set_text, sim, name, string(value))
Base.setindex!(sim::Simulation, value::AbstractMatrix, name::AbstractString) = sim[name] = vec(permutedims(value))
function Base.setindex!(sim::Simulation, value, name::AbstractString)
    values = dense(Float64, value isa Number ? [value] : value, name)
    call(Raw.nbt_set, sim, name, values, length(values))
end

Base.delete!(sim::Simulation, name::AbstractString) = (sim[name] = nothing; sim)
Base.keys(::Simulation) = [row.name for row in TABLE]
Base.haskey(::Simulation, name::AbstractString) = place_of(name) !== nothing

# ---- sim.crystal.cells

struct Group
    sim::Simulation
    name::Symbol
end

groups() = unique(Symbol(first(split(row.name, '.'))) for row in TABLE)
full_name(group, name) = string(getfield(group, :name), ".", name)

function Base.getproperty(sim::Simulation, name::Symbol)
    hasfield(Simulation, name) && return getfield(sim, name)
    name in groups() || throw(ArgumentError("a simulation has no $name: it has progress, log, $(join(groups(), ", "))"))
    return Group(sim, name)
end
Base.propertynames(::Simulation, _private::Bool = false) = [:progress; :log; groups()]
Base.getproperty(group::Group, name::Symbol) = getfield(group, :sim)[full_name(group, name)]
Base.setproperty!(group::Group, name::Symbol, value) = getfield(group, :sim)[full_name(group, name)] = value
Base.propertynames(group::Group, _private::Bool = false) =
    [Symbol(row.name[length(full_name(group, ""))+1:end]) for row in TABLE if startswith(row.name, full_name(group, ""))]
