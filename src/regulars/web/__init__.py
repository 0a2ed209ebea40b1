"""The dashboard and the API: pages of a shop's studies in a browser, JSON for programs. Needs the extra `web`."""
