#!/bin/sh
# See that a Chromium is there, and fonts for the pictures; install them where that is possible.
set -eu

found() {
    command -v chromium || command -v chromium-browser || command -v google-chrome
}

if [ -n "${AYNI_CHROMIUM:-}" ] || found >/dev/null; then
    exit 0
fi
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing Chromium and fonts ..."
    apt-get install -y -q chromium fonts-noto-core fonts-noto-cjk >/dev/null ||
        { apt-get update -q >/dev/null && apt-get install -y -q chromium fonts-noto-core fonts-noto-cjk >/dev/null; }
    exit 0
fi
echo "The browser tests need Chromium, and fonts for Arabic and Chinese." >&2
echo "On Debian and Ubuntu:  sudo apt install chromium fonts-noto-core fonts-noto-cjk" >&2
exit 1
