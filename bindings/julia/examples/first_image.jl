# Simulates an image and writes it as a picture (PGM).  julia --project=bindings/julia first_image.jl [picture.pgm]

using NBT

sim = Simulation(
    "crystal.cell_lengths_A" => [79.1, 79.1, 37.9],
    "crystal.cells" => [10, 10, 10],
    "crystal.misset_deg" => [15, 25, 35],
    "structure_factors.default_F" => 100,
    "detector.pixels" => [512, 384],
    "detector.pixel_size_mm" => 0.2,
)
image = run(sim) # image[fast, slow]
println(size(image, 1), " x ", size(image, 2), " pixels, brightest ", maximum(image), " photons")

# PGM wants fast pixels next to each other, which is how the matrix lies: no permutedims here.
grey = round.(UInt8, 255 .* sqrt.(min.(image ./ maximum(image) .* 20, 1)))
open(get(ARGS, 1, "first_image.pgm"), "w") do file
    print(file, "P5\n", size(image, 1), " ", size(image, 2), "\n255\n")
    write(file, grey)
end
