# As much of ChainRulesCore as the rules use, for machines without packages.
module ChainRulesCore

export NoTangent, rrule, unthunk

struct NoTangent end
unthunk(value) = value
function rrule end

end
