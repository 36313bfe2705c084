-- One kind of SCIM request for wrk, again and again. What it is told comes from the environment:
--   LOAD_KIND    get, filter, email, page, paths, patch, create or add
--   LOAD_TOKEN   the bearer token
--   LOAD_USERS   file of "<id> <userName>" lines, in the order they are asked for
--   LOAD_TOTAL   how many users there are
--   LOAD_GROUPS  file of group ids, for add
--   LOAD_PATHS   file of paths, for paths
--   LOAD_START   how many requests of this kind were sent before, so that a change is never made twice
-- Requests are numbered, and everything follows from the number: the same series does the same work.

local kind = os.getenv("LOAD_KIND")
local total = tonumber(os.getenv("LOAD_TOTAL"))
local sent = tonumber(os.getenv("LOAD_START"))

local head = " HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " .. os.getenv("LOAD_TOKEN") .. "\r\n"
local patch_schemas = '{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{'

local function lines(variable)
    local found = {}
    local path = os.getenv(variable)
    if path then
        for line in io.lines(path) do found[#found + 1] = line end
    end
    return found
end

local ids, names = {}, {}
for number, line in ipairs(lines("LOAD_USERS")) do
    ids[number], names[number] = line:match("^(%S+) (.+)$")
end
local groups, paths = lines("LOAD_GROUPS"), lines("LOAD_PATHS")

local function read(path)
    return "GET " .. path .. head .. "\r\n"
end

local function write(method, path, body)
    return method .. " " .. path .. head
        .. "Content-Type: application/scim+json\r\nContent-Length: " .. #body .. "\r\n\r\n" .. body
end

-- The n-th of a list that begins again at its end.
local function nth(list, n)
    return list[n % #list + 1]
end

local makers = {
    get = function(n)
        return read("/scim/v2/Users/" .. nth(ids, n))
    end,
    filter = function(n)
        return read("/scim/v2/Users?filter=userName%20eq%20%22" .. nth(names, n) .. "%22")
    end,
    email = function(n)
        return read("/scim/v2/Users?filter=emails.value%20eq%20%22" .. nth(names, n) .. "%22")
    end,
    page = function()
        return read("/scim/v2/Users?count=100&startIndex=" .. math.random(math.max(1, total - 99)))
    end,
    paths = function(n)
        return read(nth(paths, n))
    end,
    -- Everybody is switched off, then everybody on: each request changes something.
    patch = function(n)
        local value = math.floor(n / #ids) % 2 == 0 and "false" or "true"
        return write("PATCH", "/scim/v2/Users/" .. nth(ids, n),
            patch_schemas .. '"op":"replace","path":"active","value":' .. value .. "}]}")
    end,
    create = function(n)
        local name = string.format("load.%09d@example.com", n)
        return write("POST", "/scim/v2/Users", string.format(
            '{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"%s","externalId":"load-%09d",'
            .. '"name":{"givenName":"Load","familyName":"Number %d"},"displayName":"Load Number %d",'
            .. '"emails":[{"value":"%s","type":"work","primary":true}],"active":true}', name, n, n, n, name))
    end,
    -- Each group gets the first of the users, then each the second: nobody joins the same group twice.
    add = function(n)
        local user = nth(ids, math.floor(n / #groups))
        return write("PATCH", "/scim/v2/Groups/" .. nth(groups, n),
            patch_schemas .. '"op":"add","path":"members","value":[{"value":"' .. user .. '"}]}]}')
    end,
}

local make = makers[kind]
math.randomseed(sent + 1)
requests_sent = sent

function request()
    local text = make(requests_sent)
    requests_sent = requests_sent + 1
    return text
end

local threads = {}

function setup(thread)
    threads[#threads + 1] = thread
end

function done(summary, latency)
    local errors = summary.errors
    local seconds = summary.duration / 1000000
    io.write(string.format(
        'LOAD {"requests":%d,"seconds":%.4f,"p50_ms":%.4f,"p99_ms":%.4f,"errors":%d,"sent":%d}\n',
        summary.requests, seconds, latency:percentile(50) / 1000, latency:percentile(99) / 1000,
        errors.status + errors.connect + errors.read + errors.write + errors.timeout,
        threads[1]:get("requests_sent")))
end
