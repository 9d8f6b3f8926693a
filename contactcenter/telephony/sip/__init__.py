"""SIP without I/O: messages, transactions, dialogs, sessions and the endpoint that ties them (RFC 3261)."""
