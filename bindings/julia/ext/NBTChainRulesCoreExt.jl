# Rules for automatic differentiation (Zygote and others). Julia 1.9 loads this file by itself together with NBT and
# ChainRulesCore; before, include it after both.
module NBTChainRulesCoreExt

using ChainRulesCore, NBT

# The pullback is one gradient run whose data are dL/dimage, whatever the number of parameters.
function ChainRulesCore.rrule(::typeof(NBT.render), sim::NBT.Simulation, parameters, x, F...)
    model = NBT.moved(sim, parameters, x, F...)
    function pullback(cotangent)
        fit = NBT.gradient(model, collect(Float64, unthunk(cotangent)); loss = :weights, parameters = parameters,
                           amplitudes = !isempty(F))
        by_F = isempty(F) ? () : (fit.amplitudes,)
        return (NoTangent(), NoTangent(), NoTangent(), fit.values, by_F...)
    end
    return run(model, Float64), pullback
end

function ChainRulesCore.rrule(::typeof(NBT.objective), sim::NBT.Simulation, parameters, x, data; options...)
    fit = NBT.objective_and_gradient(sim, parameters, x, data; options...)
    pullback(cotangent) = (NoTangent(), NoTangent(), NoTangent(), unthunk(cotangent) * fit.values, NoTangent())
    return fit.loss, pullback
end

end
