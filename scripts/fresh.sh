# A Debian made anew, with the way out that this machine has; sourced from the root of the tree, and wants root.

say() {
    printf 'fresh: %s\n' "$*" >&2
}

# The mirror and its parts that this machine has for its own release, as "URL COMPONENT...".
mirror() {
    local own
    own=$(. /etc/os-release && echo "$VERSION_CODENAME")
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null |
        awk -v own="$own" '
            $1 == "deb" { sub(/\[[^]]*\] */, ""); if ($3 == own) print $2, $4, $5, $6, $7 }
            $1 == "URIs:" { url = $2 }
            $1 == "Suites:" { here = 0; for (i = 2; i <= NF; i++) if ($i == own) here = 1 }
            $1 == "Components:" && here { sub(/^Components: */, ""); print url, $0 }' | head -n 1
}

bootstrap() { # SUITE ROOT
    local suite=$1 root=$2 url components
    read -r url components <<<"$(mirror)"
    [ -n "$url" ] || {
        say "/etc/apt names no mirror for this machine's own release"
        exit 1
    }
    say "making a minimal $suite in $root (build/fresh/$suite.log)"
    debootstrap --variant=minbase --cache-dir="$PWD/build/fresh/$suite" "$suite" "$root" "$url" \
        >"build/fresh/$suite.log" 2>&1 || {
        tail -n 20 "build/fresh/$suite.log" >&2
        exit 1
    }
    echo "deb $url $suite $components" >"$root/etc/apt/sources.list"
    printf '127.0.0.1 localhost\n::1 localhost ip6-localhost\n' >"$root/etc/hosts"
}

# What leads out of this machine leads out of the other: names, proxies, certificates.
connect() { # ROOT
    local root=$1
    cp --dereference /etc/resolv.conf "$root/etc/resolv.conf"
    apt-config dump | grep -E '^Acquire::(http|https)::Proxy' >"$root/etc/apt/apt.conf.d/90proxy" || true
    mkdir -p "$root/usr/local/share/ca-certificates"
    cp /usr/local/share/ca-certificates/*.crt "$root/usr/local/share/ca-certificates/" 2>/dev/null || true
    if grep -q 'deb https:' "$root/etc/apt/sources.list"; then # apt needs them before it can install them
        mkdir -p "$root/etc/ssl/certs"
        cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
    fi
}
