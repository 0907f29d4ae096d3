# How each package is made; sourced by scripts/package, which says of what architecture. A kind KIND is a function make_KIND.

architectures=(x64 arm64)
declare -A triplets=([x64]=x86_64-linux-gnu [arm64]=aarch64-linux-gnu)
declare -A debian_names=([x64]=amd64 [arm64]=arm64)
native=$([ "$(uname -m)" = aarch64 ] && echo arm64 || echo x64)

made=build/packages
sources=scripts/packages

# What is said while something is made is shown when it fails.
quietly() { # FUNCTION
    local log=$made/$arch-$1.log
    "$1" >"$log" 2>&1 & # not as a condition, in which no step of it that fails would end it
    wait $! || {
        tail -n 30 "$log" >&2
        echo "package: $1 failed ($log)" >&2
        return 1
    }
    grep '^made ' "$log" | sed 's/^made /package: /' || true
}

# -- the tree ---------------------------------------------------------------------------------------------------------

build_folder() {
    [ "$arch" = "$native" ] && echo build/release || echo "build/release-$arch"
}

build_release() {
    local cross=() triplet=${triplets[$arch]}
    if [ "$arch" != "$native" ]; then
        export PKG_CONFIG_LIBDIR=/usr/lib/$triplet/pkgconfig:/usr/share/pkgconfig
        cross=(-DCMAKE_SYSTEM_NAME=Linux "-DCMAKE_SYSTEM_PROCESSOR=${triplet%%-*}"
            "-DCMAKE_C_COMPILER=$triplet-gcc" "-DCMAKE_STRIP=/usr/bin/$triplet-strip")
    fi
    cmake --preset release -B "$(build_folder)" "${cross[@]}" && cmake --build "$(build_folder)"
}

# The tree of `cmake --install` for /usr, in $stage; and the same with the libraries that it needs, in $bundle, where the
# programs find them whatever the folder is called.
stage_once() {
    stage=$made/$arch/stage
    bundle=$made/$arch/bundle
    version=$(sed -n 's/^CMAKE_PROJECT_VERSION:STATIC=//p' "$(build_folder)/CMakeCache.txt")
    export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || stat -c %Y docs/CHANGELOG.md)}
    umask 022
    rm -rf "${made:?}/$arch"
    DESTDIR=$stage cmake --install "$(build_folder)" --prefix /usr --strip >/dev/null
    install -D -m 644 LICENSE "$stage/usr/share/doc/makeshift/LICENSE"
    chmod -R u=rwX,go=rX "$stage" # whatever the checkout's are
    mkdir -p "$bundle"
    cp -a "$stage/usr/." "$bundle"
    rm -r "$bundle/lib" # the unit is for a system that has the program in its place
    mv "$bundle/bin/makeshift" "$bundle/libexec/makeshift/"
    carry_libraries
    loader=$(loader_of "$bundle/libexec/makeshift/makeshift")
    fill "$sources/launch" >"$bundle/bin/makeshift"
    chmod 755 "$bundle/bin/makeshift"
}

# The loader that a program names: of the C library that it was built for.
loader_of() { # PROGRAM
    readelf -l "$1" | sed -n 's/.*program interpreter: \(.*\)]/\1/p'
}

carry_libraries() {
    local library folder=/usr/lib/${triplets[$arch]}
    mkdir "$bundle/lib"
    for library in $("$sources/libraries" "$folder" "$bundle"/libexec/makeshift/*); do
        install -m 644 "$folder/$library" "$bundle/lib/$library"
        licence_of "$folder/$library"
    done
    # DT_RPATH, not DT_RUNPATH: what the libraries need of one another is found by it, too.
    patchelf --force-rpath --set-rpath '$ORIGIN/../../lib' "$bundle"/libexec/makeshift/*
}

# Whoever gives a library away gives its licence away with it.
licence_of() { # LIBRARY
    local package
    package=$({ dpkg -S "$(realpath "$1")" || dpkg -S "$(realpath "$1" | sed 's,^/usr,,')"; } 2>/dev/null | head -n 1 | sed 's/:.*//')
    put_licence "$package" "$bundle"
}

put_licence() { # PACKAGE TREE
    mkdir -p "$2/share/doc/makeshift/libraries"
    gzip -9nc "/usr/share/doc/$1/copyright" >"$2/share/doc/makeshift/libraries/$1.gz"
}

# A tar of a folder's content that is the same whenever and by whomever it is made.
tar_of() { # FOLDER ARGUMENT...
    local folder=$1
    shift
    tar -C "$folder" --sort=name --owner=0 --group=0 --numeric-owner "--mtime=@$SOURCE_DATE_EPOCH" --format=gnu "$@" -c .
}

# -- the packages -----------------------------------------------------------------------------------------------------

make_tarball() {
    local name=makeshift-$version-linux-$arch
    tar_of "$bundle" --transform "s,^\.,$name," | gzip -9n >"$made/$name.tar.gz"
    echo "made $made/$name.tar.gz"
}

make_deb() {
    local tree=$made/$arch/deb doc name=makeshift_${version}_${debian_names[$arch]}.deb
    doc=$tree/usr/share/doc/makeshift
    mkdir -p "$tree/DEBIAN" "$made/$arch/shlibs/debian"
    cp -a "$stage/." "$tree"
    mv "$tree/usr/lib" "$tree/lib" # where Debian 12 has its units
    rm "$doc/LICENSE"
    { cat "$sources/deb/copyright" && sed -e '1,2d' -e 's/^$/./' -e 's/^/ /' LICENSE; } >"$doc/copyright"
    gzip -9n "$tree/usr/share/man/man1/makeshift.1"
    fill "$sources/deb/changelog" | gzip -9n >"$doc/changelog.gz"
    mkdir "$tree/usr/share/zsh/vendor-completions"
    mv "$tree/usr/share/zsh/site-functions/_makeshift" "$tree/usr/share/zsh/vendor-completions/"
    rmdir "$tree/usr/share/zsh/site-functions"
    echo "Source: makeshift" >"$made/$arch/shlibs/debian/control"
    depends=$(cd "$made/$arch/shlibs" &&
        dpkg-shlibdeps -O -e"../deb/usr/bin/makeshift" -e"../deb/usr/libexec/makeshift/makeshift-tools" | sed 's/^shlibs:Depends=//')
    # Of files alone: what a folder takes depends on where it lies. In KiB, as Debian counts.
    size=$(find "$tree" -type f -not -path '*/DEBIAN/*' -printf '%s\n' | awk '{n += $1} END {print int((n + 1023) / 1024)}')
    (cd "$tree" && find . -type f -not -path './DEBIAN/*' -printf '%P\0' | sort -z | xargs -0 md5sum) >"$tree/DEBIAN/md5sums"
    fill "$sources/deb/control" >"$tree/DEBIAN/control"
    find "$tree" -exec touch --no-dereference --date "@$SOURCE_DATE_EPOCH" {} +
    dpkg-deb --root-owner-group -Zxz --build "$tree" "$made/$name"
    echo "made $made/$name"
}

# A template with its places filled in: @VERSION@ and the like.
fill() { # FILE
    sed -e "s/@VERSION@/$version/g" -e "s/@ARCH@/$arch/g" -e "s/@DEBIAN_ARCH@/${debian_names[$arch]}/g" \
        -e "s/@MACHINE@/${triplets[$arch]%%-*}/g" -e "s,@LOADER@,${loader:-},g" -e "s#@PLATFORMS@#${platforms:-}#g" \
        -e "s/@DEPENDS@/${depends:-}/g" -e "s/@SIZE@/${size:-}/g" \
        -e "s/@DATE@/$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")/g" "$1"
}

make_npm() {
    local tree=$made/$arch/npm
    mkdir -p "$tree/platform" "$tree/module"
    cp -a "$bundle/." "$tree/platform"
    fill "$sources/npm/platform.json" >"$tree/platform/package.json"
    pack_npm "$tree/platform"
    [ "$arch" = "$native" ] || return 0 # the module is the same everywhere
    cp "$sources"/npm/{index.mjs,index.d.ts,launcher.mjs,README.md} LICENSE "$tree/module"
    chmod 755 "$tree/module/launcher.mjs"
    platforms=$(printf '"@makeshift-oauth/linux-%s": "'"$version"'", ' "${architectures[@]}" | sed 's/, $//')
    fill "$sources/npm/package.json" >"$tree/module/package.json"
    openapi_document "$tree/openapi.json"
    "$sources/npm/door_types" "$tree/openapi.json" >"$tree/module/door.d.ts"
    pack_npm "$tree/module"
}

pack_npm() { # FOLDER
    local name
    name=$(npm pack --silent --pack-destination "$made" "./$1")
    echo "made $made/$name"
}

# The control door's own description of itself.
openapi_document() { # FILE
    local port=$made/$arch/port server
    rm -f "$port"
    "$bundle/bin/makeshift" --port 0 --port-file "$port" >/dev/null &
    server=$!
    until [ -s "$port" ]; do
        kill -0 $server
        sleep 0.05
    done
    "$bundle/bin/makeshift" ctl openapi --url "http://localhost:$(cat "$port")" --output "$1"
    kill $server
    wait $server
}

make_wheel() {
    # The platform's name is a promise about glibc; a test holds the libraries to it.
    "$sources/wheel/write" "$bundle" "$version" "manylinux_2_34_${triplets[$arch]%%-*}" "$made"
}

# A root with the programs and what they need, the C library too, and nothing else.
make_image() {
    local root=$made/$arch/image package name=makeshift-$version-image-${debian_names[$arch]}.tar
    mkdir -p "$root"/{data,etc/ssl/certs,tmp,usr/lib,usr/share}
    chmod 1777 "$root/tmp"
    cp -a "$stage/usr/bin" "$stage/usr/libexec" "$root/usr/"
    image_libraries
    printf 'root:x:0:0::/:\nmakeshift:x:1000:1000::/data:\n' >"$root/etc/passwd"
    printf 'root:x:0:\nmakeshift:x:1000:\n' >"$root/etc/group"
    echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
    cp /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/"
    cp -a --no-preserve=ownership /usr/share/zoneinfo "$root/usr/share/"
    rm -r "$root"/usr/share/zoneinfo/{right,posix,localtime,tzdata.zi,*.tab,leap*} # nothing here reads their sources
    mkdir -p "$root/usr/share/doc"
    cp -a "$bundle/share/doc/makeshift" "$root/usr/share/doc/"
    for package in libc6 ca-certificates tzdata; do
        put_licence "$package" "$root/usr"
    done
    fill "$sources/image/config.json" >"$made/$arch/image.json"
    "$sources/image/write" "$root" "$made/$arch/image.json" "makeshift:$version" "$made/$name"
}

# Those of the bundle and of the C library, where the loader seeks them; the loader itself where the programs name it.
image_libraries() {
    local triplet=${triplets[$arch]} library
    mkdir "$root/usr/lib/$triplet"
    ln -s usr/lib "$root/lib"
    cp "$bundle"/lib/* "$root/usr/lib/$triplet/"
    for library in libc.so.6 libm.so.6 libresolv.so.2; do
        install -m 644 "/usr/lib/$triplet/$library" "$root/usr/lib/$triplet/"
    done
    [ -e "$root$(dirname "$loader")" ] || mkdir "$root$(dirname "$loader")"
    install -m 755 "/usr/lib/$triplet/$(basename "$loader")" "$root$loader"
}
