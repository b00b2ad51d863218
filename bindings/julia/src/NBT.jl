"""
Diffraction images of crystals. Julia stores columns first, so an image is `image[fast, slow]`.

    sim = Simulation("crystal.cell_lengths_A" => [79.1, 79.1, 37.9], "crystal.cells" => [10, 10, 10])
    sim["structure_factors.default_F"] = 100
    image = run(sim)

Names that other packages use as well are not exported: `NBT.gradient`, `NBT.jacobian`, `NBT.report` and so on.
"""
module NBT

import Libdl, Serialization
using Logging

export Simulation, NBTError, run!, run_chunked, digitize, image_size
export set_arguments!, set_structure_factors!, set_structure_factor_grid!, set_sources!, set_mosaic_rotations!
export set_mask!, set_roi!, load_scene!, dump_scene

include("raw.jl")
include("library.jl")
include("callbacks.jl")
include("simulation.jl")
include("parameters.jl")
include("arrays.jl")
include("data.jl")
include("images.jl")
include("gradients.jl")
include("optimise.jl")
include("json.jl")
include("inspect.jl")

function __init__()
    load_library()
    append!(empty!(TABLE), table_row.(0:Raw.nbt_parameter_count()-1))
end

end
