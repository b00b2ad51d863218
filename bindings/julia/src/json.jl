# A reader for the library's own JSON: report and trace. Julia has none without packages.

mutable struct JsonText
    text::String
    place::Int
end

"Objects become `Dict{String,Any}`, arrays `Vector{Any}`, numbers `Int` or `Float64`, null `nothing`."
function read_json(text::AbstractString)
    source = JsonText(String(text), 1)
    value = read_value(source)
    next_character(source) === '\0' || malformed(source)
    return value
end

malformed(source) = throw(ArgumentError("JSON: not understood at byte $(source.place)"))

"The next character that is not blank, which is not taken; NUL at the end."
function next_character(source)
    source.place = something(findnext(!isspace, source.text, source.place), ncodeunits(source.text) + 1)
    return source.place > ncodeunits(source.text) ? '\0' : source.text[source.place]
end

function take!(source, pattern::Regex)
    next_character(source)
    found = match(pattern, source.text, source.place)
    found === nothing && malformed(source)
    source.place += ncodeunits(found.match)
    return found.match
end

const WORDS = Dict("true" => true, "false" => false, "null" => nothing)

function read_value(source)
    character = next_character(source)
    character == '{' && return Dict{String,Any}(read_items(read_member, source, '}'))
    character == '[' && return Any[value for value in read_items(read_value, source, ']')]
    character == '"' && return read_string(source)
    isletter(character) && return WORDS[take!(source, r"\G(?:true|false|null)")]
    number = take!(source, r"\G-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")
    return something(tryparse(Int, number), parse(Float64, number))
end

function read_items(read_item, source, close)
    items = []
    source.place += 1
    next_character(source) == close || push!(items, read_item(source))
    while next_character(source) == ','
        source.place += 1
        push!(items, read_item(source))
    end
    next_character(source) == close || malformed(source)
    source.place += 1
    return items
end

function read_member(source)
    key = read_string(source)
    take!(source, r"\G:")
    return key => read_value(source)
end

# Julia reads the same escapes, except for \/ and pairs of surrogates, which the library does not write.
read_string(source) = unescape_string(replace(chop(take!(source, r"\G\"(?:[^\"\\]|\\.)*\""), head = 1), "\\/" => "/"))
