# Runs a command within an unpacked Debian: enter.sh ROOT FOLDER... -- COMMAND...
#
# The folders keep their paths inside. Runs in a mount namespace of its own (`unshare --mount`), so
# that all mounts go away with it.

root=$1
shift
# Swift's programs find their libraries by /proc/self/exe.
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
while [ "$1" != -- ]; do
    mkdir -p "$root$1"
    mount --rbind "$1" "$root$1"
    shift
done
shift
exec unshare --root="$root" --wd="$PWD" -- "$@"
