# What the library calls. No exception can pass through the library: the first one is kept, stops the run, and is thrown
# when the call has returned. Ctrl-C becomes an exception where it can be caught, inside reenable_sigint, and nowhere else.

function guarded(action, sim)
    try
        reenable_sigint(action)
    catch error
        sim.failure === nothing && (sim.failure = Some(error))
    end
    return Int32(sim.failure !== nothing)
end

simulation_at(user) = unsafe_pointer_to_objref(user)::Simulation

function on_progress(fraction, user)
    sim = simulation_at(user)
    guarded(sim) do
        GC.safepoint() # other threads may be waiting to collect garbage
        sim.progress === nothing || sim.progress(fraction)
    end
    sim.failure === nothing || Raw.nbt_cancel(sim.handle)
    return nothing
end

function on_log(level, message, user)
    sim = simulation_at(user)
    severity = level == Raw.NBT_LOG_WARNING ? Logging.Warn : Logging.Info
    guarded(() -> (sim.log === nothing ? default_log : sim.log)(severity, unsafe_string(message)), sim)
    return nothing
end

"Warnings once, however often a loop changes the scene; the rest for those who set `JULIA_DEBUG=NBT`."
function default_log(level, message)
    level = level == Logging.Warn ? level : Logging.Debug
    @logmsg level message _group = :nbt _id = Symbol(message) _file = nothing maxlog = 1
end

on_rows(record, user) = (sim = simulation_at(user); guarded(() -> sim.rows(record), sim))
