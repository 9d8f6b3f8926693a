"""The routing engine on the running event loop."""
