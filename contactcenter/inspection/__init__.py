"""The audit trail as people see it: searched, exported, verified, over HTTP and on the command line."""
