# Looking inside.

"""
    NBT.report(sim)

What the library decided by itself and what follows from the scene (docs/report.md), as nested `Dict`s:
`NBT.report(sim)["sampling"]["oversample"]`.
"""
report(sim::Simulation) = read_json(text(Raw.nbt_report, sim))

"""
    NBT.trace(sim, CartesianIndex(i, j))
    NBT.trace(sim; fast, slow, panel = 0)

Every intermediate value of one pixel (docs/trace.md), as nested `Dict`s: of `image[i, j]`, for example `argmax(image)`, or
by the numbers of the pixel, which begin with **0** as in every parameter and in the report.
"""
trace(sim::Simulation; fast, slow, panel = 0) = read_json(text(Raw.nbt_trace_pixel, sim, panel, slow, fast))
trace(sim::Simulation, index::CartesianIndex{2}; panel = 0) = trace(sim; fast = index[1] - 1, slow = index[2] - 1, panel = panel)

"""
    NBT.devices()

What `execution.device` may name: tuples of `name`, `description`, `available`, `reason` (why not) and `other_names`.
"""
devices() = map(0:Raw.nbt_device_count()-1) do index
    found = Ref(record(Raw.nbt_device))
    check(Raw.nbt_device_describe(index, found), C_NULL)
    row = found[]
    return (name = unsafe_string(row.name), description = unsafe_string(row.description), available = row.available != 0,
            reason = unsafe_string(row.reason), other_names = String.(split(unsafe_string(row.other_names))))
end
