"""Schema versions, run by `contactcenter.storage.migrate`."""
