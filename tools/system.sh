#!/bin/sh
# What the tests need beside Python: Java 17 or later for Spark, and Chromium for the pages. Found on PATH; else
# installed through apt where we are root; else Chromium through Playwright. What stays missing is said: those tests skip.
set -u

java_works() {
    java="${JAVA_HOME:+$JAVA_HOME/bin/}java"
    version=$("$java" -version 2>&1 | sed -n 's/.* version "\([0-9]*\).*/\1/p' | head -n 1)
    [ "${version:-0}" -ge 17 ]
}

chromium_works() {
    for name in chromium chromium-browser google-chrome; do
        command -v "$name" >/dev/null && return 0
    done
    .venv/bin/python -c 'import pathlib, sys
from playwright.sync_api import sync_playwright
with sync_playwright() as p:
    sys.exit(not pathlib.Path(p.chromium.executable_path).exists())' 2>/dev/null
}

apt_install() {
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 1
    echo "Installing $1 through apt."
    apt-get update -qq >/dev/null 2>&1
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$1" >/dev/null 2>&1
}

java_works || { apt_install default-jre-headless && java_works; } ||
    echo "No Java 17 or later: the Spark tests skip. On Debian: apt-get install default-jre-headless"
chromium_works || { apt_install chromium && chromium_works; } ||
    { .venv/bin/playwright install chromium >/dev/null 2>&1 && chromium_works; } ||
    echo "No Chromium: the browser tests skip. On Debian: apt-get install chromium"
