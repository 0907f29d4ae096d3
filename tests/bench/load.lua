-- The load that needs an answer to make the next request: sign-ins, refreshes, and both together.
--
--   wrk -s load.lua URL -- MODE AUTHORIZE TOKEN USERINFO CLIENT_ID CLIENT_SECRET SCOPE [COUNT [TENANTS]]
--
-- MODE flow      authorize (PKCE S256), then the code for tokens, over and over; counts token answers
--      refresh   a sign-in per connection, then only refreshes, each with the last answer's token
--      sign_ins  COUNT times authorize, token, userinfo, refresh; then the process exits by itself
--
-- COUNT 0 is no end. With TENANTS flows take turns among /t/bench-1, /t/bench-2 and so on.
--
-- wrk has one Lua state per thread and does not tell which connection an answer came by, so what is to be
-- done next waits in lists that all connections of the thread share.

-- RFC 7636 Appendix B
local VERIFIER = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"
local CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
local REDIRECT_URI = "http%3A%2F%2Flocalhost%3A3000%2Fcb"

local mode, path, client, limit
local authorize, turn = {}, 0
local codes, refreshes, accesses = {}, {}, {}
local FORM = { ["Content-Type"] = "application/x-www-form-urlencoded" }
local started = 0
local verified = false -- wrk calls request() once for itself, to see whether requests are pipelined

-- Read by done() through thread:get(), which sees globals only.
codes_taken, answers, failures = 0, 0, 0
failure, mode_is_refresh = "", false

local function escape(text)
    return (text:gsub("[^%w%-._~]", function(c)
        return string.format("%%%02X", c:byte())
    end))
end

function init(args)
    mode = args[1]
    mode_is_refresh = mode == "refresh"
    path = { authorize = args[2], token = args[3], userinfo = args[4] }
    client = "&client_id=" .. escape(args[5]) .. "&client_secret=" .. escape(args[6])
    limit = tonumber(args[8])
    limit = limit ~= 0 and limit
    local query = path.authorize .. "?response_type=code&client_id=" .. escape(args[5])
        .. "&redirect_uri=" .. REDIRECT_URI .. "&scope=" .. escape(args[7])
        .. "&state=af0ifjsldkj&nonce=n-0S6_WzA2Mj&code_challenge=" .. CHALLENGE
        .. "&code_challenge_method=S256"
    for tenant = 1, tonumber(args[9]) or 0 do
        table.insert(authorize, wrk.format("GET", "/t/bench-" .. tenant .. query))
    end
    if #authorize == 0 then
        authorize = { wrk.format("GET", query) }
    end
end

local function redeem(code)
    codes_taken = codes_taken + 1
    return wrk.format("POST", code.below .. path.token, FORM, "grant_type=authorization_code&code=" .. code.code
        .. "&redirect_uri=" .. REDIRECT_URI .. "&code_verifier=" .. VERIFIER .. client)
end

-- Whose code it is, the answer says in `iss` (RFC 9207).
local function tenant_of(location)
    local name = location:match("[?&]iss=[^&]*%%2Ft%%2F([^&]+)")
    return name and "/t/" .. name or ""
end

-- In sign_ins the scope shrinks, which tells a refresh's answer from a code's.
local function refresh(token)
    local scope = mode == "sign_ins" and "&scope=openid" or ""
    return wrk.format("POST", path.token, FORM,
        "grant_type=refresh_token&refresh_token=" .. escape(token) .. scope .. client)
end

local function userinfo(token)
    return wrk.format("GET", path.userinfo, { ["Authorization"] = "Bearer " .. token })
end

function request()
    if #accesses > 0 then
        return userinfo(table.remove(accesses))
    end
    if #refreshes > 0 then
        return refresh(table.remove(refreshes))
    end
    if #codes > 0 then
        return redeem(table.remove(codes))
    end
    if limit and started >= limit then
        return wrk.format("GET", "/.well-known/openid-configuration") -- others have yet to finish
    end
    started = verified and started + 1 or 0
    verified = true
    turn = turn % #authorize + 1
    return authorize[turn]
end

local function finish_sign_in()
    if answers + failures < limit then
        return
    end
    print(string.format("RESULT %d 1 %d %s", answers, failures, failure))
    io.stdout:flush()
    os.exit(0)
end

local function take_tokens(body)
    local is_refresh = body:find('"scope":%s*"openid"') ~= nil
    if mode == "sign_ins" and is_refresh then
        answers = answers + 1
        return finish_sign_in()
    end
    if mode == "sign_ins" then
        table.insert(accesses, (body:match('"access_token":%s*"([^"]+)"')))
    end
    if mode ~= "flow" then
        table.insert(refreshes, (body:match('"refresh_token":%s*"([^"]+)"')))
    end
    if mode ~= "sign_ins" then
        answers = answers + 1
    end
end

function response(status, headers, body)
    if status == 302 then
        local location = headers["Location"] or ""
        local code = location:match("[?&]code=([^&]+)")
        if code then
            table.insert(codes, { code = code, below = tenant_of(location) })
            return
        end
    end
    if status == 200 then
        if body:find('"access_token"', 1, true) then
            take_tokens(body)
        end
        return -- UserInfo and discovery lead to nothing
    end
    failures = failures + 1
    failure = status .. " " .. (headers["Location"] or body:sub(1, 300))
    if limit then
        finish_sign_in()
    end
end

local threads = {}
function setup(thread)
    table.insert(threads, thread)
end

-- RESULT <count> <microseconds> <failures> <the last failure>
function done(summary)
    local count, failed, last = 0, summary.errors.connect + summary.errors.read
        + summary.errors.write + summary.errors.timeout, ""
    for _, thread in ipairs(threads) do
        count = count + thread:get("answers")
        if thread:get("mode_is_refresh") then
            count = count - thread:get("codes_taken")
        end
        failed = failed + thread:get("failures")
        last = thread:get("failure") ~= "" and thread:get("failure") or last
    end
    print(string.format("RESULT %d %d %d %s", count, summary.duration, failed, last))
end
