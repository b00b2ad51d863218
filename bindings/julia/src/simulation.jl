# The handle: one call at a time, cancelling, copies, life and death.

"""
    Simulation("name" => value, ...; arguments = nothing)
    Simulation(f, "name" => value, ...)

A diffraction experiment: parameters by name, data, and images of it. `arguments` is a nanoBragg command line, as one
text or as a list. With a function (a do-block) the simulation is closed when the function ends.

`sim.progress = fraction -> ...` and `sim.log = (level, message) -> ...` are called during runs; what they throw ends
the run and comes out of it. `sim.crystal.cells` is `sim["crystal.cells"]`, with completion.

One thread at a time may use a simulation, different ones are independent. The library's memory is freed by the garbage
collector, or at once by `close(sim)`.
"""
mutable struct Simulation
    handle::Ptr{Cvoid} # null when closed
    busy::Threads.Atomic{Bool}
    progress::Any
    log::Any
    rows::Any    # takes the records of the run that is going on
    failure::Any # Some(what a callback threw)

    function Simulation(handle::Ptr{Cvoid})
        sim = new(handle, Threads.Atomic{Bool}(false), nothing, nothing, nothing, nothing)
        finalizer(destroy, sim)
        user = pointer_from_objref(sim)
        check(Raw.nbt_set_progress_callback(handle, @cfunction(on_progress, Cvoid, (Cdouble, Ptr{Cvoid})), user), handle)
        check(Raw.nbt_set_log_callback(handle, @cfunction(on_log, Cvoid, (Int32, Cstring, Ptr{Cvoid})), user), handle)
        return sim
    end
end

function Simulation(parameters::Pair...; arguments = nothing)
    handle = Ref(C_NULL)
    check(Raw.nbt_create(handle), C_NULL)
    sim = Simulation(handle[])
    arguments === nothing || set_arguments!(sim, arguments)
    for (name, value) in parameters
        sim[name] = value
    end
    return sim
end

function Simulation(f::Function, parameters::Pair...; options...)
    sim = Simulation(parameters...; options...)
    try
        return f(sim)
    finally
        close(sim)
    end
end

function destroy(sim)
    Raw.nbt_destroy(sim.handle)
    sim.handle = C_NULL
end

"""
    close(sim)

Frees the library's memory now; any other use of the simulation is an error afterwards.
"""
Base.close(sim::Simulation) = isopen(sim) ? (locked(destroy, sim); nothing) : nothing
Base.isopen(sim::Simulation) = sim.handle != C_NULL
Base.show(io::IO, sim::Simulation) = print(io, "NBT.Simulation(", isopen(sim) ? "" : "closed", ")")

"The library refuses a second call as well, but cannot say so where a first one is writing messages."
function locked(action, sim)
    Threads.atomic_cas!(sim.busy, false, true) && throw(NBTError(
        :invalid_argument,
        "the simulation is in use by another thread, or by the callback that it is calling: use a copy of it there",
    ))
    try
        isopen(sim) || throw(NBTError(:invalid_argument, "the simulation is closed"))
        return action(sim)
    finally
        sim.busy[] = false
    end
end

"""
Calls a function of `nbt.h`. `rows` takes the records that the run calls back with; `read` gives the result while strings
of the library still live.
"""
function call(f::F, sim::Simulation, arguments::Vararg{Any,N}; rows = nothing, read = nothing) where {F,N}
    return locked(sim) do sim
        sim.rows = rows
        status = GC.@preserve sim on_one_thread(() -> disable_sigint(() -> f(sim.handle, arguments...)))
        failure, sim.failure, sim.rows = sim.failure, nothing, nothing
        failure === nothing || throw(something(failure))
        check(status, sim.handle)
        return read === nothing ? nothing : read()
    end
end

"A callback may wait, for example to print. The task must not wake up on another thread, with the library's frames below it."
function on_one_thread(action)
    task = current_task()
    sticky, task.sticky = task.sticky, true
    try
        return action()
    finally
        task.sticky = sticky
    end
end

function text(f, sim, arguments...)
    found = Ref(Cstring(C_NULL))
    return call(f, sim, arguments..., found; read = () -> unsafe_string(found[]))
end

"""
    NBT.cancel(sim)

Stops the run that is going on, or the next one at its start; that run throws an `NBTError` with status `:cancelled`. May
be called from any thread, and in callbacks.
"""
cancel(sim::Simulation) = isopen(sim) ? (Raw.nbt_cancel(sim.handle); nothing) : nothing

# ---- Copies and scene files

"""
    copy(sim)

An independent copy, with the same callbacks, that shares the structure factors.
"""
function Base.copy(sim::Simulation)
    handle = Ref(C_NULL)
    call(Raw.nbt_clone, sim, handle)
    twin = Simulation(handle[])
    twin.progress, twin.log = sim.progress, sim.log
    return twin
end
Base.deepcopy_internal(sim::Simulation, ::IdDict) = copy(sim)

"Everything that was set, data included, as JSON text."
dump_scene(sim::Simulation) = text(Raw.nbt_dump_scene, sim)

"""
    load_scene!(sim, json)

Replaces parameters and data by those of the text of a scene file. All or nothing.
"""
function load_scene!(sim::Simulation, json::AbstractString)
    call(Raw.nbt_load_scene, sim, json, sizeof(json))
    return sim
end

function Serialization.serialize(stream::Serialization.AbstractSerializer, sim::Simulation)
    Serialization.serialize_type(stream, Simulation)
    Serialization.serialize(stream, dump_scene(sim))
end
Serialization.deserialize(stream::Serialization.AbstractSerializer, ::Type{Simulation}) =
    load_scene!(Simulation(), Serialization.deserialize(stream))
