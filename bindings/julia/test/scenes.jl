# Scenes that several tests use.

using NBT, Test

"A small scene with spots, silent: 40 x 30 pixels, fast x slow."
function small(more...)
    sim = Simulation(
        "crystal.cell_lengths_A" => (50, 60, 70),
        "crystal.cell_angles_deg" => (85, 95, 100),
        "crystal.misset_deg" => (11, 23, -37),
        "crystal.cells" => (5, 6, 7),
        "detector.pixels" => (40, 30),
        "detector.pixel_size_mm" => 0.8,
        "detector.distance_mm" => 120,
        "sampling.oversample" => 1,
        "structure_factors.default_F" => 100,
        more...,
    )
    sim.log = (level, message) -> nothing
    return sim
end

"Minutes of work in many tiles."
long() = small("detector.pixels" => (2000, 2000), "crystal.mosaic_spread_deg" => 0.5, "crystal.mosaic_domains" => 2000)

"What `action` throws; an error of the test when it throws nothing."
function thrown(action)
    try
        action()
    catch error
        return error
    end
    error("nothing was thrown")
end

message(error) = sprint(showerror, error)
