"""Read pip's installation report on standard input; exit 0 if its torch needs CUDA libraries."""

import json
import sys

metadata = json.load(sys.stdin)["install"][0]["metadata"]
needs = " ".join(metadata.get("requires_dist", []))
sys.exit(0 if "nvidia" in needs or "cuda" in needs else 1)
