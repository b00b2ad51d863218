# From a scene to a refined orientation: simulate a still image, add photon noise, pretend that the orientation is known
# only roughly, and find it again by Gauss-Newton.  julia --project=bindings/julia refine.jl

using LinearAlgebra, NBT

true_misset_deg = [12.0, 25.0, -37.0]
sim = Simulation(
    "crystal.cell_lengths_A" => [40, 50, 60],
    "crystal.cells" => [8, 8, 8],
    "crystal.shape" => "gauss",
    "crystal.misset_deg" => true_misset_deg,
    "crystal.mosaic_spread_deg" => 0.3,
    "crystal.mosaic_domains" => 5,
    "detector.pixels" => [160, 120],
    "detector.pixel_size_mm" => 0.8,
    "detector.distance_mm" => 120,
    "beam.fluence_per_m2" => 3e28,
    "background.water_um" => 0.03,
    "noise.seed" => 7,
)
# A grid has its last index first: F[l, k, h].
set_structure_factor_grid!(sim, (-20, -20, -20), [40 + 20cos(h + 2k + 3l) for l in -20:20, k in -20:20, h in -20:20])

# What a detector would count: noise is a function of the image and the seed.
measured = Int32.(digitize(sim, run(sim)).counts) .- Int32(sim["digitize.adc_offset"])
measured = max.(measured, 0)

function refine!(model, measured; steps = 8)
    for step in 1:steps
        fit = NBT.normal_equations(model, measured; loss = :poisson, parameters = "crystal.misset_deg")
        change = -(Symmetric(fit.matrix) \ fit.gradient)
        model["crystal.misset_deg"] += change
        println("step $step: loss ", round(fit.loss; digits = 2), ", change ", norm(change, Inf), " deg")
        norm(change, Inf) < 1e-6 && return sqrt.(diag(inv(fit.matrix))) # the inverse is the covariance
    end
    error("not converged in $steps steps")
end

model = copy(sim)
model["crystal.misset_deg"] = true_misset_deg + [0.15, -0.2, 0.1]
sigma = refine!(model, measured)
off = model["crystal.misset_deg"] - true_misset_deg
println("error (deg): ", round.(off; digits = 5), ", standard error: ", round.(sigma; digits = 5))
all(abs.(off) .< 5sigma) || error("the orientation was not found again")
